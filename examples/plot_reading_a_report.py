"""
Reading a trained medium
========================

Every number means something: what a trained medium does to a case, and what each coefficient is.
"""

import matplotlib.pyplot as plt
import torch
from aeon.datasets import load_gunpoint

import physembed as pe

(X, y), (X_test, y_test) = load_gunpoint(split="train"), load_gunpoint(split="test")
classifier = pe.PhysicalEmbeddingClassifier(preset="lens", random_state=0).fit(X, y)
print(f"right: {classifier.score(X_test, y_test):.1%}, with {classifier.parameter_counts_}")

# %%
# Three numbers are the whole medium, in natural units: a dispersion, a prism, a lens.

for name, value in classifier.network_.coefficients().items():
    print(f"{name:24s} {value:8.3f}")

# %%
# What eight detectors see of each class. ``physembed explain RUN`` writes all of it as a report,
# and ``physembed explore RUN`` lets you move the numbers.

with torch.no_grad():
    seen = classifier.network_.features(torch.from_numpy(X_test).float()).numpy()
figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
for label, colour in zip(classifier.classes_, ("#0072b2", "#d55e00"), strict=True):
    these = seen[y_test == label]
    axes.errorbar(range(1, seen.shape[1] + 1), these.mean(0), these.std(0), fmt="o-", capsize=3,
                  color=colour, label=f"class {label}")
axes.set(xlabel="detector", ylabel="reading")
axes.legend()
