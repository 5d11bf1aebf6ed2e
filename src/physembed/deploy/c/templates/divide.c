/* Write a point; the bits of its parts. */
static int32_t put_@NAME@(@TYPE@ *z, int32_t re, int32_t im)
{
    z[0] = (@TYPE@)re, z[1] = (@TYPE@)im;
    return (re ^ (re >> 31)) | (im ^ (im >> 31));
}

//if RADIX2
static int32_t by_2_@NAME@(@TYPE@ *z, int step)
{
    @TYPE@ *a = z + step;
    const int32_t x0 = z[0], x1 = z[1], a0 = a[0], a1 = a[1];
    const int32_t all = put_@NAME@(z, x0 + a0, x1 + a1);
    return all | put_@NAME@(a, x0 - a0, x1 - a1);
}

//end
//if RADIX3
static int32_t by_3_@NAME@(@TYPE@ *z, int step)
{
    @TYPE@ *a = z + step, *b = a + step;
    const int32_t p0 = a[0] + b[0], p1 = a[1] + b[1];
    const int32_t q0 = @TIMES@(a[0] - b[0], @THIRD@), q1 = @TIMES@(a[1] - b[1], @THIRD@);
    const int32_t m0 = z[0] - ((p0 + 1) >> 1), m1 = z[1] - ((p1 + 1) >> 1);
    int32_t all = put_@NAME@(z, z[0] + p0, z[1] + p1);
    all |= put_@NAME@(a, m0 + q1, m1 - q0);
    return all | put_@NAME@(b, m0 - q1, m1 + q0);
}

//end
//if RADIX4
static int32_t by_4_@NAME@(@TYPE@ *z, int step)
{
    @TYPE@ *a = z + step, *b = a + step, *c = b + step;
    const int32_t p0 = z[0] + b[0], p1 = z[1] + b[1], q0 = z[0] - b[0], q1 = z[1] - b[1];
    const int32_t r0 = a[0] + c[0], r1 = a[1] + c[1];
    const int32_t s0 = @MINUS@(a[0] - c[0]), s1 = @MINUS@(a[1] - c[1]);
    int32_t all = put_@NAME@(z, p0 + r0, p1 + r1);
    all |= put_@NAME@(a, q0 + s1, q1 - s0);
    all |= put_@NAME@(b, p0 - r0, p1 - r1);
    return all | put_@NAME@(c, q0 - s1, q1 + s0);
}

//end
//if RADIX5
static int32_t by_5_@NAME@(@TYPE@ *z, int step)
{
    int32_t v[10], *f = v;
    for (int part = 0; part < 2; part++, f += 5) {
        @TYPE@ *q = z + part;
        const int32_t first = q[0], a = *(q += step), b = *(q += step), c = *(q += step);
        const int32_t d = q[step], p = a + d, r = b + c, s = b - c, sum = p + r;
        const int32_t middle = first - ((sum + 2) >> 2), away = @TIMES@(p - r, @FIFTH0@);
        const int32_t both = @TIMES@(a - d + s, @FIFTH1@);
        f[0] = first + sum, f[1] = middle + away, f[2] = middle - away;
        f[3] = both - @TIMES@(s, @FIFTH2@), f[4] = @TIMES@(a - d, @FIFTH3@) - both;
    }
    int32_t all = put_@NAME@(z, v[0], v[5]);
    all |= put_@NAME@(z += step, v[1] + v[8], v[6] - v[3]);
    all |= put_@NAME@(z += step, v[2] + v[9], v[7] - v[4]);
    all |= put_@NAME@(z += step, v[2] - v[9], v[7] + v[4]);
    return all | put_@NAME@(z + step, v[1] - v[8], v[6] + v[3]);
}

//end
//if RADIXES
/* Any other radix by its sum, which costs its square. */
static int32_t by_any_@NAME@(@TYPE@ *z, int step, const stage *s)
{
    int32_t sums[2 * MOST_RADIX], roots[2 * MOST_RADIX], at[2] = {ONE, 0}, all = 0;
    for (int k = 0; k < s->radix; k++) {
        roots[2 * k] = @SHORT@(at[0]), roots[2 * k + 1] = @SIGN@@SHORT@(at[1]);
        @ON@(at, @ROOT@);
    }
    for (int k = 0; k < s->radix; k++) {
        sums[2 * k] = sums[2 * k + 1] = 0;
        for (int i = 0; i < s->radix; i++) {
            int32_t part[2] = {z[i * step], z[i * step + 1]};
            @TURN@(part, roots + 2 * (i * k % s->radix));
            sums[2 * k] += part[0], sums[2 * k + 1] += part[1];
        }
    }
    for (int k = 0; k < s->radix; k++)
        all |= put_@NAME@(z + k * step, sums[2 * k], sums[2 * k + 1]);
    return all;
}

