/* A mixed-radix Fourier transform in place and without tables.
 *
 * From points to frequencies it decimates in frequency, and leaves frequency k where the digits of
 * k, read backwards, say: nothing is ever put into order. Loops over frequencies find their place
 * by counting in those digits (next_place). The way back decimates in time, and ends in order.
 * The factor of 1 / n is left to the inverse's caller.
 */

typedef struct {
    uint64_t turn;   /* 2^64 / length */
    uint16_t length; /* of the parts that this stage divides */
    uint16_t step;   /* length / radix: of the parts that it divides them into */
    uint16_t radix;
} stage;

typedef struct {
    const stage *stage;
//if REAL
    uint64_t half_turn; /* 2^64 / (2 points) */
//end
    uint16_t points;
    uint16_t stages;
//if MIDDLE
    uint16_t middle; /* place of frequency -points / 2 */
//end
} transform;

//if NEXT
/* The place of the next frequency; after the last one comes the first. */
static inline int next_place(int at, const transform *t)
{
    const stage *s = t->stage;
    while ((at += s->step) >= s->length) {
        at -= s->length;
        if (s->step == 1)
            break;
        s++;
    }
    return at;
}

//end
//if PREVIOUS
/* The place of the frequency before; before the first one comes the last. */
static inline int previous_place(int at, const transform *t)
{
    const stage *s = t->stage;
    int skipped = 0;
    while (at < s->step) {
        skipped += s->length - s->step;
        if (s->step == 1)
            return skipped;
        s++;
    }
    return at - s->step + skipped;
}

//end
//if RADIX2
/* The smallest radix, and only once: the last stage, whose parts are not turned. */
static void divide2(float *z, const float *end)
{
    for (; z < end; z += 4) {
        const float d0 = z[0] - z[2], d1 = z[1] - z[3];
        z[0] += z[2], z[1] += z[3];
        z[2] = d0, z[3] = d1;
    }
}

//end
//if RADIX3
static void divide3(float *z, const float *end, int length, int step, const float *before,
                    const float *after, float sign)
{
    for (; z < end; z += length) {
        float *a = z + step, *b = a + step;
        float a0 = a[0], a1 = a[1], b0 = b[0], b1 = b[1];
        if (before) {
            ROTATE(a0, a1, before[0], before[1]);
            ROTATE(b0, b1, before[2], before[3]);
        }
        const float p0 = a0 + b0, p1 = a1 + b1, third = sign * 0.866025404f;
        const float q0 = third * (a0 - b0), q1 = third * (a1 - b1);
        const float m0 = z[0] - 0.5f * p0, m1 = z[1] - 0.5f * p1;
        z[0] += p0, z[1] += p1;
        a0 = m0 + q1, a1 = m1 - q0, b0 = m0 - q1, b1 = m1 + q0;
        if (after) {
            ROTATE(a0, a1, after[0], after[1]);
            ROTATE(b0, b1, after[2], after[3]);
        }
        a[0] = a0, a[1] = a1, b[0] = b0, b[1] = b1;
    }
}

//end
//if RADIX4
static void divide4(float *z, const float *end, int length, int step, const float *before,
                    const float *after, float sign)
{
    for (; z < end; z += length) {
        float *a = z + step, *b = a + step, *c = b + step;
        float a0 = a[0], a1 = a[1], b0 = b[0], b1 = b[1], c0 = c[0], c1 = c[1];
        if (before) {
            ROTATE(a0, a1, before[0], before[1]);
            ROTATE(b0, b1, before[2], before[3]);
            ROTATE(c0, c1, before[4], before[5]);
        }
        const float p0 = z[0] + b0, p1 = z[1] + b1, q0 = z[0] - b0, q1 = z[1] - b1;
        const float r0 = a0 + c0, r1 = a1 + c1, s0 = sign * (a0 - c0), s1 = sign * (a1 - c1);
        z[0] = p0 + r0, z[1] = p1 + r1;
        a0 = q0 + s1, a1 = q1 - s0, b0 = p0 - r0, b1 = p1 - r1, c0 = q0 - s1, c1 = q1 + s0;
        if (after) {
            ROTATE(a0, a1, after[0], after[1]);
            ROTATE(b0, b1, after[2], after[3]);
            ROTATE(c0, c1, after[4], after[5]);
        }
        a[0] = a0, a[1] = a1, b[0] = b0, b[1] = b1, c[0] = c0, c[1] = c1;
    }
}

