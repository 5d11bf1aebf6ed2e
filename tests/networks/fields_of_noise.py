"""Fields of noise, and a detector that has seen one."""

import torch

import physembed as pe


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.complex128, generator=generator)


def calibrated(detector: pe.Detector, field: torch.Tensor) -> torch.nn.Module:
    module = detector.module(field.shape[1], field.shape[2]).double()
    module.calibrate(field, torch.Generator().manual_seed(0))
    return module
