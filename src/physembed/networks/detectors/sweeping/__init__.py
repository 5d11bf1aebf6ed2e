"""One compiled pass over the samples of a field for all detectors behind it.

Knows arrays and what can be measured on them, and no detector.
"""
