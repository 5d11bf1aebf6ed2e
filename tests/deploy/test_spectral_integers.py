"""Spectra in integers: transforms, interpreter against network, C against interpreter."""

import dataclasses

import numpy as np
import pytest
from compositions import (
    ARMS,
    DEFINED,
    ONE_PHASE,
    classifier,
    dispersive,
    extremes,
    network,
    series,
)

import physembed as pe
from physembed.deploy import export, scores
from physembed.deploy.c.host import HostProgram, compiler
from physembed.deploy.c.sampling import Sampling, as_sampled
from physembed.deploy.c.spectral import write_spectral_source
from physembed.deploy.integers.spectral import spectral_scores
from physembed.deploy.integers.spectral_plan import in_integers
from physembed.deploy.integers.transform import to_frequencies, to_points
from physembed.deploy.integers.turns import LONG, sine_15, sine_22, small_turns_of, turns_of
from physembed.deploy.lowering.estimator import lower_network
from physembed.deploy.transforms import place
from physembed.errors import InvalidInputError

NAME = "dispersion and interferometers"
RAMPS = (
    dispersive(pe.Counter(ONE_PHASE, thresholds=2, width=0.1, shape="ramp"), ARMS[:3]),
    dispersive(pe.Counter(ONE_PHASE, thresholds=1, width=0.3), ARMS[1:2]),
)
# of what is slow, which is most of a series, next to nothing is left: no digit may go to it
NINETY = (dispersive(pe.Counter(pe.Quadratures((90.0,)), thresholds=2, width=0.3), ARMS[:3]),)
# behind the interferometer of two paths nothing is left of an alternating series but roundings
BARE = tuple(
    dataclasses.replace(
        fibre, encoder=pe.SeriesEncoder(alignment="left", guard_band=0.0, padding="edge")
    )
    for fibre in RAMPS
)
needs_compiler = pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")


def whole_series(n_cases: int, n_channels: int, length: int) -> np.ndarray:
    plan = lower_network(network(NAME, n_channels=n_channels, length=length))
    return as_sampled(plan, series(n_cases, n_channels, length).astype(np.float32), "int16")