//end
//if RADIX5
static void divide5(float *z, const float *end, int length, int step, const float *before,
                    const float *after, float sign)
{
    const float u = sign * 0.951056516f, v = sign * 0.587785252f;
    for (; z < end; z += length) {
        float *a = z + step, *b = a + step, *c = b + step, *d = c + step;
        float a0 = a[0], a1 = a[1], b0 = b[0], b1 = b[1];
        float c0 = c[0], c1 = c[1], d0 = d[0], d1 = d[1];
        if (before) {
            ROTATE(a0, a1, before[0], before[1]);
            ROTATE(b0, b1, before[2], before[3]);
            ROTATE(c0, c1, before[4], before[5]);
            ROTATE(d0, d1, before[6], before[7]);
        }
        const float p0 = a0 + d0, p1 = a1 + d1, q0 = a0 - d0, q1 = a1 - d1;
        const float r0 = b0 + c0, r1 = b1 + c1, s0 = b0 - c0, s1 = b1 - c1;
        const float x0 = z[0] + 0.309016994f * p0 - 0.809016994f * r0;
        const float x1 = z[1] + 0.309016994f * p1 - 0.809016994f * r1;
        const float y0 = z[0] - 0.809016994f * p0 + 0.309016994f * r0;
        const float y1 = z[1] - 0.809016994f * p1 + 0.309016994f * r1;
        const float f0 = u * q0 + v * s0, f1 = u * q1 + v * s1;
        const float g0 = v * q0 - u * s0, g1 = v * q1 - u * s1;
        z[0] += p0 + r0, z[1] += p1 + r1;
        a0 = x0 + f1, a1 = x1 - f0, d0 = x0 - f1, d1 = x1 + f0;
        b0 = y0 + g1, b1 = y1 - g0, c0 = y0 - g1, c1 = y1 + g0;
        if (after) {
            ROTATE(a0, a1, after[0], after[1]);
            ROTATE(b0, b1, after[2], after[3]);
            ROTATE(c0, c1, after[4], after[5]);
            ROTATE(d0, d1, after[6], after[7]);
        }
        a[0] = a0, a[1] = a1, b[0] = b0, b[1] = b1, c[0] = c0, c[1] = c1, d[0] = d0, d[1] = d1;
    }
}

//end
//if RADIXES
/* Any other radix by its sum, which costs its square. */
static void divide_any(float *z, const float *end, int length, int step, const float *before,
                       const float *after, float sign, int radix)
{
    float sums[2 * LARGEST_RADIX], roots[2 * LARGEST_RADIX];
    for (int k = 0; k < radix; k++) {
        const uint32_t turn = UINT32_MAX / (uint32_t)radix * (uint32_t)k;
        roots[2 * k] = cosine(turn), roots[2 * k + 1] = -sign * sine(turn);
    }
    for (; z < end; z += length) {
        if (before)
            for (int k = 1; k < radix; k++)
                ROTATE(z[k * step], z[k * step + 1], before[2 * k - 2], before[2 * k - 1]);
        for (int k = 0; k < radix; k++) {
            float re = 0, im = 0;
            for (int i = 0, at = 0; i < radix; i++) {
                const float *y = z + i * step;
                re += y[0] * roots[2 * at] - y[1] * roots[2 * at + 1];
                im += y[0] * roots[2 * at + 1] + y[1] * roots[2 * at];
                at += k;
                if (at >= radix)
                    at -= radix;
            }
            sums[2 * k] = re, sums[2 * k + 1] = im;
        }
        for (int k = 0; k < radix; k++)
            z[k * step] = sums[2 * k], z[k * step + 1] = sums[2 * k + 1];
        if (after)
            for (int k = 1; k < radix; k++)
                ROTATE(z[k * step], z[k * step + 1], after[2 * k - 2], after[2 * k - 1]);
    }
}

//end
/* sign 1: to frequencies; -1: to points. */
static void divide(float *z, const transform *t, const stage *s, float sign)
{
    float powers[2 * MOST_POWERS];
    /* a part is turned behind its butterfly on the way to frequencies, before it on the way back */
    const float *before = 0, *after = 0, *end = z + 2 * t->points;
    const int length = 2 * s->length, step = 2 * s->step;
    const float half = sine((uint32_t)(s->turn >> 33)), step_a = 2 * half * half;
    const float step_b = -sign * sine((uint32_t)(s->turn >> 32));
    float c = 1, d = 0;
    for (int j = 0; j < s->step; j++, z += 2) {
        if (j) {
            if (j % 32) {
                TURN(c, d, step_a, step_b);
            } else {
                /* what rounding has moved is put right */
                const uint32_t turn = (uint32_t)((s->turn * (uint32_t)j) >> 32);
                c = cosine(turn), d = -sign * sine(turn);
            }
            float re = c, im = d;
            powers[0] = re, powers[1] = im;
            for (int k = 1; k < s->radix - 1; k++) {
                ROTATE(re, im, c, d);
                powers[2 * k] = re, powers[2 * k + 1] = im;
            }
            if (sign > 0)
                after = powers;
            else
                before = powers;
        }
        switch (s->radix) {
//if RADIX2
        case 2: divide2(z, end); break;
//end
//if RADIX3
        case 3: divide3(z, end, length, step, before, after, sign); break;
//end
//if RADIX4
        case 4: divide4(z, end, length, step, before, after, sign); break;
//end
//if RADIX5
        case 5: divide5(z, end, length, step, before, after, sign); break;
//end
//if RADIXES
        default: divide_any(z, end, length, step, before, after, sign, s->radix); break;
//end
        }
    }
}

//if FORWARD
static void to_frequencies(float *z, const transform *t)
{
    for (int s = 0; s < t->stages; s++)
        divide(z, t, &t->stage[s], 1);
}

//end
//if INVERSE
static void to_points(float *z, const transform *t)
{
    for (int s = t->stages - 1; s >= 0; s--)
        divide(z, t, &t->stage[s], -1);
}

//end
