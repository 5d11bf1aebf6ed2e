/* What a field is multiplied by, at a frequency or at a point.
 *
 * Phases are polynomials of its number k, or pieces of such, each from its FIRSTS on. Their
 * coefficients are integers, in 2^-64 turn, and what overflows is whole turns: exact, whatever the
 * size of the phase.
 */

//if STEPS
enum { BLOCK = 16 };

static void circle(uint64_t turn, float *c, float *s)
{
    *c = cosine((uint32_t)(turn >> 32)), *s = sine((uint32_t)(turn >> 32));
}

//end
//if PHASE
typedef struct {
//if STEPS
    uint64_t turn[PHASE_ORDER]; /* phase at its first k, by how much it grows, and so on */
//else
    uint64_t turn[PHASE_ORDER]; /* of 1, k, ... */
//end
} piece;

@PIECES@
//end
typedef struct {
//if COSINE
    uint64_t cosine[COSINE_ORDER]; /* of 1, k^2, ... */
//end
//if DELAYS
    uint64_t delay[DELAYS]; /* turns from one k to the next */
//end
//if TABLE
    const float *table; /* real and imaginary parts by ascending k, or null */
//end
    float gain;
//if NYQUIST
    float nyquist;
//end
//if PHASE
    uint16_t piece; /* the first of them */
    uint8_t n_pieces;
//end
//if DELAYS
    uint8_t interference[DELAYS]; /* 0: none, 1: 2i sin, 2: 2 - 2 cos */
//end
} factor;

//if COSINE_AT
static inline uint32_t turns(const uint64_t *coefficient, int order, uint32_t k)
{
    uint64_t turn = coefficient[order - 1];
    for (int i = order - 2; i >= 0; i--)
        turn = turn * k + coefficient[i];
    return (uint32_t)(turn >> 32);
}

//end
//if AT
//if PIECES
static const piece *piece_at(const factor *f, int k)
{
    int i = f->piece + f->n_pieces - 1;
    while (i > f->piece && k < FIRSTS[i])
        i--;
    return &PIECES[i];
}

//end
/* The factor at k, the row-th of a table. */
static inline void at(const factor *f, int k, int row, float *re_, float *im_)
{
    float re = f->gain, im = 0;
//if COSINE
    re *= cosine(turns(f->cosine, COSINE_ORDER, (uint32_t)(k * k)));
//end
//if PHASE
    if (f->n_pieces) {
//if PIECES
        const uint64_t *polynomial = piece_at(f, k)->turn;
//else
        const uint64_t *polynomial = PIECES[f->piece].turn;
//end
        uint64_t turn = polynomial[PHASE_ORDER - 1];
        for (int i = PHASE_ORDER - 2; i >= 0; i--)
            turn = turn * (uint64_t)(int64_t)k + polynomial[i];
        im = re * sine((uint32_t)(turn >> 32)), re *= cosine((uint32_t)(turn >> 32));
    }
//end
//if DELAYS
    for (int d = 0; d < DELAYS; d++)
        if (f->interference[d]) {
            const uint32_t turn = (uint32_t)((f->delay[d] * (uint64_t)(int64_t)k) >> 32);
            /* 2 - 2 cos(x) = 4 sin(x / 2)^2, without cancellation */
            const int twice = f->interference[d] == 2;
            const float s = 2 * sine(twice ? turn >> 1 : turn), old = re;
            re = twice ? re * s * s : -im * s, im = twice ? im * s * s : old * s;
        }
//end
//if TABLE
    if (f->table) {
        const float *w = f->table + 2 * row;
        ROTATE(re, im, w[0], w[1]);
    }
//end
    *re_ = re, *im_ = im;
    (void)k, (void)row;
}

//end
//if HALF_SAME
/* The half of a real field times a factor that keeps it real, as the transform of its even and
 * odd points, one complex number each: to_points makes the field of it.
 */
