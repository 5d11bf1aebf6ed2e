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
//if CELLS
/* In place, of the means of all bands of all cells; less what all cells have in common. */
static void contrast_of_cells(float *levels, int cells, int bands, int alternating)
{
    const int n = cells * bands;
    contrast(levels, n, 1e-3f);
    if (alternating)
        for (int k = 0; k < bands; k++) {
            float mean = 0;
            for (int i = k; i < n; i += bands)
                mean += levels[i];
            mean /= (float)cells;
            for (int i = k; i < n; i += bands)
                levels[i] -= mean;
        }
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
    contrast_of_cells(levels, b->cells, b->bands, b->alternating);
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
