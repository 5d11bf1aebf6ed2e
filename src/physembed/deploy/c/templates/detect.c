/* From a row of the field to features, each of which goes into the scores as it comes. */

static void read_out(float *scores, int feature, float value)
{
//if SCALED
    value *= FEATURE_SCALES[feature];
//end
    const int first = feature * ROWS;
    for (int k = 0; k < ROWS; k++)
//if WEIGHTS4
        scores[k] += (float)((WEIGHTS[(first + k) / 2] >> ((first + k) % 2 * 4) & 15) - 8) * value;
//else
        scores[k] += (float)WEIGHTS[first + k] * value;
//end
}

//if RECORDS
/* What is read at a point: a quadrature, |E|^2, or |E|. */
typedef struct {
    float c, s;
    uint8_t kind;
} record;

static float value_of(const record *r, const float *field, int i)
{
@VALUE_OF@
}

//end
//if POINTS
static void every_point(const record *r, int records, const float *field, int points, int feature,
                        float *scores)
{
    for (int k = 0; k < records; k++)
        for (int i = 0; i < points; i++)
            read_out(scores, feature++, value_of(r + k, field, i));
}

//end
//if COUNTERS
typedef struct {
    const record *record;
    const uint16_t *gate; /* first points, then the number of points */
//if LOCK_IN
    uint64_t unit; /* 2^64 / (4 points) */
//end
    uint16_t records, thresholds, gates;
    uint16_t parameter; /* a delay, or a number of harmonics */
    uint8_t shape, counted, arcsine; /* 0: time, 1: crossings, then as below */
} counter;

//if COMPARED
/* A comparator, from -1 below to 1 above. */
static float compared(const counter *c, float excess)
{
@COMPARED@
}

//end
//if GATED
/* levels: of every record the comparators' gain, then their thresholds. */
static void count(const counter *c, const float *levels, const float *field, int feature,
                  float *scores)
{
    for (int r = 0; r < c->records; r++, levels += 1 + c->thresholds)
        for (int k = 1; k <= c->thresholds; k++)
            for (int g = 0; g < c->gates; g++) {
                const int first = c->gate[g], last = c->gate[g + 1];
                const float points = (float)(last - first);
                float total = 0;
//if CROSSINGS
                float before = 0;
//end
                for (int i = first; i < last;) {
                    const int end = i + 32 < last ? i + 32 : last;
                    float part = 0;
                    for (; i < end; i++) {
                        const float excess = value_of(c->record + r, field, i) - levels[k];
                        const float f = compared(c, excess * levels[0]);
//if CROSSINGS
                        part += c->counted ? f * before : f;
                        before = f;
//else
                        part += f;
//end
                    }
                    total += part;
                }
//if CROSSINGS
                float share = c->counted ? 0.5f * (points - 1 - total) / points
                                           : 0.5f + 0.5f * total / points;
//else
                float share = 0.5f + 0.5f * total / points;
//end
//if ARCSINE
                if (c->arcsine)
                    share = arcsine(share);
//end
                read_out(scores, feature++, share);
            }
}

//end
//end
//if OUTPUTS
/* Of a record's comparator: levels[0] is the gain, levels[k] the threshold. */
static float output(const counter *c, int r, const float *levels, int k, const float *field, int i)
{
    return compared(c, (value_of(c->record + r, field, i) - levels[k]) * levels[0]);
}

//end
//if AUTOCOINCIDENCE
/* How often a comparator agrees with itself a little later. */
static void coincide(const counter *c, const float *levels, const float *field, int feature,
                     float *scores)
{
    const int points = c->gate[1];
    for (int r = 0; r < c->records; r++, levels += 1 + c->thresholds)
        for (int k = 1; k <= c->thresholds; k++) {
            float total = 0;
            for (int i = c->parameter; i < points; i++)
                total += output(c, r, levels, k, field, i)
                         * output(c, r, levels, k, field, i - c->parameter);
            read_out(scores, feature++, total / (float)points);
        }
}

//end
//if LOCK_IN
/* A comparator in phase with slow cosines. */
static void lock_in(const counter *c, const float *levels, const float *field, int feature,
                    float *scores)
{
    const int points = c->gate[1];
    for (int r = 0; r < c->records; r++, levels += 1 + c->thresholds)
        for (int k = 1; k <= c->thresholds; k++)
            for (int h = 1; h <= c->parameter; h++) {
                float total = 0;
                for (int i = 0; i < points; i++) {
                    const uint32_t turns = (uint32_t)((2 * i + 1) * h);
                    const uint32_t turn = (uint32_t)((c->unit * turns) >> 32);
                    total += output(c, r, levels, k, field, i) * cosine(turn);
                }
                read_out(scores, feature++, total / (float)points);
            }
}

