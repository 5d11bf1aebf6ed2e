"""``python -m studies.other_programs``: ways of writing `auditory` that were tried, and their cost.

The program of C of the spoken digits on a Cortex-M4F, and the model of ONNX, each as it is written
and in other ways. Wherever one is written, it is compared with the model on all test cases. The
tables of docs/deployment.md are written from the record.
"""

import argparse
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

import physembed as pe
from physembed.data import resolve_data_dir
from physembed.deploy import lower
from physembed.deploy.agreement import Reference, reference
from physembed.deploy.c import targets
from physembed.deploy.c.files import program_files
from physembed.deploy.c.header import Source
from physembed.deploy.c.host import HostProgram
from physembed.deploy.c.source import write_source
from physembed.deploy.onnx.graph import Graph, Pair
from physembed.deploy.onnx.model_file import model_of as onnx_of
from physembed.deploy.onnx.model_file import session_of
from physembed.deploy.plan import Plan
from physembed.deploy.vectors import choose_vectors
from studies.embedded import RESULTS, in_tables, model_of
from studies.fit_records import Records

DATASET, PRESET = "SpokenDigits", "auditory"
ROUNDS, RUNS = 20, 50
"""Models of ONNX take turns, so that a busy machine is as busy for all of them."""

EIGHT = """static void divide_any(float *z, const float *end, int length, int step,
                       const float *before, const float *after, float sign, int radix)
{
    const float half = 0.707106781f;
    (void)radix;
    for (; z < end; z += length) {
        float *p1 = z + step, *p2 = p1 + step, *p3 = p2 + step, *p4 = p3 + step;
        float *p5 = p4 + step, *p6 = p5 + step, *p7 = p6 + step;
        float a0 = p1[0], a1 = p1[1], b0 = p2[0], b1 = p2[1], c0 = p3[0], c1 = p3[1];
        float d0 = p4[0], d1 = p4[1], e0 = p5[0], e1 = p5[1], f0 = p6[0], f1 = p6[1];
        float g0 = p7[0], g1 = p7[1];
        if (before) {
            ROTATE(a0, a1, before[0], before[1]);
            ROTATE(b0, b1, before[2], before[3]);
            ROTATE(c0, c1, before[4], before[5]);
            ROTATE(d0, d1, before[6], before[7]);
            ROTATE(e0, e1, before[8], before[9]);
            ROTATE(f0, f1, before[10], before[11]);
            ROTATE(g0, g1, before[12], before[13]);
        }
        const float s0 = z[0] + d0, s1 = z[1] + d1, t0 = z[0] - d0, t1 = z[1] - d1;
        const float u0 = a0 + e0, u1 = a1 + e1, v0 = a0 - e0, v1 = a1 - e1;
        const float w0 = b0 + f0, w1 = b1 + f1, x0 = sign * (b0 - f0), x1 = sign * (b1 - f1);
        const float y0 = c0 + g0, y1 = c1 + g1, h0 = c0 - g0, h1 = c1 - g1;
        const float k0 = half * (v0 + sign * v1), k1 = half * (v1 - sign * v0);
        const float l0 = half * (sign * h1 - h0), l1 = -half * (h1 + sign * h0);
        const float m0 = s0 + w0, m1 = s1 + w1, n0 = s0 - w0, n1 = s1 - w1;
        const float o0 = u0 + y0, o1 = u1 + y1, q0 = sign * (u0 - y0), q1 = sign * (u1 - y1);
        z[0] = m0 + o0, z[1] = m1 + o1;
        d0 = m0 - o0, d1 = m1 - o1;
        b0 = n0 + q1, b1 = n1 - q0, f0 = n0 - q1, f1 = n1 + q0;
        const float i0 = t0 + x1, i1 = t1 - x0, j0 = t0 - x1, j1 = t1 + x0;
        const float r0 = k0 + l0, r1 = k1 + l1;
        const float z0 = sign * (k0 - l0), z1 = sign * (k1 - l1);
        a0 = i0 + r0, a1 = i1 + r1, e0 = i0 - r0, e1 = i1 - r1;
        c0 = j0 + z1, c1 = j1 - z0, g0 = j0 - z1, g1 = j1 + z0;
        if (after) {
            ROTATE(a0, a1, after[0], after[1]);
            ROTATE(b0, b1, after[2], after[3]);
            ROTATE(c0, c1, after[4], after[5]);
            ROTATE(d0, d1, after[6], after[7]);
            ROTATE(e0, e1, after[8], after[9]);
            ROTATE(f0, f1, after[10], after[11]);
            ROTATE(g0, g1, after[12], after[13]);
        }
        p1[0] = a0, p1[1] = a1, p2[0] = b0, p2[1] = b1, p3[0] = c0, p3[1] = c1;
        p4[0] = d0, p4[1] = d1, p5[0] = e0, p5[1] = e1, p6[0] = f0, p6[1] = f1;
        p7[0] = g0, p7[1] = g1;
    }
}
"""
"""Eight points at once, in place of what sums any radix."""


