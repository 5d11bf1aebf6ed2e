"""Elements and arms behind a fibre: transfer, field, spectrum, and what comparators make of it."""

import numpy as np
import torch

from physembed.charts import Chart, Line, Lines, Map, Panel
from physembed.explain.arrays import numbers, reduced
from physembed.explain.measures.arms import ArmPassage, Comparators

COLUMNS = 400
TIME = "t / timepoints"
FREQUENCY = "frequency / (1 / timepoint)"


def transfer_chart(passage: ArmPassage, *, name: str, fibre: str) -> Chart | None:
    """What the medium delays and what each arm lets through; None where neither is a transfer."""
    positive = numbers(passage.frequency) >= 0
    frequency = numbers(passage.frequency)[positive]
    panels: list[Panel] = []
    if passage.transfer is not None:
        magnitude = numbers(passage.transfer.abs())[:, positive]
        lines: list[Line] = []
        for arm, values in zip(passage.arms, magnitude, strict=True):
            short, kept = _thinned(frequency, values)
            lines.append(Line(arm, kept, dash=_dash(len(lines))))
        panels.append(Lines("transfer of each arm", FREQUENCY, "|H(ω)|", short, lines))
    if passage.delay is not None:
        short, kept = _thinned(frequency, passage.delay[positive])
        panels.append(
            Lines("delay by the medium", FREQUENCY, "timepoints", short, [Line("delay", kept)])
        )
    if not panels:
        return None
    strongest = ""
    if passage.transfer is not None:
        peaks = [float(frequency[k]) for k in magnitude.argmax(axis=1)]
        strongest = (
            " Arms let most through at "
            + ", ".join(f"{p:.3g}" for p in peaks)
            + (" cycles per timepoint.")
        )
    return Chart(
        name=name,
        title=f"the elements of {fibre}",
        caption=(
            "Left: how strongly each arm lets a frequency through. A Mach-Zehnder at its dark port "
            "takes differences, three paths second differences; both are combs. Right: how much "
            "later than the middle of the band the medium lets each frequency arrive."
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
    rows = np.arange(len(passage.places), dtype=float)
    # in full they would leave no room for the map on a phone
    names = [place.split(":")[0] for place in passage.places]
    largest = in_frequency.max(axis=1, keepdims=True).clip(1e-300)
    panels: list[Panel] = [
        Map(
            "intensity",
            TIME,
            "",
            t,
            rows,
            (in_time / in_time.max(axis=1, keepdims=True).clip(1e-300)),
            "of its row's largest",
            y_names=names,
        ),
        Map(
            "spectrum",
            FREQUENCY,
            "",
            frequency,
            rows,
            10 * np.log10((in_frequency / largest).clip(1e-8)),
            "dB of its row's largest",
            scale="decibels",
            y_names=names,
        ),
    ]
    if passage.comparators is not None:
        panels += _comparator_panels(passage.comparators, passage.arms)
    energy = numbers(intensity.sum(dim=-1) / intensity[0].sum())
    return Chart(
        name=name,
        title=f"{case} behind {fibre}",
        caption=(
            f"Read upwards: the series, the field behind the medium, and what leaves each arm: "
            f"{'; '.join(passage.arms)}. "
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
                f"{e:.3g} {p.split(':')[0] if k else 'at the input'}"
                for k, (p, e) in enumerate(zip(passage.places, energy, strict=True))
            )
            + "."
        ),
        panels=tuple(panels),
    )


def _comparator_panels(found: Comparators, arms: list[str]) -> list[Panel]:
    n_arms, n_records, _ = found.records.shape
    names = [f"{arms[a].split(':')[0]}, {r}" for a in range(n_arms) for r in found.names]
    t, exceeded = reduced(found.t, found.exceeded.flatten(0, 1), COLUMNS)
    short, first = reduced(found.t, found.records[:, 0], COLUMNS)
    spread = first.std(axis=1, keepdims=True).clip(1e-12)
    return [
        Map(
            "what the comparators say",
            TIME,
            "",
            t,
            np.arange(n_arms * n_records, dtype=float),
            exceeded,
            f"thresholds exceeded, of {found.thresholds.shape[-1]}",
            scale="linear",
            y_names=names,
        ),
        Lines(
            f"records at {found.names[0]}",
            TIME,
            "standard deviations, apart by 4",
            short,
            [
                Line(arms[a].split(":")[0], first[a] / spread[a] + 4 * a, dash=_dash(a))
                for a in range(n_arms)
            ],
        ),
    ]


def _dash(place: int) -> str:
    return ("solid", "dash", "dashdot", "dot")[place % 4]


def _thinned(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    stride = max(1, len(x) // 800)
    return x[::stride], y[::stride]
