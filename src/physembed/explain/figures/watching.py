"""The field on its way through a fibre: of one case, of every class, and where two classes part."""

from typing import Any

from torch import Tensor

from physembed.charts import Animation, Chart, Line, Lines, Map, Panel
from physembed.charts.arrays import decibels, numbers, reduced
from physembed.explain.figures.axes import COLUMNS, FREQUENCY, LAYERS, TIME, thinned
from physembed.explain.measures.optics import rms_width
from physembed.explain.measures.watching import ClassPassage, Passage

MOST_CLASSES = 12
COLUMNS_OF_A_CLASS = 200
DEEPEST = -60.0
"""Decibels of a moving spectrum below which its line would only be noise."""


def case_chart(passage: Passage, *, name: str, fibre: str, case: str, channel: int = 0) -> Chart:
    """Intensity, spectrum, phase and instantaneous frequency of one case.

    Without the last two where nothing turns the field's phase.
    """
    panels: list[Panel] = [
        _map("intensity |E(t, z)|²", TIME, passage.t, passage.z, passage.intensity[:, channel]),
        _map(
            "spectrum |E(ω, z)|²",
            FREQUENCY,
            passage.frequency,
            passage.z,
            decibels(passage.spectrum[:, channel]),
            scale="decibels",
            unit="dB",
        ),
    ]
    if not passage.is_real:
        rate = passage.instantaneous_frequency[:, channel]
        panels += [
            _ends("phase", "rad", passage.t, _from_brightest(passage, channel)),
            _ends("instantaneous frequency", "cycles per timepoint", passage.t, rate),
        ]
    return Chart(
        name=name,
        title=f"{case} in {fibre}",
        caption=(
            "Read the maps upwards: the series enters at z = 0 and meets the detector at the top. "
            "In the first half of each layer it disperses, in the second the medium's local law "
            "turns its phase. Time counts from the middle of the window; colours of the intensity "
            "follow the amplitude."
            + (
                " Nothing here turns the phase of the field."
                if passage.is_real
                else " Below, the phase (from that of the brightest point) and its slope, the "
                "instantaneous frequency, at the input and the output, where there is light."
            )
        ),
        alternative=_case_in_words(passage, channel, f"{case} in {fibre}"),
        panels=tuple(panels),
    )


def moving_chart(passage: Passage, *, name: str, fibre: str, case: str, channel: int = 0) -> Chart:
    """Amplitude and spectrum of one case, moving along z."""
    steps = [f"z = {float(z):.2f} layers" for z in passage.z]
    t, intensity = reduced(passage.t, passage.intensity[:, channel], COLUMNS)
    frequency, spectrum = reduced(passage.frequency, passage.spectrum[:, channel], COLUMNS)
    levels = decibels(spectrum, floor=DEEPEST)
    return Chart(
        name=name,
        title=f"{case} in {fibre}, moving",
        caption=(
            "The same passage as a film. Play it, and see whether edges blur (dispersion), light "
            "gathers (a trap, a lattice) or new frequencies come (nonlinearity): "
            f"{_change_in_words(passage, channel)}"
        ),
        alternative=_case_in_words(passage, channel, f"Moving picture of {case} in {fibre}"),
        panels=(
            Animation(
                "amplitude |E(t)|", t, ["|E|"], intensity[:, None] ** 0.5, steps, TIME, "|E|"
            ),
            Animation(
                "spectrum |E(ω)|²", frequency, ["spectrum"], levels[:, None], steps,
                FREQUENCY, "dB",
            ),
        ),
    )  # fmt: skip


