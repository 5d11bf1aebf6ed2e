"""
Fitting a medium to measurements
================================

What entered and what left is known, what is between is not: its coefficients, with error bars.
"""

import matplotlib.pyplot as plt
import torch

import physembed as pe

# %%
# Ten pulses through a fibre, measured with noise of 1 %.

generator = torch.Generator().manual_seed(0)
grid = pe.TimeGrid(256, 0.1)
centres = torch.linspace(-2, 2, 10).double()[:, None]
inputs = (1.2 * torch.exp(-((grid.t - centres) ** 2) / 2)).to(torch.complex128)[:, None]
truth = {"alpha": 0.1, "beta2": -0.8, "gamma": 0.6}
outputs = pe.propagate(inputs, pe.NonlinearSchrodinger(), truth, grid, steps_per_layer=100,
                       scheme="strang")


def measured(field):
    noise = torch.randn(field.shape, dtype=field.dtype, generator=generator)
    return field + 0.01 * noise


fibre = pe.recover(measured(inputs), measured(outputs), pe.NonlinearSchrodinger(), grid,
                   list(truth), steps=40)

# %%
# Each interval should hold the truth in 19 of 20 measurements.

figure, axes = plt.subplots(figsize=(6, 2.4), layout="constrained")
for row, name in enumerate(truth):
    low, high = fibre.interval(name)
    print(f"{name}: between {low:.4f} and {high:.4f}; it is {truth[name]}")
    error = fibre.standard_errors[name]
    axes.plot([(low - truth[name]) / error, (high - truth[name]) / error], [row, row], lw=4,
              color="#0072b2")
axes.axvline(0, color="#d55e00")
axes.set(yticks=range(3), yticklabels=truth, xlabel="away from the truth / standard errors")
