/* The Sun and the outer planets, by symplectic steps. */
#include <math.h>
#include <stdio.h>

#define BODIES 5
#define PI 3.141592653589793
#define SOLAR_MASS (4 * PI * PI)
#define DAYS 365.24

struct body {
    double x, y, z, vx, vy, vz, mass;
};

static void advance(struct body *bodies, double dt) {
    for (int i = 0; i < BODIES; i++) {
        struct body *a = &bodies[i];
        for (int j = i + 1; j < BODIES; j++) {
            struct body *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            double d2 = dx * dx + dy * dy + dz * dz;
            double mag = dt / (d2 * sqrt(d2));
            a->vx -= dx * b->mass * mag;
            a->vy -= dy * b->mass * mag;
            a->vz -= dz * b->mass * mag;
            b->vx += dx * a->mass * mag;
            b->vy += dy * a->mass * mag;
            b->vz += dz * a->mass * mag;
        }
    }
    for (int i = 0; i < BODIES; i++) {
        struct body *b = &bodies[i];
        b->x += dt * b->vx;
        b->y += dt * b->vy;
        b->z += dt * b->vz;
    }
}

static double energy(const struct body *bodies) {
    double e = 0;
    for (int i = 0; i < BODIES; i++) {
        const struct body *a = &bodies[i];
        e += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
        for (int j = i + 1; j < BODIES; j++) {
            const struct body *b = &bodies[j];
            double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
            e -= a->mass * b->mass / sqrt(dx * dx + dy * dy + dz * dz);
        }
    }
    return e;
}

int main(void) {
    struct body bodies[BODIES] = {
        {0, 0, 0, 0, 0, 0, SOLAR_MASS},
        {4.84143144246472090, -1.16032004402742839, -.103622044471123109, .00166007664274403694 * DAYS,
         .00769901118419740425 * DAYS, -.0000690460016972063023 * DAYS, .000954791938424326609 * SOLAR_MASS},
        {8.34336671824457987, 4.12479856412430479, -.403523417114321381, -.00276742510726411499 * DAYS,
         .00499852801234917238 * DAYS, .0000230417297573763929 * DAYS, .000285885980666130812 * SOLAR_MASS},
        {12.8943695621391310, -15.1111514016986312, -.223307578892655734, .00296460137564761618 * DAYS,
         .00237847173959480950 * DAYS, -.0000296589568540237556 * DAYS, .0000436624404335156298 * SOLAR_MASS},
        {15.3796971148509165, -25.9193146099879641, .179258772950371181, .00268067772490389322 * DAYS,
         .00162824170038242295 * DAYS, -.0000951592254519715870 * DAYS, .0000515138902046611451 * SOLAR_MASS},
    };
    double px = 0, py = 0, pz = 0;
    for (int i = 0; i < BODIES; i++) {
        px += bodies[i].vx * bodies[i].mass;
        py += bodies[i].vy * bodies[i].mass;
        pz += bodies[i].vz * bodies[i].mass;
    }
    bodies[0].vx = -px / SOLAR_MASS;
    bodies[0].vy = -py / SOLAR_MASS;
    bodies[0].vz = -pz / SOLAR_MASS;
    printf("%.9f\n", energy(bodies));
    for (int i = 0; i < 5000000; i++) {
        advance(bodies, 0.01);
    }
    printf("%.9f\n", energy(bodies));
    return 0;
}
