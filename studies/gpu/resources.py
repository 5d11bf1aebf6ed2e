"""``python -m studies.gpu.resources N MEDIUM``: what the kernels of N points take of a GPU.

They are compiled for one that need not be there. It is a program, since in a process whose kernels
are interpreted nothing can be compiled.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from physembed.propagation.kernels import on_chip
from physembed.propagation.kernels.digit_order import PLANS

HOPPER = GPUTarget("cuda", 90, 32)
INT64, FLOAT32, INT32 = "*i64", "*fp32", "*i32"
FIELDS = ("entered", "left", "grad", "grad_entered")
TYPES = {
    **dict.fromkeys((*FIELDS, "transfer", "symbols"), INT64),
    **dict.fromkeys(("sums", "at_rest", "slope", "potentials"), FLOAT32),
    **dict.fromkeys(("linear", "local"), INT32),
    **dict.fromkeys(("start", "stop", "passes", "rows", "members", "writes"), "i32"),
    "roots": "*fp64",
}
ALIGNED = (*FIELDS, "sums", "slope", "linear", "local", "roots")


MEDIA: dict[str, dict[str, int | bool]] = {
    "fibre": {"SYMBOLS": 2, "POTENTIALS": 0, "SUMS": 4},
    "polynomial": {"SYMBOLS": 1, "POTENTIALS": 2, "SUMS": 4},
    "trap": {"SYMBOLS": 1, "POTENTIALS": 2, "SUMS": 4, "POTENTIALS_BY_ROW": True},
    "quintic": {"SYMBOLS": 2, "POTENTIALS": 0, "SUMS": 4, "DEGREE": 2, "POTENTIALS_BY_ROW": True},
    "fractional": {"SYMBOLS": 6, "POTENTIALS": 0, "SUMS": 8, "SYMBOLS_BY_ROW": True},
}
"""What the kernels sum: of a fibre; of a condensate in a potential that is linear in its
coefficients, and in one that is not; of a phase with |E|⁴; and of a symbol that
is not linear, two layers to a step."""


def resources(kernel: Any, n_points: int, medium: str) -> dict[str, int]:
    """Registers, bytes of spills, conversions of layouts and barriers of a kernel."""
    plan = PLANS[n_points]
    constants = {
        "N": plan.n_points,
        "RADICES": plan.radices,
        "SPANS": plan.spans,
        "HAS_POTENTIAL": MEDIA[medium]["POTENTIALS"] > 0,
        "DEGREE": 1,
        "PTX": True,
        "SYMBOLS_BY_ROW": False,
        "POTENTIALS_BY_ROW": False,
        "TOGETHER": plan.together,
        **MEDIA[medium],
    }
    names = kernel.arg_names
    source = ASTSource(
        kernel,
        {name: TYPES.get(name, "constexpr") for name in names},
        {(names.index(name),): value for name, value in constants.items() if name in names},
        {(names.index(name),): [["tt.divisibility", 16]] for name in ALIGNED if name in names},
    )
    compiled = triton.compile(source, target=HOPPER, options={"num_warps": plan.n_warps})
    tool = Path(triton.__file__).parent / "backends" / "nvidia" / "bin" / "cuobjdump"
    with tempfile.NamedTemporaryFile(suffix=".cubin") as file:
        Path(file.name).write_bytes(compiled.asm["cubin"])
        report = subprocess.run(
            [tool, "-res-usage", file.name], capture_output=True, text=True, check=True
        ).stdout
    numbers = dict(re.findall(r"(REG|STACK|LOCAL):(\d+)", report))
    return {
        "registers": int(numbers["REG"]),
        "spilled": int(numbers["STACK"]) + int(numbers["LOCAL"]),
        "conversions": compiled.asm["ttgir"].count("ttg.convert_layout"),
        "barriers": compiled.asm["ptx"].count("bar.sync"),
    }


if __name__ == "__main__":
    size, name = int(sys.argv[1]), sys.argv[2]
    print(json.dumps([resources(k, size, name) for k in (on_chip.forward, on_chip.backward)]))
