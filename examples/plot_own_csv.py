"""
Your own CSV
============

A table with a case in every row and its label in a column, as a spreadsheet writes it.
"""

from pathlib import Path
from tempfile import mkdtemp

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from aeon.datasets import load_gunpoint

import physembed as pe

# %%
# A file to begin with: 150 columns of numbers, and the label behind them.

folder = Path(mkdtemp())
X, y = load_gunpoint()
table = pd.DataFrame(X[:, 0], columns=[f"t{k}" for k in range(X.shape[2])])
table["label"] = np.where(y == "1", "gun", "point")
table.to_csv(folder / "movements.csv", index=False)
print(table.iloc[:3, [0, 1, 2, -1]])

# %%
# A file is a data set like any other: its delimiter and its labels are found by rule, and some
# cases are held back for a test. On the command line this is
# ``physembed train movements.csv --out run``.

data = pe.load_dataset(str(folder / "movements.csv"))
classifier = pe.PhysicalEmbeddingClassifier(random_state=0).fit(data.X_train, data.y_train)
print(f"right: {classifier.score(data.X_test, data.y_test):.1%} of {len(data.y_test)}")

shares = classifier.predict_proba(data.X_test)
figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
for label, colour in zip(classifier.classes_, ("#0072b2", "#d55e00"), strict=True):
    axes.hist(shares[np.asarray(data.y_test) == label, 1], bins=np.linspace(0, 1, 21), alpha=0.7,
              color=colour, label=f"is {label}")
axes.set(xlabel=f"share of “{classifier.classes_[1]}” that the model gives", ylabel="cases")
axes.legend()
