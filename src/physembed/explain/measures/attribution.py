"""What the readout looks at: its weights sent back through the medium by the adjoint field."""

from dataclasses import dataclass

import torch
from torch import Tensor

from physembed.explain.subject import Subject

ERASED = 0.1
"""Share of the timepoints that the test of deletion erases."""


@dataclass(frozen=True)
class Attribution:
    """Which parts of which case speak for its class.

    Parameters
    ----------
    cases : Tensor of shape (cases,)
        Places among the test cases.
    shares : Tensor of shape (cases, channels, timepoints)
        x ∂s/∂x of the score s: positive speaks for the class that was chosen.
    score : Tensor of shape (cases,)
        Logit of the class chosen over the mean of the others.
    chosen : Tensor of shape (cases,)
    """

    cases: Tensor
    shares: Tensor
    score: Tensor
    chosen: Tensor


@dataclass(frozen=True)
class Deletion:
    """Share of decisions that change when a tenth of the timepoints is erased.

    Erased are those that matter most, those that matter least, or as many at random. Where the
    first changes no more than the last, the attribution tells nothing.
    """

    most: float
    least: float
    random: float


def attribute(subject: Subject, cases: Tensor) -> Attribution:
    """Attribute the decisions on some test cases to the timepoints of the series.

    The derivative of the score with respect to the series is the adjoint field at the input: the
    readout's weights, through the detector, sent back through the layers by the adjoint of the
    split-step propagation, which autograd does. Times the series, this is the first-order share
    of every timepoint. For path integrals, occlusion and the like hand the network to captum.

    References
    ----------
    Plessix, Geophysical Journal International 167 (2006) 495 (adjoint fields); Shrikumar,
    Greenside and Kundaje, ICML (2017), section 2 (input times gradient).
    """
    shares, scores, chosen = [], [], []
    size = max(1, (1 << 19) // subject.work_per_case)
    for part in subject.x_test[cases].split(size):
        x = part.clone().requires_grad_()
        logits = subject.network(x)
        score, label = decision(logits)
        (slope,) = torch.autograd.grad(score.sum(), x)
        shares.append((slope * x).detach())
        scores.append(score.detach())
        chosen.append(label)
    return Attribution(cases, torch.cat(shares), torch.cat(scores), torch.cat(chosen))


def decision(logits: Tensor) -> tuple[Tensor, Tensor]:
    """The logit of the chosen class over the mean of the others, and that class."""
    label = logits.argmax(dim=1)
    own = logits.gather(1, label[:, None])[:, 0]
    others = (logits.sum(dim=1) - own) / max(logits.shape[1] - 1, 1)
    return own - others, label


def deletion(subject: Subject, found: Attribution, *, seed: int = 0) -> Deletion:
    """Erase timepoints, and see whether the decision stands; a test of the attribution.

    An erased timepoint takes the mean of its channel.
    """
    x = subject.x_test[found.cases]
    size = x.shape[-1]
    n_erased = max(1, round(ERASED * size))
    generator = torch.Generator().manual_seed(seed)
    orders = {
        "most": found.shares.argsort(dim=-1, descending=True),
        "least": found.shares.abs().argsort(dim=-1),
        "random": torch.rand(found.shares.shape, generator=generator).argsort(dim=-1),
    }
    changed = {}
    mean = x.mean(dim=-1, keepdim=True).expand_as(x)
    for name, order in orders.items():
        place = order[..., :n_erased]
        erased = x.scatter(-1, place, mean.gather(-1, place))
        with torch.no_grad():
            logits = torch.cat([subject.network(part) for part in erased.split(64)])
        changed[name] = float((logits.argmax(1) != found.chosen).double().mean())
    return Deletion(**changed)


def adjoint_passage(subject: Subject, fibre: int, x: Tensor) -> tuple[Tensor, Tensor]:
    """Where in the medium the decision on a case, (channels, timepoints), is carried.

    Returns
    -------
    fields : Tensor of shape (layers + 1, channels, points), complex
        At the input and after each layer.
    shares : Tensor of shape (layers + 1, channels, points)
        Re(E* λ) with λ = ∂s/∂Re E + i ∂s/∂Im E, the adjoint field: the first-order share in the
        score of the light at each place. In a linear medium its sum is the same at every layer.
    """
    part, medium = subject.fibres[fibre]
    with torch.no_grad():
        features = [
            fibre_.detector(medium_(fibre_.encoder(x[None]))).flatten(1)
            for fibre_, medium_ in subject.fibres
        ]
    field = part.encoder(x[None]).detach().requires_grad_()
    fields = [field]
    for layer in range(medium.n_layers):
        fields.append(_layer(medium, layer, fields[-1]))
    features[fibre] = part.detector(fields[-1]).flatten(1)
    score, _ = decision(subject.network.head(torch.cat(features, dim=1)))
    slopes = torch.autograd.grad(score.sum(), fields)
    shares = [(e.conj() * s).real[0].detach() for e, s in zip(fields, slopes, strict=True)]
    return torch.stack([e.detach()[0] for e in fields]), torch.stack(shares)


def _layer(medium: object, layer: int, field: Tensor) -> Tensor:
    from physembed.networks import Medium
    from physembed.propagation import propagate

    assert isinstance(medium, Medium)
    return propagate(
        field,
        medium.equation,
        {name: value[layer] for name, value in medium.physical().items()},
        medium.grid,
        steps_per_layer=medium.steps_per_layer,
        scheme=medium.scheme,
        check_sampling=False,
    )