def _replaced(source: Source, pattern: str, text: str) -> Source:
    """A program in which one thing is otherwise."""
    body, count = re.subn(pattern, lambda _: text, source.body, count=1, flags=re.DOTALL)
    assert count == 1, pattern
    return replace(source, body=body)


def _of_block(points: int) -> Callable[[Plan], Source]:
    return lambda plan: _replaced(write_source(plan, "model"), r"BLOCK = \d+", f"BLOCK = {points}")


def _radix_eight(plan: Plan) -> Source:
    with patch("physembed.deploy.transforms.RADICES", (5, 8, 4, 3, 2)):
        source = write_source(plan, "model")
    return _replaced(source, r"static void divide_any\(.*?\n}\n", EIGHT)


def _all_rows(plan: Plan) -> Source:
    """Every class has its row, as where weights do not sum to zero."""
    with patch("physembed.deploy.readout.Readout.sums_to_zero", False):
        return write_source(plan, "model")


def _each_path(plan: Plan) -> Source:
    """Every path scales the series and weighs its envelope itself."""
    with (
        patch("physembed.deploy.c.paths.shares_encoding", lambda _: False),
        patch("physembed.deploy.c.source.shares_encoding", lambda _: False),
    ):
        return write_source(plan, "model")


def _envelope_by_itself(plan: Plan) -> Source:
    with patch("physembed.deploy.c.paths.scales_envelope_behind", lambda _: False):
        return write_source(plan, "model")


def _as_it_is(plan: Plan) -> Source:
    return write_source(plan, "model")


PROGRAMS: dict[str, tuple[Callable[[Plan], Source], tuple[str, ...]]] = {
    "as it is written": (_as_it_is, targets.ARM_OPTIONS),
    "compiled with -O2": (_as_it_is, ("-O2", *targets.ARM_OPTIONS[1:])),
    "eight points at once in transforms": (_radix_eight, targets.ARM_OPTIONS),
    "phases begun anew every 64 points": (_of_block(64), targets.ARM_OPTIONS),
    "phases begun anew every 4 points": (_of_block(4), targets.ARM_OPTIONS),
    "tables in place of phases": (
        lambda plan: write_source(in_tables(plan), "model"),
        targets.ARM_OPTIONS,
    ),
    "the last class's row stored as well": (_all_rows, targets.ARM_OPTIONS),
    "every path scales and weighs by itself": (_each_path, targets.ARM_OPTIONS),
    "the envelope scaled by itself": (_envelope_by_itself, targets.ARM_OPTIONS),
}
"""What is otherwise, and the compiler's options."""


def program(plan: Plan, oracle: Reference, way: str) -> dict[str, Any]:
    """What a program takes on a Cortex-M4F, and how far it agrees."""
    write, options = PROGRAMS[way]
    source = write(plan)
    vectors = choose_vectors(oracle.series, oracle.scores, 8)
    with patch.object(targets, "ARM_OPTIONS", options):
        measured = targets.measure(program_files(source, vectors), "model", targets.BOARDS[0])
    agreement = oracle.agreement(HostProgram(source)(oracle.series)[1])
    return {**measured.record(), "agreement": agreement.record()}


