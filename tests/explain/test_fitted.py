"""A report and a card of any fitted classifier, without a run folder."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from aeon.datasets import load_gunpoint

import physembed as pe
from physembed.errors import InvalidInputError
from physembed.explain import card_of
from physembed.explain.explain_fitted import _subject_of
from physembed.explain.first_page import first_section
from physembed.explain.robustness import _rounded, converted

X, y = load_gunpoint(split="train")


@pytest.fixture(scope="module")
def classifier() -> pe.PhysicalEmbeddingClassifier:
    """A composition of one's own, of one detector."""
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"alpha": 0.0, "beta2": 0.05, "gamma": 0.0},
        n_layers=1,
        detector=pe.BinnedIntensity(bins=16),
    )
    return pe.PhysicalEmbeddingClassifier(fibres=[fibre], random_state=0).fit(X, y)


@pytest.mark.slow
def test_a_composition_of_ones_own_is_explained(
    classifier: pe.PhysicalEmbeddingClassifier, tmp_path: Path
) -> None:
    report = classifier.explain(X[:20], y[:20], out=tmp_path / "mine.html")
    assert report == tmp_path / "mine.html"
    page = report.read_text("utf-8")
    right = classifier.score(X[:20], y[:20])
    assert f"{right:.1%} of 20 cases right" in page
    assert "The coefficients" in page
    # the card is in it, as in the report of a run
    assert "The card: what it does not know" in page
    assert any((tmp_path / "mine-figures").iterdir())


def test_only_cases_that_it_has_not_seen_tell_of_others(
    classifier: pe.PhysicalEmbeddingClassifier,
) -> None:
    def told(trained_on: slice, looked_at: slice) -> str:
        cases = [(X[some], y[some]) for some in (trained_on, looked_at)]
        return first_section(_subject_of(classifier, *cases)).text[0]

    assert "Of as many other cases" in told(slice(30), slice(30, 50))
    # as without X_train, and where one case is in both
    for trained_on, looked_at in ((slice(20), slice(20)), (slice(31), slice(30, 50))):
        words = told(trained_on, looked_at)
        assert "other cases" not in words
        assert "how it does on others they do not tell" in words


def test_what_cannot_be_explained_is_told(
    classifier: pe.PhysicalEmbeddingClassifier, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError, match=r"out must be a \.html file"):
        classifier.explain(X, y, out=tmp_path / "folder")
    with pytest.raises(InvalidInputError, match=r"X has 1 channel.* 140 timepoints"):
        classifier.explain(X[:, :, :140], y, out=tmp_path / "a.html")
    with pytest.raises(InvalidInputError, match="has no medium"):
        pe.BaselineClassifier("linear").fit(X, y).explain(X, y, out=tmp_path / "a.html")


def test_the_card_tells_sizes_robustness_and_limits(
    classifier: pe.PhysicalEmbeddingClassifier,
) -> None:
    card = classifier.card(X, y)
    counts = classifier.parameter_counts_
    assert f"0 embedding, {counts['readout']:,} readout" in card
    assert f"| as they are | {classifier.score(X, y):.1%} |" in card
    for told in ("RAM of a window, in C", "noise of 10%", "readout of 4 bits", "does not know"):
        assert told in card
    for told in (
        "behind a converter of 6 bits",
        "gain falls to half",
        "zero drifts by a deviation",
    ):
        assert f"| {told} | " in card
    assert f"{len(X)} cases of which nothing is on record" in card
    right = round(classifier.score(X, y) * len(X))
    assert f"No test is on record.\nOf {len(X)} cases that were given" in card
    assert f"it says {right} right; whether it was trained on them, nobody has said" in card
    of_training = {
        **dict.fromkeys(("n_train", "n_classes", "seed", "fit_seconds"), 1),
        **{"split": "whole", "dataset": "Mine", "classes": ["1", "2"], "dataset_digest": "0"},
        **{"accuracy": 0.5, "n_test": 10},
    }
    told = card_of(classifier, X, y, record=of_training)
    assert "all of them, seed 1" in told
    assert "cases that it was trained on, disturbed" in told
    assert "50.0% of 10 test cases right (95 % interval 23.7% to 76.3%)." in told


def test_a_converter_has_as_many_values_as_its_bits_and_clips() -> None:
    low, high = np.array([[-1.0], [0.0]]), np.array([[1.0], [0.0]])
    series = np.stack([np.linspace(-3, 3, 61), np.zeros(61)])
    told = converted(series, 2, low, high)
    np.testing.assert_allclose(np.unique(told[0]), [-1, -1 / 3, 1 / 3, 1])
    np.testing.assert_array_equal(told[1], 0)
    field = converted(series + 0.4j, 2, low[:1], high[:1])
    np.testing.assert_allclose(field[0].real, told[0])
    np.testing.assert_allclose(field.imag, 1 / 3)


def test_a_decision_is_the_sign_of_its_function(
    classifier: pe.PhysicalEmbeddingClassifier,
) -> None:
    scores = classifier.decision_function(X)
    assert scores.shape == (len(X),)
    expected = classifier.classes_[(scores > 0).astype(int)]
    np.testing.assert_array_equal(classifier.predict(X), expected)


def test_features_say_what_they_are() -> None:
    embedding = pe.PhysicalEmbeddingTransformer("homodyne", random_state=0).fit(X)
    names = embedding.get_feature_names_out()
    assert len(names) == len(set(names)) == embedding.transform(X[:1]).shape[1]
    assert all(name.startswith("homodyne ") and " timepoints, " in name for name in names)


def test_a_model_is_loaded_as_what_it_has_to_be(
    classifier: pe.PhysicalEmbeddingClassifier, tmp_path: Path
) -> None:
    classifier.save(tmp_path / "model")
    loaded = pe.load(tmp_path / "model", pe.PhysicalEmbeddingClassifier)
    np.testing.assert_array_equal(loaded.predict(X), classifier.predict(X))
    with pytest.raises(InvalidInputError, match="kind is BaselineClassifier"):
        pe.load(tmp_path / "model", pe.BaselineClassifier)


def test_few_bits_are_told_as_the_option_has_them() -> None:
    """Features on many scales: weights are rounded in units of each feature's deviation."""
    rng = np.random.default_rng(0)
    y = np.arange(40) % 2
    X = np.sin(np.arange(60) * (0.3 + 0.2 * y[:, None, None]) + rng.uniform(0, 6, (40, 1, 1)))
    options: dict[str, Any] = {"detectors": 16, "random_state": 0}
    fitted = pe.PhysicalEmbeddingClassifier("compact", **options).fit(X, y)
    rounded = _rounded(fitted, 8)
    assert not torch.equal(rounded.network_.head.linear.weight, fitted.network_.head.linear.weight)
    assert rounded.score(X, y) == fitted.score(X, y) == 1.0
    difference = np.abs(rounded.decision_function(X) - fitted.decision_function(X)).max()
    assert difference < 0.05 * np.abs(fitted.decision_function(X)).max()
