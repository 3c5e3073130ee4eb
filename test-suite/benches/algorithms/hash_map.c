/* A map from integers to integers by open addressing: grown, read, changed. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct map {
    uint64_t *keys, *values;
    bool *used;
    size_t capacity, len;
};

static uint64_t hash(uint64_t key) {
    key ^= key >> 32;
    key *= 0x9E3779B97F4A7C15u;
    return key ^ key >> 29;
}

static struct map with_capacity(size_t capacity) {
    struct map map = {calloc(capacity, 8), calloc(capacity, 8), calloc(capacity, 1), capacity, 0};
    return map;
}

static inline size_t slot(const struct map *map, uint64_t key) {
    size_t mask = map->capacity - 1;
    size_t at = hash(key) & mask;
    while (map->used[at] && map->keys[at] != key) {
        at = (at + 1) & mask;
    }
    return at;
}

static void insert(struct map *map, uint64_t key, uint64_t value);

static void grow(struct map *map) {
    struct map larger = with_capacity(map->capacity * 2);
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->used[i]) {
            insert(&larger, map->keys[i], map->values[i]);
        }
    }
    free(map->keys);
    free(map->values);
    free(map->used);
    *map = larger;
}

static void insert(struct map *map, uint64_t key, uint64_t value) {
    if (map->len * 4 >= map->capacity * 3) {
        grow(map);
    }
    size_t at = slot(map, key);
    if (!map->used[at]) {
        map->used[at] = true;
        map->keys[at] = key;
        map->len++;
    }
    map->values[at] += value;
}

int main(void) {
    struct map map = with_capacity(16);
    uint64_t random = 1;
    for (int i = 0; i < 4000000; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        insert(&map, random >> 44, i & 7);
    }
    uint64_t sum = 0;
    for (uint64_t key = 0; key < 2000000; key++) {
        size_t at = slot(&map, key);
        if (map.used[at]) {
            sum += map.values[at];
        }
    }
    printf("%zu %llu\n", map.len, (unsigned long long)sum);
    return 0;
}
