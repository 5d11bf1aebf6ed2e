"""Training with a laboratory in the loop, that goes on from where it was."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import safetensors
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from physembed._checkpoint import Checkpoint
from physembed._checks import check_integer, check_number
from physembed._falling_rate import falling_rate
from physembed.errors import HardwareError, InvalidInputError
from physembed.hardware.layer import Hardware

Loss = Callable[[Tensor, Tensor], Tensor]

Stored = tuple[dict[str, str], dict[str, Tensor]]
"""What a file holds: of which training it is, and its tensors."""
NUMBERS = ("step", "total", "loss", "model_error")
"""Tensors of a file beside those of modules, their descent and the box's memory."""


@dataclass
class LoopHistory:
    """What happened, epoch by epoch.

    Parameters
    ----------
    loss : list of float
        Mean over the batches.
    model_error : list of float
        :meth:`Hardware.model_error` after each calibration.
    """

    loss: list[float] = field(default_factory=list)
    model_error: list[float] = field(default_factory=list)


def train_in_the_loop(
    hardware: Hardware,
    head: nn.Module,
    inputs: Tensor,
    targets: Tensor,
    *,
    loss: Loss | None = None,
    n_epochs: int = 30,
    batch_size: int = 64,
    learning_rate: float = 0.02,
    calibrate_every: int = 1,
    checkpoint: Path | str | None = None,
    seed: int = 0,
) -> LoopHistory:
    """Train the controls of a box and the head behind it, by Adam through the box.

    Parameters
    ----------
    hardware : Hardware
        Its controls are trained; its model is calibrated, on what went through the box.
    head : Module
        From what leaves the box to what the loss takes.
    inputs : Tensor of shape (cases, ...)
    targets : Tensor of shape (cases, ...)
    loss : callable or None, default=None
        Of outputs and targets; None: cross-entropy.
    n_epochs : int, default=30
    batch_size : int, default=64
    learning_rate : float, default=0.02
        Falls to zero as a cosine.
    calibrate_every : int, default=1
        Epochs between calibrations; 0: never.
    checkpoint : Path, str or None, default=None
        A file in which everything is kept after every epoch, and when the box fails for good:
        controls, model, head, descent, history, recorded pairs and the generator of disturbances,
        but not torch's own, of which a dropout in the head would draw. Where it is there, training
        goes on from it, at the batch at which it was.
    seed : int, default=0
        Of the batches.

    Returns
    -------
    LoopHistory

    Raises
    ------
    HardwareError
        If the box goes on failing, or the loss of a batch is not a number. Controls and head are
        those of the last batch that went well; with a ``checkpoint``, call it again to go on, also
        from another process.
    RunFolderError
        If the checkpoint is of another training; what differs is named, and nothing is changed.

    Examples
    --------
    >>> import torch
    >>> import physembed as pe
    >>> from physembed.hardware import SimulatedLab, SpectralLine
    >>> series = torch.sin(torch.linspace(0.2, 1.2, 16)[:, None] * torch.arange(64))
    >>> labels = (torch.arange(16) >= 8).long()
    >>> hardware = pe.Hardware(
    ...     SimulatedLab(SpectralLine(64, n_bins=8)),
    ...     SpectralLine(64, n_bins=8),
    ...     {"phase": torch.zeros(12)},
    ... )
    >>> head = torch.nn.Linear(8, 2)
    >>> history = pe.train_in_the_loop(hardware, head, series, labels, n_epochs=2, batch_size=8)
    >>> len(history.loss)
    2
    """
    for name, number in [("n_epochs", n_epochs), ("batch_size", batch_size)]:
        check_integer(name, number, least=1)
    check_integer("calibrate_every", calibrate_every, least=0)
    check_number("learning_rate", learning_rate, above=0)
    check_integer("seed", seed)
    if len(inputs) != len(targets) or len(inputs) < 2:
        raise InvalidInputError(
            f"inputs and targets must be as many, at least two, got {len(inputs)} and "
            f"{len(targets)}."
        )
    if not [*hardware.controls.parameters(), *head.parameters()]:
        raise InvalidInputError("hardware has no controls and head no parameters to train.")
    training = {
        "n_cases": str(len(inputs)), "batch_size": str(batch_size), "n_epochs": str(n_epochs),
        "learning_rate": repr(float(learning_rate)), "calibrate_every": str(calibrate_every),
        "seed": str(seed), "inputs": _digest(inputs), "targets": _digest(targets),
    }  # fmt: skip
    file = None if checkpoint is None else Path(checkpoint)
    loop = _Loop(hardware, head, learning_rate, file, training)
    loop.read()
    measure = nn.functional.cross_entropy if loss is None else loss
    n_batches = -(-len(inputs) // batch_size)
    while loop.step < n_epochs * n_batches:
        epoch, batch = divmod(loop.step, n_batches)
        order = torch.randperm(
            len(inputs), generator=torch.Generator().manual_seed(seed * 100_003 + epoch)
        )
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        (group,) = loop.descent.param_groups
        group["lr"] = falling_rate(learning_rate, loop.step / (n_epochs * n_batches))
        try:
            loop.descend(measure(head(hardware(inputs[rows])), targets[rows]))
        except HardwareError as error:
            loop.write()
            where = f"; it is in {file}: call again to go on" if file else ""
            raise HardwareError(
                f"{error} Training stands at batch {batch + 1} of {n_batches} in epoch {epoch + 1} "
                f"of {n_epochs}{where}."
            ) from error
        if loop.step % n_batches == 0:
            if calibrate_every and (epoch + 1) % calibrate_every == 0 and hardware.box is not None:
                loop.history.model_error.append(hardware.calibrate()[1])
            loop.history.loss.append(loop.total / n_batches)
            loop.total = 0.0
            loop.write()
    return loop.history


class _Loop:
    """The state of a training: what is written and read again."""

    def __init__(
        self,
        hardware: Hardware,
        head: nn.Module,
        learning_rate: float,
        file: Path | None,
        training: dict[str, str],
    ) -> None:
        self.hardware, self.head, self.training = hardware, head, training
        self.checkpoint = None if file is None else Checkpoint(file, argument="checkpoint")
        self.trained = [*hardware.controls.parameters(), *head.parameters()]
        self.descent = torch.optim.Adam(self.trained, lr=learning_rate)
        self.step, self.total = 0, 0.0
        self.history = LoopHistory()

    def descend(self, value: Tensor) -> None:
        """A step down, unless there is no number to go down from."""
        if not bool(torch.isfinite(value)):
            raise HardwareError(
                "the loss of a batch is not a number; look at the loss and at what the box returns."
            )
        self.descent.zero_grad()
        value.backward()
        slopes = [p.grad for p in self.trained if p.grad is not None]
        if not all(bool(torch.isfinite(slope).all()) for slope in slopes):
            raise HardwareError(
                "the slope of the loss of a batch is not a number; look at the model and the head."
            )
        self.descent.step()
        self.step += 1
        self.total += float(value.detach())

    def write(self) -> None:
        """Everything that going on needs."""
        if self.checkpoint is None:
            return
        tensors: dict[str, Tensor] = {
            "step": torch.tensor(self.step),
            "total": torch.tensor(self.total, dtype=torch.float64),
            "loss": torch.tensor(self.history.loss, dtype=torch.float64),
            "model_error": torch.tensor(self.history.model_error, dtype=torch.float64),
        }
        tensors |= self._states()
        tensors |= {f"memory.{k}": v for k, v in self.hardware.memory().items()}
        for k, parameter in enumerate(self.trained):
            moments = self.descent.state.get(parameter, {})
            tensors |= {f"adam.{k}.{name}": torch.as_tensor(v) for name, v in moments.items()}
        stored = {k: v.detach().clone().contiguous() for k, v in tensors.items()}
        self.checkpoint.write(lambda path: save_file(stored, path, metadata=self.training))

    def read(self) -> None:
        """Go on from the file, where it is there.

        Raises
        ------
        RunFolderError
            If it is of another training.
        """
        content = None if self.checkpoint is None else self.checkpoint.read(self._check, _stored)
        if content is None:
            return
        _, tensors = content
        self.step, self.total = int(tensors["step"]), float(tensors["total"])
        self.history = LoopHistory(tensors["loss"].tolist(), tensors["model_error"].tolist())
        for part, module in self._modules().items():
            module.load_state_dict(_under(f"{part}.", tensors))
        for k, parameter in enumerate(self.trained):
            moments = _under(f"adam.{k}.", tensors)
            if moments:
                self.descent.state[parameter] = moments

    def _check(self, content: Stored) -> None:
        """Nothing is loaded before everything fits; what went through the box, all or nothing."""
        before, tensors = content
        differences = [
            f"{name} was {before.get(name)}, is {value}"
            for name, value in self.training.items()
            if before.get(name) != value
        ]
        states = self._states()
        parts = tuple(f"{part}." for part in self._modules())
        stored = {name: value for name, value in tensors.items() if name.startswith(parts)}
        for name in sorted(states.keys() | stored.keys()):
            was, now = (
                tuple(of[name].shape) if name in of else "absent" for of in (stored, states)
            )
            if was != now:
                differences.append(f"{name} was {was}, is {now}")
        differences += [f"{name} is absent" for name in NUMBERS if name not in tensors]
        if differences:
            raise ValueError("; ".join(differences))
        self.hardware.remember(_under("memory.", tensors))

    def _modules(self) -> dict[str, nn.Module]:
        return {"controls": self.hardware.controls, "model": self.hardware.model, "head": self.head}

    def _states(self) -> dict[str, Tensor]:
        return {
            f"{part}.{name}": value
            for part, module in self._modules().items()
            for name, value in module.state_dict().items()
        }


def _stored(file: Path) -> Stored:
    with safetensors.safe_open(file, "pt") as stored:
        tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
        return stored.metadata() or {}, tensors


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}


def _digest(values: Tensor) -> str:
    """Of dtype, shape and numbers: enough of it to tell data apart."""
    whole = values.detach().cpu().contiguous()
    told = hashlib.sha256(f"{whole.dtype} {tuple(whole.shape)}".encode())
    told.update(whole.flatten().view(torch.uint8).numpy().data)
    return told.hexdigest()[:16]
