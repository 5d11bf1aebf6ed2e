//if WIDE
/* A stage on the way to the frequencies, in 32 bits: points are divided, then turned back. */
static void divide_wide(int32_t *z, const stage *s)
{
//else
/* A stage on the way to the points, in 16 bits: frequencies are turned, then divided. They are
 * shifted down first, so that nothing exceeds 16 bits; gives by how many. ``all`` has a bit where
 * any part has one.
 */
static int divide_narrow(int16_t *z, const stage *s, int32_t *all)
{
    const int by = bits_of(*all) - s->room, shift = 15 + by;
    const int32_t half = INT32_C(1) << (shift - 1);
    *all = 0;
//end
    int32_t v[2 * MOST_RADIX], w[2 * MOST_RADIX], at[2] = {ONE, 0};
    const int radix = s->radix;
//if RADIXES
    int32_t roots[2 * MOST_RADIX];
    for (int k = 0; k < radix; k++) {
        roots[2 * k] = @SHORT@(at[0]), roots[2 * k + 1] = @SIGN@@SHORT@(at[1]);
        turn_30(at, s->root);
    }
    at[0] = ONE, at[1] = 0;
//end
    for (int j = 0; j < s->step; j++) {
        if (j) {
            turn_30(at, s->turn);
            w[2] = @SHORT@(at[0]), w[3] = @SIGN@@SHORT@(at[1]);
            for (int k = 4; k < 2 * radix; k += 2) {
                w[k] = w[k - 2], w[k + 1] = w[k - 1];
                @TURN@(w + k, w + 2);
            }
        }
        for (int block = j; block < HALF; block += s->length) {
            @TYPE@ *p = z + 2 * block;
            for (int k = 0; k < 2 * radix; k += 2, p += 2 * s->step) {
//if WIDE
                v[k] = p[0], v[k + 1] = p[1];
//else
                const int32_t re = p[0], im = p[1];
                if (k && j) {
                    const int32_t c = w[k], d = w[k + 1];
                    v[k] = (re * c - im * d + half) >> shift;
                    v[k + 1] = (im * c + re * d + half) >> shift;
                } else {
                    v[k] = (re * 32768 + half) >> shift, v[k + 1] = (im * 32768 + half) >> shift;
                }
//end
            }
            switch (radix) {
//if RADIX2
            case 2: {
                const int32_t a0 = v[2], a1 = v[3];
                v[2] = v[0] - a0, v[3] = v[1] - a1, v[0] += a0, v[1] += a1;
                break;
            }
//end
//if RADIX3
            case 3: {
                const int32_t p0 = v[2] + v[4], p1 = v[3] + v[5];
                const int32_t q0 = @TIMES@(v[2] - v[4], @THIRD@), q1 = @TIMES@(v[3] - v[5], @THIRD@);
                const int32_t m0 = v[0] - ((p0 + 1) >> 1), m1 = v[1] - ((p1 + 1) >> 1);
                v[0] += p0, v[1] += p1;
                v[2] = m0 + q1, v[3] = m1 - q0, v[4] = m0 - q1, v[5] = m1 + q0;
                break;
            }
//end
//if RADIX4
            case 4: {
                const int32_t p0 = v[0] + v[4], p1 = v[1] + v[5], q0 = v[0] - v[4], q1 = v[1] - v[5];
                const int32_t r0 = v[2] + v[6], r1 = v[3] + v[7];
                const int32_t s0 = @MINUS@(v[2] - v[6]), s1 = @MINUS@(v[3] - v[7]);
                v[0] = p0 + r0, v[1] = p1 + r1, v[2] = q0 + s1, v[3] = q1 - s0;
                v[4] = p0 - r0, v[5] = p1 - r1, v[6] = q0 - s1, v[7] = q1 + s0;
                break;
            }
//end
//if RADIX5
            case 5:
                for (int part = 0; part < 2; part++) {
                    /* what the other part needs stands where the points stood */
                    int32_t *q = v + part;
                    const int32_t p0 = q[2] + q[8], q0 = q[2] - q[8];
                    const int32_t r0 = q[4] + q[6], s0 = q[4] - q[6];
                    const int32_t sum = p0 + r0, middle = q[0] - ((sum + 2) >> 2);
                    const int32_t half_way = @TIMES@(p0 - r0, @FIFTH0@);
                    const int32_t both = @TIMES@(q0 + s0, @FIFTH1@);
                    q[0] += sum;
                    q[2] = middle + half_way, q[4] = middle - half_way;
                    q[6] = both - @TIMES@(s0, @FIFTH2@), q[8] = @TIMES@(q0, @FIFTH3@) - both;
                }
                {
                    const int32_t x0 = v[2], x1 = v[3], y0 = v[4], y1 = v[5];
                    const int32_t f0 = v[6], f1 = v[7], g0 = v[8], g1 = v[9];
                    v[2] = x0 + f1, v[3] = x1 - f0, v[4] = y0 + g1, v[5] = y1 - g0;
                    v[6] = y0 - g1, v[7] = y1 + g0, v[8] = x0 - f1, v[9] = x1 + f0;
                }
                break;
//end
//if RADIXES
            default: {
                /* any other radix by its sum, which costs its square */
                int32_t sums[2 * MOST_RADIX];
                for (int k = 0; k < radix; k++) {
                    sums[2 * k] = sums[2 * k + 1] = 0;
                    for (int i = 0; i < radix; i++) {
                        int32_t part[2] = {v[2 * i], v[2 * i + 1]};
                        @TURN@(part, roots + 2 * (i * k % radix));
                        sums[2 * k] += part[0], sums[2 * k + 1] += part[1];
                    }
                }
                for (int k = 0; k < 2 * radix; k++)
                    v[k] = sums[k];
            }
//end
            }
//if WIDE
            for (int k = 2; j && k < 2 * radix; k += 2)
                turn_30(v + k, w + k);
//end
            p = z + 2 * block;
            for (int k = 0; k < 2 * radix; k += 2, p += 2 * s->step) {
                p[0] = (@TYPE@)v[k], p[1] = (@TYPE@)v[k + 1];
//if WIDE
//else
                *all |= (v[k] ^ (v[k] >> 31)) | (v[k + 1] ^ (v[k + 1] >> 31));
//end
            }
        }
    }
//if WIDE
//else
    return by;
//end
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
        turn_30(at, HALF_TURN);
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
