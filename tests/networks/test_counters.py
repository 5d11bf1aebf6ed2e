"""Quadratures, and counters of what comparators say of them."""

import itertools

import pytest
import torch
from fields_of_noise import calibrated, noise

import physembed as pe


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