//end
//if DWELL
/* The longest time on one side of a threshold, and on the other. */
static void dwell(const counter *c, const float *levels, const float *field, int feature,
                  float *scores)
{
    const int points = c->gate[1];
    for (int r = 0; r < c->records; r++, levels += 1 + c->thresholds)
        for (int k = 1; k <= c->thresholds; k++) {
            int run = 0, above = 0, longest[2] = {0, 0};
            for (int i = 0; i < points; i++) {
                const int here = value_of(c->record + r, field, i) > levels[k];
                run = i && here == above ? run + 1 : 1;
                above = here;
                if (run > longest[!here])
                    longest[!here] = run;
            }
            for (int side = 0; side < 2; side++)
                read_out(scores, feature++, root((float)longest[side] / (float)points));
        }
}

//end
//if PEAKS
/* levels: mean and spread of every record; held: 1 the highest, 2 the lowest, 3 both. */
static void peak(const record *r, int records, const float *levels, const float *field, int points,
                 int held, int feature, float *scores)
{
    for (int k = 0; k < records; k++, levels += 2) {
        float highest = value_of(r + k, field, 0), lowest = highest;
        for (int i = 1; i < points; i++) {
            const float value = value_of(r + k, field, i);
            if (value > highest)
                highest = value;
            if (value < lowest)
                lowest = value;
        }
        if (held & 1)
            read_out(scores, feature++, area((highest - levels[0]) / levels[1]));
        if (held & 2)
            read_out(scores, feature++, area((lowest - levels[0]) / levels[1]));
    }
}

//end
//if LEVEL
/* The series as it came, in units of its usual deviation; wanted: numbers of what is read. */
static void voltmeter(const float *field, int width, int points, float unit, const uint8_t *wanted,
                      int n, int feature, float *scores)
{
    const float gain = 1 / unit, first = field[0] * gain;
    float highest = 0, lowest = 0, shift = 0, square = 0, rise = 0, slopes = 0;
    for (int block = 0; block < points; block += 32) {
        float part = 0;
        for (int i = block; i < points && i < block + 32; i++) {
            const float value = field[i * width] * gain - first;
            part += value;
            if (value > highest)
                highest = value;
            if (value < lowest)
                lowest = value;
        }
        shift += part;
    }
    shift /= (float)points;
    for (int block = 0; block < points; block += 32) {
        float squares = 0, rises = 0, times = 0;
        for (int i = block; i < points && i < block + 32; i++) {
            const float value = field[i * width] * gain - first - shift;
            const float t = (float)i - 0.5f * (float)(points - 1);
            squares += value * value, rises += value * t, times += t * t;
        }
        square += squares, rise += rises, slopes += times;
    }
    const float deviation = root(square / (float)points + 4e-18f), mean = first + shift;
    rise *= (float)points / (slopes > 1 ? slopes : 1);
    for (int k = 0; k < n; k++) {
        float value = deviation;
        switch (wanted[k]) {
        case 0: value = logarithm(deviation); break;
        case 1: value = mean; break;
        case 2: value = area(mean); break;
        case 4: value = area(rise); break;
        case 5: value = area(highest - lowest); break;
        }
        read_out(scores, feature++, value);
    }
}

//end
//if SPECTRUM
/* Light by frequency, in bands, of the real parts of the first points; span: first and end. */
static void spectrometer(float *z, const float *field, int width, int points, const transform *t,
                         const uint16_t *span, int bands, int feature, float *scores)
{
    const int half = t->points != points;
    for (int i = 0; i < points; i++) {
        z[half ? i : 2 * i] = field[i * width];
        if (!half)
            z[2 * i + 1] = 0;
    }
//if TO_HALF
    if (half)
        to_half(z, t);
    else
//end
        to_frequencies(z, t);
    for (int b = 0; b < bands; b++, span += 2) {
        float total = 0;
        int at = 0;
        for (int k = 0; k < span[1]; k++, at = next_place(at, t))
            if (k >= span[0]) {
                /* the highest frequency of an even number stands beside the lowest */
                const int last = half && k == t->points;
                const float re = last ? z[1] : z[2 * at], im = last ? 0 : z[2 * at + 1];
                total += re * re + im * im;
            }
        const float mean = total / (float)(span[1] - span[0]) / (float)points;
        read_out(scores, feature++, logarithm(mean + 1e-4f));
    }
}

//end
//if WINNERS
typedef struct {
    const record *record;
    const uint16_t *gate;
    uint16_t rows, records, gates;
    uint8_t arcsine;
} winner;