def hostile(n_channels: int, length: int) -> np.ndarray:
    """Usual series, and constant ones, steps, spikes, single bits and noise of any size."""
    random = np.random.default_rng(3)
    shape = (1, n_channels, length)
    step, spike, bit = (np.full(shape, -32768.0) for _ in range(3))
    step[..., length // 2 :], spike[..., length // 3] = 32767, 32767
    bit[..., -1] += 1
    noise = [random.integers(-(2**k), 2**k, (2, n_channels, length)) for k in (0, 3, 15)]
    usual = whole_series(8, n_channels, length)
    parts = [usual, step, spike, bit, extremes(n_channels, length), *noise]
    return np.concatenate(parts).astype(np.int16)


@pytest.mark.parametrize(("sine", "bits", "error"), [(sine_15, 15, 1.3e-4), (sine_22, 22, 1e-4)])
def test_sines_of_integers(sine, bits, error):
    turns = np.arange(0, 2**32, 2**23 + 12345)
    exact = np.sin(2 * np.pi * turns / 2**32)
    assert np.abs(sine(turns) / 2.0**bits - exact).max() < error


@pytest.mark.parametrize("length", [7, 1000, 16382])
def test_turns_made_one_of_the_other(length):
    exact = np.exp(2j * np.pi * np.arange(length // 4) / length)
    c, s = turns_of(length, length // 4)
    # half a unit of 2^-30 is lost in the constant and again every time
    assert np.abs((c + 1j * s) / 2**30 - exact).max() < 2.0**-30 * length / 4
    c, s = small_turns_of(length, length // 4)
    # of the step's 16th bit, a quarter turn long
    assert np.abs((c + 1j * s) / 2**30 - exact).max() < 2.0**-15


@pytest.mark.parametrize("points", [4, 6, 14, 22, 30, 125, 500])
def test_transforms_of_integers_are_those_of_numbers(points):
    random = np.random.default_rng(0)
    z = random.integers(-(2**15), 2**15, (3, points, 2))
    given = z[..., 0] + 1j * z[..., 1]
    there = to_frequencies(z << 6)
    order = [place(k, points) for k in range(points)]
    exact = np.fft.fft(given)
    of_integers = (there[:, order, 0] + 1j * there[:, order, 1]) / 2**6
    # a transform adds up what roundings of a 2^-6th leave
    assert np.abs(of_integers - exact).max() < 0.5 * np.log2(points)
    spectrum = z.copy()
    spectrum[:, order] = z
    back, exponent = to_points(spectrum)
    of_integers = (back[..., 0] + 1j * back[..., 1]) * 2.0 ** exponent[:, None]
    exact = np.fft.ifft(given) * points
    assert np.abs(of_integers - exact).max() < 2e-3 * np.abs(exact).max()
    assert np.abs(back).max() < 2**15


def test_products_round_to_the_nearest():
    values = np.array([3, -3, 5])
    np.testing.assert_array_equal(LONG.product(values, 2**29), [2, -1, 3])


@pytest.mark.slow
@needs_compiler
@pytest.mark.parametrize(
    ("fibres", "n_channels", "length", "n_classes"),
    # halves of windows that are divided by 5, 4 and 3, by 11 and 2, once, and by 4
    [(NAME, 2, 60, 3), (RAMPS, 1, 22, 2), (NAME, 1, 2, 3), (BARE, 1, 8, 3)],
)
def test_c_says_what_the_interpreter_says_bit_for_bit(fibres, n_channels, length, n_classes):
    trained = network(fibres, n_channels=n_channels, length=length, n_classes=n_classes)
    plan = in_integers(lower_network(trained, tuple("abcd"[:n_classes])))
    x = hostile(n_channels, length)
    expected = spectral_scores(plan, x)
    program = HostProgram(write_spectral_source(plan, "model", Sampling("int16")), DEFINED)
    classes, of_c = program(x)
    np.testing.assert_array_equal(of_c, expected)
    np.testing.assert_array_equal(classes, expected.argmax(axis=1))


@pytest.mark.parametrize(("fibres", "n_channels"), [(NAME, 2), (RAMPS, 1), (NINETY, 1)])
def test_integers_say_what_the_network_says(fibres, n_channels):
    plan = lower_network(network(fibres, n_channels=n_channels))
    x = whole_series(40, n_channels, 60)
    said = in_integers(plan)
    expected, of_integers = scores(plan, x), spectral_scores(said, x) / said.unit
    # a reading of a soft comparator is true to a few thousandths
    size = np.abs(plan.readout.weights).sum(axis=1).max()
    assert np.abs(of_integers - expected).max() < 4e-3 * size


@pytest.mark.parametrize("level", [0, -32768])
def test_a_constant_series_gives_what_the_network_gives(level):
    plan = lower_network(network(NAME))
    x = np.full((1, 1, 60), level)
    said = in_integers(plan)
    np.testing.assert_allclose(spectral_scores(said, x) / said.unit, scores(plan, x), atol=5e-3)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("one quadrature", "other than dispersion and one interferometer"),
        ("homodyne", "more than one quadrature"),
        ("lattice", "another encoder"),
        ("whole filters", "other than dispersion"),
    ],
)
def test_what_has_no_integers_is_refused(name, sentence):
    with pytest.raises(InvalidInputError, match=f"({sentence}).*use number='float32'"):
        in_integers(lower_network(network(name)))


def test_lengths_whose_window_is_odd_are_refused_beside_those_that_are_taken():
    """Of 61 and 62 timepoints the window has 125 points, which are the fewest fast ones."""
    for length in (61, 62):
        with pytest.raises(InvalidInputError, match=r"125 points, an odd.* 60 or 63 timepoints"):
            in_integers(lower_network(network(NAME, length=length)))
    windows = [in_integers(lower_network(network(NAME, length=k))).window for k in (60, 63)]
    assert windows == [120, 126]


def test_an_export_in_integers_is_asked_for(tmp_path):
    made = export(
        classifier(NAME), "c", tmp_path / "model", data=series(40), number="int16", targets=False
    )
    record = made.report
    assert (record["number"], record["input"]) == ("int16", "int16")
    assert record["rounded"]["cases"] == 40
    assert made.agrees == (record["rounded"]["same_class"] == 40)
    if compiler() is not None:
        assert record["agreement"]["C on this machine"]["within"] == 40
    assert record["transforms"]
    assert "float" not in (made.path / "model.c").read_text()
