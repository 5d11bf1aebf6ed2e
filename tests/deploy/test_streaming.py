"""Samples one by one, against the windows that they make up."""

import ctypes

import numpy as np
import pytest
from compositions import classifier, network, series

from physembed.deploy import export
from physembed.deploy.c.host import STRICT, HostProgram, compiled, compiler
from physembed.deploy.c.source import write_source
from physembed.deploy.lowering.estimator import lower_network
from physembed.errors import InvalidInputError

LENGTH, CHANNELS, WAITING = 60, 2, -3


@pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")
@pytest.mark.parametrize("hop", [7, 60, 64])
def test_a_window_of_samples_gets_what_the_same_window_gets_at_once(tmp_path, hop):
    plan = lower_network(network("lattice", n_channels=CHANNELS), ("a", "b", "c"))
    source = write_source(plan, "model", hop)
    (tmp_path / "model.h").write_text(source.header)
    (tmp_path / "model.c").write_text(source.body)
    built = [compiler(), *STRICT, "-shared", "-fPIC", "-o", "model.so", "model.c", "-lm"]
    compiled(built, tmp_path)
    library = ctypes.CDLL(str(tmp_path / "model.so"))
    stream = (ctypes.c_uint8 * source.stream_bytes)()
    memory = (ctypes.c_uint8 * source.memory_bytes)()
    library.model_begin(stream)
    samples = series(1, CHANNELS, 3 * LENGTH + 5)[0].astype(np.float32)
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
    labels, scores = HostProgram(write_source(plan, "model"))(np.stack(windows))
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
