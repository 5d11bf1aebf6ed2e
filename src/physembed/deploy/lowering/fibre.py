"""A fibre as the steps of a path: what neighbours each other in one domain becomes one factor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from torch import nn

from physembed.deploy.detectors import Detector, Records
from physembed.deploy.factor import Factor
from physembed.deploy.lowering.elements import lower_element
from physembed.deploy.lowering.media import lower_local, lower_symbol
from physembed.deploy.lowering.refusal import NoLoweringError
from physembed.deploy.plan import (
    Detect,
    Detection,
    Encoding,
    Kerr,
    Multiply,
    Split,
    Step,
    Transform,
)
from physembed.networks import Fibre, Medium, PhysicalEmbeddingNetwork, SeriesEncoder
from physembed.networks.component import ComponentModule
from physembed.networks.light_path import LightPath
from physembed.physics import TimeGrid
from physembed.propagation.schedule import is_exponential

IDENTITY = Factor()


@dataclass(frozen=True, eq=False)
class Part:
    """What a fibre does to its field, before it is known how the field is held.

    Parameters
    ----------
    domain : {"frequency", "time", "kerr", "tap"}
    factor : Factor
    slope : ndarray
        Of the Kerr effect.
    tap : int
        The number of the tap.
    """

    domain: str
    factor: Factor = IDENTITY
    slope: NDArray[np.float64] | None = None
    tap: int = 0


def zero_of(fibre: Fibre, network: PhysicalEmbeddingNetwork) -> tuple[float, ...]:
    """What is taken off every channel that enters a fibre's encoder; nothing where empty."""
    if network.zero is None or not fibre.takes_zero:
        return ()
    of_channels = network.zero.double().numpy(force=True)
    entering = np.diff(of_channels) if fibre.encoder.channel_differences else of_channels
    return tuple(entering.tolist())


def encoding_of(
    encoder: SeriesEncoder, n_timepoints: int, zero: tuple[float, ...] = ()
) -> Encoding:
    """An encoder at work on series of so many timepoints, as :func:`zero_of` has them.

    Raises
    ------
    NoLoweringError
        If it takes fields, or normalises as they are.
    """
    if encoder.quadratures:
        raise NoLoweringError(
            encoder, "a model of real series, such as the two quadratures as channels"
        )
    if encoder.normalisation == "power":
        raise NoLoweringError(encoder, "normalisation='z-score' or 'peak'")
    return Encoding(
        normalisation=encoder.normalisation,
        derivatives=encoder.derivative,
        modulation=float(encoder.modulation),
        carrier=float(encoder.carrier),
        envelope=encoder.envelope,
        alignment=encoder.alignment,
        padding=encoder.padding,
        points=encoder.points(n_timepoints),
        window=encoder.window(n_timepoints),
        channel_differences=encoder.channel_differences,
        zero=zero,
    )


def parts_of(fibre: Fibre, medium: Medium, path: LightPath) -> tuple[list[Part], list[list[Part]]]:
    """What every arm has in common, and what each has of its own."""
    if not isinstance(medium.grid, TimeGrid):
        raise NoLoweringError(medium.grid, "a TimeGrid: only series are exported, not planes")
    common = _merged([*_elements(path.before), *_cascade(fibre, medium), *_elements(path.after)])
    arms = [list(_elements(arm)) for arm in path.arms]
    if all(part.domain == "frequency" for part in (*common, *(p for arm in arms for p in arm))):
        # one transfer function to every arm
        return [], [_merged([*common, *arm]) for arm in arms]
    if len(arms) == 1:
        return [], [_merged([*common, *arms[0]])]
    return common, [_merged(arm) for arm in arms]


def _elements(components: nn.Module) -> Iterable[Part]:
    for component in components.children():
        assert isinstance(component, ComponentModule)
        values = {name: float(value.detach()) for name, value in component.physical().items()}
        factor = lower_element(component.element, values, component.grid)
        yield Part(component.element.domain, factor)


def _cascade(fibre: Fibre, medium: Medium) -> Iterable[Part]:
    grid = medium.grid
    assert isinstance(grid, TimeGrid)
    physical = {name: value.detach().tolist() for name, value in medium.physical().items()}
    of_layer = [{k: v[layer] for k, v in physical.items()} for layer in range(medium.n_layers)]
    schedule = medium.schedule(separate_layers=bool(fibre.taps))
    if is_exponential(schedule):
        raise NoLoweringError(
            Medium, f"scheme 'strang' or another that splits its steps, not {medium.scheme!r}"
        )
    layer = 0
    for step in schedule:
        linear = [(of_layer[number], length) for number, length in step.linear]
        yield Part("frequency", lower_symbol(medium.equation, linear, grid))
        if step.local is not None:
            number, length = step.local
            at_rest, slope = lower_local(medium.equation, of_layer[number], length, grid)
            yield Part("kerr", slope=slope)
            yield Part("time", at_rest)
        if step.ends_layer:
            layer += 1
            yield from (
                Part("tap", tap=number)
                for number, tap in enumerate(fibre.taps)
                if tap.layer == layer
            )


