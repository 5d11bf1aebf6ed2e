"""
A soliton and its perturbations
===============================

What nonlinearity and dispersion hold together, a third term takes apart.
"""

import math

import matplotlib.pyplot as plt
import torch

import physembed as pe

grid = pe.TimeGrid(1024, 40 / 1024)
soliton = (2 / torch.cosh(grid.t)).to(torch.complex128)
perturbed = {
    "order 2, alone": {},
    "attenuation 0.2": {"alpha": 0.2},
    "third-order dispersion 0.1": {"beta3": 0.1},
}

# %%
# The pulse of second order comes back after z = π/2; with anything else it does not.

figure, axes = plt.subplots(1, 3, figsize=(8.4, 3), layout="constrained", sharey=True)
for axis, (name, extra) in zip(axes, perturbed.items(), strict=True):
    medium = {"alpha": 0.0, "beta2": torch.full((100,), -1.0).double(), "gamma": 1.0, **extra}
    layers = pe.propagate(
        soliton, pe.NonlinearSchrodinger(), medium, grid, layer_length=math.pi / 100,
        steps_per_layer=8, scheme="strang", return_layers=True,
    )
    image = axis.imshow(layers.abs(), aspect="auto", extent=(-20, 20, math.pi, 0), vmax=4)
    axis.set(title=name, xlabel="time / T₀", xlim=(-6, 6))
    print(f"{name}: after two periods the peak is {float(layers[-1].abs().max()):.2f}, it was 2")
axes[0].set_ylabel("depth / dispersion lengths")
figure.colorbar(image, ax=axes, label="|E| / fundamental soliton's peak")
