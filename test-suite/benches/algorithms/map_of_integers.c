/* A map from integers to integers, GLib's `GHashTable`: inserts, look-ups of what is there and what is not, a walk,
 * removals. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

enum { INSERTS = 1000000, LOOKUPS = 4000000, REMOVALS = 500000, WALKS = 8 };

/* Different keys for different numbers, without an order. */
static gpointer key_of(uint32_t number) { return GUINT_TO_POINTER(number * 2654435761u + 1); }

static uint64_t state = 1;

static uint32_t random_below(uint32_t limit) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 32) * limit >> 32);
}

static uint64_t look_up(GHashTable *map, uint32_t limit) {
    uint64_t sum = 0;
    for (int i = 0; i < LOOKUPS; i++) {
        gpointer value;
        if (g_hash_table_lookup_extended(map, key_of(random_below(limit)), NULL, &value)) {
            sum += GPOINTER_TO_UINT(value);
        }
    }
    return sum;
}

int main(void) {
    GHashTable *map = g_hash_table_new(g_direct_hash, g_direct_equal);
    for (uint32_t i = 0; i < INSERTS; i++) {
        g_hash_table_insert(map, key_of(i), GUINT_TO_POINTER(i));
    }
    uint64_t hits = look_up(map, INSERTS);
    uint64_t halves = look_up(map, 2 * INSERTS);
    uint64_t sum = 0;
    for (int i = 0; i < WALKS; i++) {
        GHashTableIter iter;
        gpointer key, value;
        g_hash_table_iter_init(&iter, map);
        while (g_hash_table_iter_next(&iter, &key, &value)) {
            sum += GPOINTER_TO_UINT(key) ^ GPOINTER_TO_UINT(value);
        }
    }
    uint32_t removed = 0;
    for (int i = 0; i < REMOVALS; i++) {
        removed += g_hash_table_remove(map, key_of(random_below(INSERTS))) ? 1 : 0;
    }
    uint64_t left = look_up(map, INSERTS);
    printf("%llu %llu %llu %u %u %llu\n", (unsigned long long)hits, (unsigned long long)halves,
           (unsigned long long)sum, removed, g_hash_table_size(map), (unsigned long long)left);
    g_hash_table_destroy(map);
    return 0;
}
