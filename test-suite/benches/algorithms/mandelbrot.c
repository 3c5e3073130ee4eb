/* How many points of a grid are in the Mandelbrot set. */
#include <stdio.h>

#define SIZE 1600
#define ROUNDS 50

int main(void) {
    int inside = 0;
    for (int y = 0; y < SIZE; y++) {
        double ci = 2.0 * y / SIZE - 1.0;
        for (int x = 0; x < SIZE; x++) {
            double cr = 2.0 * x / SIZE - 1.5;
            double zr = 0, zi = 0, r2 = 0, i2 = 0;
            int round = 0;
            while (round < ROUNDS && r2 + i2 <= 4.0) {
                zi = 2.0 * zr * zi + ci;
                zr = r2 - i2 + cr;
                r2 = zr * zr;
                i2 = zi * zi;
                round++;
            }
            if (round == ROUNDS) {
                inside++;
            }
        }
    }
    printf("%d\n", inside);
    return 0;
}
