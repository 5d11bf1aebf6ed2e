"""The devices by name: one table for the library and its command line."""

from typing import Literal, get_args

TrainingDevice = Literal["auto", "cpu", "cuda"]
TRAINING_DEVICES: tuple[TrainingDevice, ...] = get_args(TrainingDevice)
"""Where networks are trained and predict; ``auto`` is a GPU where there is one and it pays."""

DEVICES = (*TRAINING_DEVICES, "mps")
"""Where fields propagate: Apple's GPU does, though without float64, in which networks compute
phases."""


def is_gpu_lost_by_forking() -> bool:
    """Whether this process was forked after its parent had looked at or used a GPU.

    A torch that is built for CUDA says of every forked process that it cannot use one, also where
    there is none.
    """
    import torch

    return torch.cuda._is_in_bad_fork() and (
        torch.cuda._initialized or torch.cuda.device_count() > 0
    )
