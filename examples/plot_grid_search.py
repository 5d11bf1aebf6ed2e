"""
Pipeline and grid search
========================

The estimators are scikit-learn's: what chooses settings there chooses them here.
"""

import matplotlib.pyplot as plt
from aeon.datasets import load_classification
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import physembed as pe

X, y = load_classification("ItalyPowerDemand", split="train")
X_test, y_test = load_classification("ItalyPowerDemand", split="test")

# %%
# Detected features in front of a classifier of scikit-learn's, the physics among what is searched.

pipeline = make_pipeline(
    pe.PhysicalEmbeddingTransformer(preset="compact", random_state=0),
    StandardScaler(),
    LogisticRegression(max_iter=2000),
)
search = GridSearchCV(
    pipeline,
    {
        "physicalembeddingtransformer__preset": ["compact", "lattice"],
        "logisticregression__C": [0.001, 0.01, 0.1, 1.0],
    },
    cv=3,
)
search.fit(X, y)
print(search.best_params_, f"test cases right: {search.score(X_test, y_test):.1%}")

# %%
# Which physics, and how much of it: the search as a picture.

figure, axes = plt.subplots(figsize=(6, 3), layout="constrained")
results = search.cv_results_
for preset, colour in (("compact", "#0072b2"), ("lattice", "#d55e00")):
    here = results["param_physicalembeddingtransformer__preset"] == preset
    axes.semilogx(results["param_logisticregression__C"][here].astype(float),
                  100 * results["mean_test_score"][here], "o-", color=colour, label=preset)
axes.set(xlabel="C", ylabel="left-out cases right / %")
axes.legend()
