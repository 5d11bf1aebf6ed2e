"""A plan as the header and the source of a program of C."""

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.c.constants import literal, plain
from physembed.deploy.c.counters import write_counters
from physembed.deploy.c.detectors import ROOTS, VALUES, switch
from physembed.deploy.c.factors import FactorTable
from physembed.deploy.c.header import Interface, Source, header_text, predict_text
from physembed.deploy.c.measured import is_measured
from physembed.deploy.c.once import shares_encoding
from physembed.deploy.c.paths import PathWriter
from physembed.deploy.c.program import Program, floats
from physembed.deploy.c.sampling import WINDOWS, Sampling
from physembed.deploy.c.template import fragment
from physembed.deploy.plan import Plan
from physembed.deploy.readout import Readout
from physembed.errors import InvalidInputError

LARGEST_WINDOW = 2**15
"""Points of a window: numbers of points are of 16 bits."""

COMPARED = {
    0: "excess > 0 ? 1.0f : excess < 0 ? -1.0f : 0.0f",
    1: "excess > 1 ? 1.0f : excess < -1 ? -1.0f : excess",
    2: "bent(excess)",
}
"""What a comparator gives, by its shape: hard, ramp, logistic."""

READOUT_TABLES = ("WEIGHTS", "FEATURE_SCALES", "FEATURE_UNIT", "FEATURE_POWERS")

ARRAYS = {"wins": "uint16_t"}
"""Types of arrays of the memory; the others are of floats."""


def write_source(plan: Plan, name: str, sampling: Sampling = WINDOWS) -> Source:
    """Write a plan as C99.

    Parameters
    ----------
    plan : Plan
    name : str
        A name of C, in lower case, that every public name begins with.
    sampling : Sampling, default=WINDOWS

    Raises
    ------
    InvalidInputError
        If a window has more than 32,768 points.
    """
    largest = max(path.encoding.window for path in plan.paths)
    if largest > LARGEST_WINDOW:
        raise InvalidInputError(
            f"the field's window must have at most {LARGEST_WINDOW:,} points to be exported to C, "
            f"got {largest:,}; shorten the series, or lower guard_band."
        )
    program, factors = Program(is_measured=is_measured(plan)), FactorTable()
    calls: list[str] = []
    for path in plan.paths:
        lines = [plain(line) for line in PathWriter(program, factors, plan, path, sampling).lines()]
        if len(plan.paths) > 1:
            # every path has names of its own
            lines = ["{", *(f"    {line}" for line in lines), "}"]
        calls += lines
    if shares_encoding(plan) and not program.is_measured:
        aligned = plan.paths[0].encoding.alignment == "energy-centroid"
        calls = [
            "scaling kept;",
            "kept.is_known = 0;",
            *(["int start = 0;"] if aligned else []),
            *calls,
        ]
    factors.write(program)
    write_counters(program)
    _want_what_is_implied(program)
    _write_weights(program, plan.readout)
    memory_bytes = sum(n * (2 if array in ARRAYS else 4) for array, n in program.memory.items())
    members = "".join(
        f"    {ARRAYS.get(array, 'float')} {array}[{n}];\n" for array, n in program.memory.items()
    )
    interface = Interface(
        name,
        plan.n_channels,
        plan.n_timepoints,
        plan.readout.n_scores,
        plan.labels,
        members,
        memory_bytes,
        stream_bytes=0 if sampling.hop is None else sampling.stream_bytes(plan),
    )
    return Source(
        name=name,
        header=header_text(interface, sampling),
        body=_body(plan, program, calls, interface, sampling),
        memory_bytes=memory_bytes,
        stream_bytes=interface.stream_bytes,
        sampling=sampling,
        readout_bytes=plan.readout.n_bytes,
    )


def _write_weights(program: Program, readout: Readout) -> None:
    """Weights feature by feature, as the detectors give them."""
    weights = readout.weights[: readout.n_rows].T.ravel()
    if readout.scales is None:
        program.tables.row("WEIGHTS", "float", *floats(weights.tolist()))
        return
    program.want("SCALED", f"WEIGHTS{readout.bits}")
    powers = readout.powers
    if powers is None:
        program.tables.row("FEATURE_SCALES", "float", *floats(readout.scales.tolist()))
    else:
        program.want("POWERS")
        program.tables.row("FEATURE_UNIT", "float", *floats([float(readout.scales.min())]))
        program.tables.row("FEATURE_POWERS", "uint8_t", *_halves(powers))
    integers = weights.astype(int)
    if readout.bits == 4:
        program.tables.row("WEIGHTS", "uint8_t", *_halves(integers + 8))
    else:
        program.tables.row("WEIGHTS", "int8_t", *map(str, integers))


