"""The files of an exported program of C, as text."""

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.c.constants import filled, literal
from physembed.deploy.c.header import Source
from physembed.deploy.c.targets import ARM_OPTIONS, CORTEX_M0, CORTEX_M4F
from physembed.deploy.c.template import fragment
from physembed.deploy.vectors import ABSOLUTE, RELATIVE, Vectors


def program_files(source: Source, vectors: Vectors) -> dict[str, str]:
    """Text by the name of the file: the program, its test vectors, and what checks it."""
    name, upper = source.name, source.name.upper()
    given = {
        "NAME": name,
        "SAMPLE": source.sampling.c_type,
        "SCORE": source.score_type,
        "UPPER": upper,
        "ABSOLUTE": literal(ABSOLUTE),
        "RELATIVE": literal(RELATIVE),
        "ARM_OPTIONS": " ".join(ARM_OPTIONS),
        "M4F": " ".join(CORTEX_M4F),
        "M0": " ".join(CORTEX_M0),
    }
    conditions = {"STREAM"} if source.sampling.hop else set()
    if source.unit:
        conditions.add("WHOLE")
    return {
        f"{name}.h": source.header,
        f"{name}.c": source.body,
        f"{name}_vectors.h": _vectors(source, vectors),
        f"{name}_check.c": fragment("check", conditions, given),
        "link.ld": fragment("link.ld", ()),
        "Makefile": fragment("Makefile.in", (), given),
    }


def _literals(what: str, row: NDArray[np.floating]) -> list[str]:
    if what.startswith("float"):
        return [literal(value) for value in row.tolist()]
    return [str(int(value)) for value in row.tolist()]


def _vectors(source: Source, vectors: Vectors) -> str:
    name, upper = source.name, source.name.upper()
    cases = vectors.cases.reshape(len(vectors.cases), -1)
    tables: list[tuple[str, str, NDArray[np.floating]]] = [
        (f"{source.sampling.c_type} {name}_cases", f"{upper}_CHANNELS * {upper}_TIMEPOINTS", cases),
        (f"{source.score_type} {name}_expected", f"{upper}_SCORES", vectors.expected),
    ]
    written = "".join(
        f"\nstatic const {what}[{upper}_VECTORS][{width}] = {{\n"
        + "".join(f"    {{\n{filled(_literals(what, row))}    }},\n" for row in table)
        + "};\n"
        for what, width, table in tables
    )
    precision = ", bit for bit" if source.unit else " in double precision"
    classes = ", ".join(map(str, vectors.classes.tolist()))
    return (
        f"/* Series, and what the interpreter says of them{precision}. */\n"
        f"#ifndef {upper}_VECTORS_H\n#define {upper}_VECTORS_H\n\n"
        f"enum {{ {upper}_VECTORS = {len(cases)} }};\n{written}\n"
        f"static const int {name}_classes[{upper}_VECTORS] = {{{classes}}};\n\n#endif\n"
    )
