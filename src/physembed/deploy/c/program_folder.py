"""A plan as a folder of C, tested on this machine and on what of microcontrollers is at hand."""

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.agreement import Agreement, Reference, exact
from physembed.deploy.c.files import program_files
from physembed.deploy.c.header import Source
from physembed.deploy.c.host import HostProgram, compiler
from physembed.deploy.c.integers import write_integer_source
from physembed.deploy.c.sampling import WINDOWS, Sampling
from physembed.deploy.c.source import write_source
from physembed.deploy.c.targets import BOARDS, measure
from physembed.deploy.integers.integer_plan import IntegerPlan, integer_scores
from physembed.deploy.plan import Path, Plan, Split, Step, Transform
from physembed.deploy.report import begun
from physembed.deploy.transforms import radices
from physembed.deploy.vectors import choose_vectors
from physembed.errors import InvalidInputError

NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
KEYWORDS = frozenset(
    """
    auto break case char const continue default do double else enum extern float for goto if
    inline int long main register restrict return short signed sizeof static struct switch
    typedef union unsigned void volatile while
    """.split()  # noqa: SIM905
)
"""Names that a program of C cannot have."""


@dataclass(frozen=True)
class ProgramOptions:
    """What is asked for of a program of C.

    Parameters
    ----------
    name : str
        What every public name begins with.
    vectors : int
        Test vectors.
    max_ram : int or None
        Bytes of memory that it may ask for.
    targets : bool, default=True
        Whether it is cross-compiled and run on boards, where the tools are found.
    sampling : Sampling
    """

    name: str
    vectors: int
    max_ram: int | None
    targets: bool = True
    sampling: Sampling = WINDOWS


def check_name(name: str, *, given: bool) -> str:
    """A name of C.

    Raises
    ------
    InvalidInputError
    """
    if NAME.fullmatch(name) and name not in KEYWORDS:
        return name
    advice = "" if given else "; it was taken from the folder, so give one"
    raise InvalidInputError(
        "name must be a name of C of at most 31 small letters, digits and underscores, which "
        f"begins with a letter, got {name!r}{advice}."
    )


@dataclass(frozen=True, eq=False)
class Written:
    """A plan as a program of C, and what the interpreter says in its numbers.

    Parameters
    ----------
    plan : Plan
    source : Source
    number : {"float32", "int16"}
        Of its arithmetic.
    expected : ndarray of shape (cases, scores)
        What the interpreter says of the cases.
    agreement : callable
        How far scores of the program agree with that.
    """

    plan: Plan
    source: Source
    number: str
    expected: NDArray[Any]
    agreement: Callable[[NDArray[Any]], Agreement]


def written_in_floats(plan: Plan, oracle: Reference, options: ProgramOptions) -> Written:
    """A program in single precision."""
    source = write_source(plan, options.name, options.sampling)
    return Written(plan, source, "float32", oracle.scores, oracle.agreement)


def written_in_integers(
    plan: Plan, whole: IntegerPlan, series: NDArray[np.float32], options: ProgramOptions
) -> Written:
    """A program in integers, which has to say what the interpreter does bit for bit."""
    source = write_integer_source(whole, options.name, options.sampling)
    said = integer_scores(whole, series)
    return Written(plan, source, "int16", said, lambda scores: exact(scores, said, whole.unit))


def program_folder(
    written: Written,
    series: NDArray[np.float32],
    agreements: Mapping[str, Agreement],
    options: ProgramOptions,
) -> tuple[dict[str, str], dict[str, Any], NDArray[np.int64] | None]:
    """The files of a program, and what it was shown to do.

    ``agreements`` is how far the interpreter agrees with the network.

    Returns
    -------
    files : dict of str to str
    record : dict
    said : array of int64, shape (cases,), or None
        The classes that the program gave on this machine; None where it was not compiled.

    Raises
    ------
    InvalidInputError
        If it needs more memory than it may.
    CompilationError
        If a compiler that was found refuses it.
    """
    source, plan = written.source, written.plan
    needed = source.memory_bytes + source.stream_bytes
    if options.max_ram is not None and needed > options.max_ram:
        raise InvalidInputError(
            f"max_ram is {options.max_ram:,} bytes, and a prediction needs "
            f"{needed:,}; shorten the series, lower guard_band, or take a preset "
            "without joint detectors, such as tiny."
        )
    vectors = choose_vectors(series, written.expected, options.vectors)
    files = program_files(source, vectors)
    lacking, said = [], None
    agreements = dict(agreements)
    if compiler() is not None:
        said, scores = HostProgram(source)(series)
        agreements["C on this machine"] = written.agreement(scores)
    else:
        lacking.append("a compiler of C for this machine (cc)")
    targets = []
    if not options.targets:
        lacking.append("microcontrollers, which were not asked for")
    elif shutil.which("arm-none-eabi-gcc") is not None:
        targets = [measure(files, options.name, board) for board in BOARDS]
    else:
        lacking.append("arm-none-eabi-gcc")
    if options.targets and shutil.which("qemu-system-arm") is None:
        lacking.append("qemu-system-arm")
    # whole filters have none
    lengths = {} if source.is_whole else _transforms(plan)
    report = begun(plan, agreements) | {
        "target": "c",
        "name": options.name,
        "number": written.number,
        "memory_bytes": source.memory_bytes,
        "stream_bytes": source.stream_bytes,
        "hop": options.sampling.hop,
        "input": options.sampling.number,
        "readout_bytes": source.readout_bytes,
        "transforms": [
            {"points": n, "radices": list(radices(n)), "times": times}
            for n, times in lengths.items()
        ],
        "targets": [measured.record() for measured in targets],
        "not_at_hand": lacking,
    }
    report["agrees"] = bool(report["agrees"]) and all(t.passed is not False for t in targets)
    return files, report, said


def _transforms(plan: Plan) -> dict[int, int]:
    """Complex transforms by their number of points, and how many a window takes."""
    direct_sums: dict[int, int] = {}
    for path in plan.paths:
        encoding = path.encoding
        if encoding.envelope:
            even = plan.n_timepoints % 2 == 0
            for points in (encoding.points, encoding.points if even else plan.n_timepoints):
                direct_sums[points] = direct_sums.get(points, 0) + plan.n_channels
        for step in _all_steps(path):
            if isinstance(step, Transform):
                points = encoding.window // 2 if step.real else encoding.window
                direct_sums[points] = direct_sums.get(points, 0) + plan.n_channels
    return direct_sums


def _all_steps(path: Path) -> list[Step]:
    steps = list(path.steps)
    for step in path.steps:
        if isinstance(step, Split):
            steps += [inner for arm in step.arms for inner in arm]
    return steps
