"""
Few detectors
=============

Of a pool of some thousand detectors, as many are built as you ask for.
"""

import matplotlib.pyplot as plt
from aeon.datasets import load_gunpoint

import physembed as pe

(X, y), (X_test, y_test) = load_gunpoint(split="train"), load_gunpoint(split="test")

# %%
# The training cases choose, by what reproduces the scores of a teacher that sees all of them.

budgets, right, stored = (4, 8, 16, 32), [], []
for budget in budgets:
    classifier = pe.PhysicalEmbeddingClassifier(preset="compact", detectors=budget, random_state=0)
    classifier.fit(X, y)
    right.append(100 * classifier.score(X_test, y_test))
    stored.append(classifier.parameter_counts_["readout"])
    print(f"{budget} detectors: {right[-1]:.1f} % right, {stored[-1]} readout weights")

figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
axes.semilogx(budgets, right, "o-", color="#0072b2")
axes.set(xticks=budgets, xticklabels=budgets, xlabel="detectors", ylabel="test cases right / %")
axes.minorticks_off()
