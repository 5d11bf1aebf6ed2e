"""Detectors: energy, responses, and finite features and slopes everywhere."""

import itertools
import math
from itertools import pairwise

import numpy as np
import pytest
import torch

import physembed as pe
from physembed.networks import DETECTORS

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


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, dtype=torch.complex128, generator=generator)


def calibrated(detector: pe.Detector, field: torch.Tensor) -> torch.nn.Module:
    module = detector.module(field.shape[1], field.shape[2]).double()
    module.calibrate(field, torch.Generator().manual_seed(0))
    return module


def test_quadratures_are_projections_on_the_oscillator() -> None:
    """A field of phase φ is seen whole at the angle φ and not at all a quarter turn from it."""
    modulus = noise(2, 1, 30).abs()
    field = modulus * torch.exp(torch.tensor(1j * torch.pi / 6, dtype=torch.complex128))
    records = pe.Quadratures((30.0, 120.0)).records(field)
    torch.testing.assert_close(records[:, :, 0], modulus)
    torch.testing.assert_close(records[:, :, 1], torch.zeros_like(modulus))


def test_two_quadratures_a_quarter_turn_apart_hold_the_intensity() -> None:
    field = noise(3, 2, 20)
    records = pe.Quadratures((20.0, 110.0)).records(field)
    torch.testing.assert_close(records.square().sum(dim=2), field.abs().square())


def test_counters_count_the_fraction_that_their_level_says() -> None:
    """On the cases that the thresholds are taken from, it is 1 - level up to one value in all."""
    field = noise(5, 3, 100)
    detector = pe.Counter(thresholds=2, first=4)
    counted = calibrated(detector, field)(field).mean(dim=0).flatten()
    numbers = torch.arange(4, 4 + 12, dtype=torch.float64)
    golden = (0.618034 * numbers) % 1
    levels = torch.stack([golden / 2, (1 + golden) / 2], dim=1).clamp(0.02, 0.98).flatten()
    torch.testing.assert_close(counted, 1 - levels, atol=1.5 / 500, rtol=0)


def test_levels_of_ones_own_stand_in_place_of_the_golden_ones() -> None:
    field = noise(5, 3, 100)
    detector = pe.Counter(thresholds=2, levels=(0.25, 0.9))
    counted = calibrated(detector, field)(field).mean(dim=0).reshape(-1, 2)
    expected = torch.tensor([0.75, 0.1], dtype=torch.float64).expand_as(counted)
    # one value in all, since a quantile is the nearest of 500 values
    torch.testing.assert_close(counted, expected, atol=1.5 / 500, rtol=0)


def test_counters_do_not_see_the_gain() -> None:
    """Thresholds move with the field they are taken from; a power of two rounds nothing."""
    field = noise(4, 2, 50)
    for detector in (pe.Counter(), pe.Counter(width=0.1), pe.WinnerCounter()):
        torch.testing.assert_close(
            calibrated(detector, field)(field), calibrated(detector, 8 * field)(8 * field)
        )


def test_a_narrow_smooth_comparator_is_the_hard_one() -> None:
    field = noise(4, 2, 50)
    for counted, shape in itertools.product(("time", "crossings"), ("logistic", "ramp")):
        hard = calibrated(pe.Counter(counted=counted, gates=2), field)(field)
        narrow = pe.Counter(counted=counted, gates=2, width=1e-7, shape=shape)
        smooth = calibrated(narrow, field)(field)
        # the value at the threshold itself counts a half
        torch.testing.assert_close(smooth, hard, atol=1.1 / 25, rtol=0)


def test_a_ramp_is_a_straight_line_between_its_rails() -> None:
    field = torch.tensor([-3.0, -1.0, -0.2, 0.2, 1.0, 3.0])[None, None].to(torch.complex128)
    ramp = pe.Counter(pe.Quadratures((0.0,)), thresholds=1, width=0.5, shape="ramp").module(1, 6)
    expected = (0 + 0 + 0.4 + 0.6 + 1 + 1) / 6  # with a spread of 1 it saturates at -1 and 1
    assert float(ramp(field)) == pytest.approx(expected)
    slow = pe.Counter(pe.Quadratures((0.0,)), thresholds=1, width=100.0, shape="ramp").module(1, 6)
    logistic = pe.Counter(pe.Quadratures((0.0,)), thresholds=1, width=100.0).module(1, 6)
    weak = field + 0.5
    assert float(slow(weak)) == pytest.approx(float(logistic(weak)), abs=1e-4)


def test_crossings_are_those_of_a_square_wave() -> None:
    wave = torch.tensor([1.0, 1.0, -1.0, -1.0]).repeat(5)[None, None].to(torch.complex128)
    module = pe.Counter(pe.Quadratures((0.0,)), thresholds=1, counted="crossings").module(1, 20)
    assert float(module(wave)) == pytest.approx(9 / 20)


def test_gates_are_stretches_of_time() -> None:
    field = torch.cat([torch.ones(1, 1, 8), -torch.ones(1, 1, 8)], dim=-1).to(torch.complex64)
    module = pe.Counter(pe.Quadratures((0.0,)), thresholds=1, gates=4).module(1, 16)
    assert module(field).flatten().tolist() == [1.0, 1.0, 0.0, 0.0]


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
    found = detector(field)
    found.sum().backward()
    torch.testing.assert_close(found.detach(), seen.clone())
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
