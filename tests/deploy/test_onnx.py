"""Models of ONNX in onnxruntime against the interpreter."""

import dataclasses
import json

import numpy as np
import pytest
from compositions import COMPOSITIONS, DIFFERENCES, LENSLETS, classifier, network, series

from physembed.deploy import export, scores
from physembed.deploy.lowering.estimator import lower_network
from physembed.errors import InvalidInputError

onnx = pytest.importorskip("onnx", reason="the extra onnx is not installed")
pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
model_file = pytest.importorskip("physembed.deploy.onnx.model_file")


def test_differences_of_channels_are_those_of_the_interpreter():
    plan = lower_network(network(DIFFERENCES, n_channels=3))
    x = series(20, 3).astype(np.float32)
    of_onnx = model_file.run(model_file.model_of(plan), x)
    np.testing.assert_allclose(of_onnx, scores(plan, x), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(("n_channels", "length"), [(1, 60), (3, 64), (2, 59)])
@pytest.mark.parametrize("name", COMPOSITIONS)
def test_onnx_says_what_the_interpreter_says(name, n_channels, length):
    plan = lower_network(network(name, n_channels=n_channels, length=length))
    x = series(20, n_channels, length).astype(np.float32)
    of_onnx = model_file.run(model_file.model_of(plan), x)
    np.testing.assert_allclose(of_onnx, scores(plan, x), rtol=1e-3, atol=1e-3)


def test_paths_that_differ_in_their_factors_alone_go_together():
    wide = LENSLETS
    narrow = dataclasses.replace(wide, coefficients=wide.coefficients | {"kinetic": (0.0, 0.6)})
    both = lower_network(network((wide, narrow), n_channels=2))
    content, x = model_file.model_of(both), series(20, 2).astype(np.float32)
    np.testing.assert_allclose(model_file.run(content, x), scores(both, x), rtol=1e-3, atol=1e-3)
    alone = lower_network(network((wide,), n_channels=2))
    transforms, of_one = (
        sum(node.op_type == "MatMul" for node in onnx.load_from_string(c).graph.node)
        for c in (content, model_file.model_of(alone))
    )
    assert transforms == of_one


def test_any_number_of_cases_goes_in_and_every_case_is_alone():
    plan = lower_network(network("lattice"))
    content, x = model_file.model_of(plan), series(7).astype(np.float32)
    together = model_file.run(content, x)
    apart = np.concatenate([model_file.run(content, x[k : k + 1]) for k in range(7)])
    np.testing.assert_allclose(apart, together, rtol=1e-5, atol=1e-5)


def test_the_transform_of_onnx_is_not_used_and_labels_go_along(tmp_path):
    exported = export(classifier("homodyne"), "onnx", tmp_path / "model.onnx", data=series(10))
    model = onnx.load(exported.path)
    assert "DFT" not in {node.op_type for node in model.graph.node}
    assert [entry.version for entry in model.opset_import] == [18]
    labels = {entry.key: entry.value for entry in model.metadata_props}["labels"]
    assert json.loads(labels) == ["class 0", "class 1", "class 2"]
    assert exported.agrees
    assert exported.report["agreement"]["ONNX in onnxruntime"]["same_class"] == 10


def test_the_same_model_is_the_same_bytes():
    plan = lower_network(network("envelope"))
    assert model_file.model_of(plan) == model_file.model_of(plan)


def test_an_opset_that_is_not_written_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="opset must be an integer from 18"):
        export(classifier("lattice"), "onnx", tmp_path / "model.onnx", opset=17)
