"""The network with other coefficients, without touching it."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.explain.subject import Subject


@dataclass(frozen=True, order=True)
class Knob:
    """One coefficient of one layer of one fibre; places count from 0."""

    fibre: int
    layer: int
    name: str

    @property
    def label(self) -> str:
        """Such as "fibre 1, layer 2, beta2"."""
        return f"fibre {self.fibre + 1}, layer {self.layer + 1}, {self.name}"


Change = Mapping[Knob, float]


def knobs(subject: Subject) -> list[Knob]:
    """Every stated coefficient of every layer that is trained, or is not zero."""
    found = []
    for fibre, (_, medium) in enumerate(subject.fibres):
        values = medium.dimensionless()
        for name in medium.stated:
            for layer in range(medium.n_layers):
                if name in medium.trainable or float(values[name][layer]) != 0.0:
                    found.append(Knob(fibre, layer, name))
    return found


def value(subject: Subject, knob: Knob) -> float:
    """What a knob stands at, in natural units."""
    return float(subject.fibres[knob.fibre][1].dimensionless()[knob.name][knob.layer])


def with_knobs(subject: Subject, change: Change) -> dict[str, Tensor]:
    """Parameters and buffers that :func:`torch.func.functional_call` puts in place."""
    replaced: dict[str, Tensor] = {}
    for knob, number in change.items():
        medium = subject.fibres[knob.fibre][1]
        kind = f"trainable.{knob.name}" if knob.name in medium.trainable else f"frozen_{knob.name}"
        place = f"media.{knob.fibre}.{kind}"
        if place not in replaced:
            # a number that all layers share becomes one for each
            replaced[place] = medium.dimensionless()[knob.name].detach().clone()
        replaced[place][knob.layer] = number
    return replaced


def chosen(subject: Subject, x: Tensor, change: Change) -> Tensor:
    """Classes that the network chooses with some coefficients changed, in single precision."""
    network = subject.in_single_precision
    replaced = {k: v.float() for k, v in with_knobs(subject, change).items()}
    with torch.no_grad():
        parts = [
            torch.func.functional_call(network, replaced, (part,)).argmax(dim=1)
            for part in x.float().split(_batch(subject))
        ]
    return torch.cat(parts)


def logits(subject: Subject, x: Tensor, change: Change | None = None) -> Tensor:
    """Logits of cases with some coefficients changed, shape (cases, classes), float64."""
    replaced = with_knobs(subject, change or {})
    with torch.no_grad():
        return torch.cat(
            [
                torch.func.functional_call(subject.network, replaced, (part,))
                for part in x.split(_batch(subject))
            ]
        )


def features(subject: Subject, x: Tensor, change: Change | None = None) -> Tensor:
    """What the detectors see with some coefficients changed, shape (cases, features)."""
    replaced = with_knobs(subject, change or {})
    seen: list[Tensor] = []
    hook = subject.network.head.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    try:
        with torch.no_grad():
            for part in x.split(_batch(subject)):
                torch.func.functional_call(subject.network, replaced, (part,))
    finally:
        hook.remove()
    return torch.cat(seen)


def _batch(subject: Subject) -> int:
    return max(1, (1 << 20) // subject.work_per_case)
