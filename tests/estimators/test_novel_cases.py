"""What a fitted model says of cases that are unlike those it was fitted on."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aeon.datasets import load_gunpoint

import physembed as pe
from physembed.estimators import answering


def recorded(n: int, seed: int, *, gain: float = 1.0, noise: float = 0.2) -> tuple[Any, Any]:
    """Two tones, by a sensor with a gain and a noise."""
    generator = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    phases = generator.uniform(0, 6.28, (n, 1))
    series = np.sin(np.arange(64) * (0.4 + 0.3 * labels[:, None]) + phases)
    return (gain * series + noise * generator.normal(size=series.shape))[:, None], labels


@pytest.fixture(scope="module")
def classifier() -> pe.PhysicalEmbeddingClassifier:
    return pe.PhysicalEmbeddingClassifier("homodyne", random_state=0).fit(*recorded(60, 0))


def test_novelty_tells_drifted_and_dead_sensors_from_others(
    classifier: pe.PhysicalEmbeddingClassifier,
) -> None:
    clean = classifier.novelty(recorded(200, 1)[0])
    assert (clean < 0.01).mean() < 0.05
    assert 0.3 < (clean < 0.5).mean() < 0.7
    drifted = recorded(100, 2, gain=0.5, noise=1.2)[0]
    for strange in (drifted, np.zeros((5, 1, 64)), np.full((5, 1, 64), 0.3)):
        assert (classifier.novelty(strange) < 0.01).mean() >= 0.95


def test_a_new_shape_is_not_believed_though_its_level_gain_and_noise_are_usual() -> None:
    """Meters do not see it: the same spectrum, every frequency at a time of its own."""
    series, labels = load_gunpoint(split="test")
    fitted = pe.PhysicalEmbeddingClassifier("homodyne", random_state=0)
    fitted.fit(*load_gunpoint(split="train"))
    spectrum = np.fft.rfft(series)
    turns = np.random.default_rng(0).uniform(0, 2 * np.pi, spectrum.shape)
    strange = np.fft.irfft(np.abs(spectrum) * np.exp(1j * turns), series.shape[-1])
    assert np.median(fitted.novelty(strange)) < 0.001
    assert fitted.score(strange, labels) < 0.7
    assert fitted.predict_proba(strange).max(axis=1).mean() < 0.85
    assert fitted.predict_proba(series).max(axis=1).mean() > 0.9


@pytest.mark.slow
def test_confidence_falls_where_the_series_are_strange(
    classifier: pe.PhysicalEmbeddingClassifier,
) -> None:
    series, labels = recorded(200, 3, gain=0.4, noise=1.5)
    right = (classifier.predict(series) == labels).mean()
    confidence = classifier.predict_proba(series).max(axis=1).mean()
    scores = classifier.decision_function(series)
    by_scores_alone = (1 / (1 + np.exp(-np.abs(scores)))).mean()
    assert by_scores_alone > right + 0.3
    assert abs(confidence - right) < (by_scores_alone - right) / 2


@pytest.mark.slow
def test_it_is_kept_with_the_model(
    classifier: pe.PhysicalEmbeddingClassifier, tmp_path: Path
) -> None:
    series, _ = recorded(20, 4, noise=0.5)
    loaded = pe.load(classifier.save(tmp_path / "model"), pe.PhysicalEmbeddingClassifier)
    np.testing.assert_array_equal(loaded.novelty(series), classifier.novelty(series))
    np.testing.assert_array_equal(loaded.predict_proba(series), classifier.predict_proba(series))


def test_a_model_of_before_says_that_it_cannot_tell() -> None:
    series, labels = recorded(6, 0)
    few = pe.PhysicalEmbeddingClassifier("homodyne", random_state=0).fit(series, labels)
    assert not few.tells_novelty
    with pytest.raises(pe.InvalidInputError, match="fewer than 8 cases, or saved before"):
        few.novelty(series)
    saved = sorted((Path(__file__).parent / "saved").glob("*/config.json"))
    assert not pe.load(saved[0].parent).tells_novelty


@pytest.mark.slow
def test_a_regressor_and_a_transformer_tell_it_too() -> None:
    series, labels = recorded(40, 0)
    for estimator in (pe.PhysicalEmbeddingRegressor, pe.PhysicalEmbeddingTransformer):
        fitted = estimator("homodyne", random_state=0).fit(series, labels + series.mean())
        assert (fitted.novelty(np.zeros((2, 1, 64))) < 0.01).all()


@pytest.mark.slow
def test_labels_are_those_of_predict_where_nothing_is_believed(
    classifier: pe.PhysicalEmbeddingClassifier, tmp_path: Path
) -> None:
    loaded = pe.load(classifier.save(tmp_path / "model"), pe.PhysicalEmbeddingClassifier)
    known = loaded._known
    assert known is not None
    # what an earlier version stored of a model that was always wrong far away
    loaded._known = replace(known, knots=known.knots[:1] - 99, belief=np.zeros(1))
    series, labels = recorded(40, 5)
    assert (loaded.predict(series) == labels).mean() > 0.9
    predicted, probabilities = loaded.labels_and_probabilities(series)
    np.testing.assert_array_equal(predicted, loaded.predict(series))
    np.testing.assert_array_equal(probabilities, loaded.predict_proba(series))
    np.testing.assert_array_equal(loaded.classes_[probabilities.argmax(axis=1)], predicted)


@pytest.mark.slow
def test_disturbed_copies_without_finite_features_are_nobodys_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disturb = answering.disturbed

    def half(*given: Any) -> Any:
        copies, parents = disturb(*given)
        copies[::2] = np.nan
        return copies, parents

    series, labels = recorded(40, 0)
    monkeypatch.setattr(answering, "disturbed", half)
    fitted = pe.PhysicalEmbeddingClassifier("homodyne", random_state=0).fit(series, labels)
    assert fitted._known is not None and len(fitted._known.belief) > 1
    monkeypatch.setattr(answering, "disturbed", lambda *given: (np.nan * series, labels))
    fitted = pe.PhysicalEmbeddingClassifier("homodyne", random_state=0).fit(series, labels)
    assert fitted._known is not None and fitted._known.belief.tolist() == [1.0]


def test_no_label_depends_on_what_is_known_of_novelty(
    classifier: pe.PhysicalEmbeddingClassifier,
) -> None:
    with answering.without_novelty():
        bare = pe.PhysicalEmbeddingClassifier("homodyne", random_state=0).fit(*recorded(60, 0))
    assert not bare.tells_novelty
    series = recorded(40, 5, noise=1.0)[0]
    np.testing.assert_array_equal(
        bare.decision_function(series), classifier.decision_function(series)
    )
