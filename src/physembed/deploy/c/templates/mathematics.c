/* Elementary functions of single precision alone; those of many a math.h go by way of double. */

//if LOGARITHM
static float logarithm(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    /* x = 2^e m with m from sqrt(1/2) to sqrt(2) */
    const int32_t e = ((int32_t)bits - 0x3f3504f3) >> 23;
    bits -= (uint32_t)e << 23;
    float m;
    memcpy(&m, &bits, sizeof m);
    const float z = (m - 1) / (m + 1), u = z * z;
    return (float)e * 0.693147181f
           + 2 * z * (1 + u * (0.333333333f + u * (0.2f + u * (0.142857143f + u * 0.111111111f))));
}

//end
//if AREA
/* arsinh, which is linear near zero and a logarithm far from it. */
static float area(float x)
{
    const float a = fabsf(x);
    float found = a;
    if (a > 1e9f)
        found = logarithm(a) + 0.693147181f;
    else if (a > 1e-3f)
        found = logarithm(a + root(a * a + 1));
    return x < 0 ? -found : found;
}

//end
//if LOGISTIC
/* tanh as a rational function, to 3e-7. */
static float bent(float x)
{
    const float limit = 7.90531111f;
    x = x > limit ? limit : x < -limit ? -limit : x;
    const float u = x * x;
    const float p = 4.89352456e-3f + u * (6.37261929e-4f + u * (1.48572236e-5f
                    + u * (5.12229709e-8f + u * (-8.60467152e-11f
                    + u * (2.00018790e-13f - u * 2.76076848e-16f)))));
    const float q = 4.89352519e-3f + u * (2.26843463e-3f + u * (1.18534706e-4f
                    + u * 1.19825839e-6f));
    return x * p / q;
}

//end
//if ARCSINE
/* arcsin(sqrt(1e-4 + (1 - 2e-4) share)), to 1e-7: from the nearer end. */
static float arcsine(float share)
{
    const float p = 1e-4f + (1 - 2e-4f) * share;
    const float u = p > 0.5f ? 1 - p : p;
    const float s = root(u) * (1.00000011f + u * (0.166646790f + u * (0.0755898700f
                    + u * (0.0381584500f + u * (0.0634530000f + u * (-0.0595036900f
                    + u * 0.103905610f))))));
    return p > 0.5f ? 1.57079633f - s : s;
}

//end
