/* In whole numbers alone. Samples are stored 2^15 above what they are, so that they have no sign;
 * a filter's sum starts with what that adds to it.
 */

#ifdef __GNUC__
#define APART __attribute__((noinline)) /* has all registers to itself */
#else
#define APART
#endif

typedef struct {
    uint16_t half; /* taps on either side of the middle one */
    uint8_t odd;   /* whether those on one side have the other sign */
    uint8_t times; /* thresholds, in ascending order, above which points are counted */
    uint8_t comparators; /* with those of which the crossings are */
    uint8_t shift; /* of the levels, and one more */
//if CHANNELS
    uint16_t channel;
//end
} filter;

@TABLES@
@SHARED@
/* A channel to 14 bits and mean zero, continued by its ends; the root of its sum of squares. */
static uint32_t encode(const int16_t *x, uint16_t *series)
{
    uint16_t *y = series + MARGIN;
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
        const int32_t away = (int32_t)x[i] - x[0];
        const int32_t scaled = (away * 16384 + ((INT32_C(1) << shift) >> 1)) >> shift;
        sum += scaled;
        y[i] = (uint16_t)(scaled + 32768);
    }
    const int32_t mean = ((sum >> @LENGTH_BITS@) * @RECIPROCAL@ + 16384) >> 15;
    uint64_t square = 0;
    for (int i = 0; i < POINTS; i++) {
        y[i] = (uint16_t)(y[i] - mean);
        const int32_t centred = (int32_t)y[i] - 32768;
        square += (uint32_t)(centred * centred);
    }
    for (int i = 0; i < MARGIN; i++)
        series[i] = y[0];
    for (int i = POINTS; i < POINTS + MARGIN + 1; i++)
        y[i] = y[POINTS - 1];
    const uint32_t root = root_of(square);
    /* a constant series counts as if its deviation were one */
    return root ? root : @ROOT@;
}

/* A comparator: its threshold, what it has counted, and what it said before. */
typedef struct {
    int32_t threshold;
    uint16_t count;
    uint16_t before;
} comparator;

/* level · root / 2^(shift - 1), which moves with the deviation in place of the series; root has 22
 * bits. What is beyond 32 bits no sum reaches, and stands at their end.
 */
static APART int32_t threshold(int32_t level, uint32_t root, int shift)
{
    int32_t high = level * (int32_t)(root >> 7) + (level * (int32_t)(root & 127) >> 7);
    shift -= 8;
    if (shift >= 0)
        return high >> shift;
    const int32_t most = INT32_MAX >> -shift;
    if (high > most)
        high = most;
    if (high < -most)
        high = -most;
    return high * (INT32_C(1) << -shift);
}

/* Two neighbouring points behind a filter, and two taps at a time: they share samples. */
static APART void add_up(const int16_t *w, const int16_t *end, int odd, const uint16_t *p,
                         uint32_t *sums)
{
    const uint16_t *q = p - 1;
    uint32_t a = sums[0] + (uint32_t)*w * p[0], b = sums[0] + (uint32_t)*w * p[1];
    if (odd)
        while (w < end) {
            p -= 2, q += 2;
            const uint32_t first = (uint32_t)*++w, second = (uint32_t)*++w;
            a += first * ((uint32_t)p[1] - q[0]) + second * ((uint32_t)p[0] - q[1]);
            b += first * ((uint32_t)p[2] - q[1]) + second * ((uint32_t)p[1] - q[2]);
        }
    else
        while (w < end) {
            p -= 2, q += 2;
            const uint32_t first = (uint32_t)*++w, second = (uint32_t)*++w;
            a += first * ((uint32_t)p[1] + q[0]) + second * ((uint32_t)p[0] + q[1]);
            b += first * ((uint32_t)p[2] + q[1]) + second * ((uint32_t)p[1] + q[2]);
        }
    sums[0] = a, sums[1] = b;
}

/* What is counted behind a filter. */
static void count(const filter *f, const int16_t *taps, const int16_t *levels,
                  const uint16_t *series, uint32_t root, comparator *all)
{
    comparator *const changes = all + f->times, *const end = all + f->comparators, *c;
    uint32_t start = 0;
    for (int k = 0; k <= f->half && !f->odd; k++)
        start -= (uint32_t)taps[k] << (k ? 16 : 15);
    for (c = all; c < end; c++)
        c->threshold = threshold(*levels++, root, f->shift), c->count = 0, c->before = 2;
    for (int i = 0; i < POINTS; i++) {
        uint32_t sums[2] = {start};
        add_up(taps, taps + f->half, f->odd, series + MARGIN + i, sums);
        for (int more = i + 1 < POINTS;; more = 0, i++) {
            const int32_t sum = (int32_t)sums[0];
            for (c = all; c < changes && sum > c->threshold; c++)
                ;
            /* above all before it, too; added up below */
            if (c > all)
                c[-1].count++;
            for (c = changes; c < end; c++) {
                const uint16_t above = sum > c->threshold;
                /* nothing is before the first point */
                if ((above ^ c->before) == 1)
                    c->count++;
                c->before = above;
            }
            if (!more)
                break;
            sums[0] = sums[1];
        }
    }
    for (c = changes - 1; c > all; c--)
        c[-1].count = (uint16_t)(c[-1].count + c->count);
}

@READOUT@
static void count_all(const int16_t *x, uint16_t *series, int32_t *row)
{
    const int16_t *taps = TAPS, *levels = LEVELS;
    uint32_t root = 0;
    int place = 0;
    for (int n = 0; n < (int)(sizeof FILTERS / sizeof *FILTERS); n++) {
        const filter *f = &FILTERS[n];
        comparator all[MOST];
//if CHANNELS
        if (!n || f->channel != f[-1].channel)
            root = encode(x + f->channel * POINTS, series);
//else
        if (!n)
            root = encode(x, series);
//end
        count(f, taps, levels, series, root, all);
        taps += f->half + 1, levels += f->comparators;
        for (int k = 0; k < f->comparators; k++) {
//if ARCSINE
            const int32_t reading = arcsine(107374 + (all[k].count * UINT32_C(@SHARE@) >> 2));
//else
            const int32_t reading = all[k].count;
//end
            weigh(place++, reading, row);
        }
    }
}
