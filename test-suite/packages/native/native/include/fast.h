#pragma once
#include "level.h"

struct pair {
    int first;
    int second;
};

struct pair fast_swapped(struct pair pair);
int fast_level(void);
const char *first_word(void);
double root(double x);
