//if MEASURED
/* What brings a channel to mean zero; no series is copied. The first value goes first, and exactly:
 * rounding could not otherwise be told from what varies on a large offset.
 */
typedef struct {
    float scale, first, again, mean;
} scaling;

static float scaled(@SAMPLE@ x, const scaling *s)
{
    return ((float)x * s->scale - s->first) * s->again - s->mean;
}

static void measure(const @SAMPLE@ *x, int n, scaling *s)
{
    *s = (scaling){1, 0, 1, 0};
    uint32_t largest = 0;
    for (int i = 0; i < n; i++)
        largest = larger(largest, (float)x[i]);
    s->scale = power_above(largest);
    s->first = (float)x[0] * s->scale;
    largest = 0;
    float total = 0;
    for (int block = 0; block < n; block += 32) {
        const int end = block + 32 < n ? block + 32 : n;
        float part = 0;
        for (int i = block; i < end; i++) {
            const float value = (float)x[i] * s->scale - s->first;
            largest = larger(largest, value);
            part += value;
        }
        total += part;
    }
    s->again = power_above(largest);
    s->mean = total * s->again / (float)n;
}

/* Energy, which is alike in all channels that vary, and its moment about the middle. */
static void weigh_series(const @SAMPLE@ *x, const scaling *s, int points, float *energy,
                         float *moment)
{
    float square = 0, torque = 0;
    for (int block = 0; block < points; block += 32) {
        const int end = block + 32 < points ? block + 32 : points;
        float e = 0, m = 0;
        for (int i = block; i < end; i++) {
            const float value = scaled(x[i], s), light = value * value;
            e += light;
            m += light * (float)(i - points / 2);
        }
        square += e, torque += m;
    }
    if (square > 0)
        *energy += 1, *moment += torque / square;
}

//end
typedef struct {
    const uint16_t *span;    /* first frequency and end of every band */
    const uint16_t *opening; /* the first of every section, then their number */
    uint16_t bands, sections;
    uint8_t alternating;
} reading;

typedef struct {
    const transform *transform; /* of half as many points */
    const reading *reading;
    uint16_t points, length, openings, readings;
} shutter;

/* One opening after the other: what passes is transformed, and its intensity added up until a
 * section ends; then it is counted in bands.
 */
//if MEASURED
static void spectrogram(float *levels, float *z, float *passing, float *light, const shutter *s,
                        const @SAMPLE@ *x, const scaling *given, int start)
//else
static void spectrogram(float *levels, float *z, float *passing, float *light, const shutter *s,
                        const float *x, int width)
//end
{
    const int length = s->length, half = length / 2;
    for (int j = 0; j < length; j++) {
        const float wave = sine(UINT32_MAX / (uint32_t)(2 * length) * (uint32_t)j);
        passing[j] = wave * wave;
    }
    int features = 0;
    for (int r = 0; r < s->readings; r++)
        features += s->reading[r].bands * s->reading[r].sections;
    memset(levels, 0, (size_t)features * sizeof *levels);
    memset(light, 0, (size_t)half * sizeof *light);
    for (int o = 0; o < s->openings; o++) {
        int at = (int)((int32_t)o * s->points / s->openings);
//if MEASURED
        at -= start;
        at += at < 0 ? s->points : at >= s->points ? -s->points : 0;
//end
        for (int j = 0; j < length; j++) {
//if MEASURED
            z[j] = passing[j] * scaled(x[at], given);
//else
            z[j] = passing[j] * x[at * width];
//end
            if (++at == s->points)
                at = 0;
        }
        to_half(z, s->transform);
        for (int k = 0; k < half; k++)
            light[k] += z[2 * k] * z[2 * k] + z[2 * k + 1] * z[2 * k + 1];
        int ends = 0;
        for (int r = 0; r < s->readings; r++)
            for (int k = 1; k <= s->reading[r].sections; k++)
                ends |= o + 1 == s->reading[r].opening[k];
        if (!ends)
            continue;
        float *level = levels;
        for (int r = 0; r < s->readings; r++) {
            const reading *l = s->reading + r;
            const uint16_t *span = l->span;
            int section = 0, k = 0, place = 0;
            while (o >= l->opening[section + 1])
                section++;
            for (int b = 0; b < l->bands; b++, span += 2) {
                float seen = 0;
                for (; k < span[1]; k++, place = next_place(place, s->transform))
                    if (k >= span[0])
                        seen += light[place];
                level[section * l->bands + b] += seen;
            }
            level += l->bands * l->sections;
        }
        memset(light, 0, (size_t)half * sizeof *light);
    }
    for (int r = 0; r < s->readings; r++) {
        const reading *l = s->reading + r;
        for (int k = 0; k < l->sections; k++)
            for (int b = 0; b < l->bands; b++)
                levels[k * l->bands + b] /= (float)((l->opening[k + 1] - l->opening[k])
                                                   * (l->span[2 * b + 1] - l->span[2 * b]));
        contrast_of_cells(levels, l->sections, l->bands, l->alternating);
        levels += l->bands * l->sections;
    }
}
