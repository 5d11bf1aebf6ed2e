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
//if SIGNED
    @SCORE@ row[ROWS];
//else
    @SCORE@ row[@UPPER@_SCORES];
//end
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
//if ZERO_SUM
    /* weights of all classes sum to zero, and so all scores to what they begin with */
    row[ROWS] = @TOTAL@;
    for (int k = 0; k < ROWS; k++)
        row[ROWS] -= row[k];
//end
    int best = 0;
    for (int k = 0; k < @UPPER@_SCORES; k++) {
        if (scores)
            scores[k] = row[k];
        if (row[k] > row[best])
            best = k;
    }
    return best;
//end
}
