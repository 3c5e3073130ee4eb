/* Trees that are built, counted and freed. */
#include <stdio.h>
#include <stdlib.h>

struct tree {
    struct tree *left, *right;
};

static struct tree *bottom_up(int depth) {
    struct tree *tree = malloc(sizeof *tree);
    if (depth > 0) {
        tree->left = bottom_up(depth - 1);
        tree->right = bottom_up(depth - 1);
    } else {
        tree->left = NULL;
        tree->right = NULL;
    }
    return tree;
}

static int check(const struct tree *tree) {
    return tree->left != NULL && tree->right != NULL ? 1 + check(tree->left) + check(tree->right) : 1;
}

static void delete(struct tree *tree) {
    if (tree->left != NULL) {
        delete(tree->left);
    }
    if (tree->right != NULL) {
        delete(tree->right);
    }
    free(tree);
}

int main(void) {
    const int most = 16;
    struct tree *stretch = bottom_up(most + 1);
    printf("stretch tree of depth %d: %d\n", most + 1, check(stretch));
    delete(stretch);
    struct tree *long_lived = bottom_up(most);
    for (int depth = 4; depth <= most; depth += 4) {
        int rounds = 1 << (most - depth + 4);
        int sum = 0;
        for (int i = 0; i < rounds; i++) {
            struct tree *tree = bottom_up(depth);
            sum += check(tree);
            delete(tree);
        }
        printf("%d trees of depth %d: %d\n", rounds, depth, sum);
    }
    printf("long lived tree of depth %d: %d\n", most, check(long_lived));
    delete(long_lived);
    return 0;
}
