"""What need not be done again: for the next path of the same encoding, or before a factor."""

import math
from dataclasses import replace

from physembed.deploy.detectors import Bands
from physembed.deploy.factor import Factor, Piece
from physembed.deploy.plan import Encoding, Multiply, Path, Plan, Step


def shares_encoding(plan: Plan) -> bool:
    """Whether all of several paths encode one channel, scaled once and by its deviation."""
    first = plan.paths[0].encoding
    return (
        plan.n_channels == 1
        and len(plan.paths) > 1
        and all(path.encoding == first for path in plan.paths)
        and (first.normalisation, first.derivatives) == ("z-score", 0)
    )


def scales_envelope_behind(plan: Plan) -> bool:
    """Whether factors scale envelopes, whose sign at every second point no detector sees alone."""

    def is_so(path: Path) -> bool:
        encoding, step = path.encoding, path.steps[0] if path.steps else None
        is_even = not (plan.n_timepoints % 2 or encoding.points % 2 or encoding.window % 2)
        of_light = all(isinstance(d, Bands) for one in path.detections for d in one.detectors)
        is_factor = (
            isinstance(step, Multiply) and step.factor.phase and not step.factor.is_tabulated
        )
        return bool(encoding.envelope and is_even and of_light and is_factor)

    return all(is_so(path) for path in plan.paths)


def behind_envelope(step: Step, encoding: Encoding) -> Step:
    """The first factor, which also scales the envelope and turns every second point round."""
    assert isinstance(step, Multiply)
    turned = Piece(-(encoding.window // 2), (0.0, 0.5))
    scale = Factor(gain=math.sqrt(0.5) / encoding.points, phase=(turned,))
    return replace(step, factor=step.factor * scale)
