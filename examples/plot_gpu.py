"""
On a GPU
========

``device="auto"`` takes a GPU where there is one; a field is a tensor, and goes where you put it.
"""

import time

import matplotlib.pyplot as plt
import torch

import physembed as pe

device = "cuda" if torch.cuda.is_available() else "cpu"
print(f"here: {device}")

# %%
# Cases travel together: a batch costs little more than one case, until the processor is full.

grid = pe.TimeGrid(512, 0.1)
medium = {"beta2": torch.full((6,), -1.0).double(), "gamma": 1.0}
batches, seconds = (1, 4, 16, 64), []
for n_cases in batches:
    fields = torch.exp(-(grid.t**2)).expand(n_cases, 1, -1).to(torch.complex64).to(device)
    pe.propagate(fields, pe.NonlinearSchrodinger(), medium, grid, check_sampling=False)
    start = time.perf_counter()
    for _ in range(5):
        pe.propagate(fields, pe.NonlinearSchrodinger(), medium, grid, check_sampling=False)
    seconds.append((time.perf_counter() - start) / 5)

figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
axes.loglog(batches, [1e6 * s / n for s, n in zip(seconds, batches, strict=True)], "o-",
            color="#0072b2")
axes.set(xlabel="cases at once", ylabel="time of a case / µs", title=f"six layers, on {device}")
