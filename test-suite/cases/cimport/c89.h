struct pair { unsigned first : 3, second : 5; };
static int calls = 4;
#define ADD(a, b) ((a) + (b))
