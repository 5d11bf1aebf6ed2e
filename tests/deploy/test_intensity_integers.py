"""Envelopes, phases and bands in integers: interpreter against network, C against interpreter."""

import math

import numpy as np
import pytest
from compositions import COMPOSITIONS, DEFINED, extremes, network, series

import physembed as pe
from physembed.deploy import scores
from physembed.deploy.c.host import HostProgram, compiler
from physembed.deploy.c.integers import write_integer_source
from physembed.deploy.c.sampling import Sampling, as_sampled
from physembed.deploy.integers.integer_plan import integer_plan, integer_scores
from physembed.deploy.integers.intensity import logarithm
from physembed.deploy.integers.transform import bits_of, to_frequencies_15
from physembed.deploy.lowering.estimator import lower_network
from physembed.deploy.transforms import place
from physembed.errors import InvalidInputError

LENGTH = 240


def lenslets(
    length: int, cells: int, bands: int, coupling: str, alignment: str = "energy-centroid"
) -> pe.Fibre:
    """A lattice whose cells tile the window, then dispersion to its focus."""
    encoder = pe.SeriesEncoder(alignment=alignment, guard_band=0.0, envelope=True)
    period = encoder.window(length) * encoder.spacing() / cells
    return pe.Fibre(
        pe.GrossPitaevskii(pe.OpticalLattice(period)),
        {"kinetic": (0.0, 1.0), "g": 0.0, "strength": (1.0, 0.0), "phase": math.pi},
        n_layers=2,
        encoder=encoder,
        detector=pe.CellBands(cells, bands, coupling=coupling),
    )


def both(length: int, **options: str) -> tuple[pe.Fibre, ...]:
    """A long and a short one."""
    return (
        lenslets(length, 2, 5, "alternating", **options),
        lenslets(length, 4, 2, "direct", **options),
    )


def hostile(length: int) -> np.ndarray:
    """Usual series, and constant ones, steps, spikes, square waves and noise of any size."""
    random = np.random.default_rng(3)
    step, spike, end = (np.full((1, 1, length), -32768) for _ in range(3))
    step[..., length // 2 :], spike[..., length // 3], end[..., -1] = 32767, 32767, 32767
    square = np.where(np.arange(length) % 8 < 4, 32767, -32768)[None, None]
    noise = [random.integers(-(2**k), 2**k, (2, 1, length)) for k in (0, 3, 15)]
    usual = as_sampled(
        lower_network(network(both(length), length=length)), series(6, 1, length), "int16"
    )
    parts = [usual, step, spike, end, square, extremes(1, length), *noise]
    return np.concatenate(parts).astype(np.int16)


def test_logarithms_of_integers():
    values = np.unique(np.geomspace(1, 2**30, 4000).astype(np.int64))
    # a unit of 2^-12, which is cut off, and what the digits and the series leave out
    assert np.abs(logarithm(values) / 2**12 - np.log2(values)).max() < 2.0**-12 + 8e-5
    assert logarithm(np.array([0]))[0] == 0


@pytest.mark.parametrize("points", [4, 22, 60, 256])
def test_frequencies_of_16_bits_are_those_of_numbers(points):
    z = np.random.default_rng(0).integers(-(2**14), 2**14, (3, points, 2))
    there, bits = to_frequencies_15(z, bits_of(z))
    order = [place(k, points) for k in range(points)]
    in_integers = there[:, order, 0] - 1j * there[:, order, 1]
    exact = np.fft.fft(z[..., 0] - 1j * z[..., 1])
    ratio = (in_integers * exact.conj()).sum(axis=1).real / (np.abs(exact) ** 2).sum(axis=1)
    # by which power of two it is shifted is forgotten; sines and roundings are not
    np.testing.assert_allclose(np.log2(ratio), np.rint(np.log2(ratio)), atol=2e-3)
    assert np.abs(in_integers / ratio[:, None] - exact).max() < 4e-3 * np.abs(exact).max()
    assert (bits_of(there) <= bits).all()
    assert bits.max() <= 15


@pytest.mark.parametrize("alignment", ["energy-centroid", "centre"])
def test_bands_of_integers_are_those_of_the_network(alignment):
    plan = lower_network(network(both(LENGTH, alignment=alignment), length=LENGTH))
    x = as_sampled(plan, series(40, 1, LENGTH).astype(np.float32), "int16")
    said = integer_plan(plan)
    difference = np.abs(integer_scores(said, x) / said.unit - scores(plan, x)).max(axis=1)
    # of a band the logarithm is true to a few hundredths, of the faintest to a few tenths
    size = np.linalg.norm(plan.readout.weights, axis=1).max()
    assert np.median(difference) < 0.05 * size
    assert difference.max() < 0.5 * size


def test_weights_of_8_bits_say_what_those_of_16_say():
    plan = lower_network(network(both(LENGTH), length=LENGTH))
    x = as_sampled(plan, series(20, 1, LENGTH).astype(np.float32), "int16")
    large, small = integer_plan(plan), integer_plan(plan, 8)
    difference = integer_scores(small, x) / small.unit - integer_scores(large, x) / large.unit
    # half of a 127th of every weight, before logarithms from -7 to 2
    assert np.abs(difference).max() < np.abs(plan.readout.weights).sum(axis=1).max() * 3.5 / 127
    assert small.readout_bytes < 0.9 * large.readout_bytes


@pytest.mark.parametrize("level", [0, -32768])
def test_of_a_constant_series_all_bands_are_dark(level):
    plan = lower_network(network(both(LENGTH), length=LENGTH))
    x = np.full((1, 1, LENGTH), level)
    said = integer_plan(plan)
    in_integers = integer_scores(said, x) / said.unit
    np.testing.assert_allclose(in_integers, scores(plan, x), atol=1e-3 * np.abs(in_integers).max())


@pytest.mark.slow
@pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")
# fields that are divided by 5, 4 and 2, by 11 and 2, and by 5 and 3, whose middle is no point
@pytest.mark.parametrize(
    ("length", "alignment", "n_classes", "bits"),
    [(160, "energy-centroid", 3, 8), (88, "centre", 2, 16), (150, "energy-centroid", 2, 16)],
)
def test_c_says_what_the_interpreter_says_bit_for_bit(length, alignment, n_classes, bits):
    trained = network(both(length, alignment=alignment), length=length, n_classes=n_classes)
    plan = integer_plan(lower_network(trained, tuple("abcd"[:n_classes])), bits)
    x = hostile(length)
    expected = integer_scores(plan, x)
    assert np.abs(expected).max() < 2**31
    source = write_integer_source(plan, "model", Sampling("int16"))
    classes, of_c = HostProgram(source, DEFINED)(x)
    np.testing.assert_array_equal(of_c, expected)
    np.testing.assert_array_equal(classes, expected.argmax(axis=1))
    assert "float" not in source.body


@pytest.mark.parametrize(
    ("fibres", "options", "sentence"),
    [
        (both(LENGTH), {"n_channels": 2}, "several channels"),
        (both(75), {"length": 75}, "even number of points"),
        (COMPOSITIONS["envelope"][1:], {}, "another (encoder|detector)"),
        (both(2 * 262), {"length": 2 * 262}, "prime factor above 127"),
    ],
)
def test_what_has_no_integers_is_refused(fibres, options, sentence):
    plan = lower_network(network(fibres, **({"length": LENGTH} | options)))
    with pytest.raises(InvalidInputError, match=f"{sentence}.*use number='float32'"):
        integer_plan(plan)