//if QUADRATIC
static void filter(float *out, const float *in, const transform *t, const factor *f)
{
    const uint64_t quadratic = f->cosine[1], half_turn = t->half_turn;
    const uint32_t points = t->points;
    /* phases of the two cosines, and by how much they grow; the difference of that is constant */
    uint64_t up_phase = f->cosine[0], up_grows = quadratic;
    uint64_t down_phase = f->cosine[0] + quadratic * (points * points);
    uint64_t down_grows = quadratic * (uint64_t)(1 - 2 * (int64_t)points);
    const int kind = f->interference[0];
    const uint64_t delay = kind == 2 ? f->delay[0] >> 1 : f->delay[0];
    const uint32_t far = (uint32_t)((delay * points) >> 32);
    const float far_c = cosine(far), far_s = sine(far);
    const float step_half = sine((uint32_t)(delay >> 33)), step_a = 2 * step_half * step_half;
    const float step_b = sine((uint32_t)(delay >> 32));
    const float turn_half = sine((uint32_t)(half_turn >> 33)), turn_a = 2 * turn_half * turn_half;
    const float turn_b = sine((uint32_t)(half_turn >> 32));
    /* half of it, for even and odd points are each half of a sum */
    const float gain = kind == 2 ? 2 * f->gain : kind == 1 ? f->gain : 0.5f * f->gain;
    float c = 1, s = 0, re = 1, im = 0;
    const float zero = kind ? 0 : in[0] * gain * cosine((uint32_t)(up_phase >> 32));
    const float last = 0.5f * in[1] * f->nyquist;
    out[0] = zero + last, out[1] = zero - last;
    int up = 0, down = 0;
    for (uint32_t k = 1; 2 * k <= points; k++) {
        up = next_place(up, t), down = previous_place(down, t);
        up_phase += up_grows, up_grows += 2 * quadratic;
        down_phase += down_grows, down_grows += 2 * quadratic;
        if (k % 64) {
            TURN(c, s, turn_a, turn_b);
            TURN(re, im, step_a, step_b);
        } else {
            /* what rounding has moved is put right */
            const uint32_t turn = (uint32_t)((half_turn * k) >> 32);
            const uint32_t here = (uint32_t)((delay * k) >> 32);
            c = cosine(turn), s = sine(turn), re = cosine(here), im = sine(here);
        }
        float a = gain * cosine((uint32_t)(up_phase >> 32));
        float b = gain * cosine((uint32_t)(down_phase >> 32));
        if (kind) {
            const float far_im = far_s * re - far_c * im;
            a *= im, b *= far_im;
            if (kind == 2)
                a *= im, b *= far_im;
        }
        float a0 = a * in[2 * up], a1 = a * in[2 * up + 1];
        float b0 = b * in[2 * down], b1 = b * in[2 * down + 1];
        if (kind == 1) {
            const float kept = a0, other = b0;
            a0 = -a1, a1 = kept, b0 = -b1, b1 = other;
        }
        const float even0 = a0 + b0, even1 = a1 - b1, odd0 = a0 - b0, odd1 = a1 + b1;
        const float w0 = -odd1 * c - odd0 * s, w1 = odd0 * c - odd1 * s;
        out[2 * up] = even0 + w0, out[2 * up + 1] = even1 + w1;
        out[2 * down] = even0 - w0, out[2 * down + 1] = w1 - even1;
    }
}
//else
static void filter(float *out, const float *in, const transform *t, const factor *f)
{
    float re, im;
    at(f, 0, 0, &re, &im);
    const float zero = in[0] * re, last = in[1] * f->nyquist;
    out[0] = 0.5f * (zero + last), out[1] = 0.5f * (zero - last);
    int up = 0, down = 0;
    for (int k = 1; 2 * k <= t->points; k++) {
        up = next_place(up, t), down = previous_place(down, t);
        float a0 = in[2 * up], a1 = in[2 * up + 1], b0 = in[2 * down], b1 = in[2 * down + 1];
        at(f, k, k, &re, &im);
        ROTATE(a0, a1, re, im);
        at(f, t->points - k, t->points - k, &re, &im);
        ROTATE(b0, b1, re, im);
        const uint32_t turn = (uint32_t)((t->half_turn * (uint32_t)k) >> 32);
        const float c = cosine(turn), s = sine(turn);
        const float even0 = a0 + b0, even1 = a1 - b1, odd0 = a0 - b0, odd1 = a1 + b1;
        const float w0 = -odd1 * c - odd0 * s, w1 = odd0 * c - odd1 * s;
        out[2 * up] = 0.5f * (even0 + w0), out[2 * up + 1] = 0.5f * (even1 + w1);
        out[2 * down] = 0.5f * (even0 - w0), out[2 * down + 1] = 0.5f * (w1 - even1);
    }
}

