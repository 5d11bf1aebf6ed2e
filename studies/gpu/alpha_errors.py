"""``python -m studies.gpu.alpha_errors FILE``: sums of d alpha on the chip, in other ways.

The gradient of alpha is a sum over frequencies that cancels. Its kernel is interpreted here, on the
CPU, with the sum as it is and in four other ways, on several draws of fields and coefficients; and
each is compiled for a GPU that need not be there, for what it costs.
"""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

N_POINTS = 1024
N_LAYERS = 6
N_CASES = 8
DRAWS = 3

LOOP = """            of_symbol = tl.zeros([M], tl.float32)
            for k in tl.static_range(LAST):
                q = product_conjugate(x[k], g[k])
                of_symbol += q[0] * f[k][0] - q[1] * f[k][1]
"""
FOLDED = "(folded(of_symbol * (1.0 / N), M, FEWER),)"
TOTALS = "(folded(of_slopes[power], L, FEWER),)"
ZEROS = "(tl.zeros([FEWER], tl.float32),)"
REDUCED = "totals = tl.sum(tl.reshape(pack(totals), [FEWER, SUMS]), 0)"
BEFORE = "@triton.jit\ndef folded("

Replacements = tuple[tuple[str, str], ...]

IN_DOUBLE: Replacements = (
    (
        LOOP,
        """            of_symbol = tl.zeros([M], tl.float64)
            for k in tl.static_range(LAST):
                wide_x = (x[k][0].to(tl.float64), x[k][1].to(tl.float64))
                q = product_conjugate(wide_x, (g[k][0].to(tl.float64), g[k][1].to(tl.float64)))
                of_symbol += q[0] * f[k][0].to(tl.float64) - q[1] * f[k][1].to(tl.float64)
""",
    ),
    (TOTALS, "(folded(of_slopes[power], L, FEWER).to(tl.float64),)"),
    (ZEROS, "(tl.zeros([FEWER], tl.float64),)"),
)

COMPENSATED: Replacements = (
    (
        BEFORE,
        """@triton.jit
def two_sum(a, a_rest, b, b_rest):
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t) + a_rest + b_rest


@triton.jit
def folded(""",
    ),
    (
        LOOP,
        """            of_symbol = tl.zeros([M], tl.float32)
            rest = tl.zeros([M], tl.float32)
            for k in tl.static_range(LAST):
                q = product_conjugate(x[k], g[k])
                of_symbol, rest = two_sum(of_symbol, rest, q[0] * f[k][0] - q[1] * f[k][1], 0.0)
            if M > FEWER:
                of_symbol, rest = tl.reduce(
                    (
                        tl.reshape(of_symbol, [M // FEWER, FEWER]),
                        tl.reshape(rest, [M // FEWER, FEWER]),
                    ),
                    0,
                    two_sum,
                )
            rests = rests + (rest * (1.0 / N),)
""",
    ),
    ("        of_symbols = ()\n", "        of_symbols = ()\n        rests = ()\n"),
    (FOLDED, "(of_symbol * (1.0 / N),)"),
    (
        REDUCED,
        """for _ in tl.static_range(SUMS - SYMBOLS):
                rests = rests + (tl.zeros([FEWER], tl.float32),)
            totals, rests = tl.reduce(
                (
                    tl.reshape(pack(totals), [FEWER, SUMS]),
                    tl.reshape(pack(rests), [FEWER, SUMS]),
                ),
                0,
                two_sum,
            )
            totals += rests""",
    ),
)

IN_PAIRS: Replacements = (
    (
        LOOP,
        """            terms = ()
            for k in tl.static_range(LAST):
                q = product_conjugate(x[k], g[k])
                terms = terms + (q[0] * f[k][0] - q[1] * f[k][1],)
            of_symbol = (terms[0] + terms[2]) + (terms[1] + terms[3])
""",
    ),
)
"""The last radix of 1,024 points is four."""

IN_TIME: Replacements = (
    (
        "        of_slopes = ()\n",
        "        of_slopes = ()\n        in_time = tl.zeros([L], tl.float32)\n",
    ),
    (
        "            torques = torques + (torque,)\n",
        "            torques = torques + (torque,)\n"
        "            in_time += a[0] * z[k][0] + a[1] * z[k][1]\n",
    ),
    (
        "            of_symbols = of_symbols + " + FOLDED + "\n",
        """            if term == 0:
                of_symbols = of_symbols + (folded(in_time * -0.5, L, FEWER),)
            else:
                of_symbols = of_symbols + """
        + FOLDED
        + "\n",
    ),
)


