"""Accuracy against noise, bits, drift, shifts and gaps, from what the model's card tells."""

import numpy as np

from physembed.charts import Bars, Chart, Line, Lines, Panel
from physembed.charts.arrays import Numbers
from physembed.explain.figures.axes import accuracy_range
from physembed.explain.robustness import (
    AS_THEY_ARE,
    BITS,
    CONVERTER,
    CONVERTERS,
    NOISE,
    NOISE_LEVELS,
    READOUT,
    SHIFT,
    SHIFTS,
    Robustness,
)

RIGHT = "right / %"
LITTLE = 0.01
"""A share of the cases that is not worth a word."""


def disturbed_chart(measured: Robustness) -> Chart:
    """What is right with each disturbance, beside what is right without.

    Parameters
    ----------
    measured : Robustness
        Of a card.
    """
    right = {words: 100 * share for words, share in measured.right.items()}
    plain = right.pop(AS_THEY_ARE)
    limits = accuracy_range(min(plain, *right.values()))

    def at(words: list[str]) -> Numbers:
        return np.array([plain, *(right.get(of, np.nan) for of in words)])

    def line(title: str, template: str, levels: tuple[float, ...], unit: str) -> Lines:
        values = at([template.format(level) for level in levels])
        x = 100 * np.array([0.0, *levels])
        return Lines(title, x, [Line("cases", values)], unit, RIGHT, marked=True, y_range=limits)

    bits = sorted({*CONVERTERS, *BITS}, reverse=True)
    of_bits = [
        Line(name, at([template.format(n) for n in bits]))
        for name, template in (("converter", CONVERTER), ("readout's weights", READOUT))
    ]
    levelled = {
        template.format(level)
        for template, levels in (
            (NOISE, NOISE_LEVELS), (SHIFT, SHIFTS), (CONVERTER, CONVERTERS), (READOUT, BITS),
        )
        for level in levels
    }  # fmt: skip
    others = [words for words in right if words not in levelled]
    panels: list[Panel] = [
        line("with noise in the sensor", NOISE, NOISE_LEVELS, "noise / % of a series' deviation"),
        Lines(
            "with fewer bits", ["all", *map(str, bits)], of_bits, "bits", RIGHT,
            marked=True, y_range=limits,
        ),
        line("moved in time", SHIFT, SHIFTS, "shift / % of the length"),
        Bars("with drift and gaps", [AS_THEY_ARE, *others], [("right", at(others))], RIGHT),
    ]  # fmt: skip
    says = (
        f"{_in_words(measured)} A flat line is what one wants; what makes one fall has to be kept "
        "from the model."
    )
    return Chart("disturbed", "what happens when something disturbs", says, says, tuple(panels))


def _in_words(measured: Robustness) -> str:
    """What costs most, and what costs nearly nothing."""
    right = dict(measured.right)
    plain = right.pop(AS_THEY_ARE)
    worst = min(right, key=lambda words: right[words])
    told = f"Of {measured.cases} {plain:.1%} are right."
    harmless = [words for words, share in right.items() if plain - share < LITTLE]
    if len(harmless) == len(right):
        return f"{told} Nothing that was tried costs a hundredth of that."
    told += f" Least are with this: {worst}, {right[worst]:.1%}."
    if harmless:
        told += f" Less than a point is lost with: {', '.join(harmless)}."
    return told
