"""Programs of C, compiled on this machine, against the interpreter."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from compositions import COMPOSITIONS, DIFFERENCES, dispersive, network, series, straight

import physembed as pe
from physembed.deploy import scores
from physembed.deploy.c.host import STRICT, HostProgram, compiler
from physembed.deploy.c.sampling import Sampling
from physembed.deploy.c.source import write_source
from physembed.deploy.lowering.estimator import lower_network

pytestmark = pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")

FAST = (*STRICT, "-ffast-math")


OTHER_SIZES = [(1, 60), (3, 64)]
"""Channels and timepoints."""


@pytest.mark.parametrize(
    ("n_channels", "length"),
    [(2, 59), *(pytest.param(*sizes, marks=pytest.mark.slow) for sizes in OTHER_SIZES)],
)
@pytest.mark.parametrize("name", COMPOSITIONS)
def test_c_says_what_the_interpreter_says(name, n_channels, length):
    plan = lower_network(network(name, n_channels=n_channels, length=length), ("a", "b", "c"))
    x = series(40, n_channels, length).astype(np.float32)
    expected = scores(plan, x)
    classes, of_c = HostProgram(write_source(plan, "model"))(x)
    np.testing.assert_allclose(of_c, expected, rtol=1e-3, atol=1e-3)
    np.testing.assert_array_equal(classes, of_c.argmax(axis=1))


@pytest.mark.parametrize("number", ["float32", "int16"])
def test_differences_of_channels_are_those_of_the_interpreter(number):
    plan = lower_network(network(DIFFERENCES, n_channels=3), ("a", "b", "c"))
    x = np.clip(np.rint(100 * series(40, 3)), -32768, 32767).astype(np.float32)
    program = HostProgram(write_source(plan, "model", Sampling(number)))
    np.testing.assert_allclose(program(x)[1], scores(plan, x, np.float32), rtol=1e-3, atol=1e-3)


@pytest.fixture(scope="module")
def plan():
    return lower_network(network("one quadrature", n_classes=2), ("a", "b"))


@pytest.fixture(scope="module")
def program(plan):
    """Compiled as if all numbers were finite, which deletes checks that ask floats for it."""
    return HostProgram(write_source(plan, "model"), FAST)


@pytest.mark.parametrize("number", ["float32", "int16"])
@pytest.mark.parametrize(("n_channels", "length"), [(1, 61), (3, 196)])
def test_frames_are_read_where_the_caller_has_the_series(n_channels, length, number):
    """From samples of either kind: extremes, large offsets, and a channel that is dead."""
    trained = network("frames", n_channels=n_channels, length=length)
    plan = lower_network(trained, ("a", "b", "c"))
    waves = series(6, n_channels, length)
    x = np.concatenate([3000 * waves, 300 * waves + 32000, np.where(waves > 0.3, 32767, -32768)])
    x[::2, 0] = -32768
    x = np.clip(np.rint(x), -32768, 32767).astype(np.float32)
    program = HostProgram(write_source(plan, "model", Sampling(number)))
    np.testing.assert_allclose(program(x)[1], scores(plan, x), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(program, bad):
    x = series(2).astype(np.float32)
    x[0, 0, 17] = bad
    classes, _ = program(x)
    assert classes[0] == -2
    assert classes[1] in (0, 1)


@pytest.mark.parametrize("scale", [2.0**100, 2.0**-80])
def test_no_scale_is_too_large_or_too_small(plan, program, scale):
    x = series(8).astype(np.float32)
    np.testing.assert_allclose(program(x * scale)[1], scores(plan, x), rtol=1e-3, atol=1e-3)


def test_an_offset_takes_no_digits_but_those_of_the_series(plan, program):
    x = (np.round(series(8) * 64) / 64 + 10_000).astype(np.float32)
    np.testing.assert_allclose(program(x)[1], scores(plan, x), rtol=1e-3, atol=1e-3)


def test_levels_far_from_zero_take_no_digits_of_what_lies_between():
    """Of three channels one about zero, in a voltmeter and in comparators, and their differences.

    The network and the interpreter in double precision, the program in single: a part in a hundred
    of a deviation is no more than rounding at a level of 1e5.
    """
    meters = pe.SideBySide(
        (pe.Level(), pe.Counter(pe.Quadratures((0.0,)), thresholds=3, width=0.2))
    )
    between = pe.SeriesEncoder(
        normalisation="none", alignment="left", guard_band=0.0, channel_differences=True
    )
    fibres = [straight("none", meters), replace(straight("none", meters), encoder=between)]
    made = pe.PhysicalEmbeddingNetwork(fibres, n_channels=3, n_timepoints=60, n_classes=3)
    generator = np.random.default_rng(0)
    x = generator.standard_normal((30, 3, 60)) + generator.standard_normal((30, 3, 1))
    x = (x + np.array([1e5, 0.0, -3e4])[:, None]).astype(np.float32)
    made.prepare(torch.from_numpy(x), seed=0)
    assert made.zero.tolist() == [pytest.approx(1e5, abs=1), 0.0, pytest.approx(-3e4, abs=1)]
    plan = lower_network(made, ("a", "b", "c"))
    with torch.no_grad():
        told = made.head(made.features(torch.from_numpy(x))).numpy()
    np.testing.assert_allclose(told, scores(plan, x), rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(HostProgram(write_source(plan, "model"))(x)[1], told, 1e-3, 1e-3)


@pytest.mark.parametrize("level", [0.0, 1.1, 1e30, -3e4])
def test_a_constant_series_gives_the_class_of_python(plan, program, level):
    x = np.full((1, 1, 60), level, dtype=np.float32)
    assert program(x)[0] == scores(plan, x).argmax(axis=1)


def test_the_same_plan_is_the_same_bytes(plan):
    assert write_source(plan, "model") == write_source(plan, "model")


def test_detectors_that_differ_in_numbers_alone_are_a_loop(plan):
    assert write_source(plan, "model").body.count("for (int i = 0; i < 4; i++) {") == 1


def test_labels_are_strings_of_c_whatever_is_in_them():
    labels = ('say "hi"\\n', "naïve ??/")
    plan = lower_network(network("lattice", n_classes=2), labels)
    HostProgram(write_source(plan, "model"))(series(1))


OTHER_POINTS = [11, 22, 49, 62, 121, 128, 500]


@pytest.mark.parametrize(
    "points", [7, 26, 315, *(pytest.param(n, marks=pytest.mark.slow) for n in OTHER_POINTS)]
)
def test_every_length_has_a_transform(points):
    """2, 3, 4 and 5 divide by butterflies of their own, other primes by sums."""
    detector = pe.Counter(pe.Quadratures((30.0,)), thresholds=2, width=0.2)
    fibre = dispersive(detector)
    made = pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=points, n_classes=2)
    x = series(6, 1, points).astype(np.float32)
    made.prepare(torch.from_numpy(x), seed=0)
    plan = lower_network(made)
    of_c = HostProgram(write_source(plan, "model"))(x)[1]
    np.testing.assert_allclose(of_c, scores(plan, x), rtol=1e-3, atol=1e-3)
