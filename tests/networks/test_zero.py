"""Levels that lie far from zero are read from the median of the training cases."""

import copy
import pickle

import numpy as np
import pytest
import torch

import physembed as pe

N_POINTS, FAR = 32, 1e5
STILL = {"beta2": 0.0, "gamma": 0.0}


def straight(detector: pe.Detector, beta2: float = 0.0) -> pe.Fibre:
    encoder = pe.SeriesEncoder(normalisation="none", alignment="left", guard_band=0.0)
    return pe.Fibre(
        pe.NonlinearSchrodinger(), STILL | {"beta2": beta2}, 1, encoder=encoder, detector=detector
    )


COUNTER = pe.Counter(pe.Quadratures((0.0,)), thresholds=4, width=0.1)


def series(n_channels: int = 1, level: float = FAR) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(24, n_channels, N_POINTS, generator=generator, dtype=torch.float64)
    # whole numbers of 1/64, so that single precision has them also far from zero
    return (torch.round(x * 64) / 64 + level).float()


def network(*fibres: pe.Fibre, n_channels: int = 1) -> pe.PhysicalEmbeddingNetwork:
    return pe.PhysicalEmbeddingNetwork(
        fibres, n_channels=n_channels, n_timepoints=N_POINTS, n_classes=2
    )


@pytest.mark.parametrize("detector", [pe.Level(), COUNTER, pe.SideBySide((pe.Level(), COUNTER))])
def test_what_is_read_is_that_of_the_same_series_about_zero(detector: pe.Detector) -> None:
    far, near = network(straight(detector)), network(straight(detector))
    x, about_zero = series(), series(level=0.0)
    far.prepare(x, seed=0)
    assert far.zero is not None
    zero = far.zero - FAR
    near.prepare(about_zero - zero, seed=0)
    assert near.zero is None
    torch.testing.assert_close(far.features(x), near.features(about_zero - zero))


def test_channels_near_zero_stay_as_they_are() -> None:
    made, x = network(straight(pe.Level()), n_channels=2), series(2)
    x[:, 1] -= FAR
    made.prepare(x, seed=0)
    assert made.zero is not None
    assert made.zero[0] == pytest.approx(FAR, abs=1)
    assert made.zero[1] == 0


@pytest.mark.parametrize(
    "detector", [pe.PeakHold(pe.Amplitude()), pe.Counter(pe.Intensity(), thresholds=2)]
)
def test_what_would_fold_levels_reads_the_series_as_it_is(detector: pe.Detector) -> None:
    made = network(straight(detector))
    made.prepare(series(), seed=0)
    assert made.zero is None


def test_fibres_of_one_encoder_share_no_field_of_another_zero() -> None:
    medium, level = straight(pe.MeanPower(), beta2=0.3), straight(pe.Level())
    x = series(level=100.0)
    alone = []
    for fibre in (level, medium):
        made = network(fibre)
        made.prepare(x, seed=0)
        alone.append(made.features(x))
    for order in ((level, medium), (medium, level)):
        both = network(*order)
        both.prepare(x, seed=0)
        expected = torch.cat(alone if order[0] is level else alone[::-1], dim=1)
        torch.testing.assert_close(both.features(x), expected)


def test_a_state_brings_its_zero_and_its_lack() -> None:
    x, made = series(), network(straight(pe.Level()))
    made.prepare(x, seed=0)
    nested = torch.nn.Sequential(network(straight(pe.Level())).double())
    nested.load_state_dict(torch.nn.Sequential(made).state_dict())
    inner = nested[0]
    assert isinstance(inner, pe.PhysicalEmbeddingNetwork)
    assert made.zero is not None
    assert inner.zero is not None
    assert inner.zero.dtype == torch.float64
    assert inner.zero.tolist() == made.zero.tolist()
    near = network(straight(pe.Level()))
    near.prepare(series(level=0.0), seed=0)
    made.load_state_dict(near.state_dict())
    assert made.zero is None


def test_copies_and_pickles_have_it_and_older_ones_have_none() -> None:
    x, made = series(), network(straight(pe.Level()))
    made.prepare(x, seed=0)
    for other in (copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        torch.testing.assert_close(other.features(x), made.features(x))
    near = network(straight(pe.Level()))
    older = pe.PhysicalEmbeddingNetwork.__new__(pe.PhysicalEmbeddingNetwork)
    older.__setstate__({**near.__dict__, "_buffers": {}})
    assert older.zero is None
    torch.testing.assert_close(older.features(x), near.features(x))


@pytest.mark.parametrize("unit", [2.0**-20, 1.0, 2.0**20])
def test_bytes_and_answers_do_not_depend_on_the_unit(unit: float) -> None:
    """Volts or microvolts: comparators on the series as it comes have its unit."""
    generator, y = np.random.default_rng(2), np.arange(60) % 3
    X = generator.standard_normal((60, 1, N_POINTS)) + 3.0 * y[:, None, None]
    settings = pe.SelectionSettings(max_bytes=120, weight_bits=8)
    told = []
    for scale in (1.0, unit):
        fitted = pe.PhysicalEmbeddingClassifier(training=settings, random_state=0)
        fitted.fit(scale * X, y)
        told.append((fitted.parameter_counts_, fitted.predict(scale * X).tolist()))
    assert told[0] == told[1]
    assert np.mean(told[1][1] == y) > 0.9
