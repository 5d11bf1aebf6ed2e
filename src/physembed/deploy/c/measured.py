"""Paths of nothing but spectrograms, which read the series where the caller has it.

No field is laid out: scale and start of a channel are measured, and the shutter reads its samples.
"""

from physembed.deploy.c.program import Program
from physembed.deploy.meters import Spectrogram
from physembed.deploy.plan import Detect, Plan


def is_measured(plan: Plan) -> bool:
    """Whether spectrograms of z-scored series about their centroid are all that a plan reads."""
    n = plan.n_timepoints
    plain_series = (1.0, 0.0, 0, False, n, n)
    return all(
        (e.normalisation, e.alignment) == ("z-score", "energy-centroid")
        and (e.modulation, e.carrier, e.derivatives, e.envelope, e.points, e.window) == plain_series
        and not e.channel_differences
        and all(isinstance(step, Detect) for step in path.steps)
        and all(isinstance(d, Spectrogram) for one in path.detections for d in one.detectors)
        for path in plan.paths
        for e in [path.encoding]
    )


def write_measuring(program: Program, plan: Plan, series: str) -> tuple[list[str], list[str]]:
    """Calls before the channels, and before one is read, whose samples begin at ``series``."""
    n, several = plan.n_timepoints, plan.n_channels > 1
    program.want("SCALE", "MEASURED", "CENTROID")

    def calls(x: str) -> list[str]:
        return [f"measure({x}, {n}, &given);", f"weigh_series({x}, &given, {n}, &energy, &moment);"]

    weighed = calls("x")
    if several:
        # all channels of a case move together, so all are weighed before any is read
        weighed = [
            f"for (int channel = 0; channel < {plan.n_channels}; channel++) {{",
            *(f"    {line}" for line in calls(f"x + channel * {n}")),
            "}",
        ]
    begin = [
        *("scaling given;", "float energy = 0, moment = 0;"),
        *weighed,
        f"const int start = aligned({n}, {n}, energy, moment);",
    ]
    return begin, calls(series)[:1] if several else []
