/* The half of a real field's spectrum, in place: 2 n reals as n complex numbers, of which the
 * first holds the frequencies 0 and n, which are real.
 */
static void to_half(float *z, const transform *t)
{
    to_frequencies(z, t);
    const float zero = z[0];
    z[0] = zero + z[1], z[1] = zero - z[1];
    const float half = sine((uint32_t)(t->half_turn >> 33)), step_a = 2 * half * half;
    const float step_b = sine((uint32_t)(t->half_turn >> 32));
    float c = 1, s = 0;
    int up = 0, down = 0;
    for (int k = 1; 2 * k <= t->points; k++) {
        if (k % 32) {
            TURN(c, s, step_a, step_b);
        } else {
            const uint32_t turn = (uint32_t)((t->half_turn * (uint32_t)k) >> 32);
            c = cosine(turn), s = sine(turn);
        }
        up = next_place(up, t), down = previous_place(down, t);
        float *a = z + 2 * up, *b = z + 2 * down;
        const float even0 = a[0] + b[0], even1 = a[1] - b[1];
        const float odd0 = a[0] - b[0], odd1 = a[1] + b[1];
        /* even and odd points, as one complex number each, were transformed as one */
        const float w0 = odd1 * c - odd0 * s, w1 = -odd0 * c - odd1 * s;
        a[0] = 0.5f * (even0 + w0), a[1] = 0.5f * (even1 + w1);
        b[0] = 0.5f * (even0 - w0), b[1] = 0.5f * (w1 - even1);
    }
}
