"""
Your own equation
=================

A class with its coefficients, a linear symbol and a local law is all there is to write.
"""

import matplotlib.pyplot as plt
import torch

import physembed as pe

# %%
# The Kerr effect saturates in some glasses: the next term is of fifth order in the field.


class CubicQuintic(pe.MasterEquation):
    """dE/dz = -i (beta2/2) d2E/dt2 + i (gamma I + nu I^2) E, with I the intensity."""

    beta2 = pe.Coefficient("dispersion", unit="time²/length")
    gamma = pe.Coefficient("Kerr nonlinearity", unit="1/(intensity length)")
    nu = pe.Coefficient("quintic nonlinearity", unit="1/(intensity² length)")

    def linear_symbol(self, omega, c):
        return 0.5j * c.beta2 * omega**2

    def local_phase(self, intensity, t, c):
        return c.gamma * intensity + c.nu * intensity**2


# %%
# It goes through every scheme, gradient and network. Saturation keeps a strong pulse from
# collapsing.

grid = pe.TimeGrid(512, 20 / 512)
pulse = (3 / torch.cosh(grid.t)).to(torch.complex128)
figure, axes = plt.subplots(1, 2, figsize=(7, 3), layout="constrained", sharey=True)
for axis, nu in zip(axes, (0.0, -0.04), strict=True):
    layers = pe.propagate(
        pulse, CubicQuintic(), {"beta2": torch.full((80,), -1.0).double(), "gamma": 1.0, "nu": nu},
        grid, layer_length=0.02, steps_per_layer=5, scheme="strang", return_layers=True,
    )
    image = axis.imshow(layers.abs(), aspect="auto", extent=(-10, 10, 1.6, 0), vmax=6)
    axis.set(title=f"ν = {nu:g}", xlabel="time / pulse's width", xlim=(-3, 3))
axes[0].set_ylabel("depth / dispersion lengths")
figure.colorbar(image, ax=axes, label="|E|")
