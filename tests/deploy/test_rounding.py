"""Readouts of small integers."""

import numpy as np
import pytest
from compositions import classifier, network, series

from physembed.deploy import export, scores
from physembed.deploy.c.host import HostProgram, compiler
from physembed.deploy.c.source import write_source
from physembed.deploy.lowering.estimator import lower_network
from physembed.deploy.rounding import rounded
from physembed.errors import InvalidInputError, UnknownNameError


@pytest.fixture(scope="module")
def plan():
    return lower_network(network("homodyne"), ("a", "b", "c"))


@pytest.mark.parametrize(("readout", "most"), [("int8", 127), ("int4", 7)])
def test_weights_are_the_nearest_integers_on_the_scale_of_their_feature(plan, readout, most):
    small = rounded(plan, readout).readout
    weights = plan.readout.weights
    assert np.abs(small.weights).max() == most
    np.testing.assert_array_equal(small.weights, small.weights.round())
    error = np.abs(small.weights * small.scales - weights)
    # half a step, and the rounding of the scale
    assert (error <= np.abs(weights).max(axis=0) * (0.5 / most + 1e-6)).all()


@pytest.mark.parametrize("readout", ["int8", "int4"])
@pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")
def test_c_reads_integers_as_the_interpreter_does(plan, readout):
    small = rounded(plan, readout)
    x = series(20).astype(np.float32)
    _, found = HostProgram(write_source(small, "model"))(x)
    np.testing.assert_allclose(found, scores(small, x), rtol=1e-3, atol=1e-3)
    assert small.readout.n_bytes < plan.readout.n_bytes


def test_an_export_tells_how_many_cases_keep_their_class(tmp_path):
    made = export(
        classifier("homodyne"), "c", tmp_path / "model", data=series(30), readout="int8",
        targets=False,
    )  # fmt: skip
    told = made.report["rounded"]
    assert told["cases"] == 30
    assert made.agrees == (told["same_class"] == 30)
    assert "Weights are int8" in (made.path / "REPORT.md").read_text()


def test_what_cannot_be_rounded_is_refused(plan, tmp_path):
    with pytest.raises(UnknownNameError, match="unknown readout 'int2'"):
        rounded(plan, "int2")
    one_row = lower_network(network("homodyne", n_classes=2), ("a", "b"))
    with pytest.raises(InvalidInputError, match="'float32' for a readout of one row"):
        rounded(one_row, "int8")
    with pytest.raises(InvalidInputError, match="to='c'"):
        export(classifier("homodyne"), "onnx", tmp_path / "m.onnx", readout="int8")
