//if FLOATS
/* By the exponent's bits: a compiler that takes all numbers for finite deletes other questions. */
static int is_finite(const float *x, int n)
{
    for (int i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        if ((bits & UINT32_C(0x7f800000)) == UINT32_C(0x7f800000))
            return 0;
    }
    return 1;
}

//end
int @NAME@_predict(const @SAMPLE@ *x, @NAME@_memory *m, @SCORE@ scores[@UPPER@_SCORES])
{
    @SCORE@ row[ROWS];
    if (!x || !m)
        return @UPPER@_NO_MEMORY;
//if FLOATS
    if (!is_finite(x, @UPPER@_CHANNELS * @UPPER@_TIMEPOINTS))
        return @UPPER@_NOT_FINITE;
//end
@BIAS@
@CALLS@
//if SIGNED
    if (scores)
        scores[0] = -row[0], scores[1] = row[0];
    return row[0] > 0;
//else
    int best = 0;
    for (int k = 1; k < ROWS; k++)
        if (row[k] > row[best])
            best = k;
    if (scores)
        memcpy(scores, row, sizeof row);
    return best;
//end
}
