"""Estimators where people use them: pipelines, searches, processes, pickles, tables, odd series."""

import copy
import io
import pickle
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
import torch
from aeon.datasets import load_classification
from sklearn.base import clone
from sklearn.linear_model import Ridge, RidgeClassifierCV
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import physembed as pe
from physembed.estimators import build_classifier
from physembed.presets import PRESETS
from physembed.training.method import limited

pytestmark = pytest.mark.slow

X, Y = load_classification("ItalyPowerDemand", split="train")
X_TEST, Y_TEST = load_classification("ItalyPowerDemand", split="test")
PEAK = X[:, 0].argmax(axis=1).astype(float)
"""When demand is highest: what regressions are tested on."""
SMALL = "lattice"
BRIEF = pe.ProjectionSettings(rungs=((4, 1, 60),))


def estimators() -> list:
    return [
        pe.PhysicalEmbeddingClassifier(SMALL, random_state=0),
        pe.PhysicalEmbeddingRegressor(SMALL, random_state=0),
        pe.PhysicalEmbeddingTransformer(SMALL, random_state=0),
    ]


def said(estimator, X: np.ndarray) -> np.ndarray:
    """What a fitted estimator makes of series."""
    for method in ("predict_proba", "predict", "transform"):
        if hasattr(estimator, method):
            return getattr(estimator, method)(X)
    raise AssertionError(estimator)


def fitted(estimator):
    return estimator.fit(X, PEAK if isinstance(estimator, pe.PhysicalEmbeddingRegressor) else Y)


@pytest.mark.parametrize("estimator", estimators(), ids=lambda e: type(e).__name__)
def test_copies_of_a_fitted_estimator_are_its_equals(estimator, tmp_path: Path) -> None:
    fitted(estimator)
    expected = said(estimator, X)
    joblib.dump(estimator, tmp_path / "estimator.joblib")
    stream = io.BytesIO(pickle.dumps(estimator))
    copies = {
        "pickle": pickle.load(stream),
        "joblib": joblib.load(tmp_path / "estimator.joblib"),
        "deep copy": copy.deepcopy(estimator),
        "folder": pe.load(estimator.save(tmp_path / "model")),
    }
    for how, again in copies.items():
        np.testing.assert_array_equal(said(again, X), expected, err_msg=how)
        assert repr(again) == repr(estimator)
        assert again.preset_ == estimator.preset_
    unfitted = clone(estimator).set_params(preset="lattice")
    assert unfitted.preset == "lattice" and not unfitted.is_fitted


def test_grid_search_in_a_pipeline_over_processes() -> None:
    pipeline = make_pipeline(
        FunctionTransformer(np.abs), pe.PhysicalEmbeddingClassifier(SMALL, random_state=0)
    )
    name = "physicalembeddingclassifier__preset"
    search = GridSearchCV(pipeline, {name: [SMALL, "lattice"]}, cv=3, n_jobs=2).fit(X, Y)
    assert search.best_score_ > 0.85
    assert set(search.cv_results_[f"param_{name}"]) == {SMALL, "lattice"}
    assert search.score(X_TEST, Y_TEST) > 0.85


def test_settings_of_a_training_are_searched_over() -> None:
    """A list of values, of every way of training."""
    short = limited(PRESETS["nlse"].training, 3)
    listed = ["designed", short, replace(short, physics_rate=0.1), BRIEF]
    model = pe.PhysicalEmbeddingClassifier("lens", random_state=0)
    search = GridSearchCV(model, {"training": listed}, cv=2, error_score="raise").fit(X, Y)
    assert [p["training"] for p in search.cv_results_["params"]] == listed
    assert search.best_params_["training"] in listed
    assert search.best_estimator_.training == search.best_params_["training"]
    assert len(set(search.cv_results_["mean_test_score"])) > 1


def test_cross_validation_does_not_depend_on_processes() -> None:
    classifier = pe.PhysicalEmbeddingClassifier(SMALL, random_state=0)
    alone = cross_val_score(classifier, X, Y, cv=3)
    np.testing.assert_array_equal(cross_val_score(classifier, X, Y, cv=3, n_jobs=2), alone)


@pytest.mark.parametrize(
    ("name", "options"),
    [("nlse", {"max_epochs": 2}), ("mlp", {"max_epochs": 2})],
)
def test_fits_in_threads_are_as_if_each_were_alone(name: str, options: dict) -> None:
    """Random numbers, of which dropout (mlp) draws in every step, are of the whole process."""

    def probabilities(seed: int) -> np.ndarray:
        return build_classifier(name, random_state=seed, **options).fit(X, Y).predict_proba(X)

    together = joblib.Parallel(n_jobs=3, backend="threading")(
        joblib.delayed(probabilities)(seed) for seed in (0, 1, 0)
    )
    np.testing.assert_array_equal(together, [probabilities(seed) for seed in (0, 1, 0)])