def class_chart(
    passages: ClassPassage, classes: tuple[str, ...], *, name: str, fibre: str, channel: int = 0
) -> Chart:
    """Mean intensity of every class on its way, all in the same colours."""
    shown = [k for k in range(len(classes)) if int(passages.counts[k])][:MOST_CLASSES]
    limit = float(passages.intensity[shown, :, channel].amax())
    left = len(classes) - len(shown)
    return Chart(
        name=name,
        title=f"mean intensity of each class in {fibre}",
        caption=(
            "The mean of |E(t, z)|² over training cases of each class, all in the same colours. "
            "What differs from map to map at the top is what a detector behind this fibre can "
            "tell; what is alike in all says nothing of the class."
            + (f" {left} more classes are not shown." if left else "")
        ),
        alternative=(
            f"{len(shown)} maps of mean intensity over time and layers in {fibre}, one for each "
            f"class; the brightest point is in class "
            f"{classes[int(passages.intensity[:, :, channel].flatten(1).amax(dim=1).argmax())]}."
        ),
        panels=tuple(
            _map(
                f"class {classes[k]} ({int(passages.counts[k])} cases)",
                TIME,
                passages.t,
                passages.z,
                passages.intensity[k, :, channel],
                limit=limit,
                columns=COLUMNS_OF_A_CLASS,
            )
            for k in shown
        ),
        columns=min(len(shown), 3),
    )


def difference_chart(
    passages: ClassPassage,
    classes: tuple[str, ...],
    pair: tuple[int, int],
    *,
    name: str,
    fibre: str,
    channel: int = 0,
) -> Chart:
    """Where on the way, in time and in frequency, two classes differ."""
    first, second = (classes[k] for k in pair)
    in_time, in_frequency = (d[:, channel] for d in passages.difference(*pair))
    unit = "standard deviations"
    middle = len(in_time) // 2
    largest = in_time.abs().amax(dim=1)
    return Chart(
        name=name,
        title=f"class {first} minus class {second} in {fibre}",
        caption=(
            f"Difference of the two classes' means in their pooled standard deviation (Cohen's d): "
            f"red where class {first} is brighter. A detector tells the classes apart where the "
            "colours are deep, and only what is deep at the top is read: at one place of the "
            f"input up to {float(largest[0]):.2f} deviations, of the output up to "
            f"{float(largest[-1]):.2f}."
        ),
        alternative=(
            f"Maps of the difference of classes {first} and {second} in {fibre}. The largest "
            f"difference of intensity at one place is {float(largest[0]):.2f} standard deviations "
            f"at the input, {float(largest[middle]):.2f} half way and {float(largest[-1]):.2f} at "
            "the output."
        ),
        panels=(
            _map("intensity", TIME, passages.t, passages.z, in_time, scale="diverging", unit=unit),
            _map(
                "spectrum",
                FREQUENCY,
                passages.frequency,
                passages.z,
                in_frequency,
                scale="diverging",
                unit=unit,
            ),
        ),
    )


def _map(
    title: str,
    x_label: str,
    x: Tensor,
    z: Tensor,
    values: Any,
    *,
    scale: str = "intensity",
    limit: float | None = None,
    unit: str = "|E|²",
    columns: int = COLUMNS,
) -> Map:
    short, shown = reduced(x, values, columns)
    layers = range(1, round(float(z[-1])))
    return Map(
        title, short, numbers(z), shown, unit, x_label, LAYERS, scale=scale, limit=limit,
        marks=layers,
    )  # fmt: skip


def _from_brightest(passage: Passage, channel: int) -> Tensor:
    phase = passage.phase[:, channel]
    brightest = passage.intensity[:, channel].argmax(dim=-1, keepdim=True)
    return phase - phase.gather(-1, brightest)


def _ends(title: str, unit: str, t: Tensor, values: Tensor) -> Lines:
    """What a quantity is at the input and at the output, over the whole window."""
    x = numbers(t)
    lines = [
        Line(label, thinned(numbers(values[frame])), dash=dash)
        for label, frame, dash in (("in", 0, "dash"), ("out", -1, "solid"))
    ]
    return Lines(title, thinned(x), lines, TIME, unit, x_range=(float(x[0]), float(x[-1])))


def _case_in_words(passage: Passage, channel: int, subject: str) -> str:
    return f"{subject}: {_change_in_words(passage, channel)}"


def _change_in_words(passage: Passage, channel: int) -> str:
    widths = rms_width(passage.intensity[[0, -1], channel], passage.t).tolist()
    bands = rms_width(passage.spectrum[[0, -1], channel], passage.frequency).tolist()
    return (
        f"the root-mean-square duration goes from {widths[0]:.3g} to {widths[1]:.3g} "
        f"timepoints, the bandwidth from {bands[0]:.3g} to {bands[1]:.3g} cycles per timepoint."
    )
