"""Plans in whole numbers alone: filters of integers, comparators, counters.

No transform, no fraction, no division: what a processor without a multiplier of fractions is good
at. The interpreter here and the program of C say the same to the last bit.
"""
