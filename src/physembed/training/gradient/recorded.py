"""Gradient training on one GPU: every step is the replay of one CUDA graph.

Encoder, cascade, detector, head, loss, clipping and optimiser are recorded once. Cases and their
order lie on the device; the host is waited for once an epoch. What Lightning gives beyond that
(callbacks, checkpoints, several processes) is had by training through Lightning.
"""

import math
import time
from collections.abc import Callable, Iterator
from functools import partial

import torch
from rich.progress import MofNCompleteColumn, TextColumn
from torch import Tensor
from torch.nn.functional import cross_entropy, mse_loss

from physembed.errors import DivergenceError
from physembed.networks import PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.training.cuda_graph import record_graph, say_why_not
from physembed.training.gradient.batches import Batches
from physembed.training.gradient.callbacks import divergence, warn_of_numbers_without_a_slope
from physembed.training.gradient.flat_adam import FlatAdam
from physembed.training.gradient.settings import TrainingSettings
from physembed.training.history import Record
from physembed.training.progress import training_bar

TOGETHER = 8
"""Steps that are one graph: what is between graphs, and the gathering of cases, is then shared."""

SHARE = 0.5
"""Of the GPU's free memory, what cases and their fields may take at most: fields take twice as much
while they are laid into their windows, and afterwards steps want the other half."""


def can_be_recorded(network: SeriesNetwork, x: Tensor, device: torch.device) -> bool:
    """Whether a training of a network is of the kind that is recorded.

    Says so where it would be, but for the memory that it takes to have all cases on the GPU.
    """
    if device.type != "cuda" or not isinstance(network, PhysicalEmbeddingNetwork):
        return False
    # the series, what is made of them before they are laid, and their fields
    wanted = 2 * x.numel() * x.element_size() + network.encoded_bytes(len(x))
    free, _ = torch.cuda.mem_get_info(device)
    if wanted < SHARE * free:
        return True
    say_why_not(
        f"{len(x):,} cases take {wanted / 2**30:.1f} GiB as fields, and of the GPU's memory "
        f"{free / 2**30:.1f} GiB are free"
    )
    return False


