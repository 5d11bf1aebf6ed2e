void @NAME@_begin(@NAME@_stream *s)
{
    s->at = 0, s->missing = @UPPER@_TIMEPOINTS;
}

static void backwards(@SAMPLE@ *x, int first, int last)
{
    for (; first < last; first++, last--) {
        const @SAMPLE@ kept = x[first];
        x[first] = x[last], x[last] = kept;
    }
}

int @NAME@_push(@NAME@_stream *s, const @SAMPLE@ sample[@UPPER@_CHANNELS], @NAME@_memory *m,
                @SCORE@ scores[@UPPER@_SCORES])
{
    const int at = (int)s->at;
    for (int c = 0; c < @UPPER@_CHANNELS; c++)
        s->series[c * @UPPER@_TIMEPOINTS + at] = sample[c];
    s->at = (uint32_t)(at + 1) % @UPPER@_TIMEPOINTS;
    if (--s->missing)
        return @UPPER@_WAITING;
    s->missing = @UPPER@_HOP;
    /* the oldest sample comes first: a turn in place takes no second window */
    for (int c = 0; c < @UPPER@_CHANNELS; c++) {
        @SAMPLE@ *x = s->series + c * @UPPER@_TIMEPOINTS;
        backwards(x, 0, at);
        backwards(x, at + 1, @UPPER@_TIMEPOINTS - 1);
        backwards(x, 0, @UPPER@_TIMEPOINTS - 1);
    }
    s->at = 0;
    return @NAME@_predict(s->series, m, scores);
}
