"""Gradient training: interrupted at any epoch, it goes on to the same weights."""

import signal
import sys
from dataclasses import replace
from pathlib import Path

import lightning.pytorch as pl
import numpy as np
import pytest
import torch
from aeon.datasets import load_classification
from sklearn.base import clone

import physembed as pe
from physembed.estimators import build_classifier
from physembed.presets import PRESETS
from physembed.training.gradient.checkpoint import TrainingCheckpoint

pytestmark = pytest.mark.slow

X, Y = load_classification("ItalyPowerDemand", split="train")
EPOCHS = 6


class Interruption(pl.Callback):
    """Ends a training as a kill does, after an epoch."""

    def __init__(self, after_epoch: int) -> None:
        self.after_epoch = after_epoch

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.current_epoch == self.after_epoch:
            raise RuntimeError("interrupted")


@pytest.fixture
def every_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints at every epoch, however short."""
    monkeypatch.setattr("physembed._checkpoint.SECONDS_BETWEEN", 0.0)


def model(name: str, **options: object):
    return build_classifier(name, max_epochs=EPOCHS, random_state=0).set_params(**options)


def trained_by(callback: pl.Callback | None = None, **changes: object):
    """nlse in its own settings but for some, with a callback."""
    settings = replace(PRESETS["nlse"].training, min_steps=0, **changes)
    callbacks = None if callback is None else [callback]
    return pe.PhysicalEmbeddingClassifier(
        "nlse", training=settings, callbacks=callbacks, random_state=0
    )


@pytest.mark.usefixtures("every_epoch")
@pytest.mark.parametrize("after_epoch", [1, 4])
@pytest.mark.parametrize("name", ["nlse", "mlp"])  # mlp has dropout: random numbers of its own
def test_an_interrupted_fit_goes_on_to_the_same_end(
    name: str, after_epoch: int, tmp_path: Path
) -> None:
    whole = model(name).fit(X, Y)
    with pytest.raises(RuntimeError, match="interrupted"):
        model(name, checkpoint_dir=tmp_path, callbacks=[Interruption(after_epoch)]).fit(X, Y)
    (checkpoint,) = tmp_path.iterdir()
    assert len(torch.load(checkpoint, weights_only=True)["callbacks"]["History"]["records"]) >= 1
    resumed = model(name, checkpoint_dir=tmp_path).fit(X, Y)
    np.testing.assert_array_equal(resumed.predict_proba(X), whole.predict_proba(X))
    told = [{k: v for k, v in record.items() if k != "seconds"} for record in resumed.history_]
    expected = [{k: v for k, v in record.items() if k != "seconds"} for record in whole.history_]
    assert told == expected
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("every_epoch")
@pytest.mark.parametrize("has_checkpoint", [True, False])
def test_ctrl_c_is_a_keyboard_interrupt_and_the_fit_goes_on(
    has_checkpoint: bool, tmp_path: Path
) -> None:
    class PressCtrlC(pl.Callback):
        def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
            if trainer.current_epoch == 2:
                signal.raise_signal(signal.SIGINT)

    options = {"checkpoint_dir": tmp_path} if has_checkpoint else {}
    told = "the same fit goes on from there" if has_checkpoint else "^$"
    with pytest.raises(KeyboardInterrupt, match=told):
        model("nlse", callbacks=[PressCtrlC()], **options).fit(X, Y)
    # the next one is heard as well
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert len(list(tmp_path.iterdir())) == has_checkpoint
    resumed = model("nlse", **options).fit(X, Y)
    np.testing.assert_array_equal(
        resumed.predict_proba(X), model("nlse").fit(X, Y).predict_proba(X)
    )


def test_ctrl_c_in_a_search_says_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("physembed._checkpoint.SECONDS_BETWEEN", 0.0)

    n_kept = 0

    def press_when_something_is_kept(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal n_kept
        if event == "os.rename" and str(arguments[1]).endswith(".ckpt"):
            n_kept += 1
            if n_kept == 2:
                signal.raise_signal(signal.SIGINT)

    sys.addaudithook(press_when_something_is_kept)  # for good, but it presses only once
    with pytest.raises(KeyboardInterrupt, match="the same fit goes on from there"):
        pe.PhysicalEmbeddingClassifier("lens", checkpoint_dir=tmp_path, random_state=0).fit(X, Y)


@pytest.mark.usefixtures("every_epoch")
def test_another_fit_in_the_same_folder_begins_anew(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="interrupted"):
        model("nlse", checkpoint_dir=tmp_path, callbacks=[Interruption(3)]).fit(X, Y)
    other = model("nlse", checkpoint_dir=tmp_path).fit(X[1:], Y[1:])
    np.testing.assert_array_equal(
        other.predict_proba(X), model("nlse").fit(X[1:], Y[1:]).predict_proba(X)
    )
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.usefixtures("every_epoch")
@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_damaged_checkpoint_is_named(content: bytes | None, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="interrupted"):
        model("nlse", checkpoint_dir=tmp_path, callbacks=[Interruption(2)]).fit(X, Y)
    (checkpoint,) = tmp_path.iterdir()
    checkpoint.write_bytes(checkpoint.read_bytes()[:-1000] if content is None else content)
    with pytest.raises(pe.RunFolderError, match="remove it, or name another checkpoint_dir"):
        model("nlse", checkpoint_dir=tmp_path).fit(X, Y)


class Malicious:
    """Writes a file where it is unpickled."""

    def __init__(self, file: str) -> None:
        self.file = file

    def __reduce__(self) -> tuple:
        return (open, (self.file, "w"))


def test_nothing_in_a_checkpoint_is_executed(tmp_path: Path) -> None:
    torch.save({"callbacks": Malicious(str(tmp_path / "owned"))}, tmp_path / "training.ckpt")
    checkpoint = TrainingCheckpoint(tmp_path / "training.ckpt", torch.Generator())
    with pytest.raises(pe.RunFolderError, match="no training that can be gone on with"):
        checkpoint.to_resume_from()
    assert not (tmp_path / "owned").exists()


def test_a_search_goes_on_as_well(tmp_path: Path) -> None:
    brief = build_classifier("tiny", max_epochs=1, random_state=0)
    whole = clone(brief).fit(X, Y)
    resumed = brief.set_params(checkpoint_dir=tmp_path).fit(X, Y)
    np.testing.assert_array_equal(resumed.predict_proba(X), whole.predict_proba(X))
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_needs_a_seed(tmp_path: Path) -> None:
    with pytest.raises(pe.InvalidInputError, match="random_state to be an integer"):
        pe.PhysicalEmbeddingClassifier("nlse", checkpoint_dir=tmp_path).fit(X, Y)


def test_patience_ends_a_training_early() -> None:
    stopped = trained_by(max_epochs=200, head_rate=0.3, patience=2).fit(X, Y)
    assert 3 <= len(stopped.history_) < 100


def test_threads_are_limited_in_the_fit_alone() -> None:
    seen = []

    class Look(pl.Callback):
        def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
            seen.append(torch.get_num_threads())

    torch.set_num_threads(2)
    try:
        trained_by(Look(), max_epochs=1).set_params(n_jobs=1).fit(X, Y)
        assert seen == [1]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)
    with pytest.raises(pe.InvalidInputError, match="n_jobs must be a positive integer, -1 or None"):
        pe.PhysicalEmbeddingClassifier("nlse", n_jobs=0).fit(X, Y)


def test_a_diverging_loss_keeps_the_last_good_weights_and_names_the_coefficient() -> None:
    """The coefficient goes off in the fourth epoch: three are good."""

    class Explode(pl.Callback):
        def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
            if trainer.current_epoch == 3:
                medium = pl_module.network.media[0]
                dict(medium.named_parameters())["trainable.beta2"].data[1] = float("nan")

    options = {"max_epochs": EPOCHS, "keep": "last", "validation_fraction": 0.0}
    told = r"in epoch 4; fibre1/layer2/beta2 diverged.*epoch 3"
    with pytest.warns(pe.TrainingWarning, match=told):
        fitted = trained_by(Explode(), **options).fit(X, Y)
    assert len(fitted.history_) == 3
    assert np.isfinite(fitted.predict_proba(X)).all()
    beta2 = fitted.network_.coefficients()["fibre1/layer2/beta2"]
    assert beta2 == pytest.approx(fitted.history_[-1]["fibre1/layer2/beta2"])


class ExplodeInEpoch(pl.Callback):
    """Makes a coefficient infinite at the start of an epoch."""

    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if trainer.current_epoch + 1 == self.epoch:
            medium = pl_module.network.media[0]
            dict(medium.named_parameters())["trainable.beta2"].data[1] = float("inf")


def test_the_epoch_told_is_that_of_the_weights_kept(tmp_path: Path) -> None:
    """The best weights are of an earlier epoch than the last good ones, and told as such."""
    options = {"keep": "best", "head_rate": 0.5, "physics_rate": 0.3, "max_epochs": 30}
    training = trained_by(ExplodeInEpoch(13), **options)
    with pytest.warns(pe.TrainingWarning) as caught:
        training.fit(X, Y)
    best = min(training.history_, key=lambda record: record["validation_loss"])
    assert best["epoch"] < 12
    assert f"The weights of epoch {best['epoch']} are kept." in training.divergence_
    assert [str(warning.message) for warning in caught] == [training.divergence_]
    coefficients = training.network_.coefficients()
    assert coefficients == pytest.approx({k: v for k, v in best.items() if k in coefficients})
    assert pe.load(training.save(tmp_path / "model")).divergence_ == training.divergence_
    assert training.set_params(callbacks=None).fit(X, Y).divergence_ is None


def test_a_head_that_runs_away_is_not_blamed_on_the_physics() -> None:
    with pytest.raises(pe.TrainingError, match=r"weight of the readout.* Lower head_rate or"):
        trained_by(head_rate=1e38, max_epochs=3).fit(X, Y)


def test_a_loss_that_never_was_finite_is_an_error() -> None:
    class Explode(pl.Callback):
        def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
            pl_module.network.head.linear.weight.data[:] = float("inf")

    with pytest.raises(pe.TrainingError, match=r"weight of the readout diverged\. Lower head_rate"):
        trained_by(Explode(), max_epochs=2).fit(X, Y)