/* scales: gain and offset of every record of every row; the features of a row are ``apart``. */
static void compete(const winner *c, const float *scales, const float *rows, int width,
                    float *scaled, uint16_t *wins, int feature, int apart, float *scores)
{
    const int records = c->rows * c->records;
    for (int g = 0; g < c->gates; g++) {
        const int first = c->gate[g], last = c->gate[g + 1];
        memset(wins, 0, 2 * (size_t)records * sizeof *wins);
        for (int i = first; i < last; i++) {
            float largest = 0, smallest = 0;
            for (int k = 0; k < records; k++) {
                const float *row = rows + k / c->records * width;
                const float value = value_of(c->record + k % c->records, row, i);
                scaled[k] = value * scales[2 * k] + scales[2 * k + 1];
                if (!k || scaled[k] > largest)
                    largest = scaled[k];
                if (!k || scaled[k] < smallest)
                    smallest = scaled[k];
            }
            for (int k = 0; k < records; k++) {
                wins[2 * k] += scaled[k] >= largest;
                wins[2 * k + 1] += scaled[k] <= smallest;
            }
        }
        for (int k = 0; k < 2 * records; k++) {
            float share = (float)wins[k] / (float)(last - first);
//if ARCSINE
            if (c->arcsine)
                share = arcsine(share);
//end
            const int row = k / (2 * c->records), place = k % (2 * c->records);
            read_out(scores, feature + row * apart + place * c->gates + g, share);
        }
    }
}

//end
//if LIGHT
static float light(const float *field, int complex_field, int first, int last)
{
    float total = 0;
    if (complex_field)
        first *= 2, last *= 2;
    for (int i = first; i < last; i++)
        total += field[i] * field[i];
    return total;
}

//end
//if POWER
static float power(const float *field, int complex_field, int points)
{
    return 0.5f * logarithm(light(field, complex_field, 0, points) / (float)points + 1e-8f);
}

//end
//if CONTRAST
/* log(I / mean + floor), in place. */
static void contrast(float *levels, int n, float floor)
{
    const float mean = sum(levels, n) / (float)n, gain = mean > 0 ? 1 / mean : 1;
    for (int k = 0; k < n; k++)
        levels[k] = logarithm(levels[k] * gain + floor);
}

//end
//if BINS
/* Mean light of equal bins, which share a point where they do not divide; then the response:
 * 0 linear, 1 square root, 2 logarithm of the contrast.
 */
static void bin(float *levels, int bins, const float *field, int complex_field, int points,
                int response)
{
    for (int k = 0; k < bins; k++) {
        const int first = k * points / bins, last = ((k + 1) * points + bins - 1) / bins;
        levels[k] = light(field, complex_field, first, last) / (float)(last - first);
//if SQUARE_ROOT
        if (response == 1)
            levels[k] = root(levels[k] + 1e-12f);
//end
    }
//if CONTRAST
    if (response == 2)
        contrast(levels, bins, 0.01f);
//end
    (void)response;
}

//end
//if BANDS
typedef struct {
    const uint16_t *span; /* first point and end of every band of a cell */
    uint16_t cells, bands, length; /* of a cell, in points */
    uint8_t alternating;
} row_of_bands;

static void band(float *levels, const row_of_bands *b, const float *field, int complex_field)
{
    const int n = b->cells * b->bands;
    for (int k = 0; k < n; k++) {
@SPAN@
        levels[k] = light(field, complex_field, first, last) / (float)(last - first);
    }
    contrast(levels, n, 1e-3f);
    if (b->alternating)
        for (int k = 0; k < b->bands; k++) {
            float mean = 0;
            for (int i = k; i < n; i += b->bands)
                mean += levels[i];
            mean /= (float)b->cells;
            for (int i = k; i < n; i += b->bands)
                levels[i] -= mean;
        }
}

//end
//if STATISTICS
/* Mean and deviation over cells. */
static void over_cells(float *levels, int cells, int bins, int feature, float *scores)
{
    for (int k = 0; k < bins; k++) {
        float mean = 0, square = 0;
        for (int i = 0; i < cells; i++)
            mean += levels[i * bins + k];
        mean /= (float)cells;
        for (int i = 0; i < cells; i++) {
            const float apart = levels[i * bins + k] - mean;
            square += apart * apart;
        }
        read_out(scores, feature + k, mean);
        read_out(scores, feature + bins + k, root(square / (float)cells + 1e-12f));
    }
}

//end
//if LEVELS_OUT
static void read_levels(float *scores, int feature, const float *levels, int n)
{
    for (int k = 0; k < n; k++)
        read_out(scores, feature + k, levels[k]);
}

//end
