"""Peaks, powers, levels, spectra and spectrograms, as calls."""

import numpy as np

from physembed.deploy.c.constants import number, plain
from physembed.deploy.c.detectors import Place, calls, gates_row, records_row
from physembed.deploy.c.program import Program, floats
from physembed.deploy.detectors import Peak
from physembed.deploy.meters import Level, Power, Sections, Spectrogram, Spectrum


@calls.register
def _(detector: Peak, program: Program, place: Place) -> list[str]:
    program.want("PEAKS", "AREA", "LOGARITHM", "ROOT")
    records = records_row(program, detector.records, complex_field=place.complex_field)
    held = ("highest" in detector.held) + 2 * ("lowest" in detector.held)
    if detector.held == ("lowest", "highest"):
        raise ValueError("peaks are read highest first.")
    levels = np.stack([detector.means, detector.spreads], axis=2)
    first = program.levels.get(id(detector))
    if first is None:
        values = floats(levels.ravel().tolist())
        first = int(plain(program.tables.row("LEVELS", "float", *values)))
        program.levels[id(detector)] = first
    numbers = levels[0].size
    level = place.of_row("LEVELS", number(first + place.arm * numbers), numbers)
    return [
        f"peak(&RECORDS[{records}], {detector.records.n_records}, {level}, {place.field}, "
        f"{detector.points}, {held}, {place.feature}, row);"
    ]


@calls.register
def _(detector: Power, program: Program, place: Place) -> list[str]:
    program.want("POWER", "LIGHT", "LOGARITHM")
    call = f"power({place.field}, {int(place.complex_field)}, {detector.points})"
    return [f"read_out(row, {place.feature}, {call});"]


@calls.register
def _(detector: Level, program: Program, place: Place) -> list[str]:
    program.want("LEVEL", "AREA", "LOGARITHM", "ROOT")
    first = program.levels.get(id(detector))
    if first is None:
        units = floats(detector.units.tolist())
        first = int(plain(program.tables.row("LEVELS", "float", *units)))
        program.levels[id(detector)] = first
    unit = place.of_row("LEVELS", number(first + place.arm), 1).removeprefix("&")
    wanted = program.tables.shared("QUANTITIES", "uint8_t", *map(str, detector.quantities))
    width = 2 if place.complex_field else 1
    return [
        f"voltmeter({place.field}, {width}, {detector.points}, {unit}, &QUANTITIES[{wanted}], "
        f"{detector.n_features}, {place.feature}, row);"
    ]


@calls.register
def _(detector: Spectrum, program: Program, place: Place) -> list[str]:
    program.want("SPECTRUM", "LOGARITHM", "FORWARD", "NEXT")
    points = detector.points
    even = points % 2 == 0
    if even:
        program.want("REAL", "TO_HALF", "PREVIOUS")
    transform = program.transform(points // 2 if even else points)
    wide = program.reserve("wide", points if even else 2 * points)
    spans = [str(v) for pair in zip(detector.starts, detector.stops, strict=True) for v in pair]
    first = program.tables.shared("SPANS", "uint16_t", *spans)
    width = 2 if place.complex_field else 1
    return [
        f"spectrometer({wide}, {place.field}, {width}, {points}, {transform}, &SPANS[{first}], "
        f"{detector.n_features}, {place.feature}, row);"
    ]


@calls.register
def _(detector: Spectrogram, program: Program, place: Place) -> list[str]:
    program.want("SPECTROGRAM", "CELLS", "CONTRAST", "LOGARITHM", "SUM", "LEVELS_OUT")
    program.want("REAL", "TO_HALF", "FORWARD", "NEXT", "PREVIOUS")
    length = detector.length
    transform = program.transform(length // 2)
    levels = program.reserve("levels", detector.n_features)
    sizes = {"wide": length, "passing": length, "light": length // 2}
    work = ", ".join(program.reserve(name, numbers) for name, numbers in sizes.items())
    rows = [_reading(read, program) for read in detector.sections]
    first = plain(program.tables.shared("READINGS", "reading", *rows))
    kind = program.tables.shared(
        "SHUTTERS",
        "shutter",
        f"{{{transform}, &READINGS[{first}], {detector.points}, {length}, {detector.openings}, "
        f"{len(rows)}}}",
    )
    seen = "&given, start" if program.is_measured else str(2 if place.complex_field else 1)
    return [
        f"spectrogram({levels}, {work}, &SHUTTERS[{kind}], {place.field}, {seen});",
        f"read_levels(row, {place.feature}, {levels}, {detector.n_features});",
    ]


def _reading(read: Sections, program: Program) -> str:
    spans = [str(v) for pair in zip(read.starts, read.stops, strict=True) for v in pair]
    span = plain(program.tables.shared("SPANS", "uint16_t", *spans))
    firsts, n_sections = gates_row(program, read.firsts)
    return (
        f"{{&SPANS[{span}], &GATES[{plain(firsts)}], {len(read.starts)}, {n_sections}, "
        f"{int(read.alternating)}}}"
    )
