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
