/* Of a number below 2^46, digit by digit. */
static uint32_t root_of(uint64_t rest)
{
    uint64_t root = 0;
    for (uint64_t digit = UINT64_C(1) << 44; digit; digit >>= 2) {
        const uint64_t larger = root + digit;
        root >>= 1;
        if (rest >= larger)
            rest -= larger, root += digit;
    }
    return (uint32_t)root;
}

//if ARCSINE
/* The arcsine of the root of a share in 2^-30, in 2^-12: from the nearer end. */
static int32_t arcsine(uint32_t share)
{
    const int32_t near = (int32_t)(share > UINT32_C(1) << 29 ? (UINT32_C(1) << 30) - share : share);
    const int32_t v = near >> 15;
    const int32_t series =
        32768 + (((5525 + (((1778 + ((3355 * v) >> 15)) * v) >> 15)) * v) >> 15);
    const int32_t angle = ((int32_t)root_of((uint32_t)near) * series + (INT32_C(1) << 17)) >> 18;
    return share > UINT32_C(1) << 29 ? 6434 - angle : angle;
}

//end
