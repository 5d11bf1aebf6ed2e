"""A plan of intensities in 16-bit integers as a program of C."""

from itertools import accumulate

from physembed.deploy.c.blocks import blocks_text, constants_of, divide_text
from physembed.deploy.c.constants import whole_table
from physembed.deploy.c.header import Interface, Source
from physembed.deploy.c.sampling import Sampling
from physembed.deploy.c.template import fragment
from physembed.deploy.c.whole_readout import readout_text, whole_source
from physembed.deploy.integers.intensity import LOGARITHM, SILENT
from physembed.deploy.integers.intensity_plan import (
    FLOOR,
    IntensityPlan,
    PhasePiece,
    energy_bits,
)
from physembed.deploy.integers.interpreter import length_bits, reciprocal
from physembed.deploy.integers.spectral import FILTERED_BITS
from physembed.deploy.integers.turns import SHORT
from physembed.deploy.transforms import place


def write_intensity_source(plan: IntensityPlan, name: str, sampling: Sampling) -> Source:
    """Write a plan of intensities in 16-bit integers as C99; arguments as of whole filters."""
    points = plan.points
    most_bands = max(len(path.bands) for path in plan.paths)
    memory_bytes = 4 * points + 4 * most_bands
    interface = Interface(
        name,
        plan.n_channels,
        plan.n_timepoints,
        plan.n_scores,
        plan.labels,
        members=f"    uint32_t bands[{most_bands}];\n    int16_t field[{2 * points}];\n",
        memory_bytes=memory_bytes,
        stream_bytes=0 if sampling.hop is None else sampling.stream_bytes(plan),
        unit=plan.unit,
    )
    constants = {
        "POINTS": plan.n_timepoints,
        # the place of the lowest frequency
        "LOWEST": place((points - points // 2) % points, points),
        "ROWS": len(plan.bias),
    } | constants_of(points)
    body = fragment(
        "intensity",
        {"ALIGNED"} if plan.aligned else (),
        {
            "NAME": name,
            "TABLES": _tables(plan),
            "BLOCKS": blocks_text(points, wide=False),
            "READOUT": readout_text(plan, [c for path in plan.paths for c in path.columns]),
            "TRANSFORM": divide_text(points, SHORT),
            "RECIPROCAL": str(reciprocal(plan.n_timepoints)),
            "LENGTH_BITS": str(length_bits(plan.n_timepoints)),
            "FILTERED_BITS": str(FILTERED_BITS),
            "POINT_BITS": str(points.bit_length()),
            "LOGARITHM": _series(LOGARITHM, "x"),
            "SILENT": str(SILENT),
            "FLOOR": str(FLOOR),
        },
    )
    calls = "    read_all(x, m, row);"
    return whole_source(plan, interface, sampling, constants, body=body, calls=calls)


def _series(coefficients: tuple[int, ...], name: str) -> str:
    """A polynomial by Horner's rule, in 2^-15."""
    first, *others = coefficients
    text = f"({first})"
    for coefficient in others:
        text = f"({coefficient} + (({text} * {name}) >> 15))"
    return text


def _tables(plan: IntensityPlan) -> str:
    pieces = [_piece(p) for path in plan.paths for phase in path.phases for p in phase]
    bands = [f"{{{a}, {n}}}" for path in plan.paths for a, n in path.bands]
    counts = [(sum(map(len, path.phases)), len(path.bands)) for path in plan.paths]
    firsts = accumulate(counts, lambda a, b: (a[0] + b[0], a[1] + b[1]), initial=(0, 0))
    paths = [
        f"{{PIECES + {piece}, BANDS + {band}, {len(path.phases)}, {len(path.bands)}, "
        f"{energy_bits(path)}}}"
        for path, (piece, band) in zip(plan.paths, firsts, strict=False)
    ]
    return "\n".join(
        [
            whole_table("piece PIECES", pieces),
            whole_table("band BANDS", bands),
            whole_table("path PATHS", paths),
        ]
    )


def _piece(piece: PhasePiece) -> str:
    value = (piece.value >> 32) % 2**32
    return f"{{{_long(piece.slope)}, {_long(piece.curvature)}, {value}u, {piece.points}}}"


def _long(value: int) -> str:
    return f"UINT64_C({value:#x})"
