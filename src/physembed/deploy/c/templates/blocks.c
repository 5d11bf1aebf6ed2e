/* A turn of a point of the unit circle: what is added to it, in 2^-(15 + shift). */
typedef struct {
    uint16_t sine, versine;
    uint8_t shift;
} small_turn;

typedef struct {
//if WIDE
    int32_t turn[2]; /* cosine and sine of a turn over the length, in 2^-30 */
//end
    small_turn small;
//if RADIXES
//if WIDE
    int32_t root[2]; /* over the radix */
//end
    small_turn small_root;
//end
    uint16_t length, step;
    uint8_t radix, room; /* bits that a point may have before it is divided */
} stage;

@STAGES@
/* Bits of a magnitude; of -n, those of n - 1. */
static int bits_of(int32_t value)
{
    static const uint8_t BITS[] = {0, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4};
    uint32_t magnitude = (uint32_t)(value ^ (value >> 31));
    int bits = 0;
    if (magnitude >> 16)
        bits = 16, magnitude >>= 16;
    if (magnitude >> 8)
        bits += 8, magnitude >>= 8;
    if (magnitude >> 4)
        bits += 4, magnitude >>= 4;
    return bits + BITS[magnitude];
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

static int32_t to_15(int32_t value) { return (value + 16384) >> 15; }

//if TIMES
static int32_t times_15(int32_t value, int32_t factor) { return to_15(value * factor); }

//end
//if CONSTANTS
/* In halves of 15 bits, the product of both lower ones left out. */
static int32_t times_30(int32_t value, int32_t factor)
{
    const int32_t high = to_15(value), low = value - high * 32768;
    const int32_t above = to_15(factor), below = factor - above * 32768;
    return high * above + to_15(high * below + low * above);
}

//end
//if WIDE
/* A point of 32 bits times one of the unit circle, in 2^-30. */
static void turn_30(int32_t *v, const int32_t *w)
{
    const int32_t x = to_15(v[0]), x_low = v[0] - x * 32768;
    const int32_t y = to_15(v[1]), y_low = v[1] - y * 32768;
    const int32_t c = to_15(w[0]), c_low = w[0] - c * 32768;
    const int32_t s = to_15(w[1]), s_low = w[1] - s * 32768;
    v[0] = x * c - y * s + to_15(x * c_low + x_low * c - y * s_low - y_low * s);
    v[1] = x * s + y * c + to_15(x * s_low + x_low * s + y * c_low + y_low * c);
}

//end
/* A point of the unit circle in 2^-30, turned on. */
static void turn_on(int32_t *w, const small_turn *by)
{
    const int32_t x = to_15(w[0]), y = to_15(w[1]);
    w[0] -= (x * by->versine + y * by->sine) >> by->shift;
    w[1] += (x * by->sine - y * by->versine) >> by->shift;
}

/* A point of 16 bits times one of the unit circle, in 2^-15. */
static void turn_15(int32_t *v, const int32_t *w)
{
    const int32_t re = v[0];
    v[0] = to_15(re * w[0] - v[1] * w[1]);
    v[1] = to_15(re * w[1] + v[1] * w[0]);
}

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
