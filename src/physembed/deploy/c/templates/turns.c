/* Sines of phases in integers of 2^-32 turn, whose overflow is the reduction to one turn.
 *
 * With half turns x from -1 to 1 and v = |x| (1 - |x|), sin(pi x) / v is cos(pi sqrt(1/4 - v)) / v
 * up to its sign: a power series in v, which five terms give to 1e-9, of small angles as well.
 */
static inline float sine(uint32_t turn)
{
    const float x = (float)(int32_t)turn * 4.65661287e-10f, a = fabsf(x), rest = 1 - a, v = a * rest;
    return x * rest * (3.14159266f + v * (3.14159207f + v * (1.11549270f
                       + v * (0.204589595f + v * 0.0241447894f))));
}

static inline float cosine(uint32_t turn)
{
    return sine(turn + (UINT32_C(1) << 30));
}
