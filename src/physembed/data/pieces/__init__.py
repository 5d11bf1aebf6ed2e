"""Series that come in parts, of which never more than a piece is in memory.

What may be a source of parts, what each part must be, and a first pass that finds out what a fit
has to know beforehand and draws a sample.
"""
