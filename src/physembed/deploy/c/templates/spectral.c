/* In integers of 16 bits, and of 32 on the way to the frequencies. Phases are integers of 2^-32
 * turn, whose overflow is the reduction to one turn.
 */

typedef struct {
    uint32_t cosine, square, delay; /* turns of 1, of k^2 and of k, in 2^-32 */
    uint16_t square_low;            /* of k^2, in 2^-48 */
    int16_t nyquist;
    uint8_t interference; /* 0: none, 1: 2i sin, 2: 4 sin^2, without the 2 or 4 */
    uint8_t comparators;
//if CHANNELS
    uint16_t channel;
//end
} filter;

typedef struct {
    int32_t level;
    int16_t mantissa;
    int8_t exponent;
    uint8_t is_ramp;
} comparator;

@TABLES@
@SHARED@
@BLOCKS@
/* Divided by 2^shift, rounded; upwards where that is negative, by 12 at most. Nothing stays nothing,
 * whatever its shift.
 */
static int32_t down(int32_t value, int shift)
{
    if (shift > 31)
        shift = 31;
    if (shift > 0)
        return (value + (INT32_C(1) << (shift - 1))) >> shift;
    return value * (INT32_C(1) << (-shift & 15));
}

//if INTERFERENCE
static int32_t sine_22(uint32_t turn)
{
    const int32_t half = (int32_t)turn;
    const uint32_t a = (half < 0 ? 0u - turn : turn) >> 15;
    const uint32_t fine = (a * (65536 - a)) >> 14;
    const int32_t v = (int32_t)(fine >> 1);
    const int32_t series =
        25736 + (((25736 + (((9138 + ((1676 * v) >> 17)) * v) >> 17)) * v) >> 17);
    const int32_t size = (int32_t)((uint32_t)series * fine >> 9);
    return half < 0 ? -size : size;
}

//end
@FORWARD@
@BACKWARD@
/* A channel to 14 bits and mean zero, continued by its ends; the root of its sum of squares. */
static uint32_t encode(const int16_t *x, int32_t *y)
{
    uint32_t largest = 0;
    for (int i = 0; i < POINTS; i++) {
        const int32_t away = (int32_t)x[i] - x[0];
        largest |= (uint32_t)(away < 0 ? -away : away);
    }
    int shift = 0;
    for (; largest; largest >>= 1)
        shift++;
    int32_t sum = 0;
    for (int i = 0; i < POINTS; i++) {
        y[i] = (((int32_t)x[i] - x[0]) * 16384 + ((INT32_C(1) << shift) >> 1)) >> shift;
        sum += y[i];
    }
    const int32_t mean = ((sum >> @LENGTH_BITS@) * @RECIPROCAL@ + 16384) >> 15;
    uint64_t square = 0;
    for (int i = 0; i < POINTS; i++) {
        y[i] -= mean;
        square += (uint32_t)(y[i] * y[i]);
        y[i] *= 1 << HEAD_ROOM;
    }
    for (int i = POINTS; i < 2 * HALF; i++)
        y[i] = y[i < AFTER ? POINTS - 1 : 0];
    const uint32_t root = root_of(square);
    /* a constant series counts as if its deviation were one */
    return root ? root : @ROOT@;
}

/* The half of a channel's spectrum: mantissas of 16 bits, and an exponent for each frequency. */
static uint32_t to_spectrum(const int16_t *x, @NAME@_memory *m)
{
    int32_t *z = m->field.wide;
    const uint32_t root = encode(x, z);
    for (int s = 0; s < (int)(sizeof STAGES / sizeof *STAGES); s++)
        divide_wide(z, &STAGES[s]), turn_wide(z, &STAGES[s]);
    split_wide(z);
    for (int i = 0; i < HALF; i++) {
        const int32_t re = m->field.wide[2 * i], im = m->field.wide[2 * i + 1];
        const int bits = bits_of((re ^ (re >> 31)) | (im ^ (im >> 31)));
        const int exponent = bits > 15 ? bits - 15 : 0;
        const int32_t short_re = down(re, exponent), short_im = down(im, exponent);
        m->exponents[i / 2] = (uint8_t)(i & 1 ? m->exponents[i / 2] | exponent << 4 : exponent);
        /* what is written lies below what is still to be read */
        m->field.narrow[2 * i] = (int16_t)(short_re > INT16_MAX ? INT16_MAX : short_re);
        m->field.narrow[2 * i + 1] = (int16_t)(short_im > INT16_MAX ? INT16_MAX : short_im);
    }
    return root;
}

/* What a fibre and an oscillator make of frequency k, in 2^-15. */
static int32_t cosine_at(const filter *f, uint32_t k)
{
    const uint32_t squared = k * k;
    const uint32_t turn =
        f->cosine + f->square * squared + (((squared >> 10) * f->square_low) >> 6);
    return sine_15(turn + (UINT32_C(1) << 30));
}

/* The size of a factor at k in 2^-15, and its exponent. */
static int32_t size_at(const filter *f, uint32_t k, int *exponent)
{
    int32_t size = cosine_at(f, k);
//if INTERFERENCE
    if (f->interference) {
        const int32_t sine = sine_22((f->delay * k) >> (f->interference - 1));
        /* of what is small no digit may be lost, for what it stands before is large */
        uint32_t magnitude = (uint32_t)(sine < 0 ? -sine : sine);
        int by = 7;
        for (; !(magnitude >> 20) && by > -15; by -= 2)
            magnitude <<= 2;
        const int32_t s = (int32_t)(magnitude + 64) >> 7;
        *exponent += f->interference * (by - 7);
        size = times_15(size, f->interference == 2 ? times_15(s, s) : sine < 0 ? -s : s);
    }
//end
    return size;
}