@contextmanager
def _factors(first: int) -> Iterator[None]:
    """Transforms of 2,560 points of another n₁ than the one nearest to the root."""
    from physembed.deploy.onnx import transform

    usual = transform.factors

    def factors(n: int) -> tuple[int, int]:
        whole = n == PRESET_WINDOW and n % first == 0
        return (first, n // first) if whole else usual(n)

    with (
        patch("physembed.deploy.onnx.transform.factors", factors),
        patch("physembed.deploy.onnx.paths.factors", factors),
    ):
        yield


PRESET_WINDOW = 2560
"""Points of the field of the digits."""


def _by_operator(
    graph: Graph,
    field: Pair,
    n: int,
    *,
    inverse: bool,
    wanted: int | None = None,
    carrier: int = 0,
    gain: float = 1.0,
    **_: Any,
) -> Pair:
    """The transform by ONNX's own operator, for the calls that `auditory` makes."""
    last = graph.integers([-1])
    parts = [graph.op("Unsqueeze", part, last) for part in field if part is not None]
    laid = graph.joined(parts)
    done = graph.op("DFT", laid, axis=3, inverse=int(inverse))
    sides = [graph.op("Squeeze", graph.part(done, k, k + 1), last) for k in (0, 1)]
    if wanted is not None:
        sides = [graph.part(side, 0, wanted) for side in sides]
    turned = gain * np.exp(-2j * np.pi * (carrier * np.arange(wanted or n) % n) / n)
    values: NDArray[np.complex128] = np.asarray(turned)
    return graph.product((sides[0], sides[1]), graph.pair(values))


@contextmanager
def _operator() -> Iterator[None]:
    with (
        patch("physembed.deploy.onnx.encode.transformed", _by_operator),
        patch("physembed.deploy.onnx.paths.transformed", _by_operator),
    ):
        yield


@contextmanager
def _one_by_one() -> Iterator[None]:
    with patch("physembed.deploy.onnx.paths.together", lambda paths: [[path] for path in paths]):
        yield


@contextmanager
def _usual() -> Iterator[None]:
    yield


MODELS: dict[str, Callable[[], Any]] = {
    "as it is written": _usual,
    "transforms as products with matrices of 20 and 128": lambda: _factors(20),
    "transforms as products with matrices of 10 and 256": lambda: _factors(10),
    "the two paths one after the other": _one_by_one,
    "the operator DFT": _operator,
}
"""What is otherwise in a model of ONNX."""


def models(plan: Plan, oracle: Reference) -> dict[str, dict[str, Any]]:
    """Bytes, milliseconds of a case and agreement of every way, which take turns."""
    contents = {}
    for way, otherwise in MODELS.items():
        with otherwise():
            contents[way] = onnx_of(plan)
    sessions = {way: session_of(content) for way, content in contents.items()}
    case = oracle.series[:1]
    least = dict.fromkeys(MODELS, float("inf"))
    for _ in range(ROUNDS):
        for way, session in sessions.items():
            for _ in range(RUNS if way != "the operator DFT" else 2):
                began = time.perf_counter()
                session.run(["scores"], {"x": case})
                least[way] = min(least[way], 1e3 * (time.perf_counter() - began))
    told = {}
    for way, session in sessions.items():
        parts = [session.run(["scores"], {"x": part[None]})[0] for part in oracle.series]
        agreement = oracle.agreement(np.concatenate(parts)).record()
        told[way] = {
            "bytes": len(contents[way]),
            "milliseconds": least[way],
            "nodes": _nodes(contents[way]),
            "agreement": agreement,
        }
    return told


def _nodes(content: bytes) -> int:
    import onnx

    return len(onnx.load_from_string(content).graph.node)


def main() -> None:
    """Measure what the record lacks; the models of ONNX all at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, help="folder with the data sets")
    parser.add_argument("--models", type=Path, help="folder in which fitted models are kept")
    arguments = parser.parse_args()
    dataset = pe.load_dataset(DATASET, resolve_data_dir(arguments.data))
    plan = lower(model_of(dataset, PRESET, arguments.models))
    oracle = reference(plan, np.asarray(dataset.X_test, dtype=np.float32))
    records = Records(RESULTS / "ways.json")
    key = {"dataset": DATASET, "preset": PRESET}
    for way in PROGRAMS:
        records.add(
            {**key, "target": "c", "way": way},
            lambda way=way: program(plan, oracle, way),  # type: ignore[misc]
        )
    records.add({**key, "target": "onnx"}, lambda: {"ways": models(plan, oracle)})


if __name__ == "__main__":
    main()
