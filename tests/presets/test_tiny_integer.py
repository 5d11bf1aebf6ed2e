"""The preset of whole filters and counters."""

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.deploy import lower
from physembed.deploy.integers.interpreter import whole_scores
from physembed.deploy.integers.whole_plan import MOST_OF_TAPS, in_whole_numbers
from physembed.networks import PhysicalEmbeddingNetwork, Quadratures
from physembed.presets.homodyne import ANGLES, linear_fibre
from physembed.presets.tiny_integer import COMPARATORS, HALVES, SCALES, taps_of

N = 64


def two_pitches(n_cases: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """Noisy waves of 8 and of 11 points, of any phase."""
    random = np.random.default_rng(4)
    y = np.arange(n_cases) % 2
    turns = np.arange(N) / np.array([8.0, 11.0])[y][:, None] + random.uniform(size=(n_cases, 1))
    x = np.sin(2 * np.pi * turns) + 0.3 * random.normal(size=(n_cases, N))
    return np.rint(1000 * x)[:, None], y


@pytest.mark.parametrize("half", [*HALVES, 3, 1])
def test_filters_are_whole_even_or_odd_and_no_sum_overflows(half):
    filters = taps_of(half)
    assert len(filters) == len(SCALES) * 5 * len(ANGLES)
    for taps in filters:
        assert len(taps) % 2 == 1
        assert len(taps) <= 2 * half + 1
        assert taps[::-1] in (taps, tuple(-w for w in taps))
        assert taps[0] != 0
        assert sum(map(abs, taps)) <= MOST_OF_TAPS


def test_the_shortest_filters_say_what_the_fibres_of_homodyne_say():
    """At s = 0.7 next to nothing of a response is beyond 24 points."""
    x = torch.from_numpy(two_pitches(4)[0]).float()
    fibre = linear_fibre(SCALES[0], N, Quadratures(ANGLES))
    network = PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=N, n_classes=2)
    seen = network.features(x).reshape(4, -1, N).numpy()
    z = ((x - x.mean(dim=2, keepdim=True)) / x.std(dim=2, keepdim=True, correction=0))[:, 0].numpy()
    continued = np.pad(z, ((0, 0), (N, N)), mode="edge")
    for number, taps in enumerate(taps_of(24)[: seen.shape[1]]):
        said = np.stack([np.convolve(row, taps, mode="same")[N : 2 * N] for row in continued])
        record = seen[:, number]
        gain = (said * record).sum() / (record * record).sum()
        # what is cut off; a second difference of what is smooth is small beside it
        error = np.abs(said / gain - record).max()
        assert error < 0.15 * max(1.0, float(np.abs(record).max()))


@pytest.fixture(scope="module")
def fitted():
    return pe.PhysicalEmbeddingClassifier("tiny-integer", readout_weights=17).fit(*two_pitches())


def test_training_cases_choose_filters_with_their_comparators(fitted):
    assert len(fitted.network_.fibres) == 2
    assert fitted.parameter_counts_ == {"embedding": 0, "readout": 2 * COMPARATORS + 1}
    X, y = two_pitches(60)
    assert fitted.score(X, y) > 0.95


def test_what_is_fitted_is_whole(fitted, tmp_path):
    fitted.save(tmp_path / "model")
    again = pe.load(tmp_path / "model")
    X, _ = two_pitches(60)
    np.testing.assert_array_equal(again.decision_function(X), fitted.decision_function(X))
    whole = in_whole_numbers(lower(again))
    said = again.classes_[whole_scores(whole, X).argmax(axis=1)]
    assert (said == again.predict(X)).mean() > 0.98


def test_a_budget_below_one_filter_is_refused():
    with pytest.raises(pe.InvalidInputError, match="at least 9 for 2 classes and 1 channel"):
        pe.PhysicalEmbeddingClassifier("tiny-integer", readout_weights=8).fit(*two_pitches())


def test_very_short_series_have_filters_that_are_no_longer():
    X, y = two_pitches(12)
    fitted = pe.PhysicalEmbeddingClassifier("tiny-integer", readout_weights=9).fit(X[..., :7], y)
    (fibre,) = fitted.network_.fibres
    assert len(fibre.arms[0][0].element.taps) <= 7
    in_whole_numbers(lower(fitted))
