/* From a row of the field to features, each of which goes into the scores as it comes. */

static void read_out(float *scores, int feature, float value)
{
//if POWERS
    value *= FEATURE_UNIT[0] * (float)(1L << (FEATURE_POWERS[feature / 2] >> (feature % 2 * 4) & 15));
//else
//if SCALED
    value *= FEATURE_SCALES[feature];
//end
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
