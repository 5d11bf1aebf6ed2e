"""Weights of cases, importances of features, and what editors and pandas are told."""

import pickle
from typing import Any, get_args, get_type_hints

import numpy as np
import pandas as pd
import pytest

import physembed as pe
from physembed.presets import PRESETS, PresetName

rng = np.random.default_rng(0)
LABELS = np.arange(40) % 2
X = np.sin(np.arange(48) * (0.3 + 0.2 * LABELS[:, None]) + rng.uniform(0, 6, (40, 1)))
X = (X + 0.3 * rng.normal(size=X.shape))[:, None]
QUICK: dict[str, dict[str, Any]] = {
    "designed": {"preset": "homodyne"},
    "selection": {"preset": "compact", "detectors": 12},
}


@pytest.mark.slow
@pytest.mark.parametrize("options", QUICK.values(), ids=QUICK)
def test_a_case_of_no_weight_is_left_out_and_a_heavy_one_counts(options: dict[str, Any]) -> None:
    def new() -> pe.PhysicalEmbeddingClassifier:
        return pe.PhysicalEmbeddingClassifier(random_state=0, **options)

    weights = np.ones(40)
    weights[:6] = 0
    without = new().fit(X[6:], LABELS[6:], sample_weight=weights[6:])
    left_out = new().fit(X, LABELS, sample_weight=weights)
    np.testing.assert_array_equal(without.decision_function(X), left_out.decision_function(X))
    # ten cases of a wrong label: of little weight they do no harm
    wrong = LABELS.copy()
    wrong[:10] = 1 - wrong[:10]
    weights[:10] = 1e-4
    light = new().fit(X, wrong, sample_weight=weights)
    heavy = new().fit(X, wrong, sample_weight=np.where(np.arange(40) < 10, 30.0, 1.0))
    assert light.score(X[:10], LABELS[:10]) > 0.8 > heavy.score(X[:10], LABELS[:10])


def test_a_regressor_takes_weights_in_the_order_of_its_cases() -> None:
    y = pd.Series(LABELS + 0.01 * np.arange(40), index=np.arange(40))
    frame = pd.DataFrame(X[:, 0], index=np.arange(40))
    weights = pd.Series(np.linspace(0.1, 2, 40), index=np.arange(40))
    options: dict[str, Any] = {"preset": "homodyne", "random_state": 0}
    fitted = pe.PhysicalEmbeddingRegressor(**options).fit(frame, y, sample_weight=weights)
    turned = pe.PhysicalEmbeddingRegressor(**options).fit(frame, y, sample_weight=weights[::-1])
    np.testing.assert_array_equal(fitted.predict(frame), turned.predict(frame))
    assert fitted.target_mean_ == pytest.approx(np.average(y, weights=weights))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.ones(3), "one number for each of the 40 cases"),
        (-np.ones(40), r"sample_weight\[0\] is -1"),
        (LABELS.astype(float), "leaves no case of class 0"),
        (["heavy"] * 40, "must hold numbers"),
        (np.zeros(40), "sample_weight is all zero"),
    ],
)
def test_what_are_no_weights_is_refused(weights: Any, message: str) -> None:
    classifier = pe.PhysicalEmbeddingClassifier("homodyne", random_state=0)
    with pytest.raises(pe.InvalidInputError, match=message):
        classifier.fit(X, LABELS, sample_weight=weights)
    with pytest.raises(pe.InvalidInputError, match="gradient training counts all cases alike"):
        pe.PhysicalEmbeddingClassifier("nlse").fit(X, LABELS, sample_weight=np.ones(40))


def test_importances_have_names_and_are_what_moves_the_scores() -> None:
    classifier = pe.PhysicalEmbeddingClassifier("compact", detectors=12, random_state=0)
    classifier.fit(X, LABELS)
    importances = pd.Series(classifier.feature_importances_, classifier.get_feature_names_out())
    assert len(importances) == 12
    assert importances.index.is_unique
    assert importances.sum() == pytest.approx(1)
    network = pickle.loads(pickle.dumps(classifier)).network_
    least, most = importances.to_numpy().argmin(), importances.to_numpy().argmax()
    moved = []
    for feature in (least, most):
        weights = network.head.linear.weight.data.clone()
        network.head.linear.weight.data[:, feature] = 0
        changed = pe.PhysicalEmbeddingClassifier.decision_function
        copy = pickle.loads(pickle.dumps(classifier))
        copy.network_ = network
        moved.append(np.std(changed(copy, X) - classifier.decision_function(X)))
        network.head.linear.weight.data = weights
    assert moved[0] < moved[1]


def test_features_come_as_a_frame_where_that_is_asked_for() -> None:
    embedding = pe.PhysicalEmbeddingTransformer("homodyne").set_output(transform="pandas")
    frame = embedding.fit_transform(X)
    assert isinstance(frame, pd.DataFrame)
    assert frame.columns[0].startswith("homodyne 0°, 0.7 timepoints, fraction above q")


def test_editors_know_every_preset() -> None:
    assert set(get_args(PresetName)) == set(PRESETS)
    for kind in (pe.PhysicalEmbeddingClassifier, pe.PhysicalEmbeddingTransformer):
        assert get_type_hints(kind.__init__)["preset"] == PresetName | str


@pytest.mark.parametrize("frequency", ["D", "ME", "15min", "W-MON"])
def test_a_forecast_goes_on_with_the_index(frequency: str) -> None:
    index = pd.date_range("2024-01-31", periods=70, freq=frequency, name="when")
    series = pd.Series(np.sin(np.arange(70) / 3), index=index, name="load")
    forecaster = pe.PhysicalEmbeddingForecaster(window=12)
    forecast = forecaster.iterative_forecast(series[:60], 5)
    assert forecast.name == "load"
    pd.testing.assert_index_equal(forecast.index, index[60:65])
    unmarked = series[:60].set_axis(pd.DatetimeIndex(index[:60], freq=None))
    again = forecaster.iterative_forecast(unmarked, 5)
    assert list(again.index) == list(index[60:65])


def test_numbers_go_on_at_their_step_and_arrays_stay_arrays() -> None:
    values = np.sin(np.arange(60) / 3)
    forecaster = pe.PhysicalEmbeddingForecaster(window=12)
    numbered = forecaster.iterative_forecast(pd.Series(values, index=np.arange(0, 180, 3)), 2)
    assert numbered.index.tolist() == [180, 183]
    assert isinstance(forecaster.iterative_forecast(values, 2), np.ndarray)
