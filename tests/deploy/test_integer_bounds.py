"""What integers hold at their limits: bursts, spikes, noise of the whole range, long windows."""

import dataclasses

import numpy as np
import pytest
from compositions import (
    ARMS,
    DEFINED,
    NOTHING,
    ONE_PHASE,
    dispersive,
    extremes,
    network,
    tapped,
)

import physembed as pe
from physembed.deploy import scores
from physembed.deploy.c.host import HostProgram, compiler
from physembed.deploy.c.integers import write_integer_source
from physembed.deploy.c.sampling import Sampling
from physembed.deploy.integers.integer_plan import integer_scores
from physembed.deploy.integers.interpreter import encode, length_bits, reciprocal
from physembed.deploy.integers.scales import whole_levels
from physembed.deploy.integers.spectral_plan import in_integers
from physembed.deploy.integers.whole_plan import MOST_OF_TAPS, MOST_TIMEPOINTS, in_whole_numbers
from physembed.deploy.lowering.estimator import lower_network
from physembed.errors import InvalidInputError

QUANTILES = (0.03, 0.5, 0.9, 0.97)


def bursts(n_cases: int, length: int) -> np.ndarray:
    """Silence, and in it a few large samples in a row; one in three has a fainter middle."""
    random = np.random.default_rng(0)
    x = np.rint(60.0 * random.standard_normal((n_cases, 1, length)))
    for k in range(n_cases):
        width = min(4, length - 2)
        at = random.integers(1, length - width)
        x[k, 0, at : at + width] = 9000
        if k % 3 == 0 and width > 3:
            x[k, 0, at + 1 : at + 3] = 6500
    return x


