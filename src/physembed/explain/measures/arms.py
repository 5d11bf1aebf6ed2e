"""What leaves the elements and arms behind a fibre, and what its comparators make of it."""

import re
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.explain.layers import group_delay
from physembed.explain.subject import Subject
from physembed.networks.component import ComponentModule
from physembed.networks.detectors.comparators import ComparatorModule


@dataclass(frozen=True)
class ArmPassage:
    """The field of one case and channel in front of a medium, behind it, and behind each arm.

    Parameters
    ----------
    places : list of str
        "input", "medium", and every arm in words.
    t : Tensor of shape (points,)
        In timepoints, from the middle of the window.
    frequency : Tensor of shape (points,)
        In cycles per timepoint, increasing.
    fields : Tensor of shape (places, points), complex
    transfer : Tensor of shape (arms, points), complex, or None
        H of each arm with the medium, in the order of ``frequency``; None where an element is a
        modulation in time or the medium is nonlinear.
    delay : Tensor of shape (points,) or None
        Group delay of the medium in timepoints; None where it is nonlinear.
    comparators : Comparators or None
    n_detected : int
        How many of the points, from the first on, the detectors see.
    """

    places: list[str]
    t: Tensor
    frequency: Tensor
    fields: Tensor
    transfer: Tensor | None
    delay: Tensor | None
    comparators: "Comparators | None"
    n_detected: int

    @property
    def arms(self) -> list[str]:
        """Every arm in words."""
        return self.places[2:]


@dataclass(frozen=True)
class Comparators:
    """Records behind each arm and the thresholds that they are compared with.

    Parameters
    ----------
    names : tuple of str
        Of the records of an arm.
    t : Tensor of shape (points detected,)
    records : Tensor of shape (arms, records, points detected)
    thresholds : Tensor of shape (arms, records, thresholds)
    """

    names: tuple[str, ...]
    t: Tensor
    records: Tensor
    thresholds: Tensor

    @property
    def exceeded(self) -> Tensor:
        """How many thresholds each record is above, of the shape of ``records``."""
        return (self.records[..., None] > self.thresholds[..., None, :]).sum(dim=-1)


def watch_arms(subject: Subject, fibre: int, x: Tensor, *, channel: int = 0) -> ArmPassage:
    """Send one channel of a series, (channels, timepoints), through a fibre and its arms."""
    described, medium = subject.fibres[fibre]
    path = subject.paths[fibre]
    grid = described.grid(subject.network.n_timepoints)
    with torch.no_grad():
        start = subject.entering(fibre, x[None])
        behind = medium(start)
        ends = path.behind_arms(behind)[0, channel]
        fields = torch.cat([start[0, channel][None], behind[0, channel][None], ends])
        transfer = torch.fft.fftshift(path.transfer(medium), dim=-1) if path.is_transfer else None
    return ArmPassage(
        ["input", "medium", *arm_names(subject, fibre)],
        grid.t,
        torch.fft.fftshift(grid.omega) / (2 * torch.pi),
        fields,
        transfer,
        group_delay(medium) if medium.is_linear() else None,
        _comparators(subject, fibre, ends[:, : path.n_detected], grid.t, channel),
        path.n_detected,
    )


def arm_names(subject: Subject, fibre: int) -> list[str]:
    """Every arm of a fibre in words, such as "arm 2: Mach-Zehnder, delay 1.4"."""
    return [
        f"arm {number}: {'; '.join(map(in_words, arm.children())) or 'the field'}"
        for number, arm in enumerate(subject.paths[fibre].arms, start=1)
    ]


def kind_in_words(element: torch.nn.Module) -> str:
    """What an element is called, such as "Mach-Zehnder"."""
    assert isinstance(element, ComponentModule)
    kind = type(element.element).__name__
    return {"MachZehnder": "Mach-Zehnder", "ThreePathInterferometer": "three paths"}.get(
        kind, re.sub("(?<=[a-z])(?=[A-Z])", " ", kind).lower()
    )


def in_words(element: torch.nn.Module) -> str:
    """An element and its stated coefficients in the grid's units."""
    assert isinstance(element, ComponentModule)
    name = kind_in_words(element)
    values = element.physical()
    stated = [f"{key} {float(values[key]):.3g}" for key in element.stated]
    most = 2
    if len(stated) > most:
        return f"{name} of {len(stated)} values"
    return ", ".join([name, *stated])


def _comparators(
    subject: Subject, fibre: int, gated: Tensor, t: Tensor, channel: int
) -> Comparators | None:
    counter = next(
        (m for m in subject.paths[fibre].detector.modules() if isinstance(m, ComparatorModule)),
        None,
    )
    if counter is None:
        return None
    n_arms = len(gated)
    with torch.no_grad():
        records = counter.source.records(gated[None])[0]
        thresholds = counter.levels * counter.get_buffer("spread")[..., None]
    mine = slice(channel * n_arms, (channel + 1) * n_arms)
    return Comparators(
        counter.source.record_names, t[: records.shape[-1]], records, thresholds[mine].detach()
    )
