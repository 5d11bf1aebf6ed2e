"""
Beside MiniRocket
=================

The usual choice, on the same cases: how often each is right, what it stores, and how sure it is.
"""

import matplotlib.pyplot as plt
import numpy as np
from aeon.classification.convolution_based import MiniRocketClassifier
from aeon.datasets import load_gunpoint

import physembed as pe

(X, y), (X_test, y_test) = load_gunpoint(split="train"), load_gunpoint(split="test")
ours = pe.PhysicalEmbeddingClassifier(random_state=0).fit(X, y)
theirs = MiniRocketClassifier(n_kernels=10_000, random_state=0).fit(X, y)

stored = sum(ours.parameter_counts_.values()), 2 * 9_996 + 2
names = ("physembed", "MiniRocket")
for name, model, count in zip(names, (ours, theirs), stored, strict=True):
    print(f"{name}: {model.score(X_test, y_test):.1%} right, {count:,} stored numbers")

# %%
# MiniRocket's readout gives labels, not probabilities: every answer is as sure as the next. Ours is
# calibrated on cases that were left out.

figure, axes = plt.subplots(1, 2, figsize=(7, 2.8), layout="constrained", sharey=True)
for axis, name, model in zip(axes, names, (ours, theirs), strict=True):
    shares = model.predict_proba(X_test).max(axis=1)
    axis.hist(100 * shares, bins=np.linspace(50, 100, 26), color="#0072b2")
    axis.set(title=name, xlabel="how sure / %")
axes[0].set_ylabel("test cases")
