"""Training with a laboratory in the loop, that goes on from where it was."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import safetensors
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from physembed._checks import check_integer, check_number
from physembed._files import file_replaced_atomically
from physembed.errors import HardwareError, InvalidInputError, RunFolderError
from physembed.hardware.layer import Hardware

Loss = Callable[[Tensor, Tensor], Tensor]


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
    checkpoint: Path | None = None,
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
    checkpoint : Path or None, default=None
        A file in which everything is kept after every epoch, and when the box fails for good; where
        it is there, training goes on from it, at the batch at which it was.
    seed : int, default=0
        Of the batches.

    Returns
    -------
    LoopHistory

    Raises
    ------
    HardwareError
        If the box goes on failing. Controls and head are those of the last batch that went well;
        call it again to go on, with a ``checkpoint`` also from another process.
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
    loop = _Loop(hardware, head, learning_rate, checkpoint)
    loop.read()
    measure = nn.functional.cross_entropy if loss is None else loss
    n_batches = -(-len(inputs) // batch_size)
    while loop.step < n_epochs * n_batches:
        epoch, batch = divmod(loop.step, n_batches)
        order = torch.randperm(
            len(inputs), generator=torch.Generator().manual_seed(seed * 100_003 + epoch)
        )
        rows = order[batch * batch_size : (batch + 1) * batch_size]
        loop.set_rate(learning_rate, loop.step / (n_epochs * n_batches))
        try:
            measured = measure(head(hardware(inputs[rows])), targets[rows])
        except HardwareError as error:
            loop.write()
            where = "" if checkpoint is None else f", which is in {checkpoint}"
            raise HardwareError(
                f"{error} Training stands at batch {batch + 1} of {n_batches} in epoch {epoch + 1} "
                f"of {n_epochs}{where}; call again to go on."
            ) from error
        loop.descend(measured)
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
        self, hardware: Hardware, head: nn.Module, learning_rate: float, file: Path | None
    ) -> None:
        self.hardware, self.head, self.file = hardware, head, file
        self.trained = [*hardware.controls.parameters(), *head.parameters()]
        self.descent = torch.optim.Adam(self.trained, lr=learning_rate)
        self.step, self.total = 0, 0.0
        self.history = LoopHistory()

    def set_rate(self, learning_rate: float, share: float) -> None:
        """Of a training of which a ``share`` is done."""
        cosine = 0.5 * (1 + torch.cos(torch.tensor(share * torch.pi)))
        for group in self.descent.param_groups:
            group["lr"] = learning_rate * float(cosine)

    def descend(self, value: Tensor) -> None:
        """A step down, unless there is no number to go down from."""
        if not bool(torch.isfinite(value)):
            raise HardwareError(
                "the loss of a batch is not a number; look at what the box returns."
            )
        self.descent.zero_grad()
        value.backward()
        self.descent.step()
        self.step += 1
        self.total += float(value.detach())

    def write(self) -> None:
        """Everything that going on needs, atomically."""
        if self.file is None:
            return
        tensors: dict[str, Tensor] = {
            "step": torch.tensor(self.step),
            "total": torch.tensor(self.total, dtype=torch.float64),
            "loss": torch.tensor(self.history.loss, dtype=torch.float64),
            "model_error": torch.tensor(self.history.model_error, dtype=torch.float64),
        }
        for part, module in self._modules().items():
            tensors |= {f"{part}.{k}": v for k, v in module.state_dict().items()}
        for k, parameter in enumerate(self.trained):
            moments = self.descent.state.get(parameter, {})
            tensors |= {f"adam.{k}.{name}": torch.as_tensor(v) for name, v in moments.items()}
        with file_replaced_atomically(self.file) as temporary:
            save_file({k: v.detach().clone().contiguous() for k, v in tensors.items()}, temporary)

    def read(self) -> None:
        """Go on from the file, where it is there.

        Raises
        ------
        RunFolderError
            If it is of another training.
        """
        if self.file is None or not self.file.is_file():
            return
        try:
            with safetensors.safe_open(self.file, "pt") as stored:
                tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
            for part, module in self._modules().items():
                prefix = f"{part}."
                module.load_state_dict(
                    {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)}
                )
            for k, parameter in enumerate(self.trained):
                prefix = f"adam.{k}."
                moments = {
                    n.removeprefix(prefix): v for n, v in tensors.items() if n.startswith(prefix)
                }
                if moments:
                    self.descent.state[parameter] = moments
            self.step, self.total = int(tensors["step"]), float(tensors["total"])
        except (KeyError, RuntimeError, safetensors.SafetensorError) as error:
            raise RunFolderError(
                f"{self.file} is no checkpoint of this training: {error}"
            ) from error
        self.history = LoopHistory(tensors["loss"].tolist(), tensors["model_error"].tolist())

    def _modules(self) -> dict[str, nn.Module]:
        return {"controls": self.hardware.controls, "model": self.hardware.model, "head": self.head}
