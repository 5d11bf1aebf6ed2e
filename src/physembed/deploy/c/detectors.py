"""Detectors as calls and tables, by their class."""

import math
from functools import singledispatch

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.c.constants import literal, number, plain
from physembed.deploy.c.program import Program, floats
from physembed.deploy.detectors import (
    Bands,
    Bins,
    CellStatistics,
    Points,
    Records,
    Winner,
)
from physembed.deploy.plan import Detect, Detection, Path

SHAPES = ("hard", "ramp", "logistic")
REAL, QUADRATURE, INTENSITY, AMPLITUDE, INTENSITY_OF_REAL, AMPLITUDE_OF_REAL = range(6)
ROOTS = {AMPLITUDE, AMPLITUDE_OF_REAL}
VALUES = (
    "r->c * field[i]",
    "r->c * field[2 * i] + r->s * field[2 * i + 1]",
    "field[2 * i] * field[2 * i] + field[2 * i + 1] * field[2 * i + 1]",
    "root(field[2 * i] * field[2 * i] + field[2 * i + 1] * field[2 * i + 1] + 1e-12f)",
    "field[i] * field[i]",
    "root(field[i] * field[i] + 1e-12f)",
)
"""What is read at a point, by the record's kind."""


class Place:
    """Where a detector is at work: its field, its row, its features.

    Parameters
    ----------
    path : Path
    detection : Detection
    arm : int
    field : str
    complex_field : bool
    first_feature : int
        Of the detector in the row of the first channel's arm.
    """

    def __init__(
        self,
        path: Path,
        detection: Detection,
        arm: int,
        field: str,
        *,
        complex_field: bool,
        first_feature: int,
    ) -> None:
        self.detection, self.arm, self.field = detection, arm, field
        self.complex_field = complex_field
        self.several = len(path.channels) > 1
        self.first_feature = first_feature

    @property
    def feature(self) -> str:
        """The number of the row's first feature."""
        apart = self.detection.n_arms * self.detection.n_features
        return number(self.first_feature) + (f" + channel * {apart}" if self.several else "")

    def of_row(self, table: str, first: str, numbers: int) -> str:
        """Where the row's numbers stand in a table that holds all rows of the detection."""
        channel = f" + channel * {self.detection.n_arms * numbers}" if self.several else ""
        return f"&{table}[{first}{channel}]"


def write_detection(
    program: Program, path: Path, step: Detect, field: str, *, complex_field: bool
) -> list[str]:
    """The calls of all detectors on one row."""
    detection = path.detections[step.detection]
    lines = []
    offset = detection.first_feature + step.arm * detection.n_features
    for detector in detection.detectors:
        place = Place(
            path,
            detection,
            step.arm,
            field,
            complex_field=complex_field,
            first_feature=offset,
        )
        lines += calls(detector, program, place)
        offset += detector.n_features
    if any(isinstance(detector, Winner) for detector in detection.detectors):
        lines.append(_kept(program, path, detection, step.arm, field, complex_field=complex_field))
    return lines


def _kept(
    program: Program,
    path: Path,
    detection: Detection,
    arm: int,
    field: str,
    *,
    complex_field: bool,
) -> str:
    """Keep a row until all rows are there."""
    width = detection.points * (2 if complex_field else 1)
    rows = program.reserve("rows", len(path.channels) * detection.n_arms * width)
    channel = f" + channel * {detection.n_arms * width}" if len(path.channels) > 1 else ""
    place = f"{rows}{channel} + {number(arm * width)}"
    program.widths[id(detection)] = width
    return f"memcpy({place}, {field}, {width} * sizeof *{rows});"


def write_competition(program: Program, path: Path, detection: Detection) -> list[str]:
    """The calls of detectors that compare all rows, after the last of them."""
    lines = []
    offset = detection.first_feature
    for detector in detection.detectors:
        if isinstance(detector, Winner):
            lines.append(_competition(program, path, detection, detector, offset))
        offset += detector.n_features
    return lines


def _competition(
    program: Program, path: Path, detection: Detection, detector: Winner, feature: int
) -> str:
    program.want("WINNERS")
    width = program.widths[id(detection)]
    complex_field = width > detection.points
    rows = len(path.channels) * detection.n_arms
    records = records_row(program, detector.records, complex_field=complex_field)
    gate, gates = gates_row(program, detector.gates)
    n_records = detector.records.n_records
    kind = program.tables.shared(
        "WINNERS",
        "winner",
        f"{{&RECORDS[{plain(records)}], &GATES[{plain(gate)}], {rows}, {n_records}, {gates}, "
        f"{arcsine_flag(program, arcsine=detector.arcsine)}}}",
    )
    interleaved = np.stack([detector.gains, detector.offsets], axis=-1)
    scales = program.tables.shared("SCALES", "float", *floats(interleaved.ravel().tolist()))
    scaled = program.reserve("scaled", rows * n_records)
    wins = program.reserve("wins", 2 * rows * n_records)
    return (
        f"compete(&WINNERS[{plain(kind)}], &SCALES[{plain(scales)}], m->rows, {width}, {scaled}, "
        f"{wins}, {feature}, {detection.n_features}, row);"
    )