WAYS: dict[str, Replacements] = {
    "as it is": (),
    "registers in pairs": IN_PAIRS,
    "compensated": COMPENSATED,
    "double accumulators": IN_DOUBLE,
    "over time, not frequency": IN_TIME,
}
"""Of summing up, by what is replaced in the kernel's source."""


def main() -> None:
    """Interpret and compile every way, and write the record; one that was begun is gone on with."""
    parser = argparse.ArgumentParser(prog="python -m studies.gpu.alpha_errors")
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--compile", metavar="WAY", choices=WAYS, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.compile:
        from studies.gpu.resources import resources

        with kernels_of(arguments.compile) as kernels:
            print(json.dumps(resources(kernels.backward, N_POINTS, "fibre")))
        return
    record: dict[str, Any] = {
        "points": N_POINTS, "layers": N_LAYERS, "cases": N_CASES, "draws": [], "compiled": {},
    }  # fmt: skip
    if arguments.file.exists():
        record = json.loads(arguments.file.read_text("utf-8"))
    for way in WAYS:
        if way not in record["compiled"]:
            record["compiled"][way] = _compiled(way, arguments.file)
            _write(record, arguments.file)
    for seed in range(len(record["draws"]), DRAWS):
        record["draws"].append(draw(seed))
        _write(record, arguments.file)


def _compiled(way: str, file: Path) -> dict[str, int]:
    """What a way takes of a GPU: in a process of its own, since this one interprets kernels."""
    command = [sys.executable, "-m", "studies.gpu.alpha_errors", str(file), "--compile", way]
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    numbers: dict[str, int] = json.loads(done.stdout)
    return numbers


def _write(record: dict[str, Any], file: Path) -> None:
    from physembed._files import write_text_atomically
    from physembed.training.environment import environment_record

    told = record | {"environment": environment_record()}
    write_text_atomically(file, json.dumps(told, indent=1) + "\n")


@contextmanager
def kernels_of(way: str) -> Iterator[ModuleType]:
    """The kernels with another sum: a module of its own, since Triton reads a kernel's file."""
    from physembed.propagation.kernels import on_chip

    assert on_chip.__file__ is not None
    source = Path(on_chip.__file__).read_text("utf-8")
    for old, new in WAYS[way]:
        if source.count(old) != 1:
            raise RuntimeError(f"the kernel no longer has {old!r} once")
        source = source.replace(old, new)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "other_sums.py"
        file.write_text(source, "utf-8")
        spec = importlib.util.spec_from_file_location("other_sums", file)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


def draw(seed: int) -> dict[str, float]:
    """Relative errors of d alpha by every way, and by plain complex64, of one draw."""
    import torch

    from physembed.propagation.gradients.autograd import run_plain
    from physembed.propagation.gradients.on_chip import run_on_chip
    from physembed.propagation.kernels import on_chip
    from studies.gpu.steps import Step

    def plain(dtype: torch.dtype) -> torch.Tensor:
        step = Step(N_CASES, N_POINTS, N_LAYERS, dtype, "cpu", seed=seed)
        left = run_plain(step.field, step.equation, step.everything, step.grid, step.schedule)
        return torch.autograd.grad(left, step.values["alpha"], step.weight)[0]

    expected = plain(torch.complex128)

    def error(gradient: torch.Tensor) -> float:
        return float((gradient - expected).norm() / expected.norm())

    errors = {"plain complex64": error(plain(torch.complex64))}
    step = Step(N_CASES, N_POINTS, N_LAYERS, torch.complex64, "cpu", seed=seed)
    left = run_on_chip(step.field[None], step.equation, step.everything, step.grid, step.schedule)
    right = on_chip.backward
    for way in WAYS:
        with kernels_of(way) as other:
            on_chip.backward = other.backward
            try:
                (gradient,) = torch.autograd.grad(
                    left[0], step.values["alpha"], step.weight, retain_graph=True
                )
            finally:
                on_chip.backward = right
        errors[way] = error(gradient)
    return errors


if __name__ == "__main__":
    if "--compile" not in sys.argv:
        # before Triton is loaded, which decides then
        os.environ["TRITON_INTERPRET"] = "1"
    main()