//end
//end
//if HALF_FULL
/* The half of a real field, t, by any factor: a full spectrum, of twice the points, u. */
static void filter_whole(float *out, const float *in, const transform *t, const transform *u,
                         const factor *f)
{
    const int half = t->points;
    int to = u->middle, from = 0;
    for (int k = -half; k < half; k++, to = next_place(to, u)) {
        float re, im, a = in[2 * from], b = in[2 * from + 1];
        if (k == -half)
            a = b, b = 0;
        else if (k == 0)
            b = 0;
        else if (k < 0)
            b = -b;
        at(f, k, k + half, &re, &im);
        ROTATE(a, b, re, im);
        out[2 * to] = a, out[2 * to + 1] = b;
        from = k < 0 ? previous_place(from, t) : next_place(from, t);
    }
}

//end
//if FULL
//if STEPS
/* At points in their order, or at the frequencies of t where there is one. Of quadratic phases two
 * rotations lead from one to the next, and every BLOCK of them is begun anew with phases of
 * integers.
 */
static void multiply(float *out, const float *in, int points, const @ORDER@ *t, const factor *f)
{
    const int last = f->piece + f->n_pieces - 1;
    int place = @FIRST_PLACE@;
    for (int k = -(points / 2), i = f->piece; i <= last; i++) {
        const uint64_t bends = PIECES[i].turn[2];
//if PIECES
        const int end = i < last ? FIRSTS[i + 1] : points - points / 2;
//else
        const int end = points - points / 2;
//end
        uint64_t turn = PIECES[i].turn[0], grows = PIECES[i].turn[1];
        float c, s, c_step, s_step, c_bend, s_bend;
        circle(bends, &c_bend, &s_bend);
        while (k < end) {
            const int stop = end - k < BLOCK ? end : k + BLOCK;
            circle(turn, &c, &s), circle(grows, &c_step, &s_step);
            c *= f->gain, s *= f->gain;
            for (; k < stop; k++) {
                float a = in[2 * place], b = in[2 * place + 1];
                ROTATE(a, b, c, s);
                out[2 * place] = a, out[2 * place + 1] = b;
                ROTATE(c, s, c_step, s_step);
                ROTATE(c_step, s_step, c_bend, s_bend);
                place = @NEXT_PLACE@;
            }
            turn += BLOCK * grows + BLOCK * (BLOCK - 1) / 2 * bends, grows += BLOCK * bends;
        }
    }
    (void)t;
}
//else
/* At points in their order, or at the frequencies of t where there is one. */
static void multiply(float *out, const float *in, int points, const @ORDER@ *t, const factor *f)
{
    for (int i = 0, place = @FIRST_PLACE@; i < points; i++, place = @NEXT_PLACE@) {
        float re, im, a = in[2 * place], b = in[2 * place + 1];
        at(f, i - points / 2, i, &re, &im);
        ROTATE(a, b, re, im);
        out[2 * place] = a, out[2 * place + 1] = b;
    }
    (void)t;
}
//end

//end
//if EXPAND
/* Real points as complex ones, in place. */
static void expand(float *z, int points)
{
    for (int i = points - 1; i >= 0; i--)
        z[2 * i] = z[i], z[2 * i + 1] = 0;
}

//end
//if KERR
static void kerr(float *z, int points, const float *slope, int each)
{
    for (int i = 0; i < points; i++, z += 2, slope += each) {
        const float turns = *slope * (z[0] * z[0] + z[1] * z[1]);
        /* what is below a turn, in 2^-32 turn */
        const float part = turns - (float)(int32_t)turns;
        const uint32_t turn = (uint32_t)(int32_t)(part * 2147483520.0f) << 1;
        const float c = cosine(turn), s = sine(turn);
        ROTATE(z[0], z[1], c, s);
    }
}

//end
