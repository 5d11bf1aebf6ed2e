"""Light as papers draw it: how it evolves, its phase, coherence and spectrogram."""

import math
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from physembed.charts import Chart, Line, Lines, Map, Panel
from physembed.charts.arrays import Numbers, decibels
from physembed.charts.style import BLACK, BLUE, PALETTE
from physembed.errors import InvalidInputError
from physembed.optics.units import SPEED_OF_LIGHT

DECIBELS = 40.0
"""Range of the colours, below the peak."""

COLUMNS = 600
"""Places of a map along time and along wavelength."""

TIMES = (("s", 1), ("ms", 1e3), ("ns", 1e9), ("ps", 1e12), ("fs", 1e15))


class Evolved(Protocol):
    """What is drawn: a :class:`~physembed.optics.Propagated`."""

    @property
    def wavelength(self) -> float: ...
    @property
    def z(self) -> Numbers: ...
    @property
    def t(self) -> Numbers: ...
    @property
    def power(self) -> Numbers: ...
    @property
    def frequencies(self) -> Numbers: ...
    @property
    def spectrum(self) -> Numbers: ...
    @property
    def fields(self) -> Any: ...
    def on_wavelengths(self, wavelengths: Any) -> Numbers: ...
    def coherence(self, frame: int = -1) -> Numbers: ...


class Gated(Protocol):
    """A :class:`~physembed.optics.propagated.Spectrogram`."""

    @property
    def t(self) -> Numbers: ...
    @property
    def frequencies(self) -> Numbers: ...
    @property
    def values(self) -> Numbers: ...


def propagation_chart(propagated: Evolved, title: str = "") -> Chart:
    """Power and spectrum in dB over the distance, and what enters and leaves below.

    Parameters
    ----------
    propagated : Propagated
        Of one case, with power of shape (n_frames, n_points).
    title : str, default=""
    """
    _check_is_one(propagated)
    power = decibels(propagated.power, floor=-DECIBELS - 20)
    low, high = _seen(propagated.t, power)
    t = np.linspace(low, high, COLUMNS)
    over_time = np.array([np.interp(t, propagated.t, row) for row in power])
    known = propagated.frequencies
    positive = known > 0
    by_frequency = decibels(propagated.spectrum, floor=-DECIBELS - 20)[:, positive]
    shortest, longest = (SPEED_OF_LIGHT / f for f in reversed(_seen(known[positive], by_frequency)))
    lam = np.linspace(shortest, min(longest, 4 * propagated.wavelength), COLUMNS)
    over_wavelength = decibels(propagated.on_wavelengths(lam), floor=-DECIBELS - 20)
    t_unit, t_label = _unit(high - low, TIMES)
    z_unit, z_label = _unit(propagated.z[-1], (("km", 1e-3), ("m", 1), ("cm", 1e2), ("mm", 1e3)))
    z = propagated.z * z_unit
    panels: list[Panel] = [
        Map(
            "power", t * t_unit, z, over_time, "dB", f"time / {t_label}",
            f"distance / {z_label}", scale="decibels",
        ),
        Map(
            "spectrum per wavelength", lam * 1e9, z, over_wavelength, "dB", "wavelength / nm",
            f"distance / {z_label}", scale="decibels",
        ),
        Lines(
            "in and out", t * t_unit, _ends(over_time), f"time / {t_label}", "power / dB",
            x_range=(low * t_unit, high * t_unit), y_range=(-DECIBELS, 2.0),
        ),
        Lines(
            "in and out", lam * 1e9, _ends(over_wavelength), "wavelength / nm", "spectrum / dB",
            x_range=(lam[0] * 1e9, lam[-1] * 1e9), y_range=(-DECIBELS, 2.0),
        ),
    ]  # fmt: skip
    return Chart(
        name="propagation",
        title=title,
        caption="Read the maps upwards, from where the pulse enters; colours reach 40 dB down.",
        alternative=(
            f"Over {z[-1]:.3g} {z_label} the peak power goes from "
            f"{propagated.power[0].max():.3g} W to {propagated.power[-1].max():.3g} W."
        ),
        panels=tuple(panels),
        size=(5.2, 3.1),
    )


def phase_chart(propagated: Evolved, title: str = "") -> Chart:
    """Power and phase of what leaves over time, spectrum and its phase over wavelength.

    A phase is unwrapped where there is light, and zero where there is most of it.
    """
    _check_is_one(propagated)
    field = propagated.fields[-1].detach().cpu().numpy()
    power = decibels(propagated.power[-1], floor=-DECIBELS - 20)
    low, high = _seen(propagated.t, power[None])
    t_unit, t_label = _unit(high - low, TIMES)
    lam, level, order = _over_wavelengths(propagated, propagated.spectrum[-1:])
    # light of ω lies at the Fourier component -ω; the window's middle is the origin of time
    lines = np.fft.fftshift(np.fft.fft(np.fft.ifftshift(field)))[::-1][order]
    inside = (propagated.t >= low) & (propagated.t <= high)
    time_axis = propagated.t[inside] * t_unit
    panels: list[Panel] = []
    for x, decibel, values, x_label in (
        (time_axis, power[inside], field[inside], f"time / {t_label}"),
        (lam, level[0], lines, "wavelength / nm"),
    ):
        turns = np.where(decibel > -DECIBELS, _unwrapped(values, decibel), np.nan)
        # both in the same place, whatever is left out of one
        ends = (float(x.min()), float(x.max()))
        panels += [
            Lines("what leaves", x, [Line("out", decibel)], x_label, "dB",
                  x_range=ends, y_range=(-DECIBELS, 2.0)),
            Lines("its phase", x, [Line("phase", turns / math.pi)], x_label, "phase / π",
                  x_range=ends),
        ]  # fmt: skip
    return Chart(
        name="phase",
        title=title,
        caption="The phase is drawn where there is light, down to 40 dB below the peak.",
        alternative="Level and phase of what leaves, over time and over wavelength.",
        panels=tuple(panels),
        size=(5.2, 2.6),
    )


