"""The pool of the preset for every budget."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.presets.compact import pool, pool_gains


@pytest.mark.parametrize(("n_timepoints", "n_channels"), [(2, 1), (7, 3), (60, 1)])
def test_every_series_has_a_pool(n_timepoints: int, n_channels: int) -> None:
    """Also the shortest: finite features, a gain for each."""
    fibres = pool(n_timepoints)
    network = pe.PhysicalEmbeddingNetwork(
        fibres, n_channels=n_channels, n_timepoints=n_timepoints, n_classes=2
    )
    x = torch.randn(5, n_channels, n_timepoints, generator=torch.Generator().manual_seed(0))
    network.prepare(x, seed=0)
    with torch.no_grad():
        features = network.features(x)
    assert torch.isfinite(features).all()
    assert pool_gains(fibres, n_timepoints, n_channels).shape == (3, features.shape[1])


def test_the_pool_holds_the_homodyne_bank() -> None:
    """The first 160 features of every fibre, 32 behind each arm."""
    from physembed.presets.homodyne import HOMODYNE

    n, x = 64, torch.randn(9, 1, 64, generator=torch.Generator().manual_seed(1))
    features = []
    for fibres in (pool(n), HOMODYNE.fibres(n)):
        network = pe.PhysicalEmbeddingNetwork(fibres, n_channels=1, n_timepoints=n, n_classes=2)
        network.prepare(x, seed=0)
        with torch.no_grad():
            features.append(network.features(x))
    n_fibres = len(HOMODYNE.fibres(n))
    of_pool = features[0][:, : n_fibres * 490].reshape(9, n_fibres, 5, 98)[..., :32]
    torch.testing.assert_close(of_pool.flatten(1), features[1])


def test_gains_are_those_of_the_detectors() -> None:
    fibres = pool(64)
    gains, louder, compared = pool_gains(fibres, 64, 1)
    readings = [(fibre, r) for fibre in fibres for _, r in fibre.readings(64, 1)]
    of_level = np.array([r.record == "series" for _, r in readings])
    of_comparator = np.array([f.reads_as_it_comes for f, _ in readings]) & ~of_level
    assert of_comparator.sum() == 16
    assert (gains[of_comparator] == 0).all()
    assert (louder[of_comparator] == 0).all()
    assert (compared[of_comparator] == 20).all()
    gains, louder, compared = (row[~of_comparator] for row in (gains, louder, compared))
    np.testing.assert_array_equal(louder, compared)
    np.testing.assert_allclose(louder / gains, np.where(of_level[~of_comparator], 10.0, 1.0))
    readings = [r for _, r in readings][: len(gains)]
    told = {
        kind: {g for g, r in zip(gains, readings, strict=True) if kind in r.quantity}
        for kind in ("in phase with", "log power", "longest", "arsinh range")
    }
    assert told == {
        "in phase with": {0.3}, "log power": {2.0}, "longest": {1.0}, "arsinh range": {1.0}
    }  # fmt: skip
    assert gains[[r.quantity for r in readings].index("mean")] == 3.0


def test_the_pool_knows_the_level() -> None:
    """Two series that differ in nothing else, in numbers whose means are exact."""
    n = 64
    shape = np.random.default_rng(0).integers(-99, 99, size=n) / 64
    x = torch.tensor(np.stack([shape, shape + 2.0])[:, None]).float()
    network = pe.PhysicalEmbeddingNetwork(pool(n), n_channels=1, n_timepoints=n, n_classes=2)
    network.prepare(x, seed=0)
    with torch.no_grad():
        features = network.features(x)
    differ = (features[0] - features[1]).abs() > 1e-3
    readings = [r for fibre in network.fibres for _, r in fibre.readings(n, 1)]
    told = [r.quantity for r, is_told in zip(readings, differ.tolist(), strict=True) if is_told]
    assert told[:2] == ["mean", "arsinh mean"]
    assert all(quantity.startswith("time above threshold") for quantity in told[2:])


@pytest.mark.parametrize("kind", ["level", "size"])
def test_a_class_between_two_others_is_told(kind: str) -> None:
    """Scores that are linear in a level are never highest in the middle; a tank is half full."""
    generator, y = np.random.default_rng(5), np.arange(90) % 3
    noise = generator.standard_normal((90, 1, 50))
    X = noise + 300 + 20 * y[:, None, None] if kind == "level" else noise * 3.0 ** y[:, None, None]
    classifier = pe.PhysicalEmbeddingClassifier(detectors=8, random_state=0)
    classifier.fit(X[:45], y[:45])
    assert classifier.score(X[45:], y[45:]) == 1.0
    assert any("series, fraction above" in name for name in classifier.get_feature_names_out())


def test_levels_are_switched_off() -> None:
    """Then no answer depends on offset or gain, and classes of level only are not told apart."""
    generator = np.random.default_rng(3)
    y = np.arange(40) % 2
    X = generator.standard_normal((40, 1, 24)) + 3.0 * y[:, None, None]
    seeing = pe.PhysicalEmbeddingClassifier(detectors=8, random_state=0).fit(X, y)
    blind = pe.PhysicalEmbeddingClassifier(detectors=8, levels=False, random_state=0).fit(X, y)
    assert any(name.startswith("series") for name in seeing.get_feature_names_out())
    assert not any(name.startswith("series") for name in blind.get_feature_names_out())
    others = generator.standard_normal((40, 1, 24)) + 3.0 * y[:, None, None]
    assert seeing.score(others, y) == 1.0
    assert blind.score(others, y) < 0.8
    np.testing.assert_allclose(
        blind.decision_function(4.0 * others - 7.0), blind.decision_function(others), atol=1e-4
    )


def test_what_lies_between_channels_is_read_unless_their_gains_may_drift() -> None:
    """A tone that is faint beside what two channels have in common."""
    generator = np.random.default_rng(4)
    y, t = np.arange(120) % 2, np.arange(48)
    both = 5 * generator.standard_normal((120, 1, 48)).cumsum(axis=2)
    tone = np.sin(2 * np.pi * ((0.1 + 0.1 * y)[:, None] * t + generator.random((120, 1))))
    X = np.concatenate([both, both + tone[:, None]], axis=1)
    seeing = pe.PhysicalEmbeddingClassifier(detectors=8, random_state=0).fit(X[:60], y[:60])
    assert seeing.score(X[60:], y[60:]) >= 0.95
    assert any("channel 2 less 1" in name for name in seeing.get_feature_names_out())
    blind = pe.PhysicalEmbeddingClassifier(detectors=8, levels=False, random_state=0)
    blind.fit(X[:60], y[:60])
    gains = np.array([[2.0], [0.5]])
    np.testing.assert_allclose(
        blind.decision_function(gains * X), blind.decision_function(X), atol=1e-3
    )


BOTH = pe.SideBySide((pe.Level(), pe.MeanPower()))


def _behind(normalisation: str, detector: pe.Detector, derivative: int = 0) -> pe.Fibre:
    encoder = pe.SeriesEncoder(normalisation=normalisation, derivative=derivative, guard_band=0.0)
    return pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.3, "gamma": 0.0}, 2, encoder, detector)


def _tapped() -> pe.Fibre:
    return replace(_behind("none", pe.Level()), taps=(pe.Tap(1, pe.MeanPower()),))


def test_without_levels_no_detector_sees_offset_or_gain() -> None:
    """Whatever it is, and in whatever it is: behind a scale nothing is left of either."""
    fibres = [
        _behind("z-score", BOTH),
        _behind("power", pe.Amplitude(), derivative=1),
        _behind("peak", pe.MeanPower(), derivative=1),
        _behind("none", pe.Level()),
    ]
    generator = np.random.default_rng(5)
    X, y = generator.standard_normal((20, 1, 24)), np.arange(20) % 2
    blind = pe.PhysicalEmbeddingClassifier(fibres=fibres, levels=False, training="designed")
    blind.fit(X, y)
    assert len(blind.network_.fibres) == 3
    np.testing.assert_allclose(
        blind.decision_function(4.0 * X - 7.0), blind.decision_function(X), atol=1e-4
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"levels": "no"}, "levels must be True or False, got 'no'"),
        ({"levels": False, "fibres": pool(8)[-1:]}, "levels must be True for a composition that"),
        ({"levels": False, "fibres": [_behind("none", BOTH)]}, "'none' before fibre 1"),
        (
            {"levels": False, "fibres": pool(8, differences=True)[-4:]},
            "channel_differences=True before fibre 1",
        ),
        ({"levels": False, "fibres": [pool(8)[0], _behind("none", pe.MeanPower())]}, "fibre 2"),
        ({"levels": False, "fibres": [_behind("peak", pe.Amplitude())]}, "'peak' before fibre 1"),
        ({"levels": False, "fibres": [_tapped()]}, "'none' before fibre 1"),
    ],
)
def test_levels_that_cannot_be_switched_are_named(changes: dict[str, Any], message: str) -> None:
    X, y = np.random.default_rng(0).standard_normal((4, 1, 8)), [0, 1, 0, 1]
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.PhysicalEmbeddingClassifier(**changes).fit(X, y)
