/* @NAME@: a series in, scores out. Written by physembed; do not edit. */
#ifndef @UPPER@_H
#define @UPPER@_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { @UPPER@_CHANNELS = @CHANNELS@, @UPPER@_TIMEPOINTS = @TIMEPOINTS@, @UPPER@_SCORES = @SCORES@ };
enum {
    @UPPER@_NO_MEMORY = -1, /* x or memory is null */
    @UPPER@_NOT_FINITE = -2 /* a value is infinite or not a number; whole numbers never are */
};
//if WHOLE
enum { @UPPER@_SCORE_UNIT = @UNIT@ };
//end
@LABELS@
/* What a prediction works in, @BYTES@ bytes; nothing of it is kept from one call to the next. */
typedef struct {
@MEMBERS@} @NAME@_memory;

/* @RETURNS@; or a negative number, when nothing is written.
 * x: all timepoints of the first channel, then those of the next; not changed.
 * scores: one for each class, or null.
//if WHOLE
 * They are whole: in units of 1 / @UPPER@_SCORE_UNIT of the model's.
//end
 */
int @NAME@_predict(const @SAMPLE@ *x, @NAME@_memory *memory, @SCORE@ scores[@UPPER@_SCORES]);

//if STREAM
enum {
    @UPPER@_HOP = @HOP@,
    @UPPER@_WAITING = -3 /* no window is complete yet */
};

/* The last samples, @STREAM_BYTES@ bytes; begin first. */
typedef struct {
    @SAMPLE@ series[@UPPER@_CHANNELS * @UPPER@_TIMEPOINTS]; /* of every channel a ring */
    uint32_t at, missing;                    /* where the next sample goes, and how many to go */
} @NAME@_stream;

void @NAME@_begin(@NAME@_stream *stream);

/* One sample of every channel. After the first @TIMEPOINTS@, and then after every @HOP@, what
 * @NAME@_predict says of the last @TIMEPOINTS@; @UPPER@_WAITING in between.
 */
int @NAME@_push(@NAME@_stream *stream, const @SAMPLE@ sample[@UPPER@_CHANNELS],
                @NAME@_memory *memory, @SCORE@ scores[@UPPER@_SCORES]);

//end
#ifdef __cplusplus
}
#endif
#endif
