"""The training step as a Lightning module."""

from typing import Any

import lightning.pytorch as pl
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss

from physembed.networks import SeriesNetwork
from physembed.training.gradient.settings import TrainingSettings
from physembed.training.gradient.shares import Share

Batch = tuple[Tensor, Tensor]


class SeriesTraining(pl.LightningModule):
    """Adam with a rate of its own for the physics, one-cycle schedule per step.

    The loss is the cross-entropy of classes, weighted where ``class_weights`` says so, or the mean
    squared error of real targets. Of several processes each computes its share of every training
    batch, and all of every validation batch.
    """

    def __init__(
        self,
        network: SeriesNetwork,
        settings: TrainingSettings,
        class_weights: Tensor | None = None,
    ) -> None:
        super().__init__()
        self.network = network
        self.settings = settings
        self.class_weights: Tensor | None
        self.register_buffer("class_weights", class_weights)

    def training_step(self, batch: Batch, batch_index: int) -> Tensor:
        return self._loss("train", batch, Share(self.global_rank, self.trainer.world_size))

    def validation_step(self, batch: Batch, batch_index: int) -> None:
        self._loss("validation", batch, Share())

    def _loss(self, stage: str, batch: Batch, share: Share) -> Tensor:
        x, y = batch
        places = share.places(len(y))
        outputs, of_share = self.network(x[places]), y[places]
        is_classified = not y.is_floating_point()
        weights = self.class_weights.to(outputs) if self.class_weights is not None else None
        equal = torch.ones(len(y), dtype=outputs.dtype, device=outputs.device)
        if share.n_processes == 1:
            loss = self._losses(outputs, of_share, weights, "mean")
        else:
            losses = self._losses(outputs, of_share, None, "none")
            loss = share.mean(losses, equal if weights is None else weights[y])
        measured = {f"{stage}_loss": loss}
        if is_classified:
            right = (outputs.argmax(dim=1) == of_share).to(outputs.dtype)
            measured[f"{stage}_accuracy"] = share.mean(right, equal)
        together = self.trainer.world_size > 1
        self.log_dict(measured, on_step=False, on_epoch=True, batch_size=len(y), sync_dist=together)
        return loss

    @staticmethod
    def _losses(outputs: Tensor, y: Tensor, weights: Tensor | None, reduction: str) -> Tensor:
        if y.is_floating_point():
            return mse_loss(outputs[:, 0], y.to(outputs), reduction=reduction)
        return cross_entropy(outputs, y, weight=weights, reduction=reduction)

    def configure_optimizers(self) -> Any:
        return adam_on_one_cycle(
            self.network.embedding_parameters(),
            self.network.readout_parameters(),
            self.settings,
            int(self.trainer.estimated_stepping_batches),
        )


def adam_on_one_cycle(
    embedding: list[nn.Parameter],
    readout: list[nn.Parameter],
    settings: TrainingSettings,
    steps: int,
) -> dict[str, Any]:
    """Adam and its schedule over so many steps, as Lightning takes them."""
    groups: list[dict[str, Any]] = [
        {"params": embedding, "lr": settings.physics_rate, "weight_decay": 0.0},
        {"params": readout, "lr": settings.head_rate, "weight_decay": settings.weight_decay},
    ]
    groups = [group for group in groups if group["params"]]
    optimizer = torch.optim.AdamW(groups)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=[group["lr"] for group in groups], total_steps=steps
    )
    return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