def test_detected_features_serve_any_model_downstream() -> None:
    model = make_pipeline(
        pe.PhysicalEmbeddingTransformer(SMALL, random_state=0),
        StandardScaler(),
        RidgeClassifierCV(np.logspace(-3, 3, 10)),
    ).fit(X, Y)
    assert model.score(X_TEST, Y_TEST) > 0.9
    features = model[0].set_output(transform="pandas").transform(X)
    assert list(features.columns) == list(model[0].get_feature_names_out())
    assert model[0].parameter_counts_["readout"] == 0


def test_labels_choose_the_physics_of_a_transformer() -> None:
    chosen = pe.PhysicalEmbeddingTransformer(random_state=0).fit(X, Y)
    classifier = pe.PhysicalEmbeddingClassifier(random_state=0).fit(X, Y)
    assert chosen.preset_ == classifier.preset_
    np.testing.assert_array_equal(
        chosen.transform(X), classifier.network_.features(torch.from_numpy(X)).numpy(force=True)
    )
    assert pe.PhysicalEmbeddingTransformer(random_state=0).fit(X).preset_ == "compact"


@pytest.mark.parametrize(
    ("y", "task", "outputs"),
    [
        (1000 * np.arange(67), "auto", 1),
        (PEAK, "auto", len(np.unique(PEAK))),
        (PEAK, "regression", 1),
        (PEAK + 0.5, "auto", 1),
        (pd.Series(PEAK + 0.5, dtype="Float64"), "auto", 1),
        (1000 * np.arange(67) % 9, "classification", 9),
        (Y, "auto", 2),
        (Y == "1", "auto", 2),
    ],
)
def test_a_transformer_serves_classes_or_values(y, task: str, outputs: int, tmp_path: Path) -> None:
    embedding = pe.PhysicalEmbeddingTransformer(SMALL, task=task, random_state=0)
    features = embedding.fit(X, y).transform(X)
    assert embedding.network_.head.linear.out_features == outputs
    again = pe.load(embedding.save(tmp_path / "model"))
    np.testing.assert_array_equal(again.transform(X), features)
    assert again.task == task


def test_whole_numbers_can_be_regressed_downstream() -> None:
    model = make_pipeline(pe.PhysicalEmbeddingTransformer(SMALL, random_state=0), Ridge())
    assert model.fit(X, 1000 * np.arange(67)).predict(X).shape == (67,)


@pytest.mark.parametrize(
    ("y", "task", "message"),
    [
        (Y, "clustering", "unknown task 'clustering'. Known: auto, classification, regression"),
        (PEAK + 0.5, "classification", "a continuous value"),
        (Y.astype("U5") + "x", "regression", "real numbers are accepted"),
    ],
)
def test_what_a_task_cannot_serve_is_named(y, task: str, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.PhysicalEmbeddingTransformer(SMALL, task=task).fit(X, y)


@pytest.mark.parametrize(
    "options",
    [
        {"preset": SMALL},
        {"preset": "tiny", "training": limited(PRESETS["tiny"].training, 2)},
        {"preset": "nlse", "training": limited(PRESETS["nlse"].training, 60)},
    ],
    ids=lambda options: options["preset"],
)
def test_regression_by_every_way_of_training(options: dict) -> None:
    peak = X_TEST[:200, 0].argmax(axis=1)
    # an affine change of the targets is one of the predictions
    regressor = pe.PhysicalEmbeddingRegressor(random_state=0, **options)
    predicted = regressor.fit(X, PEAK).predict(X_TEST[:200])
    assert r2_score(peak, predicted) > 0.4
    if options["preset"] == SMALL:
        in_minutes = clone(regressor).fit(X, 60 * PEAK - 1000).predict(X_TEST[:200])
        np.testing.assert_allclose(in_minutes, 60 * predicted - 1000, rtol=1e-5)


def test_class_weights_move_the_readout_and_ones_do_not() -> None:
    few = np.concatenate([np.flatnonzero(Y == "1"), np.flatnonzero(Y == "2")[:4]])
    plain = pe.PhysicalEmbeddingClassifier("tiny", training="designed", random_state=0)
    probability_by_weight = {}
    for weight in (None, {"1": 1.0, "2": 1.0}, "balanced", {"1": 1.0, "2": 1000.0}):
        model = clone(plain).set_params(class_weight=weight).fit(X[few], Y[few])
        probability_by_weight[str(weight)] = model.predict_proba(X_TEST[:, :, :])[:, 1].mean()
    none, ones, balanced, heavy = probability_by_weight.values()
    assert none == pytest.approx(ones, abs=1e-9)
    assert none < balanced < heavy
    by_gradient = build_classifier("nlse", max_epochs=20, random_state=0)
    shares = [
        (clone(by_gradient).set_params(class_weight=w).fit(X, Y).predict(X_TEST) == "2").mean()
        for w in ({"1": 100.0, "2": 1.0}, {"1": 1.0, "2": 100.0})
    ]
    assert shares[0] < 0.5 < shares[1]


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        ("even", "'balanced' or a mapping"),
        ({"1": 0.0, "2": 1.0}, r"class_weight\['1'\] must be a positive number, got 0.0"),
        ({"1": 1.0, "3": 1.0}, "mapping of class labels"),
    ],
)
def test_bad_class_weights_are_named(weight, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.PhysicalEmbeddingClassifier(SMALL, class_weight=weight).fit(X, Y)
