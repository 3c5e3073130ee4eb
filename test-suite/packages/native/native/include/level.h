#pragma once
#define LEVEL (FAST_LEVEL + 1)
