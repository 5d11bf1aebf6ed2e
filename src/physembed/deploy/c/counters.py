"""What is counted behind comparators, as calls."""

from physembed.deploy.c.constants import number, plain
from physembed.deploy.c.detectors import (
    SHAPES,
    Place,
    arcsine_flag,
    calls,
    gates_row,
    records_row,
)
from physembed.deploy.c.program import Program, floats, turn
from physembed.deploy.detectors import Counter

import numpy as np  # isort: skip

COUNTED = {
    "time": ("count", ()),
    "crossings": ("count", ("CROSSINGS",)),
    "autocoincidence": ("coincide", ("AUTOCOINCIDENCE", "OUTPUTS")),
    "lock-in": ("lock_in", ("LOCK_IN", "OUTPUTS", "TURNS")),
    "dwell": ("dwell", ("DWELL", "ROOT")),
}
"""Of what is counted the function, and the parts of templates that it needs."""


@calls.register
def _(detector: Counter, program: Program, place: Place) -> list[str]:
    function, parts = COUNTED[detector.counted]
    program.want("COUNTERS", *parts)
    if function == "count":
        program.want("GATED")
    if detector.counted != "dwell":
        program.shapes.add(detector.shape)
        program.want("COMPARED")
        if detector.shape == "logistic":
            program.want("LOGISTIC")
    kind = program.counter_rows.setdefault(
        _key(detector, program, place), len(program.counter_rows)
    )
    levels = np.concatenate([detector.gains[..., None], detector.thresholds], axis=2)
    numbers = levels[0].size
    first = program.levels.get(id(detector))
    if first is None:
        first = int(plain(program.tables.row("LEVELS", "float", *floats(levels.ravel().tolist()))))
        program.levels[id(detector)] = first
    level = place.of_row("LEVELS", number(first + place.arm * numbers), numbers)
    return [f"{function}(&COUNTERS[{number(kind)}], {level}, {place.field}, {place.feature}, row);"]


def _key(detector: Counter, program: Program, place: Place) -> tuple[str, ...]:
    """Members of the structure, the unit of the lock-in apart: only where there is one."""
    records = records_row(program, detector.records, complex_field=place.complex_field)
    gate, gates = gates_row(program, detector.gates)
    unit = turn(round(2**64 / (4 * detector.gates[-1]))) if detector.counted == "lock-in" else "0"
    return (
        f"&RECORDS[{plain(records)}], &GATES[{plain(gate)}]",
        unit,
        f"{detector.records.n_records}, {detector.thresholds.shape[2]}, {gates}, "
        f"{detector.delay or detector.harmonics}, {SHAPES.index(detector.shape)}, "
        f"{int(detector.counted == 'crossings')}, "
        f"{arcsine_flag(program, arcsine=detector.arcsine)}",
    )


def write_counters(program: Program) -> None:
    """Enter the structures into the program's tables."""
    for start, unit, rest in program.counter_rows:
        middle = f", {unit}" if "LOCK_IN" in program.wanted else ""
        program.tables.row("COUNTERS", "counter", f"{{{start}{middle}, {rest}}}")
