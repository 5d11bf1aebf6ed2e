/* Sums of sums: rounding grows with the square root of the length at most. */

static float sum(const float *y, int n)
{
    float total = 0;
    for (int block = 0; block < n; block += 32) {
        const int end = block + 32 < n ? block + 32 : n;
        float part = 0;
        for (int i = block; i < end; i++)
            part += y[i];
        total += part;
    }
    return total;
}
