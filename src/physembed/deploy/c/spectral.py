"""A plan of spectra in 16-bit integers as a program of C."""

import math
from collections.abc import Sequence

from physembed.deploy.c.header import Interface, Source, header_text, predict_text
from physembed.deploy.c.sampling import Sampling
from physembed.deploy.c.tables import filled
from physembed.deploy.c.template import fragment
from physembed.deploy.integers.interpreter import length_bits, reciprocal
from physembed.deploy.integers.spectral import LEAST_EXPONENT, TANH, head_room
from physembed.deploy.integers.spectral_plan import SpectralFilter, SpectralPlan
from physembed.deploy.integers.transform import (
    FIFTH,
    LONG,
    SHORT,
    THIRD,
    Arithmetic,
    room_of,
    turn_of,
)
from physembed.deploy.transforms import RADICES, radices, stages

RAMP = "excess = excess > 4096 ? 32768 : excess * 8;"
LOGISTIC = (
    "const uint16_t *t = TANH + (excess >> 9);",
    "excess = t[0] + (((t[1] - t[0]) * (excess & 511)) >> 9);",
)
"""What a comparator gives of the size of an excess."""


def write_spectral_source(plan: SpectralPlan, name: str, sampling: Sampling) -> Source:
    """Write a plan of spectra in 16-bit integers as C99; arguments as of whole filters."""
    half = plan.window // 2
    # two exponents in a byte; what is of 32 bits sets the end
    n_exponents = half // 2 + 1
    memory_bytes = 4 * plan.window + -(-n_exponents // 4) * 4
    interface = Interface(
        name,
        plan.n_channels,
        plan.n_timepoints,
        plan.n_scores,
        plan.labels,
        members=(
            f"    union {{\n        int32_t wide[{plan.window}];\n"
            f"        int16_t narrow[{2 * plan.window}];\n    }} field;\n"
            f"    uint8_t exponents[{n_exponents}];\n"
        ),
        memory_bytes=memory_bytes,
        stream_bytes=0 if sampling.hop is None else sampling.stream_bytes(plan),
        unit=plan.unit,
    )
    divided = stages(half)
    divisors = {radix for _, radix in divided}
    constants = {
        "POINTS": plan.n_timepoints,
        "HALF": half,
        "AFTER": plan.n_timepoints + (plan.window - plan.n_timepoints) // 2,
        "HEAD_ROOM": head_room(half),
        "LEAST_EXPONENT": LEAST_EXPONENT,
        "ONE": 2**30,
        "MOST_RADIX": max(divisors),
        "ROWS": len(plan.bias),
    }
    enum = ", ".join(f"{constant} = {value}" for constant, value in constants.items())
    several = len({f.channel for f in plan.filters}) > 1 or plan.filters[0].channel > 0
    wanted = {"NEXT", *(["CHANNELS"] if several else []), *(["ARCSINE"] if plan.arcsine else [])}
    if any(f.interference for f in plan.filters):
        wanted.add("INTERFERENCE")
    if divisors & {3, 5}:
        wanted.add("CONSTANTS")
    if wanted & {"CONSTANTS", "INTERFERENCE"}:
        wanted.add("TIMES")
    body = fragment(
        "spectral",
        wanted | _radix_parts(divisors),
        {
            "NAME": name,
            "TABLES": _tables(plan, several=several),
            "SHARED": fragment("roots", wanted),
            "FORWARD": _divide(divisors, LONG, "wide", "int32_t"),
            "BACKWARD": _divide(divisors, SHORT, "narrow", "int16_t"),
            "RESPONSE": _response(plan),
            "RECIPROCAL": str(reciprocal(plan.n_timepoints)),
            "LENGTH_BITS": str(length_bits(plan.n_timepoints)),
            "ROOT": str(math.isqrt(plan.n_timepoints)),
        },
    )
    bias = "\n".join(f"    row[{k}] = {value};" for k, value in enumerate(plan.bias.tolist()))
    predict = predict_text(
        interface, sampling, bias=bias, calls="    read_all(x, m, row);", signed=plan.signed
    )
    begin = (
        f'/* Written by physembed; do not edit. */\n#include "{name}.h"\n\n#include <stdint.h>\n'
        f"#include <string.h>\n\nenum {{ {enum} }};\n"
    )
    return Source(
        name=name,
        header=header_text(interface, sampling),
        body="\n".join([begin, body, predict]),
        memory_bytes=memory_bytes,
        readout_bytes=plan.readout_bytes,
        stream_bytes=interface.stream_bytes,
        sampling=sampling,
        unit=plan.unit,
    )


def _divide(divisors: set[int], arithmetic: Arithmetic, name: str, kind: str) -> str:
    constants = {f"FIFTH{k}": value for k, value in enumerate(FIFTH)} | {"THIRD": THIRD}
    signed = {"FIFTH1", "FIFTH2", "FIFTH3", "THIRD"}
    values = {
        key: f"({(arithmetic.sign if key in signed else 1) * arithmetic.constant(value)})"
        for key, value in constants.items()
    }
    is_wide = arithmetic is LONG
    wanted = _radix_parts(divisors) | ({"WIDE"} if is_wide else set())
    return fragment(
        "divide",
        wanted,
        values
        | {
            "NAME": name,
            "TYPE": kind,
            "CALLS": "\n".join(_calls(divisors, name)),
            "RETURNS": "void" if is_wide else "int32_t",
            "TIMES": f"times_{arithmetic.bits}",
            "TURN": f"turn_{arithmetic.bits}",
            "SHORT": "" if is_wide else "to_15",
            "SIGN": "-" if is_wide else "",
            "MINUS": "" if is_wide else "-",
        },
    )


def _radix_parts(divisors: set[int]) -> set[str]:
    return {f"RADIX{r}" if r in RADICES else "RADIXES" for r in divisors}


def _calls(divisors: set[int], name: str) -> list[str]:
    """What divides a part, by the radix of the stage."""
    calls = [
        (f"s->radix == {r}", f"by_{r}_{name}(z + 2 * j, 2 * s->step)")
        for r in sorted(divisors & set(RADICES))
    ]
    if divisors - set(RADICES):
        calls.append(("1", f"by_any_{name}(z + 2 * j, 2 * s->step, s)"))
    lines = []
    for condition, call in calls[:-1]:
        lines += [f"if ({condition})", f"    all |= {call};", "else"]
    lines.append("    " * bool(lines) + f"all |= {calls[-1][1]};")
    return [12 * " " + line for line in lines]


def _response(plan: SpectralPlan) -> str:
    ramps = {c.is_ramp for f in plan.filters for c in f.comparators}
    logistic = "\n".join(f"        {line}" for line in LOGISTIC)
    if ramps == {True}:
        return f"        {RAMP}"
    if ramps == {False}:
        return logistic
    indented = [f"    {line}" for line in logistic.splitlines()]
    lines = ["        if (c->is_ramp) {", f"            {RAMP}", "        } else {"]
    return "\n".join([*lines, *indented, "        }"])


def _tables(plan: SpectralPlan, *, several: bool) -> str:
    comparators = [c for f in plan.filters for c in f.comparators]
    rows = [f"{{{c.level}, {c.mantissa}, {c.exponent}, {int(c.is_ramp)}}}" for c in comparators]
    weights = plan.weights[:, [c.column for c in comparators]].T.ravel().tolist()
    half = plan.window // 2
    any_radix = not set(radices(half)) <= set(RADICES)
    divided = [_stage(length, radix, any_radix=any_radix) for length, radix in stages(half)]
    tables = [
        _table("stage STAGES", divided),
        f"static const int32_t HALF_TURN[2] = {_turn(2 * half)};\n",
        _table("filter FILTERS", [_filter(f, several=several) for f in plan.filters]),
        _table("comparator COMPARATORS", rows),
        _table("int16_t WEIGHTS", weights),
    ]
    if not all(c.is_ramp for c in comparators):
        tables.append(_table("uint16_t TANH", TANH.tolist()))
    return "\n".join(tables)


def _stage(length: int, radix: int, *, any_radix: bool) -> str:
    roots = f"{_turn(radix)}, " if any_radix else ""
    return f"{{{_turn(length)}, {roots}{length}, {length // radix}, {radix}, {room_of(radix)}}}"


def _turn(length: int) -> str:
    cosine, sine = turn_of(length)
    return f"{{{cosine}, {sine}}}"


def _filter(f: SpectralFilter, *, several: bool) -> str:
    high, low = divmod(f.cosine[1], 2**16)
    phases = f"{f.cosine[0]}u, {high}u, {f.delay}u, {low}"
    members = [f.nyquist, f.interference, len(f.comparators)]
    return f"{{{phases}, {', '.join(map(str, members + [f.channel] * several))}}}"


def _table(what: str, values: Sequence[object]) -> str:
    return f"static const {what}[{len(values)}] = {{\n{filled([str(v) for v in values])}}};\n"
