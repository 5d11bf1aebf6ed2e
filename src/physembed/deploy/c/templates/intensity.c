/* In integers of 16 bits. A field is brought to the bits that the next step has room for, and by
 * how far is forgotten: intensities are seen beside their mean.
 */

typedef struct {
    uint64_t slope, curvature; /* differences of a quadratic phase, in 2^-64 turn */
    uint32_t value;            /* of its first point, in 2^-32 */
    uint16_t points;
} piece;

typedef struct {
    uint16_t first, points;
} band;

typedef struct {
    const piece *pieces;
    const band *bands;
    uint8_t phases, n_bands, energy_bits;
} path;

@TABLES@
@BLOCKS@
@TRANSFORM@
/* Conjugate points to conjugate frequencies; bits that these do not exceed. */
static int to_frequencies(int16_t *z, int bits)
{
    for (const stage *s = STAGES; s < STAGES + sizeof STAGES / sizeof *STAGES; s++) {
        shift_points(z, z + 2 * HALF, 2, 15 + bits - s->room);
        /* turned, a part may have a bit more */
        bits = bits_of(divide_narrow(z, s)) + (s->step > 1);
        turn_narrow(z, s, 0);
    }
    return bits;
}

/* Frequencies to points; their bits. */
static int to_points(int16_t *z, int bits)
{
    for (const stage *s = STAGES + sizeof STAGES / sizeof *STAGES; s-- > STAGES;) {
        turn_narrow(z, s, bits - s->room);
        bits = bits_of(divide_narrow(z, s));
    }
    return bits;
}

/* The complex envelope of a channel, its spectrum not yet about zero; its bits. */
static int envelope(const int16_t *x, int16_t *z)
{
    uint32_t largest = 0;
    for (int i = 0; i < POINTS; i++) {
        const int32_t away = (int32_t)x[i] - x[0];
        largest |= (uint32_t)(away < 0 ? -away : away);
    }
    int shift = 0;
    for (; largest; largest >>= 1)
        shift++;
    int32_t sum = 0, all = 0;
    for (int i = 0; i < POINTS; i++) {
        z[i] = (int16_t)((((int32_t)x[i] - x[0]) * 16384 + ((INT32_C(1) << shift) >> 1)) >> shift);
        sum += z[i];
    }
    const int32_t mean = ((sum >> @LENGTH_BITS@) * @RECIPROCAL@ + 16384) >> 15;
    for (int i = 0; i < POINTS; i += 2)
        all |= put_narrow(z + i, (z[i] - mean + 1) >> 1, -((z[i + 1] - mean + 1) >> 1));
    const int bits = to_frequencies(z, bits_of(all));
    shift_points(z, z + 2 * HALF, 2, 15 + bits - @FILTERED_BITS@);
    all = split_narrow(z);
    /* the mean is gone, and the last frequency is nobody's */
    z[0] = z[1] = 0;
    for (int i = 1; i < 2 * HALF; i += 2)
        z[i] = (int16_t)-z[i];
    return to_points(z, bits_of(all));
}

static uint32_t energy(const int16_t *z) { return (uint32_t)(z[0] * z[0]) + (uint32_t)(z[1] * z[1]); }

//if ALIGNED
/* By how many points the energy's centroid is behind the middle. */
static int centroid(const int16_t *z)
{
    /* the sum of all sums from the start on: from the end, every point as often as it is far */
    uint64_t total = 0, moment = 0;
    for (int i = 0; i < HALF; i++) {
        total += energy(z + 2 * i);
        moment += total;
    }
    if (!total)
        return 0;
    int from_end = 0;
    for (int bit = @POINT_BITS@; bit >= 0; bit--)
        if (moment >= total << bit)
            moment -= total << bit, from_end += 1 << bit;
    return HALF - HALF / 2 - from_end - (2 * moment >= total);
}

//end
static int wrapped(int at) { return at < 0 ? at + HALF : at < HALF ? at : at - HALF; }

/* A phase of every point or frequency, from the place of the first on; ``bits`` become those of
 * what comes out, conjugate on the way to the frequencies.
 */
static const piece *delay(int16_t *z, const piece *p, int at, int at_frequencies, int *bits)
{
    const int shift = *bits > 14 ? *bits + 1 : 15;
    const int32_t half = INT32_C(1) << (shift - 1);
    int32_t all = 0;
    for (int left = HALF; left; p++) {
        uint64_t phase = (uint64_t)p->value << 32, slope = p->slope;
        for (int n = p->points; n; n--, left--) {
            const uint32_t turn = (uint32_t)(phase >> 32);
            const int32_t c = sine_15(turn + (UINT32_C(1) << 30)), s = sine_15(turn);
            int16_t *q = z + 2 * at;
            const int32_t re = q[0], im = at_frequencies ? -q[1] : q[1];
            const int32_t out = (re * s + im * c + half) >> shift;
            all |= put_narrow(q, (re * c - im * s + half) >> shift, at_frequencies ? out : -out);
            phase += slope, slope += p->curvature;
            at = at_frequencies ? next_place(at) : wrapped(at + 1);
        }
    }
    *bits = bits_of(all);
    return p;
}

/* log2 in 2^-12, of nothing as of one. */
static int32_t logarithm(uint32_t value)
{
    if (!value)
        return 0;
    const int bits = bits_of((int32_t)value);
    const int32_t x = (int32_t)(value << (32 - bits) << 1 >> 17);
    const int32_t g = @LOGARITHM@;
    return (bits - 1) * 4096 + ((x + (((x * (32768 - x) >> 15) * g) >> 15)) >> 3);
}

@READOUT@
/* Bands of a path beside their mean, times their weights, of which these are the first. */
static void read(const path *f, @NAME@_memory *m, int away, int bits, int first, int32_t *row)
{
    const int shift = 2 * bits + 1 - f->energy_bits;
    uint32_t mean = 0;
    for (int j = 0; j < f->n_bands; j++) {
        const band *b = &f->bands[j];
        uint32_t sum = 0;
        for (int n = b->points, at = wrapped(b->first + away); n; n--, at = wrapped(at + 1)) {
            const uint32_t light = energy(m->field + 2 * at);
            sum += shift > 0 ? light >> shift : light << -shift;
        }
        m->bands[j] = sum / b->points;
        mean += m->bands[j];
    }
    mean /= f->n_bands;
    if (!mean)
        mean = UINT32_C(@SILENT@);
    const int32_t level = logarithm(mean);
    for (int j = 0; j < f->n_bands; j++) {
        const int32_t reading = logarithm(m->bands[j] + mean / @FLOOR@) - level;
        weigh(first + j, reading, row);
    }
}

static void read_all(const int16_t *x, @NAME@_memory *m, int32_t *row)
{
    int16_t *z = m->field;
    int first = 0;
    for (const path *f = PATHS; f < PATHS + sizeof PATHS / sizeof *PATHS; f++) {
        int bits = envelope(x, z);
//if ALIGNED
        /* where the middle of the window is, there is the centroid */
        const int away = centroid(z);
//else
        const int away = 0;
//end
        const piece *p = f->pieces;
        for (int n = 0; n < f->phases; n += 2) {
            p = delay(z, p, wrapped(away), 0, &bits);
            bits = to_frequencies(z, bits);
            p = delay(z, p, LOWEST, 1, &bits);
            bits = to_points(z, bits);
        }
        read(f, m, away, bits, first, row);
        first += f->n_bands;
    }
}