def coherence_chart(propagated: Evolved, title: str = "") -> Chart:
    """|g₁₂| of an ensemble where it leaves, above the mean of its spectra."""
    degree = propagated.coherence(-1)
    lam, level, order = _over_wavelengths(propagated, propagated.spectrum[-1:].mean(axis=1))
    lit = np.where(level[0] > -DECIBELS, degree[order], np.nan)
    n_cases, ends = propagated.fields.shape[1], (float(lam.min()), float(lam.max()))
    return Chart(
        name="coherence",
        title=title,
        caption=f"Of {n_cases} cases; drawn where there is light, down to 40 dB below the peak.",
        alternative=f"The mean degree of coherence, unweighted, is {np.nanmean(lit):.2f}.",
        panels=(
            Lines("coherence", lam, [Line("|g₁₂|", lit)], "wavelength / nm", "|g₁₂|",
                  x_range=ends, y_range=(0.0, 1.05)),
            Lines("mean spectrum", lam, [Line("mean", level[0])], "wavelength / nm", "dB",
                  x_range=ends, y_range=(-DECIBELS, 2.0)),
        ),
        columns=1,
        size=(5.2, 2.6),
    )  # fmt: skip


def spectrogram_chart(gated: Gated, title: str = "") -> Chart:
    """A gated spectrum in dB over time and wavelength."""
    positive = gated.frequencies > 0
    levels = decibels(gated.values[:, positive], floor=-DECIBELS - 20)
    known = gated.frequencies[positive]
    low, high = _seen(gated.t, levels.T)
    first, last = _seen(known, levels)
    inside, frequencies = (gated.t >= low) & (gated.t <= high), np.linspace(first, last, COLUMNS)
    rows = np.array([np.interp(frequencies, known, row) for row in levels[inside]])
    t_unit, t_label = _unit(high - low, TIMES)
    panel = Map(
        "spectrogram", gated.t[inside] * t_unit, frequencies * 1e-12, rows.T, "dB",
        f"time / {t_label}", "frequency / THz", scale="decibels",
    )  # fmt: skip
    return Chart(
        name="spectrogram",
        title=title,
        caption="Colours reach 40 dB down; the sharper the gate in time, the less in frequency.",
        alternative=(
            f"Light from {SPEED_OF_LIGHT / last * 1e9:.4g} to {SPEED_OF_LIGHT / first * 1e9:.4g} "
            f"nm, within {(high - low) * t_unit:.3g} {t_label}."
        ),
        panels=(panel,),
        size=(5.6, 4.0),
    )


CHARTS: dict[str, Callable[[Any, str], Chart]] = {
    "evolution": propagation_chart,
    "phase": phase_chart,
    "coherence": coherence_chart,
}
"""What can be drawn of light that was propagated."""


def _check_is_one(propagated: Evolved) -> None:
    if propagated.power.ndim != 2:
        raise InvalidInputError(
            "a chart is of one case, such as case(0); got fields of shape "
            f"{tuple(propagated.power.shape)}."
        )


def _over_wavelengths(
    propagated: Evolved, spectra: Numbers
) -> tuple[Numbers, Numbers, "np.ndarray"]:
    """Wavelengths in nm where there is light, levels in dB per frequency, and their places."""
    frequencies = propagated.frequencies
    levels = decibels(spectra, floor=-DECIBELS - 20)
    low, high = _seen(frequencies, levels)
    order = np.flatnonzero((frequencies >= max(low, 1.0)) & (frequencies <= high))[::-1]
    return SPEED_OF_LIGHT / frequencies[order] * 1e9, levels[:, order], order


def _unwrapped(values: "np.ndarray", decibel: Numbers) -> Numbers:
    """The phase, zero where most light is, unwrapped from there to both sides."""
    phase = np.unwrap(np.angle(values))
    return np.asarray(phase - phase[decibel.argmax()])


def _ends(levels: Numbers) -> list[Line]:
    """What leaves, and what enters dashed over it."""
    return [
        Line("out", levels[-1], colour=PALETTE.index(BLUE), dash="solid"),
        Line("in", levels[0], colour=PALETTE.index(BLACK), dash="dash"),
    ]


def _seen(x: Numbers, levels: Numbers) -> tuple[float, float]:
    """Where anything is above the range of the colours, with a margin."""
    seen = np.flatnonzero(levels.max(axis=0) > -DECIBELS)
    low, high = float(x[seen[0]]), float(x[seen[-1]])
    margin = 0.08 * (high - low) + float(x[1] - x[0])
    return max(low - margin, float(x[0])), min(high + margin, float(x[-1]))


def _unit(extent: float, units: tuple[tuple[str, float], ...]) -> tuple[float, str]:
    """The factor and name of the first unit in which an extent is 1 or more."""
    for name, factor in units:
        if extent * factor >= 1:
            return factor, name
    return units[-1][1], units[-1][0]
