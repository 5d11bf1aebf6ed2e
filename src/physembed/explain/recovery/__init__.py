"""System identification: the coefficients of an unknown channel from what enters and leaves it."""
