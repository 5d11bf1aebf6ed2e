"""Readouts of small integers."""

import numpy as np
import pytest
import torch
from compositions import classifier, network, series

from physembed.deploy import export, scores
from physembed.deploy.c.host import HostProgram, compiler
from physembed.deploy.c.source import write_source
from physembed.deploy.lowering.estimator import lower_network
from physembed.deploy.rounding import as_learnt, rounded
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.training.selection.quantisation import quantise


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
    _, of_c = HostProgram(write_source(small, "model"))(x)
    np.testing.assert_allclose(of_c, scores(small, x), rtol=1e-3, atol=1e-3)
    assert small.readout.n_bytes < plan.readout.n_bytes


@pytest.mark.parametrize(("bits", "n_classes"), [(4, 3), (8, 2)])
@pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")
def test_weights_that_were_learnt_in_few_bits_are_integers_again(bits, n_classes):
    """Features on powers of two, one of them dark: nothing is lost, and C says the same."""
    of_network = network("homodyne", n_classes=n_classes)
    rng = np.random.default_rng(0)
    weights = rng.normal(size=(n_classes, of_network.head.linear.in_features))
    weights *= np.exp2(rng.integers(-6, 4, size=weights.shape[1]))
    weights[:, 3] = 0
    rows = quantise(weights - weights.mean(axis=0), bits, sum_to_zero=True).values
    with torch.no_grad():
        weight = of_network.head.linear.weight
        weight.copy_(torch.from_numpy(1.7 * rows[-len(weight) :]))
    whole = lower_network(of_network, ("a", "b", "c")[:n_classes])
    small = as_learnt(whole, bits)
    np.testing.assert_allclose(
        small.readout.weights * small.readout.scales, whole.readout.weights, 2e-7
    )
    assert small.readout.powers is not None
    # of all rows, of which single precision need not store the last
    in_floats = 4 * (whole.readout.weights.size + len(whole.readout.bias))
    assert small.readout.n_bytes < 1.02 * bits / 32 * in_floats + weights.shape[1]
    x = series(20).astype(np.float32)
    _, said = HostProgram(write_source(small, "model"))(x)
    np.testing.assert_allclose(said, scores(whole, x), rtol=1e-3, atol=1e-2)
    assert as_learnt(lower_network(network("homodyne")), 4).readout.scales is None, "no integers"


def test_an_export_tells_how_many_cases_keep_their_class(tmp_path):
    made = export(
        classifier("homodyne"), "c", tmp_path / "model", data=series(30), readout="int8",
        targets=False,
    )  # fmt: skip
    told = made.report["rounded"]
    assert told["cases"] == 30
    assert made.agrees == (told["same_class"] == 30)
    assert "Weights are int8" in (made.path / "REPORT.md").read_text()


def test_weights_that_were_learnt_in_few_bits_are_integers_unless_floats_are_asked_for(tmp_path):
    model = classifier("homodyne")
    model.parameter_counts_ = {"weight_bits": 8}
    weight = model.network_.head.linear.weight
    with torch.no_grad():
        weight.copy_(torch.from_numpy(quantise(weight.double().numpy(), 8).values))
    texts = {}
    for readout, told in ((None, "int8"), ("float32", None)):
        made = export(
            model, "c", tmp_path / f"{told}", name="model", readout=readout, targets=False
        )
        assert made.report.get("rounded", {}).get("readout") == told
        assert made.agrees
        texts[told] = "".join(file.read_text() for file in sorted(made.path.glob("*.c")))
    assert " int8_t" in texts["int8"]
    assert " int8_t" not in texts[None]


def test_what_cannot_be_rounded_is_refused(plan, tmp_path):
    with pytest.raises(UnknownNameError, match="unknown readout 'int2'"):
        rounded(plan, "int2")
    one_row = lower_network(network("homodyne", n_classes=2), ("a", "b"))
    with pytest.raises(InvalidInputError, match="'float32' for a readout of one row"):
        rounded(one_row, "int8")
    with pytest.raises(InvalidInputError, match="to='c'"):
        export(classifier("homodyne"), "onnx", tmp_path / "m.onnx", readout="int8")
