"""The devices by name: one table for the library and its command line."""

DEVICES = ("auto", "cpu", "cuda", "mps")
"""Where fields propagate; ``auto`` is the fastest that there is, ``mps`` an Apple GPU."""

TRAINING_DEVICES = ("auto", "cpu", "cuda")
"""Where networks are trained."""
