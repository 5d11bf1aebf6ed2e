/* Cases from the standard input; of each the class, and its scores, to the output. */
#include "@NAME@.h"

#include <stdio.h>

static @SAMPLE@ x[@UPPER@_CHANNELS * @UPPER@_TIMEPOINTS];
static @NAME@_memory memory;

int main(void)
{
    while (fread(x, sizeof x, 1, stdin) == 1) {
        @SCORE@ scores[@UPPER@_SCORES] = {0};
        const @SCORE@ label = (@SCORE@)@NAME@_predict(x, &memory, scores);
        fwrite(&label, sizeof label, 1, stdout);
        fwrite(scores, sizeof scores, 1, stdout);
    }
    return 0;
}
