"""What the readout looks at: its weights sent back through the medium by the adjoint field."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from physembed.explain.measures.detected import Detected
from physembed.explain.subject import Subject
from physembed.networks.light_path import LightPath

STRETCHES = 20
"""Equal parts of a series that the test of deletion erases, or leaves."""

ERASED = 0.1
"""Share of them that it erases."""


@dataclass(frozen=True)
class Attribution:
    """Which parts of which case speak for its class.

    Parameters
    ----------
    cases : Tensor of shape (cases,)
        Places among the test cases.
    shares : Tensor of shape (cases, channels, timepoints)
        (x - x̄) ∂s/∂x of the score s, x̄ the mean of the case's channel: positive speaks for the
        class that was chosen.
    score : Tensor of shape (cases,)
        Logit of the class chosen over the mean of the others.
    chosen : Tensor of shape (cases,)
    agreement : float
        Share of the cases that the network of which the slopes are decides as the one explained:
        1 where it is the same one.
    """

    cases: Tensor
    shares: Tensor
    score: Tensor
    chosen: Tensor
    agreement: float = 1.0


@dataclass(frozen=True)
class Deletion:
    """Share of decisions that change when a tenth of the series is erased, in two stretches.

    Erased are those that speak most for the decision, those that matter least, or as many at
    random. Where the first changes no more than the last, the attribution tells nothing.
    """

    most: float
    least: float
    random: float


def attribute(subject: Subject, cases: Tensor) -> Attribution:
    """Attribute the decisions on some test cases to the timepoints of the series.

    The derivative of the score with respect to the series is the adjoint field at the input: the
    readout's weights, through the detector, sent back through the layers by the adjoint of the
    split-step propagation, which autograd does. Times the series about its mean, this is the
    first-order share of every timepoint: what a level adds is of none of them. Hard comparators
    have no derivative; soft ones stand in for them here, and
    :func:`deletion` tests the shares on the network as it is.

    References
    ----------
    Plessix, Geophysical Journal International 167 (2006) 495 (adjoint fields); Shrikumar,
    Greenside and Kundaje, ICML (2017), section 2 (input times gradient).
    """
    from captum.attr import Saliency

    slopes = Saliency(lambda x: decision(subject.soft(x))[0])
    x = subject.x_test[cases]
    shares = [
        slopes.attribute(part.clone().requires_grad_(), abs=False).detach()
        * (part - part.mean(dim=-1, keepdim=True))
        for part in subject.batches(x)
    ]
    score, chosen = decision(subject.logits(x))
    alike = subject.logits(x, subject.soft).argmax(dim=1) == chosen
    return Attribution(cases, torch.cat(shares), score, chosen, float(alike.double().mean()))


def occluded(subject: Subject, case: int, *, windows: int = 40) -> Tensor:
    """How much the score of a decision falls when a stretch of the series is covered.

    No derivative, but the network as it is: a second opinion on :func:`attribute`, shape
    (channels, timepoints). A window of a twentieth of the series, which takes the mean of its
    channel, slides by half of itself.
    """
    from captum.attr import Occlusion

    x = subject.x_test[case : case + 1]
    label = subject.decisions(x).argmax(dim=1)
    width = max(1, 2 * x.shape[-1] // windows)

    def score(series: Tensor) -> Tensor:
        return over_others(subject.network(series), label.expand(len(series)))

    cost: Tensor = Occlusion(score).attribute(
        x,
        sliding_window_shapes=(1, width),
        strides=(1, max(1, width // 2)),
        baselines=x.mean(dim=-1, keepdim=True).expand_as(x),
        perturbations_per_eval=8,
    )
    return cost[0].detach()


def decision(logits: Tensor) -> tuple[Tensor, Tensor]:
    """The logit of the chosen class over the mean of the others, and that class."""
    label = logits.argmax(dim=1)
    return over_others(logits, label), label


def over_others(logits: Tensor, label: Tensor) -> Tensor:
    """The logit of a class for each case over the mean of all other classes."""
    chosen = logits.gather(1, label[:, None])[:, 0]
    return chosen - (logits.sum(dim=1) - chosen) / max(logits.shape[1] - 1, 1)


def deletion(subject: Subject, attribution: Attribution, *, seed: int = 0) -> Deletion:
    """Erase stretches of series, and see whether decisions stand: a test of the attribution.

    An erased stretch becomes the straight line between its neighbours, so that no edge is made
    that was not there: edges alone would change decisions.
    """
    x = subject.x_test[attribution.cases]
    stretches = min(STRETCHES, x.shape[-1])
    n_erased = max(1, round(ERASED * stretches))
    parts = attribution.shares.tensor_split(stretches, -1)
    sums = torch.stack([part.sum(dim=-1) for part in parts], -1)
    generator = torch.Generator().manual_seed(seed)
    orders = {
        "most": sums.argsort(dim=-1, descending=True),
        "least": sums.abs().argsort(dim=-1),
        "random": torch.rand(sums.shape, generator=generator).argsort(dim=-1),
    }
    changed = {}
    for name, order in orders.items():
        gone = torch.zeros(sums.shape, dtype=torch.bool).scatter(-1, order[..., :n_erased], True)
        decided = subject.decisions(_bridged(x, gone)).argmax(dim=1)
        changed[name] = float((decided != attribution.chosen).double().mean())
    return Deletion(**changed)


def _bridged(x: Tensor, gone: Tensor) -> Tensor:
    """Series with a straight line in place of the stretches that are gone, (..., stretches)."""
    size = x.shape[-1]
    parts = np.array_split(np.arange(size), gone.shape[-1])
    stretch = np.concatenate([np.full(len(part), k) for k, part in enumerate(parts)])
    rows, masks = x.reshape(-1, size).numpy(), gone.reshape(-1, gone.shape[-1]).numpy()
    time = np.arange(size)
    staying = [~mask[stretch] for mask in masks]
    bridged = [
        np.interp(time, time[stays], row[stays]) if stays.any() else np.zeros(size)
        for row, stays in zip(rows, staying, strict=True)
    ]
    return torch.from_numpy(np.stack(bridged)).reshape(x.shape)


@dataclass(frozen=True)
class AdjointPassage:
    """Where in a fibre the decision on a case is carried.

    Parameters
    ----------
    fields : Tensor of shape (layers + 1, channels, points), complex
        In front of the medium and after each layer.
    shares : Tensor of shape (layers + 1, channels, points)
        Re(E* λ) with λ = ∂s/∂Re E + i ∂s/∂Im E, the adjoint field: the first-order share in the
        score of the light at each place. In a linear medium its sum is the same at every layer.
    arms : Tensor of shape (channels, arms, points detected)
        The same in front of the detector of each arm.
    """

    fields: Tensor
    shares: Tensor
    arms: Tensor


def adjoint_passage(subject: Subject, fibre: int, x: Tensor) -> AdjointPassage:
    """Send the decision on a case, (channels, timepoints), back through a fibre."""
    _, medium = subject.fibres[fibre]
    path: LightPath = subject.soft.paths[fibre]  # type: ignore[assignment]
    features = list(Detected(subject, x[None], subject.soft).of_fibre)
    with torch.no_grad():
        start = subject.entering(fibre, x[None])
    fields = [start.requires_grad_()]
    for layer in range(medium.n_layers):
        fields.append(_layer(medium, layer, fields[-1]))
    *taps, ends = path.from_layers(fields[1:])
    features[fibre] = path.detect([*taps, ends])
    score, _ = decision(subject.soft.head(torch.cat(features, dim=1)))
    slopes = torch.autograd.grad(score.sum(), [*fields, ends])
    shares = [(e.conj() * s).real.detach() for e, s in zip([*fields, ends], slopes, strict=True)]
    # of few detectors, arms that none of them reads have no share
    read = shares.pop()[0]
    arms = read.new_zeros(start.shape[1], path.n_arms, read.shape[-1])
    channels, seen = path.ends()
    arms[channels, [path.arms_seen[arm] for arm in seen]] = read
    return AdjointPassage(
        torch.stack([e.detach()[0] for e in fields]),
        torch.stack([share[0] for share in shares]),
        arms,
    )


def _layer(medium: object, layer: int, field: Tensor) -> Tensor:
    from physembed.networks import Medium
    from physembed.networks.medium import launched, seen
    from physembed.propagation import propagate

    assert isinstance(medium, Medium)
    left = propagate(
        launched(field, medium.equation),
        medium.equation,
        {name: value[layer] for name, value in medium.physical().items()},
        medium.grid,
        layer_length=medium.lengths[layer],
        steps_per_layer=medium.steps_per_layer,
        scheme=medium.scheme,
        check_sampling=False,
    )
    return seen(left, medium.equation)
