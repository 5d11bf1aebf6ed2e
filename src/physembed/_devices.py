"""The devices by name: one table for the library and its command line."""

from typing import Literal, get_args

TrainingDevice = Literal["auto", "cpu", "cuda"]
TRAINING_DEVICES: tuple[TrainingDevice, ...] = get_args(TrainingDevice)
"""Where networks are trained; ``auto`` is the fastest that there is."""

DEVICES = (*TRAINING_DEVICES, "mps")
"""Where fields propagate: Apple's GPU does, though without float64, in which networks compute
phases."""
