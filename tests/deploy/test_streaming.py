"""Samples one by one, against the windows that they make up."""

import ctypes

import numpy as np
import pytest
from compositions import classifier, network, series

from physembed.deploy import export, scores
from physembed.deploy.c.host import STRICT, HostProgram, compiled, compiler
from physembed.deploy.c.sampling import Sampling, as_sampled
from physembed.deploy.c.source import write_source
from physembed.deploy.lowering.estimator import lower_network
from physembed.errors import InvalidInputError

LENGTH, CHANNELS, WAITING = 60, 2, -3


@pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")
@pytest.mark.parametrize(("hop", "number"), [(7, "float32"), (60, "int16"), (64, "float32")])
def test_a_window_of_samples_gets_what_the_same_window_gets_at_once(tmp_path, hop, number):
    plan = lower_network(network("lattice", n_channels=CHANNELS), ("a", "b", "c"))
    source = write_source(plan, "model", Sampling(number, hop))
    (tmp_path / "model.h").write_text(source.header)
    (tmp_path / "model.c").write_text(source.body)
    built = [compiler(), *STRICT, "-shared", "-fPIC", "-o", "model.so", "model.c", "-lm"]
    compiled(built, tmp_path)
    library = ctypes.CDLL(str(tmp_path / "model.so"))
    stream = (ctypes.c_uint8 * source.stream_bytes)()
    memory = (ctypes.c_uint8 * source.memory_bytes)()
    library.model_begin(stream)
    samples = np.rint(99 * series(1, CHANNELS, 3 * LENGTH + 5)[0]).astype(number)
    windows, said = [], []
    for t in range(samples.shape[1]):
        scores = np.zeros(3, dtype=np.float32)
        column = np.ascontiguousarray(samples[:, t])
        label = library.model_push(
            stream, ctypes.c_void_p(column.ctypes.data), memory, ctypes.c_void_p(scores.ctypes.data)
        )
        complete = t + 1 >= LENGTH and (t + 1 - LENGTH) % hop == 0
        assert (label != WAITING) == complete
        if complete:
            windows.append(samples[:, t + 1 - LENGTH : t + 1])
            said.append([label, *scores])
    labels, scores = HostProgram(write_source(plan, "model", Sampling(number)))(np.stack(windows))
    np.testing.assert_array_equal(np.array(said)[:, 0], labels)
    np.testing.assert_array_equal(np.array(said, dtype=np.float32)[:, 1:], scores)


def test_an_export_with_a_hop_counts_the_ring_and_checks_it(tmp_path):
    made = export(
        classifier("lattice"), "c", tmp_path / "model", data=series(6), hop=16, targets=False
    )
    assert made.report["stream_bytes"] == 4 * LENGTH + 8
    assert "pushed(model_cases[k])" in (made.path / "model_check.c").read_text()
    assert "a window after every 16" in (made.path / "REPORT.md").read_text()
    needed = made.report["memory_bytes"]
    with pytest.raises(InvalidInputError, match="max_ram"):
        export(classifier("lattice"), "c", tmp_path / "other", hop=16, max_ram=needed)
    with pytest.raises(InvalidInputError, match="hop must be"):
        export(classifier("lattice"), "c", tmp_path / "other", hop=0)


def test_whole_samples_say_what_the_series_says(tmp_path):
    x = series(20).astype(np.float32)
    made = export(
        classifier("one quadrature"), "c", tmp_path / "model", data=x, input="int16", targets=False
    )
    assert made.agrees
    assert "model_predict(const int16_t *x" in (made.path / "model.h").read_text()
    plan = lower_network(network("one quadrature"))
    whole = as_sampled(plan, x, "int16")
    assert np.abs(whole).max() <= 2**14
    # rounding to fourteen bits is a noise of a ten-thousandth
    np.testing.assert_allclose(scores(plan, whole), scores(plan, x), rtol=1e-2, atol=1e-2)
    np.testing.assert_array_equal(as_sampled(plan, whole, "int16"), whole)


def test_a_model_that_sees_the_unit_takes_whole_series_alone():
    plan = lower_network(network("pool"))
    with pytest.raises(InvalidInputError, match="whole numbers from -32768"):
        as_sampled(plan, series(2).astype(np.float32), "int16")
    whole = np.rint(series(2)).astype(np.float32)
    np.testing.assert_array_equal(as_sampled(plan, whole, "int16"), whole)
