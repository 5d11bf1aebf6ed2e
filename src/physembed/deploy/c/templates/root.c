#if defined(__arm__) && !defined(__ARM_FP)
/* Without a floating-point unit the library's root brings a kilobyte of errno with it. */
static float root(float x)
{
    if (!(x > 0))
        return 0;
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = (bits >> 1) + UINT32_C(0x1fbd1df5);
    float y;
    memcpy(&y, &bits, sizeof y);
    for (int i = 0; i < 3; i++)
        y = 0.5f * (y + x / y);
    return y;
}
#else
#define root sqrtf
#endif