class RecordedTraining:
    """The steps of a training and its validation, recorded.

    Parameters
    ----------
    network : SeriesNetwork
        On the device; trained in place.
    settings : TrainingSettings
    training, validation : Batches or None
        Of tensors; on whatever device.
    class_weights : Tensor or None
    n_epochs : int

    Raises
    ------
    RuntimeError
        If something in the step cannot be recorded; the network is then as it was.
    """

    def __init__(
        self,
        network: SeriesNetwork,
        settings: TrainingSettings,
        training: Batches,
        validation: Batches | None,
        *,
        class_weights: Tensor | None,
        n_epochs: int,
    ) -> None:
        self.network = network
        self.settings = settings
        self.n_epochs = n_epochs
        self._training = training
        device = next(network.parameters()).device
        self._weights = None if class_weights is None else class_weights.to(device).float()
        x, y = (tensor.to(device) for tensor in training.dataset.tensors)  # type: ignore[attr-defined]
        self._inputs, self._targets = network.encode(x), y
        self._order = torch.arange(len(y), device=device)
        self._next = torch.arange(TOGETHER * settings.batch_size, device=device)
        self._place = torch.zeros(1, dtype=torch.long, device=device)
        # of training and of validation: summed losses, and cases that are right
        self._sums = torch.zeros(2, 2, dtype=torch.float64, device=device)
        self._counts = [len(y), 0]
        whole, rest = divmod(len(y), settings.batch_size)
        groups, single = divmod(whole, TOGETHER)
        # of an epoch: how many steps are one graph, and how many cases each of them has
        self._graphs = [(TOGETHER, settings.batch_size)] * groups
        self._graphs += [(1, settings.batch_size)] * single + [(1, rest)] * (rest > 0)
        steps = n_epochs * (whole + (rest > 0))
        self.optimizer = FlatAdam(network, settings, steps)
        state = [self.optimizer.flat, *self.optimizer.state]
        before = [tensor.clone() for tensor in (*state, self._place, self._sums)]

        def restore() -> None:
            for tensor, value in zip((*state, self._place, self._sums), before, strict=True):
                tensor.copy_(value)

        network.train()
        try:
            self._replays = {}
            # one step first: what many are of is compiled then
            for count, size in sorted({*self._graphs, *((1, size) for _, size in self._graphs)}):
                run = partial(self._steps, count, size)
                if count == 1:
                    _warm_up(run, restore)
                self._replays[count, size] = record_graph(run)
            warn_of_numbers_without_a_slope(network)
            self._validate: Callable[[], None] | None = None
            if validation is not None:
                data = validation.dataset.tensors  # type: ignore[attr-defined]
                self._counts[1] = len(data[1])
                held_out = network.encode(data[0].to(device)), data[1].to(device)
                network.eval()
                measure = partial(self._measure, *held_out)
                _warm_up(measure)
                self._validate = record_graph(measure)
                network.train()
        finally:
            restore()

    @property
    def has_validation(self) -> bool:
        """Whether cases are held out."""
        return self._validate is not None

    def restart(self, order: Tensor) -> None:
        """Begin an epoch, in which the cases come in this order."""
        self._order.copy_(order)
        self._place.zero_()
        self._sums.zero_()

    def replay(self) -> None:
        """An epoch's steps, on the cases of its order."""
        for graph in self._graphs:
            self._replays[graph]()

    def _steps(self, count: int, size: int) -> None:
        """Some steps on the next cases of the order, which are gathered together."""
        cases = self._order[self._place + self._next[: count * size]]
        self._place += count * size
        inputs, targets = self._inputs[cases], self._targets[cases]
        for start in range(0, count * size, size):
            part = slice(start, start + size)
            self._step(inputs[part], targets[part])

    def _step(self, inputs: Tensor, y: Tensor) -> None:
        outputs = self.network(inputs)
        loss = self._loss(outputs, y)
        self.optimizer.backward(loss)
        self._add(0, loss, outputs, y)
        self.optimizer.step(loss.detach())

    def _measure(self, inputs: Tensor, y: Tensor) -> None:
        """Loss and accuracy of the cases that are held out."""
        size = self.settings.batch_size if self._weights is not None else len(y)
        with torch.no_grad():
            for start in range(0, len(y), size):
                part = slice(start, start + size)
                outputs = self.network(inputs[part])
                self._add(1, self._loss(outputs, y[part]), outputs, y[part])

    def _loss(self, outputs: Tensor, y: Tensor) -> Tensor:
        if y.is_floating_point():
            return mse_loss(outputs[:, 0], y.to(outputs))
        return cross_entropy(outputs, y, weight=self._weights)

    def _add(self, row: int, loss: Tensor, outputs: Tensor, y: Tensor) -> None:
        with torch.no_grad():
            self._sums[row, 0].add_(loss.detach(), alpha=len(y))
            if not y.is_floating_point():
                self._sums[row, 1].add_((outputs.argmax(dim=1) == y).sum())

    def epochs(self) -> Iterator[Record]:
        """Train, and give the record of every epoch.

        Raises
        ------
        DivergenceError
            At the end of an epoch in which the loss was not finite. The weights are those before.
        """
        for epoch in range(1, self.n_epochs + 1):
            started = time.perf_counter()
            order = [case for batch in self._training.sampler for case in batch]
            self.restart(torch.tensor(order))
            self.replay()
            if self._validate is not None:
                self.network.eval()
                self._validate()
                self.network.train()
            sums = self._sums.tolist()
            problem = self.optimizer.problem()
            if problem is not None:
                what, value = problem
                raise divergence(self.network, value, epoch, what=what)
            record: Record = {"epoch": epoch}
            is_classified = not self._targets.is_floating_point()
            names = ("train", "validation")
            for name, (loss, right), count in zip(names, sums, self._counts, strict=True):
                record[f"{name}_loss"] = loss / count if count else math.nan
                share = right / count if count and is_classified else math.nan
                record[f"{name}_accuracy"] = share
            record["seconds"] = time.perf_counter() - started
            yield record | self.network.coefficients()


def train_recorded(
    recorded: RecordedTraining, settings: TrainingSettings, *, progress: bool
) -> list[Record]:
    """Train to the end, put the weights in that are to be kept, and return the history.

    Raises
    ------
    DivergenceError
        With the weights of the best epoch, or the last one in which all was finite.
    """
    network, flat = recorded.network, recorded.optimizer.flat
    history: list[Record] = []
    best, best_epoch, lowest, waited = None, 0, math.inf, 0
    good = None
    bar = training_bar("training", MofNCompleteColumn(), TextColumn("epochs"), shown=progress)
    with bar:
        task = bar.add_task("training", total=recorded.n_epochs, metrics="")
        try:
            for record in recorded.epochs():
                history.append(record)
                bar.update(task, advance=1, metrics=f"loss {record['train_loss']:.3f}")
                good = flat.clone()
                improved = record["validation_loss"] < lowest
                if improved:
                    lowest, waited = record["validation_loss"], 0
                    if settings.keep == "best":
                        best, best_epoch = good, int(record["epoch"])
                elif recorded.has_validation and settings.patience is not None:
                    waited += 1
                    if waited >= settings.patience:
                        break
        except DivergenceError as error:
            if good is not None:
                flat.copy_(good if best is None else best)
                epoch = len(history) if best is None else best_epoch
                error.rescued = (network.cpu().eval(), history, epoch)
            raise
    if best is not None:
        flat.copy_(best)
    return history


def _warm_up(run: Callable[[], None], before: Callable[[], object] = lambda: None) -> None:
    """Compile kernels, prepare libraries and take memory, before anything is recorded."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(2):
            before()
            run()
    torch.cuda.current_stream().wait_stream(side)
