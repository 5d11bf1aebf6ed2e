"""A progress bar over all epochs, with a time estimate."""

import lightning.pytorch as pl
from rich.progress import MofNCompleteColumn, TextColumn

from physembed.training.gradient.callbacks import History
from physembed.training.progress import training_bar


class ProgressBar(pl.Callback):
    """One rich bar on standard error for the whole training; nothing where it is not a terminal."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.progress = training_bar("training", MofNCompleteColumn(), TextColumn("epochs"))

    def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.progress.disable = not trainer.is_global_zero
        self.progress.start()
        self.task = self.progress.add_task("training", total=trainer.max_epochs, metrics="")

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        record = self.history.records[-1]
        metrics = f"loss {record['train_loss']:.3f}"
        if record["validation_accuracy"] == record["validation_accuracy"]:
            metrics += f"  validation accuracy {record['validation_accuracy']:.1%}"
        self.progress.update(self.task, advance=1, metrics=metrics)

    def on_fit_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.progress.stop()

    def on_exception(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, exception: BaseException
    ) -> None:
        self.progress.stop()
