"""A plan carried out by numpy, in float64 or float32: the oracle of what is written from it."""
