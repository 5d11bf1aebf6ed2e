"""Detectors: energy, responses, and finite features and slopes everywhere."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from fields_of_noise import calibrated, noise

import physembed as pe
from physembed.networks import DETECTORS
from physembed.networks.detectors.detector import intensity

SETTINGS = {
    "amplitude": [{}],
    "intensity": [{}],
    "quadratures": [{}, {"angles": (0.0, 60.0)}],
    "cell-bands": [{"cells": 2, "bands": 4, "coupling": c} for c in ("direct", "alternating")],
    "cell-statistics": [{"cells": 4, "bins": 5, "response": r} for r in ("sqrt", "log")],
    "counter": [
        {},
        {"thresholds": 3, "gates": 2, "counted": "crossings"},
        {"width": 0.1, "trainable": True},
        {"width": 0.1, "trainable": True, "shape": "ramp"},
        {"width": 0.1, "counted": "crossings", "source": pe.Intensity()},
    ],
    "winner-counter": [{}, {"gates": 3}],
    "autocoincidence": [{}, {"delay": 60}, {"width": 0.1, "delay": 3, "thresholds": 2}],
    "level": [{}],
    "lock-in-counter": [{}, {"width": 0.1, "harmonics": 2, "thresholds": 2}],
    "longest-dwell": [{}, {"thresholds": 2, "source": pe.Amplitude()}],
    "mean-power": [{}],
    "peak-hold": [{}, {"held": ("highest",), "source": pe.Amplitude()}],
    "spectrogram": [{"sections": 2, "bands": 2, "openings": 4, "coupling": "alternating"}],
    "spectrometer": [{}, {"bands": 4}],
    "side-by-side": [{"detectors": (pe.Amplitude(), pe.Counter(width=0.1))}],
    "binned-intensity": [{"bins": 8, "response": r} for r in ("linear", "sqrt", "log")],
}
CASES = [(name, kwargs) for name in DETECTORS for kwargs in SETTINGS[name]]


@pytest.mark.parametrize(("name", "arguments"), CASES)
@pytest.mark.parametrize("scale", [0.0, 1.0])
def test_features_and_gradients_are_finite(name: str, arguments: dict, scale: float) -> None:
    """Also for a dark field, where a root or a logarithm would not be."""
    detector = DETECTORS[name](**arguments)
    generator = torch.Generator().manual_seed(0)
    field = torch.randn(2, 3, 40, dtype=torch.complex64, generator=generator) * scale
    module = detector.module(3, 40)
    module.calibrate(field, generator)
    field.requires_grad_()
    features = module(field)
    assert features.shape == (2, 3, detector.n_features(40))
    assert len(detector.readings(40)) == detector.n_features(40)
    assert torch.isfinite(features).all()
    if features.requires_grad:
        features.sum().backward()
        assert torch.isfinite(torch.view_as_real(field.grad)).all()
    else:
        hard = ("counter", "winner-counter", "autocoincidence", "lock-in-counter", "longest-dwell")
        assert name in hard, "only counts of hard decisions have no slope"


def test_the_slope_of_an_intensity_is_that_of_plain_operations() -> None:
    generator = torch.Generator().manual_seed(0)
    field = torch.randn(2, 3, 5, dtype=torch.complex128, generator=generator).requires_grad_()
    weights = torch.randn(2, 3, 5, dtype=torch.float64, generator=generator)
    for seen in (field, field.conj(), field.mT, field[:, :, ::2]):
        shape = weights.mT if seen.shape != weights.shape else weights
        shape = shape if seen.shape == shape.shape else weights[:, :, ::2]
        plain = (seen.real**2 + seen.imag**2) * shape
        (expected,) = torch.autograd.grad(plain.sum(), field)
        (slope,) = torch.autograd.grad((intensity(seen) * shape).sum(), field)
        assert torch.equal(slope, expected)
    assert torch.autograd.gradcheck(intensity, field)
    assert torch.autograd.gradgradcheck(intensity, field)


def test_bins_average_the_intensity() -> None:
    field = torch.randn(1, 1, 12, dtype=torch.complex64)
    binned = pe.BinnedIntensity(4, response="linear")(field)
    expected = field.abs().square().reshape(1, 1, 4, 3).mean(dim=-1)
    torch.testing.assert_close(binned, expected)


def test_log_response_does_not_see_the_gain() -> None:
    field = torch.randn(2, 1, 64, dtype=torch.complex64)
    detector = pe.BinnedIntensity(16, response="log")
    torch.testing.assert_close(detector(field), detector(5.0 * field), atol=1e-5, rtol=1e-5)


def test_more_bins_than_points_are_points() -> None:
    assert pe.BinnedIntensity(100).n_features(30) == 30


@pytest.mark.parametrize("bins", [0, 2.0, True])
def test_bad_bins_are_named(bins: object) -> None:
    with pytest.raises(pe.InvalidInputError, match="bins must be a positive integer"):
        pe.BinnedIntensity(bins)  # type: ignore[arg-type]


def test_one_wins_and_one_loses_at_every_point() -> None:
    field = noise(4, 3, 60)
    counted = calibrated(pe.WinnerCounter(), field)(field).unflatten(-1, (4, 2))
    torch.testing.assert_close(counted.sum(dim=(1, 2)), torch.ones(4, 2, dtype=torch.float64))


def test_the_winner_is_the_largest_in_its_own_deviations() -> None:
    field = noise(1, 2, 1000)
    field[:, 1] *= 100.0
    counted = calibrated(pe.WinnerCounter(pe.Quadratures((0.0,))), field)(field)
    assert float(counted[0, 0, 0]) == pytest.approx(0.5, abs=0.05)


def test_cell_statistics_are_those_of_the_reshaped_intensity() -> None:
    field = noise(2, 1, 24)
    cells = field.abs().square().reshape(2, 1, 4, 3, 2).mean(dim=-1)
    features = pe.CellStatistics(cells=4, bins=3, response="linear")(field)
    torch.testing.assert_close(features[..., :3], cells.mean(dim=2))
    torch.testing.assert_close(features[..., 3:], cells.std(dim=2, correction=0))


def test_bands_of_cells_grow_as_their_frequency_does() -> None:
    """Worked out band by band, by the formula for their edges."""
    cells, bands, corner, lowest = 2, 3, 0.2, 0.05
    field = noise(2, 1, 200)
    power = field.abs().square().reshape(2, cells, 100)
    edges = (lowest + corner) * ((1 + corner) / (lowest + corner)) ** (np.arange(4) / bands)
    places = (np.arange(100) + 0.5) / 100 + corner
    means = torch.stack(
        [
            power[..., torch.from_numpy((places >= low) & (places < high))].mean(dim=-1)
            for low, high in pairwise(edges)
        ],
        dim=-1,
    )
    expected = (means / means.mean(dim=(1, 2), keepdim=True) + 1e-3).log()
    direct = pe.CellBands(cells, bands, corner, lowest)(field)
    torch.testing.assert_close(direct, expected.reshape(2, 1, -1))
    coupled = pe.CellBands(cells, bands, corner, lowest, "alternating")(field)
    expected = expected - expected.mean(dim=1, keepdim=True)
    torch.testing.assert_close(coupled, expected.reshape(2, 1, -1))


def test_bands_are_the_mel_scale_of_telephone_speech() -> None:
    """Edges in hertz, at 8,000 samples a second, are equally far apart in mel."""
    n, bands = 40_000, 16
    field = torch.zeros(1, 1, n, dtype=torch.complex64)
    hertz = (torch.arange(n) + 0.5) * 4000 / n
    mel = 2595 * torch.log10(1 + hertz / 700)
    low, high = (2595 * math.log10(1 + f / 700) for f in (50, 4000))
    expected = ((mel - low) / (high - low) * bands).floor().long().clamp(max=bands - 1)
    for band in (0, 7, 15):
        field.zero_()
        field[..., expected == band] = 1.0
        assert int(pe.CellBands(1, bands)(field).argmax()) == band


def test_bands_first_seen_in_inference_have_slopes_afterwards() -> None:
    detector = pe.CellBands(3, 2, corner=0.31)
    field = noise(1, 1, 60)
    with torch.inference_mode():
        seen = detector(field)
    field.requires_grad_()
    bands = detector(field)
    bands.sum().backward()
    torch.testing.assert_close(bands.detach(), seen.clone())
    assert field.grad.abs().max() > 0


def test_too_many_bands_for_a_field_are_named() -> None:
    with pytest.raises(pe.InvalidInputError, match="fewer than 16 where 4 cells share 40 points"):
        pe.CellBands(4)(torch.ones(1, 1, 40, dtype=torch.complex64))


@pytest.mark.parametrize(
    "detector",
    [
        pe.Quadratures(),
        pe.CellStatistics(3, 4),
        pe.CellBands(2, 3, 0.2, coupling="alternating"),
        pe.Counter(width=0.3, trainable=True),
        pe.Counter(width=0.3, counted="crossings", gates=2),
        pe.Counter(width=0.3, trainable=True, shape="ramp"),
    ],
)
def test_slopes_of_detectors_are_those_of_differences(detector: pe.Detector) -> None:
    field = noise(2, 2, 24).requires_grad_()
    module = calibrated(detector, field.detach())
    names = [name for name, _ in module.named_parameters()]

    def detect(field: torch.Tensor, *levels: torch.Tensor) -> torch.Tensor:
        return torch.func.functional_call(module, dict(zip(names, levels, strict=True)), (field,))

    assert torch.autograd.gradcheck(detect, (field, *module.parameters()))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: pe.Quadratures(()),
            "angles must be a list or tuple of at least one",
        ),
        (
            lambda: pe.Quadratures(("x",)),
            "angles must be a list or tuple of at least one",
        ),  # type: ignore[arg-type]
        (lambda: pe.Counter(thresholds=0), "thresholds must be a positive integer, got 0"),
        (lambda: pe.Counter(width=-1.0), "width must be zero or a positive number, got -1.0"),
        (lambda: pe.Counter(shape="step"), r"unknown shape 'step'.* Known: logistic, ramp"),
        (lambda: pe.Counter(shape="ramp"), "a hard comparator has no shape"),
        (lambda: pe.Counter(trainable=True), "a hard comparator has no slope"),
        (
            lambda: pe.Counter(levels=(0.5,)),
            "levels must be a list or tuple of 2 finite",
        ),
        (
            lambda: pe.Counter(thresholds=1, levels=(1.5,)),
            "levels must be a list or tuple of 1 finite",
        ),
        (lambda: pe.Counter(counted="peaks"), r"unknown counted 'peaks'.* Known: time, crossings"),
        (lambda: pe.Counter(pe.Counter()), "source must be a PointDetector"),  # type: ignore[arg-type]
        (lambda: pe.WinnerCounter(gates=True), "gates must be a positive integer, got True"),
        (lambda: pe.SideBySide(()), "at least one Detector"),
        (lambda: pe.CellStatistics(0), "cells must be a positive integer, got 0"),
        (lambda: pe.CellStatistics(2, response="lg"), "unknown response 'lg'"),
        (lambda: pe.CellBands(4, 0), "bands must be a positive integer, got 0"),
        (lambda: pe.CellBands(4, corner=0), "corner must be a positive number, got 0"),
        (lambda: pe.CellBands(4, lowest=1.0), "lowest must be a number from 0 to below 1"),
        (lambda: pe.CellBands(4, coupling="ac"), "unknown coupling 'ac'"),
        (lambda: pe.Counter()(torch.zeros(1, 1, 4)), "takes its thresholds from training cases"),
        (lambda: pe.WinnerCounter()(torch.zeros(1, 1, 4)), "takes its scales from training"),
    ],
)
def test_bad_detectors_are_named(make, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        make()
