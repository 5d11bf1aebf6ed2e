"""Which few of many designed detectors to build, and what reads them out.

Pieces that know nothing of each other, on arrays of features and scores: a teacher, pseudo-cases,
choices forward and backward, a readout, its quantisation, and what is reliable in noise.
"""
