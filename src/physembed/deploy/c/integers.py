"""A plan in whole numbers as a program of C."""

import math

from physembed.deploy.c.constants import whole_table
from physembed.deploy.c.header import Interface, Source
from physembed.deploy.c.intensity import write_intensity_source
from physembed.deploy.c.sampling import Sampling
from physembed.deploy.c.spectral import write_spectral_source
from physembed.deploy.c.template import fragment
from physembed.deploy.c.whole_readout import readout_text, whole_source
from physembed.deploy.integers.integer_plan import IntegerPlan
from physembed.deploy.integers.intensity_plan import IntensityPlan
from physembed.deploy.integers.interpreter import length_bits, reciprocal, share_of_one
from physembed.deploy.integers.spectral_plan import SpectralPlan
from physembed.deploy.integers.whole_plan import WholeFilter, WholePlan


def write_integer_source(plan: IntegerPlan, name: str, sampling: Sampling) -> Source:
    """Write a plan in integers, of either kind; arguments as below."""
    if isinstance(plan, IntensityPlan):
        return write_intensity_source(plan, name, sampling)
    if isinstance(plan, SpectralPlan):
        return write_spectral_source(plan, name, sampling)
    return write_whole_source(plan, name, sampling)


def write_whole_source(plan: WholePlan, name: str, sampling: Sampling) -> Source:
    """Write a plan in whole numbers as C99.

    Parameters
    ----------
    plan : WholePlan
    name : str
        A name of C, in lower case, that every public name begins with.
    sampling : Sampling
        Of samples of 16 bits.
    """
    n_stored = plan.n_timepoints + 2 * plan.margin + 1
    interface = Interface(
        name,
        plan.n_channels,
        plan.n_timepoints,
        plan.n_scores,
        plan.labels,
        members=f"    uint16_t series[{n_stored}];\n",
        memory_bytes=2 * n_stored,
        stream_bytes=0 if sampling.hop is None else sampling.stream_bytes(plan),
        unit=plan.unit,
    )
    several = len({f.channel for f in plan.filters}) > 1 or plan.filters[0].channel > 0
    constants = {
        "POINTS": plan.n_timepoints,
        "MARGIN": plan.margin,
        "MOST": max(len(f.comparators) for f in plan.filters),
        "ROWS": len(plan.bias),
    }
    body = fragment(
        "integers",
        [*["CHANNELS"] * several, *["ARCSINE"] * plan.arcsine],
        {
            "SHARED": fragment("roots", ["ARCSINE"] if plan.arcsine else ()),
            "TABLES": _tables(plan, several=several),
            "READOUT": readout_text(plan, list(range(plan.weights.shape[1]))),
            "RECIPROCAL": str(reciprocal(plan.n_timepoints)),
            "LENGTH_BITS": str(length_bits(plan.n_timepoints)),
            "ROOT": str(math.isqrt(plan.n_timepoints)),
            "SHARE": str(share_of_one(plan.n_timepoints)),
        },
    )
    calls = "    count_all(x, m->series, row);"
    return whole_source(plan, interface, sampling, constants, body=body, calls=calls, is_whole=True)


def _tables(plan: WholePlan, *, several: bool) -> str:
    """Every filter's taps from the middle one on, its comparators, and their weights."""
    taps = [w for f in plan.filters for w in (*f.taps[f.half :], *[0] * (f.half % 2))]
    levels = [c.level for f in plan.filters for c in f.comparators]
    rows = [_filter(f, several=several) for f in plan.filters]
    return "\n".join(
        [
            whole_table("filter FILTERS", rows),
            whole_table("int16_t TAPS", taps),
            whole_table("int16_t LEVELS", levels),
        ]
    )


def _filter(f: WholeFilter, *, several: bool) -> str:
    times = sum(not c.crossings for c in f.comparators)
    # two taps at a time; the least shift is -1
    members = [f.half + f.half % 2, int(f.is_odd), times, len(f.comparators), f.shift + 1]
    return f"{{{', '.join(map(str, members + [f.channel] * several))}}}"
