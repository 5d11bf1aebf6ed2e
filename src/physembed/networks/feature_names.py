"""What each feature of a network is, in words: where it is read, of what, and how."""

import re
from collections.abc import Iterator, Sequence

from physembed._checks import is_number
from physembed.networks.detectors.comparators import ComparatorDetector
from physembed.networks.detectors.detector import Detector, Reading
from physembed.networks.detectors.side_by_side import SideBySide
from physembed.networks.fibre import Fibre
from physembed.physics import MachZehnder, NaturalScale, ThreePathInterferometer
from physembed.physics.coefficient import layer_lengths

DIFFERENCES = {MachZehnder: "first", ThreePathInterferometer: "second"}
RECORDS = {"|E|": "envelope", "|E|²": "intensity"}


def feature_names(fibres: Sequence[Fibre], n_timepoints: int, n_channels: int) -> list[str]:
    """Such as "homodyne 45°, 8 timepoints, fraction above q 0.4" for each feature, in order.

    The time is that over which the fibre's dispersion blurs the series, and q the quantile of the
    record over the training cases at which its comparator stands. What is the same for all is left
    out; no name comes twice.

    Parameters
    ----------
    fibres : sequence of Fibre
    n_timepoints, n_channels : int
        Of the series.
    """
    places = _places_of(fibres, n_timepoints)
    names = [
        ", ".join(
            part for part in (_record(fibre, reading), place, where, _quantity(reading, q)) if part
        )
        for fibre, place in zip(fibres, places, strict=True)
        for where, reading, q in _readings(fibre, n_timepoints, n_channels)
    ]
    return _told_apart(names)


def channel_names(fibre: Fibre, n_channels: int) -> list[str]:
    """What the fields of a fibre are of: numbers of channels, or "2 less 1" and so on."""
    numbers = range(1, fibre.encoder.n_fields(n_channels) + 1)
    if fibre.encoder.channel_differences:
        return [f"{number + 1} less {number}" for number in numbers]
    # of which a field is one, where channels are quadratures
    return [str(number) for number in numbers]


def _places_of(fibres: Sequence[Fibre], n_timepoints: int) -> list[str]:
    """What tells the fibres apart: their times, or else their numbers."""
    if len(fibres) == 1:
        return [_time_of(fibres[0], n_timepoints)]
    # channels and their differences are told by the channel
    times = [(_time_of(f, n_timepoints), f.encoder.channel_differences) for f in fibres]
    return [
        ""
        if fibre.reads_as_it_comes
        else time[0]
        if time[0] and times.count(time) == 1
        else f"fibre {number}"
        for number, (fibre, time) in enumerate(zip(fibres, times, strict=True), start=1)
    ]


def _time_of(fibre: Fibre, n_timepoints: int) -> str:
    """The time s of a fibre of dispersion s² alone; empty where it is of another kind."""
    acting = {k: v for k, v in fibre.coefficients.items() if not (is_number(v) and v == 0)}
    dispersion = acting.get("beta2")
    if len(acting) != 1 or not is_number(dispersion):
        return ""
    scale = NaturalScale(fibre.grid(n_timepoints))
    unit = fibre.equation.natural_unit("beta2", scale)
    length = sum(layer_lengths(fibre.layer_length, fibre.n_layers))
    return f"{abs(float(dispersion) * unit * length) ** 0.5:.3g} timepoints"


def _readings(
    fibre: Fibre, n_timepoints: int, n_channels: int
) -> Iterator[tuple[str, Reading, float | None]]:
    """Where in a fibre each feature is, what it reads, and the quantile it is compared with."""
    every = fibre.readings(n_timepoints, n_channels)
    n_points = fibre.n_detected(n_timepoints)
    n_each, n_arms = fibre.detector.n_features(n_points), len(fibre.arms)
    channels = [f"channel {name}" for name in channel_names(fibre, n_channels)]
    if len(channels) == 1 and not fibre.encoder.channel_differences:
        channels = [""]
    n_channels = len(channels)
    n_tapped = 0 if fibre.built is not None else len(every) - n_channels * n_arms * n_each
    for number, (tap, reading) in enumerate(every[:n_tapped]):
        channel = number * n_channels // n_tapped
        yield _joined(channels[channel], tap), reading, None
    behind = fibre.built if fibre.built is not None else range(n_channels * n_arms * n_each)
    levels = _levels(fibre.detector, n_channels * n_arms, n_points)
    for place, (_, reading) in zip(behind, every[n_tapped:], strict=True):
        lane, feature = divmod(place, n_each)
        channel, arm = divmod(lane, n_arms)
        where = _joined(channels[channel], _arm(fibre, arm))
        yield where, reading, levels.get((lane, feature))


def _levels(detector: Detector, n_lanes: int, n_points: int) -> dict[tuple[int, int], float]:
    """The quantile of each comparator, by its lane and its feature."""
    parts = (
        detector.ranges(n_points)
        if isinstance(detector, SideBySide)
        else [(detector, 0, detector.n_features(n_points))]
    )
    levels = {}
    for part, first, last in parts:
        if not isinstance(part, ComparatorDetector):
            continue
        n_records, n_each = part.source.n_records, part.per_comparator(n_points)
        quantiles = part.quantile_levels(n_lanes * n_records).tolist()
        for lane in range(n_lanes):
            for feature in range(first, last):
                record, comparator = divmod((feature - first) // n_each, part.thresholds)
                levels[lane, feature] = quantiles[lane * n_records + record][comparator]
    return levels


def _arm(fibre: Fibre, arm: int) -> str:
    """What an arm does; nothing of the field as it is."""
    components = fibre.arms[arm]
    if not components:
        return ""
    element = components[0].element
    delay = components[0].coefficients.get("delay")
    for kind, order in DIFFERENCES.items():
        if len(components) == 1 and isinstance(element, kind) and is_number(delay):
            return f"{order} difference over {float(delay) * element.unit:.3g}"
    return f"arm {arm + 1}"


def _record(fibre: Fibre, reading: Reading) -> str:
    if not reading.record.endswith("°"):
        return RECORDS.get(reading.record, reading.record)
    return (
        "series"
        if reading.record == "0°" and fibre.reads_as_it_comes
        else f"homodyne {reading.record}"
    )


def _quantity(reading: Reading, quantile: float | None) -> str:
    words = re.sub(r" \(width 0?\.\d+\)", "", reading.quantity)
    words = re.sub(r" \(width [^)]*\)", " softly", words)
    if quantile is not None:
        words = re.sub(r"threshold \d+", f"q {quantile:.2f}", words)
        words = re.sub(r"^time above", "fraction above", words)
    numbered = f"{reading.place + 1} of {reading.places}" if reading.places > 1 else ""
    return _joined(words, reading.where or numbered)


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _told_apart(names: Sequence[str]) -> list[str]:
    """Names of which none comes twice: those that do are numbered."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return told