def hostile(length: int) -> np.ndarray:
    """Bursts, one sample among zeros at either end, square waves, steps, noise of any size."""
    random = np.random.default_rng(3)
    one = np.zeros((3, 1, length))
    one[[0, 1, 2], 0, [0, length // 2, length - 1]] = 32767, -32768, 1
    square = np.where(np.arange(length) % 20 < 10, 32767, -32767)[None, None]
    # about the first sample, so that D is as large as it may be
    square[..., 0] = 0
    step = np.where(np.arange(length) < length // 2, -32768, 32767)[None, None]
    noise = [random.integers(-(2**k), 2**k, (2, 1, length)) for k in (1, 8, 15)]
    parts = [bursts(12, length), one, square, step, extremes(1, length), *noise]
    return np.concatenate(parts).astype(np.int16)


def whole(*taps: int) -> tuple[pe.Fibre, ...]:
    """The series behind one filter of whole taps."""
    arms = ((pe.Component(pe.TappedDelayLine(taps)),),)
    return (dataclasses.replace(dispersive(tapped(*QUANTILES), arms), coefficients=NOTHING),)


def says_the_same_in_c(plan, x: np.ndarray) -> np.ndarray:
    """What the interpreter says, and the program, which ends where anything overflows."""
    said = integer_scores(plan, x)
    assert np.abs(said).max() < 2**31
    if compiler() is not None:
        program = HostProgram(write_integer_source(plan, "model", Sampling("int16")), DEFINED)
        np.testing.assert_array_equal(program(x)[1], said)
    return said


@pytest.mark.parametrize(
    ("taps", "length"),
    [
        ((10000,) * 5, 100),
        # in units of D a record comes to 40,131: more than a level has
        ((-16384, 32767, -16384), 3),
        ((32767,), 1000),
    ],
)
def test_thresholds_of_bursts_are_those_of_the_network(taps, length):
    """A z-scored series reaches √n: its thresholds are beyond what 32 bits hold of others."""
    plan = lower_network(network(whole(*taps), length=length, cases=bursts(60, length)))
    integers = in_whole_numbers(plan)
    (only,) = integers.filters
    thresholds = np.array([c.level for c in only.comparators]) / 2.0**only.shift
    (detection,) = plan.paths[0].detections
    exact = np.concatenate([d.thresholds[0, 0] for d in detection.detectors]) / length**0.5
    np.testing.assert_allclose(np.sort(thresholds), np.sort(exact), atol=np.abs(exact).max() / 3e4)
    x = hostile(length)
    said, expected = says_the_same_in_c(integers, x) / integers.unit, scores(plan, x)
    # counts differ by a point where a record all but touches a threshold: by one in a hundred of
    # what is silent in 14 bits beside a burst, and every time in three points' bursts, all alike
    point = np.abs(plan.readout.weights).max() / length
    close = np.abs(said - expected) < 1.01 * point * max(1, length / 100)
    assert close[0 if length > 3 else 12 :].mean() > 0.9
    roots = encode(x[:, 0].astype(np.int64))[1]
    # a square wave puts the first ones' beyond 32 bits
    assert (np.abs(thresholds).max() * roots.max() > 2**31) == (length == 100)


@pytest.mark.parametrize("largest", [1, 5 * 10000, MOST_OF_TAPS])
def test_thresholds_beyond_every_record_cost_the_others_no_digits(largest):
    levels, shift = whole_levels([0.01 * largest, 1e9 * largest, -1e9 * largest], 4, largest)
    assert levels[1] == -levels[2]
    # a series of mean zero reaches D less than itself times the square root of (n - 1) / n
    assert levels[1] / 2.0**shift >= largest * (1 - 2.0**-15)
    assert levels[0] / 2.0**shift == pytest.approx(0.005 * largest, abs=largest / 2**14)


def test_samples_about_their_mean_have_fifteen_bits_whatever_the_length():
    """All but two as far below the first sample as one is above it: the most there can be."""
    n = np.arange(3, MOST_TIMEPOINTS + 1)
    bits, over = (np.array([f(int(k)) for k in n]) for f in (length_bits, reciprocal))
    for end in (2**14, -(2**14)):
        total = end - (n - 2) * end
        mean = ((total >> bits) * over + 2**14) >> 15
        assert (np.abs((total >> bits) * over) < 2**31 - 2**14).all()
        assert (end - mean < 2**15).all()
        assert (end - mean >= -(2**15)).all()


def soft(width: float, length: int, cases: np.ndarray, shape: str = "logistic"):
    """A plan of soft comparators behind a fibre and each kind of interferometer."""
    counter = pe.Counter(
        ONE_PHASE, thresholds=3, levels=(0.03, 0.5, 0.97), width=width, shape=shape
    )
    fibres = (dispersive(counter, ARMS[:3]),)
    return lower_network(network(fibres, length=length, cases=cases))


@pytest.mark.slow
@pytest.mark.parametrize(("width", "length"), [(0.15, 100), (0.01, 1000)])
def test_soft_thresholds_of_bursts_are_those_of_the_network(width, length):
    """Many widths from zero, where a level in 16 bits would have ended at eight."""
    plan = soft(width, length, bursts(60, length))
    integers, x = in_integers(plan), hostile(length)
    assert any(abs(c.level) > 2**15 for f in integers.filters for c in f.comparators)
    said = says_the_same_in_c(integers, x) if length == 100 else integer_scores(integers, x)
    difference = np.abs(said / integers.unit - scores(plan, x))
    size = np.abs(plan.readout.weights).sum(axis=1).max()
    # what is silent beside a burst has few of its 14 bits
    assert np.median(difference) < 4e-3 * size
    assert difference.max() < 0.04 * size


@pytest.mark.slow
def test_records_of_any_size_meet_comparators_of_what_is_slow():
    """Second differences of a slow series are a millionth of those of an alternating one."""
    length = 100
    slow = np.sin(2 * np.pi * (np.arange(length) + np.arange(60)[:, None]) / 3000)[:, None]
    plan = soft(0.01, length, 9000 * slow, "ramp")
    integers, x = in_integers(plan), hostile(length)
    difference = np.abs(says_the_same_in_c(integers, x) / integers.unit - scores(plan, x))
    assert np.median(difference) < 4e-3 * np.abs(plan.readout.weights).sum(axis=1).max()


def test_what_spectra_of_integers_do_not_hold_is_refused():
    odd = dataclasses.replace(
        dispersive(pe.Counter(ONE_PHASE, width=0.2)),
        encoder=pe.SeriesEncoder(alignment="left", guard_band=0.0, padding="edge"),
    )
    with pytest.raises(InvalidInputError, match="prime factor above 127"):
        in_integers(lower_network(network((odd,), length=262)))
    with pytest.raises(InvalidInputError, match="widths from zero"):
        in_integers(soft(1e-6, 100, bursts(60, 100)))