def _halves(numbers: NDArray[np.int64]) -> list[str]:
    """Numbers from 0 to 15, two in a byte, the first in the lower half."""
    pairs = np.append(numbers, np.zeros(len(numbers) % 2, np.int64)).reshape(-1, 2)
    return [str(byte) for byte in pairs @ [1, 16]]


def _want_what_is_implied(program: Program) -> None:
    wanted = program.wanted
    if "CONTRAST" in wanted:
        program.want("SUM")
    if program.lengths or wanted & {"FULL", "KERR"}:
        program.want("TURNS")
        program.want("ROTATE")


def _places(program: Program) -> dict[str, str]:
    """In which order factors go through a field, and the pieces of their phases."""
    order, first, following = (
        ("transform", "t ? t->middle : 0", "t ? next_place(place, t) : place + 1")
        if "IN_ORDER_OF" in program.wanted
        else ("void", "0", "place + 1")
    )
    tables = program.tables
    pieces = "".join(tables.text(t) for t in ("PIECES", "FIRSTS") if t in tables.rows)
    return {
        "ORDER": order,
        "FIRST_PLACE": first,
        "NEXT_PLACE": following,
        "PIECES": pieces.rstrip("\n"),
    }


def _body(
    plan: Plan,
    program: Program,
    calls: list[str],
    interface: Interface,
    sampling: Sampling,
) -> str:
    wanted, tables, readout = program.wanted, program.tables, plan.readout
    values = {kind: VALUES[kind] for kind in sorted(program.records)}
    shapes = {
        k: COMPARED[k]
        for k in sorted({"hard": 0, "ramp": 1, "logistic": 2}[s] for s in program.shapes)
    }
    given = {
        "VALUE_OF": switch(values, "r->kind"),
        "COMPARED": switch(shapes, "c->shape"),
        "SPAN": fragment("span", wanted).rstrip("\n"),
    }
    constants = dict(program.orders.items())
    if program.largest_radix() > 5:
        constants["LARGEST_RADIX"] = program.largest_radix()
    if program.lengths:
        constants["MOST_POWERS"] = program.most_powers()
    constants["ROWS"] = readout.n_rows
    enum = ", ".join(f"{name} = {value}" for name, value in constants.items())
    parts = [
        f'/* Written by physembed; do not edit. */\n#include "{interface.name}.h"\n\n'
        "#include <math.h>\n#include <stdint.h>\n#include <string.h>\n",
        f"enum {{ {enum} }};\n",
    ]
    if "TURNS" in wanted:
        parts.append(fragment("turns", wanted))
    if "SUM" in wanted:
        parts.append(fragment("sums", wanted))
    if (
        wanted & {"ZSCORE", "ARCSINE", "SQUARE_ROOT", "STATISTICS", "ROOT"}
        or program.records & ROOTS
    ):
        parts.append(fragment("root", wanted))
    parts.append(fragment("mathematics", wanted))
    if "ROTATE" in wanted:
        parts.append(fragment("rotate", wanted))
    if program.lengths:
        parts.append(fragment("transform", wanted))
        parts.append(program.lengths_text())
    if "TO_HALF" in wanted:
        parts.append(fragment("real", wanted))
    if "FACTORS" in tables.rows or wanted & {"EXPAND", "KERR"}:
        parts.append(fragment("factor", wanted, _places(program)))
    parts += [tables.text(t) for t in ("FACTOR_VALUES", "FACTORS", "SLOPES") if t in tables.rows]
    parts.append(fragment("encode", wanted))
    parts += [definition for _, definition in program.encodings.values()]
    parts += [tables.text(t) for t in READOUT_TABLES if t in tables.rows]
    parts += [fragment(name, wanted, given) for name in ("detect", "meters", "light")]
    if "SPECTROGRAM" in wanted:
        parts.append(fragment("spectrogram", wanted, {"SAMPLE": sampling.c_type}))
    parts += [
        tables.text(t)
        for t in (
            "RECORDS",
            "GATES",
            "LEVELS",
            "COUNTERS",
            "SCALES",
            "WINNERS",
            "SPANS",
            "BANDS",
            "READINGS",
            "SHUTTERS",
            "QUANTITIES",
        )
        if t in tables.rows
    ]
    rows = "".join(
        f"        row[{k}] = {literal(b)};\n".replace("        ", "    ", 1)
        for k, b in enumerate(readout.bias[: readout.n_rows].tolist())
    )
    parts.append(
        predict_text(
            interface,
            sampling,
            bias=rows.rstrip("\n"),
            calls="\n".join(f"    {line}" for line in calls),
            signed=readout.signed,
            total=literal(float(readout.bias.sum())) if readout.sums_to_zero else None,
        )
    )
    return "\n".join(part for part in parts if part.strip())
