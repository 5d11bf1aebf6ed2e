"""Adam over all weights as one vector, without the host: what a CUDA graph can hold."""

import torch
from torch import Tensor, nn

from physembed.networks import SeriesNetwork
from physembed.propagation.kernels import has_triton
from physembed.training.gradient.settings import TrainingSettings

EPSILON = 1e-8
BETA2 = 0.999


class FlatAdam:
    """Clipping, decoupled weight decay and Adam on a one-cycle schedule.

    As torch's ``AdamW``, ``OneCycleLR`` and ``clip_grad_norm_`` after one another, to rounding. The
    weights become views of one vector, and so do their gradients; rates and momenta of every step
    lie on the device.

    Parameters
    ----------
    network : SeriesNetwork
    settings : TrainingSettings
    steps : int
        Of the whole training.

    Attributes
    ----------
    flat : Tensor
        All weights.
    state : list of Tensor
        What else a step changes.

    References
    ----------
    Kingma and Ba, arXiv 1412.6980 (2014), algorithm 1; Loshchilov and Hutter, arXiv 1711.05101
    (2017), algorithm 2.
    """

    def __init__(self, network: SeriesNetwork, settings: TrainingSettings, steps: int) -> None:
        groups = [
            (network.embedding_parameters(), settings.physics_rate, 0.0),
            (network.readout_parameters(), settings.head_rate, settings.weight_decay),
        ]
        weights = [p for group, _, _ in groups for p in group]
        device = weights[0].device
        counts = [sum(p.numel() for p in group) for group, _, _ in groups]
        self.flat = torch.cat([p.detach().flatten() for p in weights])
        self._grad = torch.zeros_like(self.flat)
        self._first, self._second = torch.zeros_like(self.flat), torch.zeros_like(self.flat)
        self._group = torch.repeat_interleave(torch.arange(2), torch.tensor(counts)).to(device)
        decays = torch.tensor([decay for _, _, decay in groups])
        self._decay = decays.to(device)[self._group]
        self._clip = settings.gradient_clip
        self._schedule = _schedule([rate for _, rate, _ in groups], steps).to(device)
        self._step = torch.zeros(1, dtype=torch.long, device=device)
        # whether all was finite; the value that was not; whether that was a gradient's
        self._health = torch.tensor([1.0, 0.0, 0.0], device=device)
        self.state = [self._first, self._second, self._step, self._health]
        self._weights = weights
        start = 0
        for p in weights:
            place = slice(start, start + p.numel())
            p.data = self.flat[place].view_as(p)
            p.grad = self._grad[place].view_as(p)
            start += p.numel()

    def backward(self, loss: Tensor) -> None:
        """Put the gradient of a loss where it stays, in one launch for all weights."""
        moving = [p for p in self._weights if p.requires_grad]
        slopes = dict(
            zip(moving, torch.autograd.grad(loss, moving, allow_unused=True), strict=True)
        )
        parts = []
        for p in self._weights:
            slope = slopes.get(p)
            parts.append((torch.zeros_like(p) if slope is None else slope).flatten())
        torch.cat(parts, out=self._grad)

    @torch.no_grad()
    def step(self, loss: Tensor) -> None:
        """Move the weights, where loss and gradient are finite and all were before."""
        norm = self._grad.norm()
        if self.flat.device.type == "cuda" and has_triton():
            from physembed.training.gradient.adam_kernel import launch

            launch(self._arrays, self._numbers, loss, norm)
        else:
            self._move(loss, norm)
        self._step += 1

    @property
    def _arrays(self) -> list[Tensor]:
        """What the kernel reads and writes, in its order."""
        moved = [self.flat, self._grad, self._first, self._second]
        return [*moved, self._group, self._decay, self._schedule, self._step, self._health]

    @property
    def _numbers(self) -> tuple[float, float, float]:
        """The largest norm of a gradient, β₂, and ε."""
        return self._clip, BETA2, EPSILON

    def _move(self, loss: Tensor, norm: Tensor) -> None:
        rates, momentum, first_bias, second_bias = self._schedule[self._step][0].split([2, 1, 1, 1])
        rate = rates[self._group]
        self._note(loss, norm)
        grad = self._grad * (self._clip / (norm + 1e-6)).clamp(max=1.0)
        first = torch.lerp(grad, self._first, momentum)
        second = self._second * BETA2 + grad.square() * (1 - BETA2)
        change = (first / first_bias) / (second.sqrt() / second_bias + EPSILON)
        flat = self.flat * (1 - rate * self._decay) - rate * change
        for tensor, new in ((self.flat, flat), (self._first, first), (self._second, second)):
            tensor.copy_(torch.where(self._health[0] > 0, new, tensor))

    def _note(self, loss: Tensor, norm: Tensor) -> None:
        """Whether all is finite, and the first loss that is not, or NaN of a gradient."""
        fine = torch.isfinite(loss) & torch.isfinite(norm)
        bad = torch.where(torch.isfinite(loss), torch.full_like(loss, torch.nan), loss)
        first = (self._health[0] > 0) & ~fine
        lost_gradient = torch.where(torch.isfinite(loss), 1.0, 0.0)
        self._health[1:] = torch.where(first, torch.stack([bad, lost_gradient]), self._health[1:])
        self._health[0] *= fine

    def problem(self) -> tuple[str, float] | None:
        """What was the first not to be finite, "loss" or "gradient", and its value, or None."""
        is_finite, value, of_gradient = self._health.tolist()
        if is_finite:
            return None
        return ("gradient" if of_gradient else "loss"), value


def _schedule(rates: list[float], steps: int) -> Tensor:
    """Of every step both rates, β₁, 1 - β₁^n and √(1 - β₂^n): those of torch's own classes."""
    groups = [{"params": [nn.Parameter(torch.zeros(1))], "lr": rate} for rate in rates]
    optimizer = torch.optim.AdamW(groups)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=rates, total_steps=steps)
    rows = []
    for step in range(1, steps + 1):
        first, second = optimizer.param_groups
        momentum = first["betas"][0]
        biases = [1 - momentum**step, (1 - BETA2**step) ** 0.5]
        rows.append([first["lr"], second["lr"], momentum, *biases])
        if step < steps:
            # the order that torch asks for
            optimizer.step()
            schedule.step()
    return torch.tensor(rows)