def _merged(parts: Sequence[Part]) -> list[Part]:
    """Without what does nothing, and with neighbours in one domain as one factor."""
    merged: list[Part] = []
    for part in parts:
        if part.domain == "kerr" and part.slope is not None and not part.slope.any():
            continue
        if part.domain in ("frequency", "time"):
            if merged and merged[-1].domain == part.domain:
                part = replace(part, factor=merged.pop().factor * part.factor)  # noqa: PLW2901
            if part.factor.is_identity:
                continue
        merged.append(part)
    return merged


def is_half(encoding: Encoding, arms: Sequence[Sequence[Part]], common: Sequence[Part]) -> bool:
    """Whether the half of a real field is all that is needed of its spectrum."""
    real = not encoding.envelope and encoding.window % 2 == 0
    spectral = all(part.domain == "frequency" for arm in arms for part in arm)
    # without a single factor the field is read as it came
    return real and spectral and not common and any(arms) and all(len(arm) <= 1 for arm in arms)


def half_arms(
    arms: Sequence[Sequence[Part]], detection: Detection, number: int, window: int
) -> tuple[tuple[tuple[Step, ...], ...], Detection]:
    """Arms that start with the half of a real field, and their detection.

    Where detectors look at one quadrature only, the field stays real, and half of the arithmetic
    and of the memory is enough.
    """
    angle = _one_quadrature(detection.detectors)
    steps: list[tuple[Step, ...]] = []
    for arm, parts in enumerate(arms):
        factor = parts[0].factor if parts else IDENTITY
        if angle is None:
            multiply = Multiply(factor, "full")
        else:
            multiply = Multiply(factor.real_part(angle, window))
        back = Transform(inverse=True, real=angle is not None)
        steps.append((multiply, back, Detect(number, arm)))
    if angle is not None:
        in_phase = Records("quadratures", (0.0,))
        detectors = tuple(replace(d, records=in_phase) for d in detection.detectors)  # type: ignore[arg-type]
        detection = replace(detection, detectors=detectors)
    return tuple(steps), detection


def _one_quadrature(detectors: Sequence[Detector]) -> float | None:
    """The one phase of an oscillator that all detectors have."""
    angles = set()
    for detector in detectors:
        records = getattr(detector, "records", None)
        if not isinstance(records, Records) or len(records.angles) != 1:
            return None
        angles.add(records.angles[0])
    return angles.pop() if len(angles) == 1 else None


def full_steps(
    common: Sequence[Part],
    arms: Sequence[Sequence[Part]],
    detections: Sequence[Detection],
    *,
    is_complex: bool,
) -> tuple[Step, ...]:
    """The steps of any fibre, on a full field."""
    steps, is_complex = _steps(common, is_complex=is_complex)
    last = len(detections) - 1
    if not _needs_phase(detections[last].detectors):
        arms = [_without_last_phase(arm) for arm in arms]
    ends = tuple(
        (*_steps(arm, is_complex=is_complex)[0], Detect(last, number))
        for number, arm in enumerate(arms)
    )
    return (*steps, *ends[0]) if len(ends) == 1 else (*steps, Split(ends))


def _steps(parts: Sequence[Part], *, is_complex: bool) -> tuple[tuple[Step, ...], bool]:
    """Parts, with transforms between the domains; it begins and ends at the points."""
    steps: list[Step] = []
    at_points = True
    for part in parts:
        if (part.domain == "frequency") == at_points:
            if not is_complex:
                steps.append(Multiply(IDENTITY, "full"))
                is_complex = True
            steps.append(Transform(inverse=not at_points, real=False))
            at_points = not at_points
        if part.domain == "tap":
            steps.append(Detect(part.tap, 0))
        elif part.domain == "kerr":
            assert part.slope is not None
            if not is_complex:
                steps.append(Multiply(IDENTITY, "full"))
                is_complex = True
            steps.append(Kerr(part.slope))
        else:
            steps.append(Multiply(part.factor, "same" if is_complex else "full"))
            is_complex = True
    if not at_points:
        steps.append(Transform(inverse=True, real=False))
    return tuple(steps), is_complex


def _without_last_phase(parts: Sequence[Part]) -> Sequence[Part]:
    """Without phases at the very end, which no intensity sees."""
    audible = list(parts)
    while audible and (
        audible[-1].domain == "kerr"
        or (audible[-1].domain == "time" and audible[-1].factor.is_phase)
    ):
        audible.pop()
    return audible


def _needs_phase(detectors: Sequence[Detector]) -> bool:
    records = [getattr(detector, "records", None) for detector in detectors]
    return any(r is not None and r.kind == "quadratures" for r in records)
