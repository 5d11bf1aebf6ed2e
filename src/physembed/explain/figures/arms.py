"""Elements and arms behind a fibre: transfer, field, spectrum, and what comparators make of it."""

import torch

from physembed.charts import Chart, Line, Lines, Map, Panel
from physembed.charts.arrays import decibels, numbers, reduced
from physembed.explain.figures.axes import COLUMNS, FREQUENCY, TIME, dash_of, thinned
from physembed.explain.measures.arms import ArmPassage, Comparators


def transfer_chart(passage: ArmPassage, *, name: str, fibre: str) -> Chart | None:
    """What the medium delays and what each arm lets through; None where neither is a transfer."""
    positive = numbers(passage.frequency) >= 0
    frequency = numbers(passage.frequency)[positive]
    panels: list[Panel] = []
    strongest = ""
    if passage.transfer is not None:
        magnitude = numbers(passage.transfer.abs())[:, positive]
        lines = [
            Line(arm, thinned(values), dash=dash_of(k))
            for k, (arm, values) in enumerate(zip(passage.arms, magnitude, strict=True))
        ]
        panels.append(Lines("transfer of each arm", thinned(frequency), lines, FREQUENCY, "|H(ω)|"))
        peaks = ", ".join(f"{float(frequency[k]):.3g}" for k in magnitude.argmax(axis=1))
        strongest = f" Arms let most through at {peaks} cycles per timepoint."
    if passage.delay is not None:
        delay = Line("delay", thinned(numbers(passage.delay)[positive]))
        panels.append(
            Lines("delay by the medium", thinned(frequency), [delay], FREQUENCY, "timepoints")
        )
    if not panels:
        return None
    return Chart(
        name=name,
        title=f"the elements of {fibre}",
        caption=(
            "Transfer: how strongly each arm lets a frequency through. A Mach-Zehnder at its dark "
            "port takes differences, three paths second differences; both are combs, and what "
            "lies in their gaps is never seen behind that arm. Delay: how much later than the "
            f"middle of the band the medium lets each frequency arrive.{strongest}"
        ),
        alternative=f"Lines of transmission and delay over frequency in {fibre}.{strongest}",
        panels=tuple(panels),
    )


def arms_chart(passage: ArmPassage, *, name: str, fibre: str, case: str) -> Chart:
    """Intensity and spectrum of a case at the input, behind the medium and behind each arm."""
    intensity = passage.fields.abs().square()
    spectrum = torch.fft.fftshift(torch.fft.fft(passage.fields), dim=-1).abs().square()
    seen = passage.n_detected
    t, in_time = reduced(passage.t[:seen], intensity[:, :seen], COLUMNS)
    positive = passage.frequency >= 0
    frequency, in_frequency = reduced(passage.frequency[positive], spectrum[:, positive], COLUMNS)
    # in full they would leave no room for the map on a phone
    rows = [place.split(":")[0] for place in passage.places]
    share = in_time / in_time.max(axis=1, keepdims=True).clip(1e-300)
    panels: list[Panel] = [
        Map("intensity", t, rows, share, "of its row's largest", TIME),
        Map(
            "spectrum",
            frequency,
            rows,
            decibels(in_frequency, axis=1),
            "dB of its row's largest",
            FREQUENCY,
            scale="decibels",
        ),
    ]
    if passage.comparators is not None:
        panels += _comparator_panels(passage.comparators, rows[2:])
    energy = numbers(intensity.sum(dim=-1) / intensity[0].sum())
    return Chart(
        name=name,
        title=f"{case} behind {fibre}",
        caption=(
            f"Read upwards: the series, the field behind the medium, and what leaves each arm: "
            f"{'; '.join(passage.arms)}. Arms of differences are bright at edges and dark where "
            "the series is even. "
            + (
                "Each record is the field mixed with an oscillator of some phase; comparators say "
                "at each time how many of its thresholds it is above, and counters for how long "
                "and how often. Last: the first record of each arm with its own scale."
                if passage.comparators is not None
                else ""
            )
        ),
        alternative=(
            f"{case} behind {fibre}: energy over that of the input is "
            + ", ".join(
                f"{e:.3g} {place if k else 'at the input'}"
                for k, (place, e) in enumerate(zip(rows, energy, strict=True))
            )
            + "."
        ),
        panels=tuple(panels),
    )


def _comparator_panels(comparators: Comparators, arms: list[str]) -> list[Panel]:
    t, exceeded = reduced(comparators.t, comparators.exceeded.flatten(0, 1), COLUMNS)
    _, first = reduced(comparators.t, comparators.records[:, 0], COLUMNS)
    standard = first / first.std(axis=1, keepdims=True).clip(1e-12)
    return [
        Map(
            "what the comparators say",
            t,
            [f"{arm}, {record}" for arm in arms for record in comparators.names],
            exceeded,
            f"thresholds exceeded, of {comparators.thresholds.shape[-1]}",
            TIME,
            scale="linear",
        ),
        Lines(
            f"records at {comparators.names[0]}",
            t,
            [Line(arm, standard[k] + 4 * k, dash=dash_of(k)) for k, arm in enumerate(arms)],
            TIME,
            "standard deviations, apart by 4",
        ),
    ]
