void @NAME@_begin(@NAME@_stream *s)
{
    s->at = 0, s->missing = @UPPER@_TIMEPOINTS;
}

int @NAME@_push(@NAME@_stream *s, const float sample[@UPPER@_CHANNELS], @NAME@_memory *m,
                float scores[@UPPER@_SCORES])
{
    for (int c = 0; c < @UPPER@_CHANNELS; c++)
        s->series[c * @UPPER@_TIMEPOINTS + (int)s->at] = sample[c];
    s->at = (s->at + 1) % @UPPER@_TIMEPOINTS;
    if (--s->missing)
        return @UPPER@_WAITING;
    s->missing = @UPPER@_HOP;
    /* the oldest sample comes first: a turn in place takes no second window */
    for (int c = 0; c < @UPPER@_CHANNELS; c++)
        shift(s->series + c * @UPPER@_TIMEPOINTS, 1, @UPPER@_TIMEPOINTS, -(int)s->at);
    s->at = 0;
    return @NAME@_predict(s->series, m, scores);
}
