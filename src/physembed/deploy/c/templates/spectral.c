/* In integers of 16 bits, and of 32 on the way to the frequencies. Phases are integers of 2^-32
 * turn, whose overflow is the reduction to one turn.
 */

typedef struct {
    uint64_t turn; /* 2^64 / length */
    uint32_t short_turn; /* 2^32 / length */
    uint16_t length, step;
    uint8_t radix, room; /* bits that a point may have before it is divided */
} stage;

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
/* Bits of a magnitude; of -n, those of n - 1. */
static int bits_of(int32_t value)
{
    uint32_t magnitude = (uint32_t)(value ^ (value >> 31));
    int bits = 0;
    if (magnitude >> 16)
        bits = 16, magnitude >>= 16;
    if (magnitude >> 8)
        bits += 8, magnitude >>= 8;
    for (; magnitude; magnitude >>= 1)
        bits++;
    return bits;
}

/* Divided by 2^shift, rounded; upwards where that is negative. */
static int32_t down(int32_t value, int shift)
{
    if (shift > 0)
        return (value + (INT32_C(1) << (shift - 1))) >> shift;
    return value * (INT32_C(1) << -shift);
}

/* Sines, with half turns a from 0 to 1, are power series in v = a (1 - a). */
static int32_t sine_15(uint32_t turn)
{
    const int32_t half = (int32_t)turn;
    const uint32_t a = (half < 0 ? 0u - turn : turn) >> 15;
    const int32_t v = (int32_t)((a * (65536 - a)) >> 15);
    const int32_t series =
        25736 + (((25736 + (((9138 + ((1676 * v) >> 17)) * v) >> 17)) * v) >> 17);
    const int32_t size = (int32_t)((uint32_t)series * (uint32_t)v >> 15);
    return half < 0 ? -size : size;
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
static int32_t sine_30(uint32_t turn)
{
    static const int32_t COEFFICIENTS[] = {6481318, 54919126, 299437870, 843314697, 843314855};
    const int32_t half = (int32_t)turn;
    const uint32_t a = half < 0 ? 0u - turn : turn;
    const int32_t v = (int32_t)(((uint64_t)a * ((UINT32_C(1) << 31) - a)) >> 31);
    int32_t series = 0;
    for (int i = 0; i < 5; i++)
        series = COEFFICIENTS[i] + (int32_t)(((int64_t)series * v) >> 31);
    const int32_t size = (int32_t)(((int64_t)series * v) >> 29);
    return half < 0 ? -size : size;
}

static int32_t times_15(int32_t value, int32_t factor) { return (value * factor + 16384) >> 15; }

static int32_t times_30(int32_t value, int32_t factor)
{
    return (int32_t)(((int64_t)value * factor + (INT64_C(1) << 29)) >> 30);
}

@FORWARD@
@BACKWARD@
//if NEXT
/* The place of the next frequency; after the last one comes the first. */
static int next_place(int at)
{
    const stage *s = STAGES;
    while ((at += s->step) >= s->length) {
        at -= s->length;
        if (s->step == 1)
            break;
        s++;
    }
    return at;
}

/* The place of the frequency before. */
static int previous_place(int at)
{
    const stage *s = STAGES;
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
        divide_wide(z, &STAGES[s]);
    const int32_t zero = z[0];
    z[0] = zero + z[1], z[1] = zero - z[1];
    for (int k = 1, up = 0, back = 0; 2 * k <= HALF; k++) {
        const uint32_t turn = (uint32_t)((HALF_TURN * (uint32_t)k) >> 32);
        const int32_t c = sine_30(turn + (UINT32_C(1) << 30)), s = sine_30(turn);
        up = next_place(up), back = previous_place(back);
        int32_t *a = z + 2 * up, *b = z + 2 * back;
        const int32_t even0 = a[0] + b[0], even1 = a[1] - b[1];
        const int32_t odd0 = a[0] - b[0], odd1 = a[1] + b[1];
        const int32_t w0 = times_30(odd1, c) - times_30(odd0, s);
        const int32_t w1 = -times_30(odd0, c) - times_30(odd1, s);
        a[0] = (even0 + w0 + 1) >> 1, a[1] = (even1 + w1 + 1) >> 1;
        b[0] = (even0 - w0 + 1) >> 1, b[1] = (w1 - even1 + 1) >> 1;
    }
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

static int bits_of_size(int32_t value) { return bits_of(value < 0 ? -value : value); }

/* The size of a factor at k in 2^-15, and its exponent. */
static int32_t size_at(const filter *f, uint32_t k, int *exponent)
{
    const int32_t size = cosine_at(f, k);
    *exponent = 0;
//if INTERFERENCE
    if (f->interference) {
        int32_t s = sine_22((f->delay * k) >> (f->interference - 1));
        /* of what is small no digit may be lost, for what it stands before is large */
        const int by = bits_of_size(s) - 15;
        s = down(s, by);
        *exponent = f->interference * (by - 7);
        return times_15(size, f->interference == 2 ? times_15(s, s) : s);
    }
//end
    return size;
}

/* Two exponents share a byte. */
static int power_at(const uint8_t *exponents, int place)
{
    return exponents[place / 2] >> (place & 1 ? 4 : 0) & 15;
}

/* A product, brought to the exponent of all. */
static int32_t shrunk(int32_t value, int32_t size, int shift)
{
    return down(value * size, shift > 31 ? 31 : shift);
}

static int most(int a, int b) { return a > b ? a : b; }

/* The half of a spectrum times a factor, as the transform of even and odd points; its exponent. */
static int apply(const filter *f, const int16_t *in, const uint8_t *exponents, int16_t *out)
{
    int e;
    /* of an interferometer's constant nothing is left */
    const int constant = f->interference ? 0 : bits_of(in[0]) + bits_of_size(cosine_at(f, 0));
    int top = most(constant, bits_of(in[1]) + bits_of_size(f->nyquist)) + power_at(exponents, 0);
    for (int k = 1, up = 0; k < HALF; k++) {
        up = next_place(up);
        int bits = most(bits_of(in[2 * up]), bits_of(in[2 * up + 1])) + power_at(exponents, up);
        /* no factor has more bits than these */
        if (bits + 18 > top) {
            bits += bits_of_size(cosine_at(f, (uint32_t)k));
//if INTERFERENCE
            if (f->interference)
                bits += f->interference
                        * (bits_of_size(sine_22((f->delay * (uint32_t)k) >> (f->interference - 1)))
                           - 22);
//end
            top = most(top, bits);
        }
    }
    top -= 13;
    const int32_t zero_size = size_at(f, 0, &e) * (f->interference != 1);
    const int zero_power = power_at(exponents, 0) + e, last_power = zero_power - e;
    int32_t size;
    const int32_t zero = shrunk(in[0], zero_size, top - zero_power);
    const int32_t last = shrunk(in[1], f->nyquist, top - last_power);
    out[0] = (int16_t)((zero + last + 1) >> 1), out[1] = (int16_t)((zero - last + 1) >> 1);
    for (int k = 1, up = 0, back = 0; 2 * k <= HALF; k++) {
        const uint32_t turn = SHORT_HALF_TURN * (uint32_t)k;
        const int32_t c = sine_15(turn + (UINT32_C(1) << 30)), s = sine_15(turn);
        up = next_place(up), back = previous_place(back);
        size = size_at(f, (uint32_t)k, &e);
        int shift = top - power_at(exponents, up) - e;
        int32_t a0 = shrunk(in[2 * up], size, shift), a1 = shrunk(in[2 * up + 1], size, shift);
        size = size_at(f, (uint32_t)(HALF - k), &e);
        shift = top - power_at(exponents, back) - e;
        int32_t b0 = shrunk(in[2 * back], size, shift), b1 = shrunk(in[2 * back + 1], size, shift);
        if (f->interference == 1) {
            /* times i */
            const int32_t kept = a0, other = b0;
            a0 = -a1, a1 = kept, b0 = -b1, b1 = other;
        }
        const int32_t even0 = a0 + b0, even1 = a1 - b1, odd0 = a0 - b0, odd1 = a1 + b1;
        const int32_t w0 = -times_15(odd1, c) - times_15(odd0, s);
        const int32_t w1 = times_15(odd0, c) - times_15(odd1, s);
        out[2 * up] = (int16_t)((even0 + w0 + 1) >> 1);
        out[2 * up + 1] = (int16_t)((even1 + w1 + 1) >> 1);
        out[2 * back] = (int16_t)((even0 - w0 + 1) >> 1);
        out[2 * back + 1] = (int16_t)((w1 - even1 + 1) >> 1);
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

static void read_all(const int16_t *x, @NAME@_memory *m, int32_t *row)
{
    const comparator *c = COMPARATORS;
    const int16_t *weight = WEIGHTS;
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
        for (int s = (int)(sizeof STAGES / sizeof *STAGES) - 1; s >= 0; s--)
            exponent += divide_narrow(record, &STAGES[s]);
        for (int k = 0; k < f->comparators; k++, c++) {
            const int32_t reading = read(c, record, exponent, inverse, bits);
            for (int r = 0; r < ROWS; r++)
                row[r] += *weight++ * reading;
        }
    }
}
