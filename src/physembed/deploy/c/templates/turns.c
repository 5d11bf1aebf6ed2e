/* Sines of phases in integers of 2^-32 turn, whose overflow is the reduction to one turn.
 *
 * With half turns x from -1 to 1 and v = |x| (1 - |x|), sin(pi x) / v is cos(pi sqrt(1/4 - v)) / v
 * up to its sign: a power series in v, which four terms give to 6e-8 without a case distinction.
 */
static inline float sine(uint32_t turn)
{
    const float x = (float)(int32_t)turn * 4.65661287e-10f, a = fabsf(x), rest = 1 - a, v = a * rest;
    return x * rest * (3.14158603f + v * (3.14184885f + v * (1.11239578f + v * 0.21931564f)));
}

static inline float cosine(uint32_t turn)
{
    return sine(turn + (UINT32_C(1) << 30));
}
