"""The network with other coefficients, without touching it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from physembed.explain.subject import Subject
from physembed.networks import Trainable
from physembed.networks.component import ComponentModule


@dataclass(frozen=True, order=True)
class Knob:
    """One coefficient of one layer or one element of one fibre; places count from 0.

    Parameters
    ----------
    fibre : int
    layer : int
        Of the medium; of an element, -1.
    name : str
    element : str, default=""
        Of an element, where it is in the fibre's light path, such as "arms.2.0".
    """

    fibre: int
    layer: int
    name: str
    element: str = ""

    @property
    def place(self) -> str:
        """Such as "layer 2", or "arm 3"."""
        if not self.element:
            return f"layer {self.layer + 1}"
        group, *numbers = self.element.split(".")
        places = [int(number) + 1 for number in numbers]
        if group == "arms":
            further = f", element {places[1]}" if places[1] > 1 else ""
            return f"arm {places[0]}{further}"
        return f"element {places[0]} {group} the medium"

    @property
    def label(self) -> str:
        """Such as "fibre 1, layer 2, beta2"."""
        return f"fibre {self.fibre + 1}, {self.place}, {self.name}"


Change = Mapping[Knob, float]


def knobs(subject: Subject) -> list[Knob]:
    """Every stated coefficient of every layer and element that is trained, or is not zero."""
    all_knobs = []
    for fibre, (_, medium) in enumerate(subject.fibres):
        values = medium.dimensionless()
        for name in medium.stated:
            for layer in range(medium.n_layers):
                if name in medium.trainable or float(values[name][layer]) != 0.0:
                    all_knobs.append(Knob(fibre, layer, name))
        for place, element in elements(subject, fibre).items():
            for name in element.stated:
                if name in element.trainable or float(element.dimensionless()[name]) != 0.0:
                    all_knobs.append(Knob(fibre, -1, name, place))
    return all_knobs


def elements(subject: Subject, fibre: int) -> dict[str, ComponentModule]:
    """The elements of a fibre by their places in its light path, in the order of the light."""
    return {
        place: module
        for place, module in subject.paths[fibre].named_modules()
        if isinstance(module, ComponentModule)
    }


def origin(subject: Subject, knob: Knob) -> str:
    """How a coefficient came to its value: "trained", "as designed", or "fixed".

    As designed is what training was free to move, and left where it began.
    """
    part: Any = subject.network.fibres[knob.fibre]
    if knob.element:
        group, *places = knob.element.split(".")
        part = getattr(part, group)
        for place in places:
            part = part[int(place)]
    setting = part.coefficients.get(knob.name)
    if not isinstance(setting, Trainable):
        return "fixed"
    starts = np.atleast_1d(np.asarray(setting.start, dtype=np.float32))
    start = starts[knob.layer] if len(starts) > 1 else starts[0]
    moved = setting.spread > 0 or np.float32(value(subject, knob)) != start
    return "trained" if moved else "as designed"


def value(subject: Subject, knob: Knob) -> float:
    """What a knob stands at, in natural units."""
    return float(_owner(subject, knob).dimensionless()[knob.name][max(knob.layer, 0)])


def replaced_values(subject: Subject, change: Change) -> dict[int, dict[str, Tensor]]:
    """For every fibre with a change, what :func:`torch.func.functional_call` puts in place.

    Names are those of a :class:`~physembed.explain.measures.detected.OneFibre`; float64.
    """
    replaced: dict[int, dict[str, Tensor]] = {}
    for knob, number in change.items():
        owner = _owner(subject, knob)
        kind = f"trainable.{knob.name}" if knob.name in owner.trainable else f"frozen_{knob.name}"
        place = f"path.{knob.element}.{kind}" if knob.element else f"medium.{kind}"
        of_fibre = replaced.setdefault(knob.fibre, {})
        if place not in of_fibre:
            # a number that all layers share becomes one for each
            of_fibre[place] = owner.dimensionless()[knob.name].detach().clone()
        of_fibre[place][max(knob.layer, 0)] = number
    return replaced


def _owner(subject: Subject, knob: Knob):  # type: ignore[no-untyped-def]
    """The medium or the element that a knob is of; both have the same coefficients' interface."""
    if knob.element:
        return elements(subject, knob.fibre)[knob.element]
    return subject.fibres[knob.fibre][1]
