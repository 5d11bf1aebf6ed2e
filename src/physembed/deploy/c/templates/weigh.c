@TABLES@
/* A reading times its weights, into all rows. */
static void weigh(int place, int32_t reading, int32_t *row)
{
//if SMALL
    reading = (reading * SCALES[place]) >> 15;
//end
    for (int r = 0; r < ROWS; r++)
        row[r] += WEIGHTS[place * ROWS + r] * reading;
}
