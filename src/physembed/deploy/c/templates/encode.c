/* From a channel of the series to a field in its window. */

//if SCALE
/* The bits of the larger magnitude, of which one is given as its bits. */
static uint32_t larger(uint32_t largest, float y)
{
    uint32_t bits;
    memcpy(&bits, &y, sizeof bits);
    bits &= UINT32_C(0x7fffffff);
    return bits > largest ? bits : largest;
}

/* 2^e, so that the largest magnitude times it is from 8 to below 16; it changes no digit. */
static float power_above(uint32_t largest)
{
    if (!largest)
        return 0;
    const uint32_t exponent = largest >> 23;
    const uint32_t bits = (exponent < 3 ? 254 : 257 - exponent) << 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    return scale;
}

//end
//if SCALE_FIELD
static float power_of_two(const float *y, int n)
{
    uint32_t largest = 0;
    for (int i = 0; i < n; i++)
        largest = larger(largest, y[i]);
    return power_above(largest);
}

//end
//if ZSCORE
/* What brings a channel to mean zero and deviation one. */
typedef struct {
    float scale, first, mean, gain;
    int is_known;
} scaling;

/* From x to y, which may be the same. The first value goes first, and exactly: rounding could not
 * otherwise be told from what varies on a large offset. What is left of values up to 16 is no
 * smaller than their last digit, and its square no underflow. A constant series becomes zero.
 */
static void normalise(float *y, const float *x, int n, scaling *s)
{
    if (!s->is_known) {
        const float scale = power_of_two(x, n), first = x[0] * scale;
        float mean = 0;
        for (int once = 1; once >= 0; once--) {
            float total = 0;
            for (int block = 0; block < n; block += 32) {
                const int end = block + 32 < n ? block + 32 : n;
                float part = 0;
                for (int i = block; i < end; i++) {
                    const float value = x[i] * scale - first - mean;
                    part += once ? value : value * value;
                }
                total += part;
            }
            total /= (float)n;
            if (once)
                mean = total;
            else
                *s = (scaling){scale, first, mean, total > 0 ? 1 / root(total) : 0, 1};
        }
    }
    for (int i = 0; i < n; i++)
        y[i] = (x[i] * s->scale - s->first - s->mean) * s->gain;
}

//end
//if PEAK
static void normalise(float *y, const float *x, int n)
{
    const float scale = power_of_two(x, n);
    float largest = 0;
    for (int i = 0; i < n; i++) {
        y[i] = x[i] * scale;
        const float magnitude = y[i] < 0 ? -y[i] : y[i];
        if (magnitude > largest)
            largest = magnitude;
    }
    const float gain = largest > 0 ? 1 / largest : 0;
    for (int i = 0; i < n; i++)
        y[i] *= gain;
}

//end
//if DERIVATIVE
/* Central differences, one-sided at both ends. */
static void differentiate(float *y, int n)
{
    float before = y[0];
    const float first = y[1] - y[0], last = y[n - 1] - y[n - 2];
    for (int i = 1; i < n - 1; i++) {
        const float here = y[i];
        y[i] = 0.5f * (y[i + 1] - before);
        before = here;
    }
    y[0] = first, y[n - 1] = last;
}

//end
//if ENVELOPE_EVEN
/* The complex envelope of 2 n reals, in place: the upper half of the spectrum about zero. */
static void envelope(float *z, const transform *t)
{
    to_half(z, t);
    z[1] = 0;
    to_points(z, t);
//if ENVELOPE_SCALED
    const float scale = 0.707106781f / (float)t->points;
    for (int i = 0; i < t->points; i++) {
        z[2 * i] *= scale, z[2 * i + 1] *= scale;
//if ENVELOPE_HALF_ODD
        /* half of an odd number of frequencies down */
        const uint32_t turn = (uint32_t)(((uint64_t)i * t->half_turn * (t->points - 1)) >> 32);
        const float c = cosine(turn), d = -sine(turn);
        ROTATE(z[2 * i], z[2 * i + 1], c, d);
//else
        if (i & 1)
            z[2 * i] = -z[2 * i], z[2 * i + 1] = -z[2 * i + 1];
//end
    }
//else
    /* the factor behind it scales it, and turns every second point round */
//end
}

//end
//if ENVELOPE_ODD
/* The complex envelope of an odd number of reals: (n + 1) / 2 complex numbers, by way of ``wide``. */
static void envelope(float *z, float *wide, const transform *t, const transform *half)
{
    for (int i = 0; i < t->points; i++)
        wide[2 * i] = z[i], wide[2 * i + 1] = 0;
    to_frequencies(wide, t);
    const int carrier = half->points / 2;
    /* frequency k of the envelope is k + carrier of the series */
    int from = 0;
    for (int k = 0, to = 0; k < carrier; k++, from = next_place(from, t))
        (void)to;
    for (int k = 0, to = 0; k < half->points; k++) {
        if (k == half->points - carrier)
            from = 0;
        z[2 * to] = wide[2 * from], z[2 * to + 1] = wide[2 * from + 1];
        to = next_place(to, half), from = next_place(from, t);
    }
    to_points(z, half);
    const float scale = 1.41421356f / (float)t->points;
    for (int i = 0; i < 2 * half->points; i++)
        z[i] *= scale;
}

//end
//if ROTATION
static void reverse(float *z, int width, int first, int last)
{
    for (; first < last; first++, last--)
        for (int part = 0; part < width; part++) {
            const float kept = z[first * width + part];
            z[first * width + part] = z[last * width + part];
            z[last * width + part] = kept;
        }
}

/* What stands at 0 comes to stand at ``start``, and what passes the end at the beginning. */
static void shift(float *z, int width, int points, int start)
{
    start %= points;
    if (start < 0)
        start += points;
    if (!start)
        return;
    reverse(z, width, 0, points - 1);
    reverse(z, width, 0, start - 1);
    reverse(z, width, start, points - 1);
}

//end
//if WEIGHED
/* Energy, and its moment about the middle; sums of sums. */
static void weigh(const float *z, int width, int points, float *energy, float *moment)
{
    for (int block = 0; block < points; block += 32) {
        const int end = block + 32 < points ? block + 32 : points;
        float e = 0, m = 0;
        for (int i = block; i < end; i++) {
            float light = 0;
            for (int part = 0; part < width; part++)
                light += z[i * width + part] * z[i * width + part];
            e += light;
            m += light * (float)(i - points / 2);
        }
        *energy += e, *moment += m;
    }
}

//end
//if CENTROID
/* Where the series starts, for its centroid to lie in the middle of the window; half to even. */
static int aligned(int points, int window, float energy, float moment)
{
    /* from the middle: a small number keeps more digits */
    const float away = energy > 0 ? moment / energy : 0;
    int whole = (int)(away + 0.5f);
    if ((float)whole > away + 0.5f)
        whole--;
    if ((float)whole - away == 0.5f && (points / 2 + whole) % 2)
        whole--;
    return window / 2 - points / 2 - whole;
}

//end
//if PAD
/* Behind the series: its last value up to ``after``, then its first; zeros if that is negative. */
static void pad(float *z, int width, int points, int after, int window)
{
    for (int i = points; i < window; i++)
        for (int part = 0; part < width; part++) {
            const float edge = z[(i < after ? points - 1 : 0) * width + part];
            z[i * width + part] = after < 0 ? 0 : edge;
        }
}

//end
