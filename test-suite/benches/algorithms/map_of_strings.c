/* A map from strings to integers, GLib's `GHashTable` that owns its keys: inserts, look-ups of what is there and what
 * is not, a walk, removals. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { INSERTS = 300000, LOOKUPS = 1500000, REMOVALS = 150000, WALKS = 8, LONGEST = 24 };

/* The key of a number: 8 to 23 letters. */
static char *key_of(uint32_t number) {
    char key[LONGEST];
    uint32_t rest = number * 2654435761u + 1;
    size_t len = 8 + (rest & 15);
    for (size_t i = 0; i < len; i++) {
        key[i] = (char)('a' + rest % 16);
        rest = rest >> 4 | rest << 28;
    }
    key[len] = 0;
    return g_strdup(key);
}

static uint64_t state = 1;

static uint32_t random_below(uint32_t limit) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 32) * limit >> 32);
}

static uint64_t look_up(GHashTable *map, char **keys, uint32_t limit) {
    uint64_t sum = 0;
    for (int i = 0; i < LOOKUPS; i++) {
        gpointer value;
        if (g_hash_table_lookup_extended(map, keys[random_below(limit)], NULL, &value)) {
            sum += GPOINTER_TO_UINT(value);
        }
    }
    return sum;
}

int main(void) {
    char **keys = g_new(char *, 2 * INSERTS);
    for (uint32_t i = 0; i < 2 * INSERTS; i++) {
        keys[i] = key_of(i);
    }
    GHashTable *map = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (uint32_t i = 0; i < INSERTS; i++) {
        g_hash_table_insert(map, g_strdup(keys[i]), GUINT_TO_POINTER(i));
    }
    uint64_t hits = look_up(map, keys, INSERTS);
    uint64_t halves = look_up(map, keys, 2 * INSERTS);
    uint64_t sum = 0;
    for (int i = 0; i < WALKS; i++) {
        GHashTableIter iter;
        gpointer text, value;
        g_hash_table_iter_init(&iter, map);
        while (g_hash_table_iter_next(&iter, &text, &value)) {
            sum += strlen(text) ^ GPOINTER_TO_UINT(value);
        }
    }
    uint32_t removed = 0;
    for (int i = 0; i < REMOVALS; i++) {
        removed += g_hash_table_remove(map, keys[random_below(INSERTS)]) ? 1 : 0;
    }
    uint64_t left = look_up(map, keys, INSERTS);
    printf("%llu %llu %llu %u %u %llu\n", (unsigned long long)hits, (unsigned long long)halves,
           (unsigned long long)sum, removed, g_hash_table_size(map), (unsigned long long)left);
    g_hash_table_destroy(map);
    for (uint32_t i = 0; i < 2 * INSERTS; i++) {
        g_free(keys[i]);
    }
    g_free(keys);
    return 0;
}
