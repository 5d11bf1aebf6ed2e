"""Programs of C on microcontrollers: cross-compiled for their sizes, and run on QEMU's boards."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from physembed.deploy.c.host import CompilationError, compiled

ARM_OPTIONS = (
    "-Os",
    "-ffp-contract=fast",
    "-fno-math-errno",
    "-ffunction-sections",
    "-fdata-sections",
    "-Wl,--gc-sections",
)
CORTEX_M4F = ("-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16")
CORTEX_M0 = ("-mcpu=cortex-m0", "-mthumb", "-mfloat-abi=soft")

MOST_SECONDS = 600
"""That a board may take for its vectors."""

DOUBLE = re.compile(r"__aeabi_(d[a-z]*|[a-z]*2d|cd[a-z]*)$")
"""Helpers of the compiler for arithmetic in double precision, none of which may be linked."""


@dataclass(frozen=True)
class Board:
    """A board of QEMU.

    Parameters
    ----------
    name, machine : str
        What the processor is called, and QEMU's board.
    options : tuple of str
        Of the compiler.
    flash, ram : int
        Bytes.
    hertz : float
        Of SysTick.
    """

    name: str
    machine: str
    options: tuple[str, ...]
    flash: int
    ram: int
    hertz: float


BOARDS = (
    Board("Cortex-M4F", "mps2-an386", CORTEX_M4F, 0x400000, 0x400000, 25e6),
    Board("Cortex-M0", "microbit", CORTEX_M0, 0x40000, 0x4000, 16e6),
)


@dataclass(frozen=True)
class Measured:
    """What a program takes on a target.

    Parameters
    ----------
    target, board : str
    flash : int
        Bytes of code and constants, functions of math.h and of the compiler included.
    ram : int
        Bytes of the memory that the caller owns, and of variables.
    stack : int or None
        Bytes, as the vectors' first case left them; None where it was not run.
    instructions : int or None
        Of a window. QEMU counts instructions, not cycles.
    passed : bool or None
        Whether every vector passed.
    """

    target: str
    board: str
    flash: int
    ram: int
    stack: int | None = None
    instructions: int | None = None
    passed: bool | None = None

    def record(self) -> dict[str, Any]:
        """As JSON-ready data."""
        return asdict(self)


def measure(files: Mapping[str, str], name: str, board: Board) -> Measured:
    """Cross-compile a program, and run its vectors where QEMU is found.

    Raises
    ------
    CompilationError
        If it does not compile, or arithmetic in double precision is linked.
    """
    with tempfile.TemporaryDirectory(prefix="physembed-") as temporary:
        folder = Path(temporary)
        for file, text in files.items():
            (folder / file).write_text(text, "utf-8")
        flash, ram = _sizes(folder, name, board)
        if shutil.which("qemu-system-arm") is None:
            return Measured(board.name, board.machine, flash, ram)
        try:
            output = _run(folder, name, board)
        except CompilationError as error:
            if "overflowed" not in str(error):
                raise
            return Measured(board.name, board.machine, flash, ram)
        except subprocess.TimeoutExpired:
            # emulated arithmetic of a large model, on a busy machine: its sizes stand
            return Measured(board.name, board.machine, flash, ram)
    measured = {k: int(v) for k, v in re.findall(r"(ticks|stack) (\d+)", output)}
    passed = "PASS" in output and "FAIL" not in output
    per_tick = 1e9 / board.hertz
    return Measured(
        board.name,
        board.machine,
        flash,
        ram,
        stack=measured.get("stack"),
        instructions=round(measured["ticks"] * per_tick) if "ticks" in measured else None,
        passed=passed,
    )


def _sizes(folder: Path, name: str, board: Board) -> tuple[int, int]:
    """Flash and memory of the program alone: with it, less without it."""
    call = (
        f'#include "{name}.h"\n{name}_memory memory;\nfloat x[{name.upper()}_CHANNELS];\n'
        f"float scores[{name.upper()}_SCORES];\nint result;\n"
    )
    body = f"result = {name}_predict((const void *)x, &memory, (void *)scores);"
    sizes = []
    for program, sources in ((body, [f"{name}.c"]), ("", [])):
        text = (
            f"{call}void reset(void)\n{{\n    {program}\n}}\n"
            '__attribute__((section(".vectors"), used)) void (*const v[2])(void) = {0, reset};\n'
        )
        (folder / "size.c").write_text(text, "utf-8")
        _link(folder, board, "size.elf", ["size.c", *sources], ("-nostartfiles",), roomy=True)
        listing = _tool("size", folder, "size.elf").splitlines()[1].split()
        sizes.append([int(value) for value in listing[:3]])
        if program:
            _refuse_double(folder)
    (text_1, data_1, bss_1), (text_0, data_0, bss_0) = sizes
    return text_1 + data_1 - text_0 - data_0, data_1 + bss_1 - data_0 - bss_0


def _refuse_double(folder: Path) -> None:
    symbols = {line.split()[-1] for line in _tool("nm", folder, "size.elf").splitlines()}
    double = sorted(symbol for symbol in symbols if DOUBLE.fullmatch(symbol))
    if double:
        raise CompilationError(f"arithmetic in double precision is linked: {', '.join(double)}.")


def _tool(tool: str, folder: Path, file: str) -> str:
    command = [f"arm-none-eabi-{tool}", file]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def _link(
    folder: Path,
    board: Board,
    out: str,
    sources: list[str],
    options: tuple[str, ...],
    *,
    roomy: bool = False,
) -> None:
    flash, ram = (0x10000000, 0x10000000) if roomy else (board.flash, board.ram)
    sizes = f"-Wl,--defsym=FLASH={flash:#x},--defsym=RAM={ram:#x}"
    command = ["arm-none-eabi-gcc", "-std=gnu99", *ARM_OPTIONS, *board.options, "-Wall", "-Wextra"]
    command += ["-Werror", *options, "-T", "link.ld", sizes, "-o", out, *sources, "-lm"]
    compiled(command, folder)


def _run(folder: Path, name: str, board: Board) -> str:
    _link(
        folder,
        board,
        "check.elf",
        [f"{name}.c", f"{name}_check.c"],
        ("-DSEMIHOSTING", "-nostartfiles"),
    )
    command = ["qemu-system-arm", "-M", board.machine, "-icount", "shift=0", "-nographic"]
    command += ["-monitor", "none", "-serial", "none", "-kernel", "check.elf"]
    command += ["-semihosting-config", "enable=on,target=native"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=MOST_SECONDS
    )
    return done.stdout + done.stderr