@singledispatch
def calls(detector: object, program: Program, place: Place) -> list[str]:
    raise TypeError(f"no C is written for {type(detector).__name__}")


@calls.register
def _(detector: Winner, program: Program, place: Place) -> list[str]:
    # it compares all rows, when they are there
    return []


@calls.register
def _(detector: Points, program: Program, place: Place) -> list[str]:
    program.want("POINTS")
    first = records_row(program, detector.records, complex_field=place.complex_field)
    return [
        f"every_point(&RECORDS[{first}], {detector.records.n_records}, {place.field}, "
        f"{detector.points}, {place.feature}, row);"
    ]


@calls.register
def _(detector: Bins, program: Program, place: Place) -> list[str]:
    levels, call = _binned(detector, program, place)
    program.want("LEVELS_OUT")
    return [call, f"read_levels(row, {place.feature}, {levels}, {detector.n_features});"]


@calls.register
def _(detector: CellStatistics, program: Program, place: Place) -> list[str]:
    levels, call = _binned(detector.bins, program, place)
    program.want("STATISTICS")
    bins = detector.bins.n_features // detector.cells
    return [call, f"over_cells({levels}, {detector.cells}, {bins}, {place.feature}, row);"]


def _binned(detector: Bins, program: Program, place: Place) -> tuple[str, str]:
    program.want("BINS", "LIGHT")
    if detector.response == "sqrt":
        program.want("SQUARE_ROOT")
    elif detector.response == "log":
        program.want("CONTRAST", "LOGARITHM", "SUM")
    levels = program.reserve("levels", detector.n_features)
    response = ("linear", "sqrt", "log").index(detector.response)
    return levels, (
        f"bin({levels}, {detector.n_features}, {place.field}, {int(place.complex_field)}, "
        f"{place.detection.points}, {response});"
    )


@calls.register
def _(detector: Bands, program: Program, place: Place) -> list[str]:
    program.want("BANDS", "LIGHT", "CELLS", "CONTRAST", "LOGARITHM", "SUM", "LEVELS_OUT")
    bands = detector.n_features // detector.cells
    spans = np.stack([detector.starts, detector.stops], axis=1)
    points = place.detection.points
    length = points // detector.cells
    cells = spans.reshape(detector.cells, bands, 2)
    moved = cells - np.arange(detector.cells)[:, None, None] * length
    if points % detector.cells == 0 and bool((moved == moved[0]).all()):
        spans = moved[0]
    else:
        # cells of unequal numbers of points are written out
        program.want("SPANS_OF_ALL")
    flat: NDArray[np.int64] = spans.ravel()
    first = program.tables.shared("SPANS", "uint16_t", *map(str, flat.tolist()))
    kind = program.tables.shared(
        "BANDS",
        "row_of_bands",
        f"{{&SPANS[{plain(first)}], {detector.cells}, {bands}, "
        f"{length if len(flat) == 2 * bands else 0}, {int(detector.alternating)}}}",
    )
    levels = program.reserve("levels", detector.n_features)
    field = f"{place.field}, {int(place.complex_field)}"
    return [
        f"band({levels}, &BANDS[{kind}], {field});",
        f"read_levels(row, {place.feature}, {levels}, {detector.n_features});",
    ]


def records_row(program: Program, records: Records, *, complex_field: bool) -> str:
    """The place of records in their table."""
    program.want("RECORDS")
    kind = {
        "quadratures": QUADRATURE if complex_field else REAL,
        "intensity": INTENSITY if complex_field else INTENSITY_OF_REAL,
        "amplitude": AMPLITUDE if complex_field else AMPLITUDE_OF_REAL,
    }[records.kind]
    program.records.add(kind)
    rows = [
        f"{{{literal(math.cos(angle))}, {literal(math.sin(angle))}, {kind}}}"
        for angle in records.angles or (0.0,)
    ]
    return program.tables.shared("RECORDS", "record", *rows)


def gates_row(program: Program, gates: tuple[int, ...]) -> tuple[str, int]:
    return program.tables.shared("GATES", "uint16_t", *map(str, gates)), len(gates) - 1


def arcsine_flag(program: Program, *, arcsine: bool) -> int:
    if arcsine:
        program.want("ARCSINE")
    return int(arcsine)


def switch(values: dict[int, str], on: str) -> str:
    """The body of a function that returns a value by its kind."""
    if not values:
        return ""
    if len(values) == 1:
        (only,) = values.values()
        return f"    (void){on.partition('->')[0]};\n    return {only};"
    *others, last = values.items()
    cases = [f"    if ({on} == {kind})\n        return {value};" for kind, value in others]
    return "\n".join([*cases, f"    return {last[1]};"])
