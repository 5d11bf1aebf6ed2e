"""Grids of runs: what is run, where it is kept, and how it is done in spite of kills."""
