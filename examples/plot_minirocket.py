"""
Beside MiniRocket
=================

The usual choice, on the same cases: how often each is right, what it stores, and how sure it is.
"""

import matplotlib.pyplot as plt
import numpy as np
from aeon.classification.convolution_based import MiniRocketClassifier
from aeon.datasets import load_classification

import physembed as pe

X, y = load_classification("ItalyPowerDemand", split="train")
X_test, y_test = load_classification("ItalyPowerDemand", split="test")
ours = pe.PhysicalEmbeddingClassifier(random_state=0).fit(X, y)
theirs = MiniRocketClassifier(n_kernels=10_000, random_state=0).fit(X, y)

counts = ours.parameter_counts_
# MiniRocket: a bias of every feature, and a weight of every feature and one more
stored = counts["embedding"] + counts["readout"], 2 * 9_996 + 1
names = ("physembed", "MiniRocket")
for name, model, count in zip(names, (ours, theirs), stored, strict=True):
    print(f"{name}: {model.score(X_test, y_test):.1%} right, {count:,} learnt numbers")

# %%
# MiniRocket's readout gives labels, not probabilities: every answer is as sure as the next, the
# wrong ones too. Ours is calibrated on cases that were left out.

figure, axes = plt.subplots(1, 2, figsize=(7, 2.8), layout="constrained", sharey=True)
for axis, name, model in zip(axes, names, (ours, theirs), strict=True):
    shares = model.predict_proba(X_test)
    sure, right = 100 * shares.max(axis=1), model.classes_[shares.argmax(axis=1)] == y_test
    axis.hist([sure[~right], sure[right]], bins=np.linspace(50, 100, 11), log=True,
              color=["#d55e00", "#0072b2"], label=["wrong", "right"])
    axis.set(title=name, xlabel="how sure / %")
axes[0].set_ylabel("test cases")
axes[0].legend()
