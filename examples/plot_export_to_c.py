"""
Export to C
===========

A trained model as C99 for a microcontroller: no heap, no dependency but ``math.h``.
"""

from pathlib import Path
from tempfile import mkdtemp

import matplotlib.pyplot as plt
from aeon.datasets import load_gunpoint

import physembed as pe
from physembed.deploy import export

(X, y), (X_test, y_test) = load_gunpoint(split="train"), load_gunpoint(split="test")
classifier = pe.PhysicalEmbeddingClassifier(preset="compact", detectors=8, random_state=0).fit(X, y)
print(f"right: {classifier.score(X_test, y_test):.1%}")

# %%
# A folder with the program, test vectors, and a check that compares every one of them.

folder = Path(mkdtemp()) / "model"
export(classifier, "c", folder, data=X_test, targets=False)
sizes = {file.name: file.stat().st_size for file in sorted(folder.iterdir()) if file.is_file()}
for name, size in sizes.items():
    print(f"{name:20s} {size:8,} bytes of source")

# %%
# What a program asks of a processor stands in :doc:`/deployment`.

figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
axes.barh(list(sizes), [size / 1024 for size in sizes.values()], color="#0072b2")
axes.set(xlabel="source / KiB")
