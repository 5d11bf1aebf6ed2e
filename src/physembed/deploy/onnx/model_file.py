"""A plan as a file of ONNX, and what it says in onnxruntime."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_integer
from physembed._version import __version__
from physembed.deploy.agreement import Agreement, Reference
from physembed.deploy.plan import Plan
from physembed.deploy.report import begun
from physembed.errors import InvalidInputError

LEAST_OPSET, MOST_OPSET = 18, 21
IR_VERSION = 9
"""Of the format; onnxruntime 1.14 and newer read it."""


def write_model(
    plan: Plan,
    path: Path,
    series: NDArray[np.float32],
    shown: tuple[Mapping[str, Agreement], Reference],
    *,
    opset: int,
) -> tuple[dict[str, Any], NDArray[np.int64] | None]:
    """Write a model of ONNX, and compare it where onnxruntime is installed.

    ``shown`` is how far the interpreter agrees with the network, and what it says itself.

    Returns
    -------
    record : dict
    said : array of int64, shape (cases,), or None
        The classes that the file gave in onnxruntime; None where that is absent.

    Raises
    ------
    InvalidInputError
        If the extra ``onnx`` is not installed, or the opset is none that is written.
    """
    check_integer("opset", opset, least=LEAST_OPSET, most=MOST_OPSET)
    content = model_of(plan, opset)
    path.write_bytes(content)
    agreements, oracle, lacking = dict(shown[0]), shown[1], []
    scores = run(path.read_bytes(), series)
    if scores is None:
        lacking.append("onnxruntime")
    else:
        agreements["ONNX in onnxruntime"] = oracle.agreement(scores)
    record = begun(plan, agreements) | {
        "target": "onnx",
        "opset": opset,
        "bytes": len(content),
        "not_at_hand": lacking,
    }
    return record, None if scores is None else scores.argmax(axis=1)


def model_of(plan: Plan, opset: int = LEAST_OPSET) -> bytes:
    """A plan as the content of a file of ONNX."""
    try:
        from onnx import checker, helper

        from physembed.deploy.onnx.graph import FLOAT, Graph
        from physembed.deploy.onnx.paths import PathNodes, together
    except ImportError as error:
        raise InvalidInputError(
            "to='onnx' needs the packages onnx and onnxruntime: pip install 'physembed[onnx]'."
        ) from error
    graph = Graph()
    readings: list[str] = []
    order: list[int] = []
    for first, *others in together(plan.paths):
        features, places = PathNodes(graph, plan, first, tuple(others)).features("x")
        readings += features
        order += places
    readout = plan.readout
    weights = graph.floats(readout.weights[:, order].T)
    row = graph.op("MatMul", graph.joined(readings, axis=1), weights)
    row = graph.op("Add", row, graph.floats(readout.bias))
    if readout.signed:
        row = graph.joined([graph.op("Neg", row), row], axis=1)
    graph.nodes.append(helper.make_node("Identity", [row], ["scores"]))
    outputs = [helper.make_tensor_value_info("scores", FLOAT, ["cases", readout.n_scores])]
    shape: list[str | int | None] = ["cases", plan.n_channels, plan.n_timepoints]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "physembed",
            [helper.make_tensor_value_info("x", FLOAT, shape)],
            outputs,
            initializer=graph.constants,
        ),
        producer_name="physembed",
        producer_version=__version__,
        ir_version=IR_VERSION,
        opset_imports=[helper.make_opsetid("", opset)],
    )
    helper.set_model_props(model, {"labels": json.dumps(list(plan.labels), ensure_ascii=False)})
    checker.check_model(model)
    content: bytes = model.SerializeToString(deterministic=True)
    return content


def run(content: bytes, series: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """What a model says of series in onnxruntime, with one thread; None where that is absent."""
    if find_spec("onnxruntime") is None:
        return None
    session = session_of(content)
    parts = np.split(series, range(64, len(series), 64))
    return np.concatenate([session.run(["scores"], {"x": part})[0] for part in parts])


def session_of(content: bytes) -> Any:
    """A model in onnxruntime, with one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # warnings of the runtime about itself
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
