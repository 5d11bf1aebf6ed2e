"""Plans in integers: whole filters, or spectra and intensities in block floating point.

What a processor without fractions is good at. The interpreters here and the programs of C say the
same to the last bit.
"""
