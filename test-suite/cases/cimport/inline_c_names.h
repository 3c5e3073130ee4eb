#define N 7
#define total something_else
