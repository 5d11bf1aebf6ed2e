"""Plans in whole numbers: the interpreter against the network, and C against the interpreter."""

import ctypes
import math
from dataclasses import replace

import numpy as np
import pytest
from compositions import DEFINED, classifier, extremes, network, series, straight, tapped

import physembed as pe
from physembed.deploy import export, footprint, lower, scores
from physembed.deploy.c.host import STRICT, HostProgram, compiler
from physembed.deploy.c.integers import write_whole_source
from physembed.deploy.c.sampling import Sampling, as_sampled
from physembed.deploy.integers.interpreter import arcsines, encode, roots_of, whole_scores
from physembed.deploy.integers.whole_plan import in_whole_numbers
from physembed.deploy.lowering.estimator import lower_network
from physembed.errors import InvalidInputError

WHOLE = Sampling("int16")
needs_compiler = pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")


def hostile(n_channels: int, length: int) -> np.ndarray:
    """Series of the whole range: usual ones, constant ones, steps, spikes, single bits, noise."""
    random = np.random.default_rng(3)
    usual = as_sampled(
        lower_network(network("whole filters", n_channels=n_channels, length=length)),
        series(30, n_channels, length).astype(np.float32),
        "int16",
    )
    shape = (1, n_channels, length)
    step, spike, bit = (np.full(shape, -32768.0) for _ in range(3))
    step[..., length // 2 :] = 32767
    spike[..., length // 3] = 32767
    bit[..., -1] += 1
    noise = [random.integers(-(2**k), 2**k, (3, n_channels, length)) for k in (0, 3, 15)]
    parts = [usual, step, spike, bit, extremes(n_channels, length), *noise]
    return np.concatenate(parts).astype(np.int16)


@needs_compiler
@pytest.mark.parametrize(
    ("name", "n_channels", "length", "n_classes"),
    [
        ("whole filters", 2, 59, 2),
        ("whole filters", 1, 7, 4),
        ("whole filters, arcsines", 3, 64, 3),
    ],
)
def test_c_says_what_the_interpreter_says_bit_for_bit(name, n_channels, length, n_classes):
    trained = network(name, n_channels=n_channels, length=length, n_classes=n_classes)
    plan = in_whole_numbers(lower_network(trained, tuple("abcd"[:n_classes])))
    x = hostile(n_channels, length)
    expected = whole_scores(plan, x)
    assert np.abs(expected).max() < 2**31
    program = HostProgram(write_whole_source(plan, "model", WHOLE), DEFINED)
    classes, of_c = program(x)
    np.testing.assert_array_equal(of_c, expected)
    np.testing.assert_array_equal(classes, expected.argmax(axis=1))


@pytest.mark.parametrize(
    ("name", "n_channels", "length"),
    [("whole filters", 1, 60), ("whole filters, arcsines", 3, 61)],
)
def test_whole_numbers_say_what_the_network_says(name, n_channels, length):
    """Counts differ by a point where a record all but touches a threshold."""
    plan = lower_network(network(name, n_channels=n_channels, length=length))
    whole = in_whole_numbers(plan)
    x = as_sampled(plan, series(40, n_channels, length).astype(np.float32), "int16")
    expected, in_integers = scores(plan, x), whole_scores(whole, x) / whole.unit
    point = np.abs(plan.readout.weights).max() / length
    assert (np.abs(in_integers - expected) <= 1.01 * point).mean() > 0.95
    assert np.abs(in_integers - expected).max() < 4 * point


@pytest.mark.parametrize("level", [0, 17, -32768])
def test_a_constant_series_gives_the_class_of_the_network(level):
    plan = lower_network(network("whole filters"))
    x = np.full((1, 1, 60), level)
    whole = in_whole_numbers(plan)
    np.testing.assert_allclose(whole_scores(whole, x) / whole.unit, scores(plan, x), atol=1e-3)


def test_a_series_has_fourteen_bits_and_the_root_of_its_squares():
    x = hostile(1, 60)[:, 0].astype(np.int64)
    centred, root = encode(x)
    assert np.abs(centred).max() < 2**15
    varies = np.ptp(x, axis=1) > 0
    assert (np.abs(centred).max(axis=1)[varies] > 2**12).all()
    np.testing.assert_array_equal(root[varies], np.sqrt((centred[varies] ** 2).sum(axis=1)) // 1)
    assert (root[~varies] == math.isqrt(60)).all()
    exact = (x - x.mean(axis=1, keepdims=True))[varies]
    gain = (exact * centred[varies]).sum(axis=1) / (exact**2).sum(axis=1)
    assert np.abs(centred[varies] - gain[:, None] * exact).max() < 2


def test_roots_are_whole():
    roots = np.array([0, 1, 2, 3, 1000, 2**21 + 5, 2**22 - 1])
    for squares in (roots**2, roots**2 + roots, (roots + 1) ** 2 - 1):
        np.testing.assert_array_equal(roots_of(squares), roots)


@pytest.mark.parametrize("n", [1, 7, 500, 2**15])
def test_arcsines_of_shares_are_right_to_a_unit(n):
    counts = np.unique(np.linspace(0, n, 99).astype(np.int64))
    exact = np.arcsin(np.sqrt(1e-4 + (1 - 2e-4) * counts / n))
    assert np.abs(arcsines(counts, n) - exact * 2**12).max() < 1


def test_filters_are_computed_once_and_counts_are_exact():
    """A plan of one filter, counted by hand."""
    fibre = straight(
        "z-score", tapped(0.5), arms=((pe.Component(pe.TappedDelayLine((-1, 0, 1))),),)
    )
    fibre = replace(fibre, encoder=pe.SeriesEncoder(alignment="left", padding="edge"))
    held = network((fibre,), length=8, n_classes=2)
    whole = in_whole_numbers(lower_network(held))
    (only,) = whole.filters
    assert (only.taps, only.half, only.is_odd) == ((-1, 0, 1), 1, True)
    level = [c.level for c in only.comparators]
    x = np.array([[[0, 1, 2, 3, 4, 3, 2, 1]]])
    rising = np.array([1, 2, 2, 2, 0, -2, -2, -1]) * -1 * 2.0**11
    _, root = encode(x[:, 0])
    above = rising > np.array(level)[:, None] * root / 2**only.shift
    counted = (
        whole.weights[0, 0] * above[0].sum()
        + whole.weights[0, 1] * (above[1, 1:] != above[1, :-1]).sum()
    )
    assert whole_scores(whole, x)[0, 1] == counted + whole.bias[0]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("one quadrature", "no filter"),
        ("lattice", "encoder"),
        ("tapped delay lines", "filter"),
    ],
)
def test_what_is_not_whole_is_refused_with_the_preset_that_is(name, sentence):
    with pytest.raises(InvalidInputError, match=f"({sentence}).*use number='float32'"):
        in_whole_numbers(lower_network(network(name)))


def test_taps_that_would_overflow_are_refused():
    fibre = straight(
        "z-score", tapped(0.5), arms=((pe.Component(pe.TappedDelayLine((2**16,) * 3)),),)
    )
    fibre = replace(fibre, encoder=pe.SeriesEncoder(alignment="left", padding="edge"))
    with pytest.raises(InvalidInputError, match="sum to more than"):
        in_whole_numbers(lower_network(network((fibre,))))


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return export(
        classifier("whole filters"),
        "c",
        tmp_path_factory.mktemp("whole") / "model",
        data=series(40),
        hop=20,
    )


def test_an_export_of_whole_filters_is_whole_by_itself(exported):
    record = exported.report
    assert (record["number"], record["input"]) == ("int16", "int16")
    assert exported.agrees
    assert record["rounded"]["same_class"] >= 0.995 * record["rounded"]["cases"]
    if compiler() is not None:
        assert record["agreement"]["C on this machine"]["within"] == 40
    body, header = ((exported.path / file).read_text() for file in ("model.c", "model.h"))
    assert "float" not in body + header
    assert "int32_t scores[MODEL_SCORES]" in header
    assert "In whole numbers, 40 of 40" in (exported.path / "REPORT.md").read_text()
    for board in record["targets"]:
        assert board["passed"] is not False
        assert board["flash"] < 2048
    told = record["estimated"]
    assert told == footprint(lower(classifier("whole filters"))).record()
    for board in record["targets"][:1]:
        assert told["flash_bytes"] == pytest.approx(board["flash"], rel=0.25)


@needs_compiler
def test_samples_one_by_one_say_the_same(exported, tmp_path):
    from physembed.deploy.c.host import compiled

    built = [compiler(), *STRICT, "-shared", "-fPIC", "-o", tmp_path / "model.so", "model.c"]
    compiled(list(map(str, built)), exported.path)
    library = ctypes.CDLL(str(tmp_path / "model.so"))
    stream = (ctypes.c_uint8 * exported.report["stream_bytes"])()
    memory = (ctypes.c_uint8 * exported.report["memory_bytes"])()
    library.model_begin(stream)
    samples = hostile(1, 60)[:3].reshape(-1)
    whole = in_whole_numbers(lower(classifier("whole filters")))
    for t, sample in enumerate(samples.tolist()):
        said = library.model_push(stream, ctypes.byref(ctypes.c_int16(sample)), memory, None)
        complete = t >= 59 and (t - 59) % 20 == 0
        assert (said >= 0) == complete
        if complete:
            window = samples[t - 59 : t + 1].reshape(1, 1, 60)
            assert said == whole_scores(whole, window).argmax()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"number": "int8"}, "unknown number 'int8'"),
        ({"number": "int16", "input": "float32"}, "takes samples of input='int16'"),
        ({"number": "int16", "readout": "int4"}, "a readout of 16 bits .* got readout='int4'"),
        ({"number": "int16", "to": "onnx"}, "number='int16' is of to='c'"),
    ],
)
def test_what_whole_numbers_do_not_go_with_is_named(tmp_path, options, sentence):
    with pytest.raises(pe.PhysembedError, match=sentence):
        export(classifier("whole filters"), out=tmp_path / "model", **{"to": "c"} | options)
    assert not list(tmp_path.iterdir())


def test_whole_filters_can_be_had_in_single_precision(tmp_path):
    made = export(
        classifier("whole filters"), "c", tmp_path / "model", number="float32", targets=False
    )
    assert made.report["number"] == "float32"
    assert made.agrees
