"""The training step of several networks at once, as a Lightning module."""

from collections.abc import Sequence
from typing import Any

import lightning.pytorch as pl
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from torch.optim import Optimizer

from physembed.networks import StackedNetworks
from physembed.training.classification import adam_on_one_cycle
from physembed.training.settings import TrainingSettings

Batch = tuple[Tensor, Tensor]


class MemberMeans:
    """Means over the cases of an epoch, one for each member."""

    def __init__(self) -> None:
        self.losses: Tensor | None = None
        self.right: Tensor | None = None
        self.n_cases = 0

    def add(self, losses: Tensor, right: Tensor, n_cases: int) -> None:
        """Take in the mean losses and the shares of right answers in a batch."""
        losses, right = losses.detach().double() * n_cases, right.double() * n_cases
        self.losses = losses if self.losses is None else self.losses + losses
        self.right = right if self.right is None else self.right + right
        self.n_cases += n_cases

    def means(self) -> tuple[Sequence[float], Sequence[float]]:
        """Loss and accuracy of each member, and begin anew."""
        assert self.losses is not None and self.right is not None
        found = (self.losses / self.n_cases).tolist(), (self.right / self.n_cases).tolist()
        self.__init__()  # type: ignore[misc]
        return found


class EnsembleClassification(pl.LightningModule):
    """As :class:`~physembed.training.classification.SeriesTraining`, with an axis of members.

    The loss is the sum over the members of what each would have alone, so that no gradient knows
    of another member; gradients are clipped by each member's own norm.
    """

    def __init__(self, networks: StackedNetworks, settings: TrainingSettings) -> None:
        super().__init__()
        self.networks = networks
        self.settings = settings
        self.train_means = MemberMeans()
        self.validation_means = MemberMeans()

    def training_step(self, batch: Batch, batch_index: int) -> dict[str, Tensor]:
        losses = self._losses(batch, self.train_means)
        return {"loss": losses.sum(), "losses": losses.detach()}

    def validation_step(self, batch: Batch, batch_index: int) -> None:
        self._losses(batch, self.validation_means)

    def _losses(self, batch: Batch, means: MemberMeans) -> Tensor:
        x, y = batch
        logits = self.networks.of_members(x)
        losses = torch.stack(
            [cross_entropy(*of_member) for of_member in zip(logits, y, strict=True)]
        )
        right = (torch.stack(logits).argmax(dim=-1) == y).float().mean(dim=1)
        means.add(losses, right, y.shape[1])
        return losses

    def configure_gradient_clipping(
        self,
        optimizer: Optimizer,
        gradient_clip_val: int | float | None = None,
        gradient_clip_algorithm: str | None = None,
    ) -> None:
        assert gradient_clip_val is not None
        gradients = []
        for parameter, trained in zip(self.networks.stacked, self.networks.trained, strict=True):
            if parameter.grad is not None:
                frozen = ~trained.view(-1, *[1] * (parameter.ndim - 1))
                parameter.grad.masked_fill_(frozen, 0.0)
                gradients.append(parameter.grad)
        # member by member, as alone: a sum along an axis has another order
        of_members = zip(*(gradient.unbind() for gradient in gradients), strict=True)
        norm = torch.stack([torch.nn.utils.get_total_norm(of_member) for of_member in of_members])
        # as torch.nn.utils.clip_grad_norm_
        factor = (gradient_clip_val / (norm + 1e-6)).clamp(max=1.0)
        for gradient in gradients:
            gradient.mul_(factor.view(-1, *[1] * (gradient.ndim - 1)))

    def configure_optimizers(self) -> Any:
        return adam_on_one_cycle(
            self.networks.embedding_parameters(),
            self.networks.readout_parameters(),
            self.settings,
            int(self.trainer.estimated_stepping_batches),
        )
