static void turn_@NAME@(int32_t *v, const int32_t *c, const int32_t *d, int radix)
{
    for (int k = 1; k < radix; k++) {
        const int32_t re = v[2 * k], im = v[2 * k + 1];
        v[2 * k] = @TIMES@(re, c[k]) - @TIMES@(im, d[k]);
        v[2 * k + 1] = @TIMES@(im, c[k]) + @TIMES@(re, d[k]);
    }
}

//if WIDE
/* A stage on the way to the frequencies, in 32 bits: points are divided, then turned. */
static void divide_wide(int32_t *z, const stage *s)
{
//else
/* A stage on the way to the points, in 16 bits: frequencies are turned, then divided. Gives by how
 * many bits they were shifted down before, so that nothing exceeds 16.
 */
static int divide_narrow(int16_t *z, const stage *s)
{
    int32_t all = 0;
    for (int i = 0; i < 2 * HALF; i++)
        all |= z[i] ^ (z[i] >> 15);
    const int by = all ? bits_of(all) - s->room : 0;
    const int32_t gain = by < 0 ? INT32_C(1) << -by : 1, half = by > 0 ? INT32_C(1) << (by - 1) : 0;
    const int shift = by > 0 ? by : 0;
//end
    int32_t v[2 * MOST_RADIX], c[MOST_RADIX], d[MOST_RADIX];
    const int radix = s->radix;
    for (int j = 0; j < s->step; j++) {
        for (int k = 1; k < radix; k++) {
//if WIDE
            const uint32_t turn = (uint32_t)((s->turn * (uint32_t)(j * k)) >> 32);
//else
            const uint32_t turn = s->short_turn * (uint32_t)(j * k);
//end
            c[k] = @SINE@(turn + (UINT32_C(1) << 30)), d[k] = @SIGN@@SINE@(turn);
        }
        for (int block = j; block < HALF; block += s->length) {
            @TYPE@ *p = z + 2 * block;
            for (int k = 0; k < 2 * radix; k += 2, p += 2 * s->step) {
//if WIDE
                v[k] = p[0], v[k + 1] = p[1];
//else
                v[k] = (p[0] * gain + half) >> shift, v[k + 1] = (p[1] * gain + half) >> shift;
//end
            }
//if WIDE
//else
            if (j)
                turn_narrow(v, c, d, radix);
//end
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
                    /* the differences that the other part needs stand where the points stood */
                    int32_t *w = v + part;
                    const int32_t z0 = w[0], p0 = w[2] + w[8], q0 = w[2] - w[8];
                    const int32_t r0 = w[4] + w[6], s0 = w[4] - w[6];
                    w[0] = z0 + p0 + r0;
                    w[2] = z0 + @TIMES@(p0, @FIFTH0@) - @TIMES@(r0, @FIFTH1@);
                    w[4] = z0 - @TIMES@(p0, @FIFTH1@) + @TIMES@(r0, @FIFTH0@);
                    w[6] = @TIMES@(q0, @FIFTH2@) + @TIMES@(s0, @FIFTH3@);
                    w[8] = @TIMES@(q0, @FIFTH3@) - @TIMES@(s0, @FIFTH2@);
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
                    int32_t re = 0, im = 0;
                    for (int i = 0; i < radix; i++) {
                        const uint32_t turn = UINT32_MAX / (uint32_t)radix * (uint32_t)(i * k % radix);
                        const int32_t cos = @SINE@(turn + (UINT32_C(1) << 30));
                        const int32_t sin = @SIGN@@SINE@(turn);
                        re += @TIMES@(v[2 * i], cos) - @TIMES@(v[2 * i + 1], sin);
                        im += @TIMES@(v[2 * i], sin) + @TIMES@(v[2 * i + 1], cos);
                    }
                    sums[2 * k] = re, sums[2 * k + 1] = im;
                }
                for (int k = 0; k < 2 * radix; k++)
                    v[k] = sums[k];
            }
//end
            }
//if WIDE
            if (j)
                turn_wide(v, c, d, radix);
//end
            p = z + 2 * block;
            for (int k = 0; k < 2 * radix; k += 2, p += 2 * s->step)
                p[0] = (@TYPE@)v[k], p[1] = (@TYPE@)v[k + 1];
        }
    }
//if WIDE
//else
    return by;
//end
}