/* Two exponents share a byte. */
static int power_at(const uint8_t *exponents, int place)
{
    return exponents[place / 2] >> (place & 1 ? 4 : 0) & 15;
}

static int most(int a, int b) { return a > b ? a : b; }

/* The larger of an exponent, and of the bits of a product with a point. */
static int raised(int top, int32_t re, int32_t im, int32_t size, int exponent)
{
    /* what neither part exceeds */
    const int32_t in = ((re ^ (re >> 31)) | (im ^ (im >> 31))) - ((re | im) >> 31);
    const int32_t product = in * (size < 0 ? -size : size);
    return product ? most(top, bits_of(product) + exponent) : top;
}

/* The half of a spectrum times a factor; its exponent. */
static int apply(const filter *f, const int16_t *in, const uint8_t *exponents, int16_t *out)
{
    int top = LEAST_EXPONENT, zero_power = power_at(exponents, 0);
    top = raised(top, in[1], 0, f->nyquist, zero_power);
    for (int k = 0, at = 0; k < HALF; k++, at = next_place(at)) {
        int e = power_at(exponents, at);
        const int32_t size = size_at(f, (uint32_t)k, &e);
        const int32_t re = in[2 * at], im = k ? in[2 * at + 1] : 0;
        /* no product has more bits than these */
        if (e + 30 > top)
            top = raised(top, re, im, size, e);
        out[2 * at] = (int16_t)size, out[2 * at + 1] = (int16_t)e;
    }
    top -= 13;
    /* the first holds two, both real */
    out[0] = (int16_t)down(in[0] * out[0], top - out[1]);
    out[1] = (int16_t)down(in[1] * f->nyquist, top - zero_power);
    for (int i = 2; i < 2 * HALF; i += 2) {
        int32_t size = out[i], half = 0;
        int shift = top - out[i + 1];
        if (shift > 31)
            shift = 31;
        if (shift > 0)
            half = INT32_C(1) << (shift - 1);
        else
            /* as in down: of what is not nothing, top counts a bit at least */
            size *= INT32_C(1) << (-shift & 15), shift = 0;
        const int32_t re = (in[i] * size + half) >> shift, im = (in[i + 1] * size + half) >> shift;
        if (f->interference == 1)
            /* times i */
            out[i] = (int16_t)-im, out[i + 1] = (int16_t)re;
        else
            out[i] = (int16_t)re, out[i + 1] = (int16_t)im;
    }
    return top - 15 - HEAD_ROOM + f->interference;
}

/* What a comparator reads of a record, in 2^-12; the deviation, 2^bits times ``sixteen``. */
static int32_t read(const comparator *c, const int16_t *record, int exponent, uint32_t inverse,
                    int bits)
{
    const int32_t gain = (int32_t)((uint32_t)c->mantissa * inverse >> 16);
    int shift = 3 - c->exponent - exponent + bits;
    /* a unit of a record that large is four widths or more, in which the level is told, too */
    const int32_t level = shift < 0 ? c->level >> (shift < -31 ? 31 : -shift) : c->level;
    shift = shift < 0 ? 0 : shift > 31 ? 31 : shift;
    int32_t total = 0;
    for (int i = 0; i < POINTS; i++) {
        int32_t excess = ((record[i] * gain) >> shift) - level;
        const int below = excess < 0;
        if (below)
            excess = -excess;
        if (excess > INT16_MAX)
            excess = INT16_MAX;
@RESPONSE@
        total += below ? -excess : excess;
    }
    const int32_t mean = ((total >> @LENGTH_BITS@) * @RECIPROCAL@ + 16384) >> 15;
//if ARCSINE
    return arcsine((UINT32_C(1) << 29) + (uint32_t)(mean * 16381));
//else
    return (32768 + mean + 8) >> 4;
//end
}

@READOUT@
static void read_all(const int16_t *x, @NAME@_memory *m, int32_t *row)
{
    const comparator *c = COMPARATORS;
    int place = 0;
    uint32_t inverse = 0;
    int bits = 0;
    for (int n = 0; n < (int)(sizeof FILTERS / sizeof *FILTERS); n++) {
        const filter *f = &FILTERS[n];
//if CHANNELS
        if (!n || f->channel != f[-1].channel) {
            uint32_t root = to_spectrum(x + f->channel * POINTS, m);
//else
        if (!n) {
            uint32_t root = to_spectrum(x, m);
//end
            /* the deviation as 16 bits and an exponent, and 2^31 over the former */
            for (bits = 0; root >> 16; root >>= 1)
                bits++;
            for (; !(root >> 15); root <<= 1)
                bits--;
            inverse = (UINT32_C(1) << 31) / root;
        }
        int16_t *record = m->field.narrow + 2 * HALF;
        int exponent = apply(f, m->field.narrow, m->exponents, record);
        int32_t all = split_narrow(record);
        for (const stage *s = STAGES + sizeof STAGES / sizeof *STAGES; s-- > STAGES;) {
            const int by = bits_of(all) - s->room;
            exponent += by;
            turn_narrow(record, s, by);
            all = divide_narrow(record, s);
        }
        for (int k = 0; k < f->comparators; k++, c++) {
            const int32_t reading = read(c, record, exponent, inverse, bits);
            weigh(place++, reading, row);
        }
    }
}
