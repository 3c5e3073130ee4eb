/* The most flips that turn the first card of a permutation of 10 to the front, over all permutations. */
#include <stdio.h>

#define N 10

int main(void) {
    int first[N], cards[N], count[N];
    int most = 0, sum = 0, n_permutations = 0, r = N;
    for (int i = 0; i < N; i++) {
        first[i] = i;
    }
    for (;;) {
        for (; r != 1; r--) {
            count[r - 1] = r;
        }
        for (int i = 0; i < N; i++) {
            cards[i] = first[i];
        }
        int flips = 0;
        for (int k = cards[0]; k != 0; k = cards[0]) {
            for (int i = 0, j = k; i < j; i++, j--) {
                int card = cards[i];
                cards[i] = cards[j];
                cards[j] = card;
            }
            flips++;
        }
        most = flips > most ? flips : most;
        sum += n_permutations % 2 == 0 ? flips : -flips;
        for (;; r++) {
            if (r == N) {
                printf("%d\nPfannkuchen(%d) = %d\n", sum, N, most);
                return 0;
            }
            int front = first[0];
            for (int i = 0; i < r; i++) {
                first[i] = first[i + 1];
            }
            first[r] = front;
            count[r]--;
            if (count[r] > 0) {
                break;
            }
        }
        n_permutations++;
    }
}