//end
/* Every part of a transform by a radix; the bits of what comes out. */
static int32_t divide_@NAME@(@TYPE@ *z, const stage *s)
{
    int32_t all = 0;
    for (int block = 0; block < HALF; block += s->length) {
        for (int j = block; j < block + s->step; j++) {
@CALLS@
        }
    }
    return all;
}

//if WIDE
/* What stands behind a stage. */
static void turn_wide(int32_t *z, const stage *s)
{
//else
static void turn_points(int16_t *p, const int16_t *end, int stride, const int32_t *w, int shift)
{
    const int32_t c = w[0], d = w[1], half = INT32_C(1) << (shift - 1);
    do {
        const int32_t re = p[0], im = p[1];
        p[0] = (int16_t)((re * c - im * d + half) >> shift);
        p[1] = (int16_t)((im * c + re * d + half) >> shift);
        p += stride;
    } while (p < end);
}

static void shift_points(int16_t *p, const int16_t *end, int stride, int shift)
{
    const int32_t half = INT32_C(1) << (shift - 1);
    if (shift == 15)
        return;
    do {
        p[0] = (int16_t)((p[0] * 32768 + half) >> shift);
        p[1] = (int16_t)((p[1] * 32768 + half) >> shift);
        p += stride;
    } while (p < end);
}

/* What stands before a stage, after all is shifted down. */
static void turn_narrow(int16_t *z, const stage *s, int by)
{
    const int shift = 15 + by;
//end
    int32_t at[2] = {ONE, 0};
    for (int j = 0; j < s->step; j++) {
        const int32_t first[2] = {@SHORT@(at[0]), @SIGN@@SHORT@(at[1])};
        int32_t w[2] = {first[0], first[1]};
        @TYPE@ *start = z + 2 * j;
        for (int k = 0; k < s->radix; k++, start += 2 * s->step) {
            if (k > 1)
                @TURN@(w, first);
//if WIDE
            for (int32_t *p = start; j && k && p < z + 2 * HALF; p += 2 * s->length)
                turn_30(p, w);
//else
            if (j && k)
                turn_points(start, z + 2 * HALF, 2 * s->length, w, shift);
            else
                shift_points(start, z + 2 * HALF, 2 * s->length, shift);
//end
        }
        @ON@(at, @STEP@);
    }
}

//if WIDE
/* From the transform of even and odd points to half of the spectrum of all. */
//else
/* From half of a spectrum to the transform of even and odd points; its bits. */
//end
static @RETURNS@ split_@NAME@(@TYPE@ *z)
{
    int32_t at[2] = {ONE, 0};
    const int32_t zero = z[0], last = z[1];
//if WIDE
    z[0] = zero + last, z[1] = zero - last;
//else
    z[0] = (int16_t)((zero + last + 1) >> 1), z[1] = (int16_t)((zero - last + 1) >> 1);
    int32_t all = (z[0] ^ (z[0] >> 15)) | (z[1] ^ (z[1] >> 15));
//end
    for (int k = 1, up = 0, back = 0; 2 * k <= HALF; k++) {
        @ON@(at, @HALF_STEP@);
        up = next_place(up), back = previous_place(back);
        @TYPE@ *a = z + 2 * up, *b = z + 2 * back;
        const int32_t even0 = a[0] + b[0] + 1, even1 = a[1] - b[1] + 1;
        const int32_t turn[2] = {-@SHORT@(at[1]), @SIGN@@SHORT@(at[0])};
        int32_t odd[2] = {a[0] - b[0], a[1] + b[1]};
        @TURN@(odd, turn);
        a[0] = (@TYPE@)((even0 + odd[0]) >> 1), a[1] = (@TYPE@)((odd[1] + even1) >> 1);
        b[0] = (@TYPE@)((even0 - odd[0]) >> 1), b[1] = (@TYPE@)((odd[1] - even1 + 2) >> 1);
//if WIDE
//else
        all |= (a[0] ^ (a[0] >> 15)) | (a[1] ^ (a[1] >> 15)) | (b[0] ^ (b[0] >> 15))
               | (b[1] ^ (b[1] >> 15));
//end
    }
//if WIDE
//else
    return all;
//end
}
