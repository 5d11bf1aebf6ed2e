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
    @UPPER@_NOT_FINITE = -2 /* a value is infinite or not a number */
};
@LABELS@
/* What a prediction works in, @BYTES@ bytes; nothing of it is kept from one call to the next. */
typedef struct {
@MEMBERS@} @NAME@_memory;

/* @RETURNS@; or a negative number, when nothing is written.
 * x: all timepoints of the first channel, then those of the next; not changed.
 * scores: one for each class, or null.
 */
int @NAME@_predict(const float *x, @NAME@_memory *memory, float scores[@UPPER@_SCORES]);

#ifdef __cplusplus
}
#endif
#endif
