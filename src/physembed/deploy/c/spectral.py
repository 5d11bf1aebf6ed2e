"""A plan of spectra in 16-bit integers as a program of C."""

import math

from physembed.deploy.c.blocks import blocks_text, constants_of, divide_text
from physembed.deploy.c.constants import whole_table
from physembed.deploy.c.header import Interface, Source
from physembed.deploy.c.sampling import Sampling
from physembed.deploy.c.template import fragment
from physembed.deploy.c.whole_readout import readout_text, whole_source
from physembed.deploy.integers.interpreter import length_bits, reciprocal
from physembed.deploy.integers.spectral import LEAST_EXPONENT, TANH, head_room
from physembed.deploy.integers.spectral_plan import SpectralFilter, SpectralPlan
from physembed.deploy.integers.turns import LONG, SHORT

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
    constants = {
        "POINTS": plan.n_timepoints,
        "AFTER": plan.n_timepoints + (plan.window - plan.n_timepoints) // 2,
        "HEAD_ROOM": head_room(half),
        "LEAST_EXPONENT": LEAST_EXPONENT,
        "ROWS": len(plan.bias),
    } | constants_of(half)
    several = len({f.channel for f in plan.filters}) > 1 or plan.filters[0].channel > 0
    interferes = any(f.interference for f in plan.filters)
    conditions = {"CHANNELS": several, "ARCSINE": plan.arcsine, "INTERFERENCE": interferes}
    wanted = {name for name, holds in conditions.items() if holds}
    body = fragment(
        "spectral",
        wanted,
        {
            "NAME": name,
            "TABLES": _tables(plan, several=several),
            "SHARED": fragment("roots", wanted),
            "BLOCKS": blocks_text(half, wide=True, products=interferes),
            "FORWARD": divide_text(half, LONG),
            "BACKWARD": divide_text(half, SHORT),
            "RESPONSE": _response(plan),
            "READOUT": readout_text(plan, [c.column for f in plan.filters for c in f.comparators]),
            "RECIPROCAL": str(reciprocal(plan.n_timepoints)),
            "LENGTH_BITS": str(length_bits(plan.n_timepoints)),
            "ROOT": str(math.isqrt(plan.n_timepoints)),
        },
    )
    calls = "    read_all(x, m, row);"
    return whole_source(plan, interface, sampling, constants, body=body, calls=calls)


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
    tables = [
        whole_table("filter FILTERS", [_filter(f, several=several) for f in plan.filters]),
        whole_table("comparator COMPARATORS", rows),
    ]
    if not all(c.is_ramp for c in comparators):
        tables.append(whole_table("uint16_t TANH", TANH.tolist()))
    return "\n".join(tables)


def _filter(f: SpectralFilter, *, several: bool) -> str:
    high, low = divmod(f.cosine[1], 2**16)
    phases = f"{f.cosine[0]}u, {high}u, {f.delay}u, {low}"
    members = [f.nyquist, f.interference, len(f.comparators)]
    return f"{{{phases}, {', '.join(map(str, members + [f.channel] * several))}}}"
