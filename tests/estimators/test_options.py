"""Options of long trainings: what is refused, what has no effect, what is called back."""

import pickle
import re
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import lightning.pytorch as pl
import numpy as np
import pytest
import torch
from aeon.datasets import load_classification
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint, RichProgressBar

import physembed as pe
from physembed.estimators import build_classifier
from physembed.estimators.options import check_what_changes_no_result, device_of
from physembed.estimators.placing import say_place

X, Y = load_classification("ItalyPowerDemand", split="train")
DESIGNED, SEARCHED, TRAINED = "lattice", "lens", "nlse"
BRIEF = pe.ProjectionSettings(rungs=((4, 1, 60),))


@pytest.mark.parametrize("preset", [DESIGNED, SEARCHED, TRAINED])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"training": "descent"}, "unknown training 'descent'"),
        ({"training": {"max_epochs": 3}}, "must be a name, TrainingSettings, ProjectionSettings"),
        ({"device": "tpu"}, "device must be one of auto, cpu, cuda, got 'tpu'"),
        ({"readout_weights": "many"}, "readout_weights must be a positive integer or None"),
        ({"verbose": -1}, "verbose must be an integer of at least 0, got -1"),
        ({"verbose": "loud"}, "verbose must be an integer of at least 0, got 'loud'"),
        ({"callbacks": "nonsense"}, "callbacks must be a list of objects .* got 'nonsense'"),
        ({"callbacks": ["x"]}, r"callbacks\[0\] must be an object of .* got 'x'"),
        ({"callbacks": [EarlyStopping]}, r"callbacks\[0\] must be an object of lightning.pytorch"),
        ({"callbacks": EarlyStopping("train_loss")}, r"alone; write callbacks=\[\.\.\.\]"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_what_no_training_takes_is_refused_by_all(
    preset: str, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.PhysicalEmbeddingClassifier(preset, **options).fit(X, Y)


@pytest.mark.parametrize(
    ("preset", "options", "told"),
    [
        (DESIGNED, {"callbacks": [pl.Callback()]}, "callbacks=.*; the physics is designed"),
        (SEARCHED, {"callbacks": [pl.Callback()], "training": BRIEF}, "callbacks=.*by projection"),
        (
            DESIGNED,
            {"readout_weights": 20},
            "readout_weights=20; only the presets compact, tiny, tiny-integer, lens",
        ),
    ],
)
def test_an_option_without_effect_is_told(preset: str, options: dict[str, Any], told: str) -> None:
    model = pe.PhysicalEmbeddingClassifier(preset, random_state=0, **options)
    with pytest.warns(pe.PhysembedWarning, match=told) as caught:
        model.fit(X, Y)
    assert len(caught) == 1


def test_what_is_not_asked_for_is_not_told() -> None:
    for options in ({"callbacks": []}, {"checkpoint_dir": None}):
        pe.PhysicalEmbeddingClassifier(DESIGNED, random_state=0, **options).fit(X, Y)
    # one limit of epochs for all models of a comparison
    assert build_classifier(DESIGNED, max_epochs=3, random_state=0).fit(X, Y).training is None


def test_patience_without_cases_to_hold_out_is_told() -> None:
    few = np.r_[0:3, len(Y) - 3 : len(Y)]
    model = build_classifier(TRAINED, max_epochs=1, overrides={"patience": 2}, random_state=0)
    with pytest.warns(pe.PhysembedWarning, match="patience=2 has no effect: of 6 training cases"):
        model.fit(X[few], Y[few])


class Counting(pl.Callback):
    """Counts epochs, and stops at the third that it has ever seen."""

    def __init__(self) -> None:
        self.seen = 0

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        self.seen += 1
        trainer.should_stop = self.seen >= 3


def test_callbacks_begin_anew_in_every_fit() -> None:
    given = Counting()
    model = build_classifier(TRAINED, max_epochs=6, random_state=0).set_params(callbacks=[given])
    lengths = [len(model.fit(X, Y).history_) for _ in range(2)]
    assert lengths == [3, 3]
    assert given.seen == 0
    assert model.callbacks_[0].seen == 3
    assert not hasattr(pickle.loads(pickle.dumps(model)), "callbacks_")


def test_checkpoints_progress_and_a_second_patience_stand_beside_ours(tmp_path: Path) -> None:
    given = [
        EarlyStopping("validation_loss", patience=1),
        EarlyStopping("train_loss", patience=2),
        ModelCheckpoint(tmp_path / "theirs", monitor="validation_loss"),
        RichProgressBar(),
    ]
    settings = pe.TrainingSettings(max_epochs=4, patience=10)
    options = {"training": settings, "verbose": 1, "random_state": 0}
    model = pe.PhysicalEmbeddingClassifier(
        TRAINED, callbacks=given, checkpoint_dir=tmp_path / "ours", **options
    ).fit(X, Y)
    best = Path(model.callbacks_[2].best_model_path)
    assert best.parent == tmp_path / "theirs" and best.is_file()
    assert pickle.loads(pickle.dumps(model)).predict(X).tolist() == model.predict(X).tolist()


@pytest.mark.parametrize("verbose", [True, np.bool_(False), 7, np.int64(1)])
def test_a_degree_of_talkativeness(verbose: Any) -> None:
    check_what_changes_no_result(n_jobs=np.int64(-1), verbose=verbose)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "options", "shown"),
    [
        (TRAINED, {"max_epochs": 3}, r"training .* 3/3 epochs .*left \d:\d\d:\d\d *loss \d\.\d+"),
        (SEARCHED, {"max_epochs": 1}, r"searching .* 100 % .*left \d:\d\d:\d\d .*left-out error"),
        (DESIGNED, {}, r"lattice: designed, 48 features of 67 cases; solving the readout"),
        ("linear", {}, r"linear: designed, 24 features of 67 cases; solving the readout"),
        (None, {}, r"own composition: designed, 24 features of 67 cases; solving the readout"),
    ],
)
def test_verbose_shows_progress_and_time_left(
    model: str | None,
    options: dict[str, Any],
    shown: str,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As on a terminal of 200 columns; nothing on standard output, and nothing unless asked for."""
    for name, value in {"TTY_COMPATIBLE": "1", "COLUMNS": "200", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    if model is None:
        fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.1, "gamma": 0.0}, n_layers=1)
        fibre = replace(fibre, detector=pe.BinnedIntensity(bins=24))
        classifier = pe.PhysicalEmbeddingClassifier(fibres=[fibre], random_state=0)
    else:
        classifier = build_classifier(model, random_state=0, **options)
    classifier.fit(X, Y)
    assert capfd.readouterr() == ("", "")
    classifier.set_params(verbose=1).fit(X, Y)
    out, err = capfd.readouterr()
    assert out == ""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", err)
    assert re.search(shown, text), text


def test_a_training_is_where_it_is_asked_to_be() -> None:
    class Where(pl.Callback):
        def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
            self.device = str(pl_module.device.type)

    model = build_classifier(TRAINED, max_epochs=1, random_state=0)
    model.set_params(callbacks=[Where()])
    # so little work pays no GPU
    expected = {"auto": "cpu", "cpu": "cpu"}
    if torch.cuda.is_available():
        expected["cuda"] = "cuda"
    for device, there in expected.items():
        model.set_params(device=device).fit(X, Y)
        assert (model.callbacks_[0].device, model.device_) == (there, there)
        # a fitted model is on the CPU wherever it was trained
        assert {weight.device.type for weight in model.network_.state_dict().values()} == {"cpu"}


def test_where_a_fit_computes_is_said_where_it_is_asked_to(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    pe.PhysicalEmbeddingClassifier(DESIGNED, device="cpu", random_state=0).fit(X, Y)
    assert capfd.readouterr().err == ""
    pe.PhysicalEmbeddingClassifier(DESIGNED, device="cpu", random_state=0, verbose=1).fit(X, Y)
    lines = capfd.readouterr().err.splitlines()
    told = [line for line in lines if line.startswith("training on the CPU (")]
    assert len(told) == 1 and told[0].endswith("), as asked for")


def test_a_gpu_is_said_by_its_name(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    name = "physembed.propagation.self_check.available_devices"
    monkeypatch.setattr(name, lambda: {"cuda": "NVIDIA H200, 140 GiB", "cpu": "8 threads"})
    say_place("cuda", "as asked for")
    told = "training on the GPU (NVIDIA H200, 140 GiB), as asked for\n"
    assert capfd.readouterr().err == told


def test_a_process_that_was_forked_after_a_gpu_was_used_is_told_to_be_spawned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As torch answers there, whether or not it still counts GPUs."""
    monkeypatch.setattr(torch.cuda, "_is_in_bad_fork", lambda: True)
    monkeypatch.setattr(torch.cuda, "_initialized", True)
    for still_counted in (True, False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda counted=still_counted: counted)
        with pytest.raises(pe.InvalidInputError, match=r"forked .* got 'cuda'; .* method 'spawn'"):
            pe.PhysicalEmbeddingClassifier(DESIGNED, device="cuda").fit(X, Y)
        with pytest.warns(pe.PhysembedWarning, match=r"'auto' is the CPU .* forked .* 'spawn'"):
            assert device_of("auto") == "cpu"
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert device_of("cpu") == "cpu"


@pytest.mark.filterwarnings("error")
def test_nothing_is_lost_by_forking_where_there_is_no_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """A torch that is built for CUDA says of every forked process that it cannot use one."""
    monkeypatch.setattr(torch.cuda, "_is_in_bad_fork", lambda: True)
    monkeypatch.setattr(torch.cuda, "_initialized", False)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert device_of("auto") == "cpu"
    with pytest.raises(pe.InvalidInputError, match="torch sees no CUDA device"):
        device_of("cuda")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
@pytest.mark.parametrize("preset", [DESIGNED, SEARCHED, TRAINED, "tiny", "compact"])
def test_a_device_that_is_not_there_is_refused_before_any_way_of_training(preset: str) -> None:
    for estimator in (pe.PhysicalEmbeddingClassifier, pe.PhysicalEmbeddingTransformer):
        with pytest.raises(pe.InvalidInputError, match="torch sees no CUDA device; choose 'auto'"):
            estimator(preset, device="cuda").fit(X, Y)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_designed_features_are_computed_on_the_device() -> None:
    torch.cuda.reset_peak_memory_stats()
    on_gpu = pe.PhysicalEmbeddingClassifier(DESIGNED, device="cuda", random_state=0).fit(X, Y)
    assert torch.cuda.max_memory_allocated() > 0
    on_cpu = pe.PhysicalEmbeddingClassifier(DESIGNED, device="cpu", random_state=0).fit(X, Y)
    assert {weight.device.type for weight in on_gpu.network_.state_dict().values()} == {"cpu"}
    # counts that a threshold decides may differ by a timepoint
    np.testing.assert_allclose(on_gpu.predict_proba(X), on_cpu.predict_proba(X), atol=0.02)


def test_callbacks_that_exclude_each_other_are_named() -> None:
    twice = [EarlyStopping("train_loss"), EarlyStopping("train_loss")]
    with pytest.raises(pe.InvalidInputError, match=r"callbacks .*more than one stateful callback"):
        pe.PhysicalEmbeddingClassifier(TRAINED, callbacks=twice).fit(X, Y)


def test_numbers_of_numpy_are_numbers_of_threads() -> None:
    fitted = pe.PhysicalEmbeddingClassifier(DESIGNED, n_jobs=np.int64(1), random_state=0).fit(X, Y)
    expected = pe.PhysicalEmbeddingClassifier(DESIGNED, n_jobs=1, random_state=0).fit(X, Y)
    np.testing.assert_array_equal(fitted.predict_proba(X), expected.predict_proba(X))
