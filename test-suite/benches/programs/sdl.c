#include <SDL2/SDL.h>

int main(void) { return SDL_Init(SDL_INIT_TIMER); }
