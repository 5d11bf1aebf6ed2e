"""A scene as the page reads it: fields, a medium of equal layers, and what is moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

LAYERS = 24
DIGITS = 7
"""Of the points of a field."""


@dataclass(frozen=True)
class Slider:
    """A number of the medium that is moved.

    Parameters
    ----------
    name, label : str
    low, high, step : float
    unit : str, default=""
    """

    name: str
    label: str
    low: float
    high: float
    step: float
    unit: str = ""


ATTENUATION = Slider("alpha", "attenuation α", 0, 0.5, 0.01)
DISPERSION = Slider("beta2", "dispersion β₂", -2, 2, 0.02)
NONLINEARITY = Slider("gamma", "nonlinearity γ", -2, 2, 0.02)
LAYER_COUNT = Slider("layers", "layers", 1, 48, 1)
DETECTORS = Slider("detectors", "detectors", 4, 64, 1)


@dataclass(frozen=True)
class PageScene:
    """Fields, and a medium of equal layers.

    Parameters
    ----------
    name, title, about : str
    fields : mapping of str to Tensor of shape (points,), complex128
        By what they are called.
    window : float
        Length of the grid, in ``time_unit``.
    values : mapping of str to float
        Of the sliders; what is not there is zero.
    sliders : sequence of Slider
    units : mapping of str to float, default={}
        What a value of 1 stands for, in the grid's units.
    layer_length : float, default=1.0
    steps : int, default=1
        In a layer, of the symmetric scheme.
    potential_layers : int or None, default=None
        The first layers, in which the potential is; None is all.
    period : float, default=0.0
        Of a lattice.
    detectors : Slider
    brightness : {"amplitude", "intensity", "decibel"}, default="amplitude"
        What the picture shows at first.
    time_unit, depth_unit : str
    """

    name: str
    title: str
    about: str
    fields: Mapping[str, Tensor]
    window: float
    values: Mapping[str, float]
    sliders: Sequence[Slider]
    units: Mapping[str, float]
    layer_length: float = 1.0
    steps: int = 1
    potential_layers: int | None = None
    period: float = 0.0
    detectors: Slider = DETECTORS
    brightness: str = "amplitude"
    time_unit: str = "T₀"
    depth_unit: str = "lengths"

    def as_data(self) -> dict[str, Any]:
        """What the page reads."""
        sliders = (*self.sliders, LAYER_COUNT, self.detectors)
        (points,) = next(iter(self.fields.values())).shape
        return {
            "name": self.name,
            "title": self.title,
            "about": self.about,
            "inputs": [_input(label, field) for label, field in self.fields.items()],
            "points": points,
            "window": self.window,
            "values": {"layers": LAYERS, "detectors": 32, **self.values},
            "units": dict(self.units),
            "sliders": [vars(slider) for slider in sliders],
            "layerLength": self.layer_length,
            "steps": self.steps,
            "scheme": "strang",
            "potentialLayers": self.potential_layers,
            "period": self.period,
            "brightness": self.brightness,
            "timeUnit": self.time_unit,
            "depthUnit": self.depth_unit,
        }


def _input(label: str, field: Tensor) -> dict[str, Any]:
    imaginary = _rounded(field.imag) if bool(field.imag.any()) else None
    return {"label": label, "re": _rounded(field.real), "im": imaginary}


def _rounded(values: Tensor) -> list[float]:
    return [float(f"{value:.{DIGITS}g}") for value in values.tolist()]
