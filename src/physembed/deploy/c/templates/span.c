//if SPANS_OF_ALL
        const int at = b->length ? 2 * (k % b->bands) : 2 * k, moved = k / b->bands * b->length;
//else
        const int at = 2 * (k % b->bands), moved = k / b->bands * b->length;
//end
        const int first = b->span[at] + moved, last = b->span[at + 1] + moved;
