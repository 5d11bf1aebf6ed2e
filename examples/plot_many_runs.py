"""
Many runs, on one machine or many
=================================

Models times data sets times seeds is a grid of runs. Each is finished when its record is there; a
grid that was stopped goes on.
"""

from pathlib import Path
from tempfile import mkdtemp

import matplotlib.pyplot as plt

from physembed.experiments import Grid, compare

# %%
# On one machine ``jobs`` processes work side by side; ``physembed benchmark --backend ray`` sends
# the same grid to a cluster of Ray's.

folder = Path(mkdtemp()) / "grid"
done = compare(Grid(["GunPoint"], ["compact", "lattice", "linear"], seeds=2), out=folder)
records = done.records
for record in records:
    print(f"{record['model']:8s} seed {record['seed']}: {record['accuracy']:.1%}")

figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
for record in records:
    axes.plot(record["total_parameters"], 100 * record["accuracy"], "o", color="#0072b2")
    if record["seed"] == 0:
        axes.annotate(record["model"], (record["total_parameters"], 100 * record["accuracy"]),
                      xytext=(8, -4), textcoords="offset points")
axes.set(xlabel="stored numbers", ylabel="test cases right / %", xlim=(0, 1_400))
