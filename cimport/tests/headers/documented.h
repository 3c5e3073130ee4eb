/** @file What comments become. */
#ifndef DOCUMENTED_H
#define DOCUMENTED_H

#include <sys/stat.h>

/** A point,
 *  in two dimensions.
 */
struct point {
    int x; /**< to the right */
    int y; ///< up
    unsigned flags : 3; //!< some bits
    unsigned : 5;
    struct {
        /// Of the anonymous member.
        int z;
    };
    char tail[]; /* as many as there are */
};

struct opaque; /**< Never defined. */

enum color {
    RED = 1, /**< of blood */
    GREEN,   ///< of grass
    /** of the sky */
    BLUE = -4,
};

enum { LOOSE = 3 /**< without an enum's name */ };

typedef int (*visitor)(const struct point *point, void *data); /**< Calls back. */

//! Walks.
/*! Twice. */
int walk(struct point *points, unsigned long count, visitor visit, void *data);
int say(const char *format, ...); ///< Prints.
static inline int inlined(int x) { return x; }

extern const int answer; /**< to everything */

/** How many there may be. */
#define LIMIT 100
#define WIDTH 80 /**< in characters */
#define HEIGHT 25 // lines
/* Not documentation: a section. */
#define ORIGIN ((struct point){ 0 })
/// Where it stands.
/// In two lines.
#define here (*current())
struct point *current(void);
#define point_across x
#define POINT_INIT { 1, 2 }
#define walk_all walk
#define point64 point
/** The larger one. */
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define BEGIN_DECLS
#define FOREVER for (;;)
#define PACKED __attribute__((packed))
#endif
