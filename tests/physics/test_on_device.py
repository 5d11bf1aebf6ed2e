"""What is kept for a device is of that device, whatever torch's default one is."""

import torch

import physembed as pe
from physembed.physics.on_device import coordinates_on, numbers_on, omega_on


def test_no_device_is_the_cpu() -> None:
    grid = pe.TimeGrid(47, 0.77)
    with torch.device("meta"):
        tensors = [numbers_on((1.5, 2.5), torch.float64, None), omega_on(grid, None), grid.t]
    tensors += [*coordinates_on(grid, None), grid.omega]
    assert {tensor.device.type for tensor in tensors} == {"cpu"}
