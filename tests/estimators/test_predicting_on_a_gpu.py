"""Predictions on a GPU: where asked for, or where they pay; elsewhere the CPU, and never stale.

Where there is no GPU, on one that is pretended.
"""

import copy
import re
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from aeon.datasets import load_classification

import physembed as pe
from physembed.estimators import on_a_gpu
from physembed.estimators.on_a_gpu import OnTheCpu
from physembed.networks import PhysicalEmbeddingNetwork
from physembed.training import placement
from tests.pretended_gpu import PretendedGpu, is_there, pretended_gpu

X, Y = load_classification("ItalyPowerDemand", split="train")
X_NEW = load_classification("ItalyPowerDemand", split="test")[0][:12]
QUICK = pe.TrainingSettings(max_epochs=1, min_steps=0)
ON_GPU = torch.cuda.is_available()


@pytest.fixture(scope="module")
def models() -> dict[str, pe.PhysicalEmbeddingClassifier]:
    # of one layer, since Triton's interpreter takes its time
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": pe.Trainable(0.4), "gamma": pe.Trainable(0.1)},
        n_layers=1,
        encoder=pe.SeriesEncoder(guard_band=3.0),
        detector=pe.BinnedIntensity(bins=24),
    )
    return {
        "nlse": fitted("nlse", fibres=[fibre], training=QUICK),
        "compact": fitted("compact", detectors=8),
        "lattice": fitted("lattice"),
    }


@pytest.fixture
def nlse(models: dict[str, pe.PhysicalEmbeddingClassifier]) -> pe.PhysicalEmbeddingClassifier:
    return copy.deepcopy(models["nlse"])


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[PretendedGpu | None]:
    """A GPU, and nothing said yet of any."""
    monkeypatch.setattr(on_a_gpu, "_said", set())
    with warnings.catch_warnings():
        # which cascades leave the chip is told once
        warnings.filterwarnings("ignore", "a cascade")
        if ON_GPU:
            yield None
        else:
            with pretended_gpu() as pretended:
                yield pretended


def fitted(preset: str, **options: Any) -> pe.PhysicalEmbeddingClassifier:
    return pe.PhysicalEmbeddingClassifier(preset, device="cpu", random_state=0, **options).fit(X, Y)


def watch_features(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """On which device, and of how many cases, features are computed from now on."""
    seen: list[tuple[str, int]] = []
    features = PhysicalEmbeddingNetwork.features

    def watched(self: PhysicalEmbeddingNetwork, x: Any) -> torch.Tensor:
        result = features(self, x)
        seen.append((result.device.type, len(x)))
        return result

    monkeypatch.setattr(PhysicalEmbeddingNetwork, "features", watched)
    return seen


@pytest.mark.parametrize("preset", ["nlse", "compact", "lattice"])
def test_what_is_predicted_there_is_what_is_predicted_here(
    preset: str,
    models: dict[str, pe.PhysicalEmbeddingClassifier],
    gpu: PretendedGpu | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = copy.deepcopy(models[preset])
    answers = ("predict_proba", "decision_function", "novelty", "predict")
    here = {name: getattr(model, name)(X_NEW) for name in answers}
    seen = watch_features(monkeypatch)
    model.set_params(device="cuda")
    for name, expected in here.items():
        told = getattr(model, name)(X_NEW)
        assert type(told) is np.ndarray and told.dtype == expected.dtype
        if name == "predict":
            assert (told == expected).mean() > 0.97
        else:
            # counts that a threshold decides may differ by a timepoint
            assert np.mean(np.isclose(told, expected, rtol=1e-3, atol=1e-4)) > 0.97
    assert seen == [("cuda", len(X_NEW))] * len(answers)
    # what is public stays on the CPU
    assert not any(map(is_there, model.network_.state_dict().values()))
    assert {weight.device.type for weight in model.network_.state_dict().values()} == {"cpu"}


def test_features_that_are_transformed_there(
    gpu: PretendedGpu | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = pe.PhysicalEmbeddingTransformer("lattice", device="cpu", random_state=0).fit(X)
    here = model.transform(X_NEW)
    seen = watch_features(monkeypatch)
    there = model.set_params(device="cuda").transform(X_NEW)
    assert seen == [("cuda", len(X_NEW))]
    assert there.dtype == np.float64
    np.testing.assert_allclose(there, here, rtol=1e-4, atol=1e-4)


def test_a_network_that_changed_is_asked_as_it_is_now(
    nlse: pe.PhysicalEmbeddingClassifier, gpu: PretendedGpu | None
) -> None:
    model = nlse.set_params(device="cuda")
    before = model.decision_function(X_NEW)
    with torch.no_grad():
        for weight in model.network_.embedding_parameters():
            weight.mul_(3.0)
    changed = model.decision_function(X_NEW)
    assert np.abs(changed - before).max() > 0.01
    expected = model.set_params(device="cpu").decision_function(X_NEW)
    np.testing.assert_allclose(changed, expected, rtol=1e-3, atol=1e-4)


def test_the_rule_sends_many_cases_there_and_few_not(
    nlse: pe.PhysicalEmbeddingClassifier,
    gpu: PretendedGpu | None,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    seen = watch_features(monkeypatch)
    model = nlse.set_params(device="auto", verbose=1)
    few = model.decision_function(X_NEW)
    assert seen.pop() == ("cpu", len(X_NEW))
    assert capfd.readouterr().err == ""
    # as if a CPU took as much longer as there would have to be more cases
    monkeypatch.setattr(placement, "POINT_PREDICTED_S", 1.0)
    many = model.decision_function(X_NEW)
    assert seen == [("cuda", len(X_NEW))]
    assert re.match(r"predicting on the GPU \(.*\), put at .* on a thread", capfd.readouterr().err)
    np.testing.assert_allclose(many, few, rtol=1e-3, atol=1e-4)


def test_batches_are_as_large_as_what_is_free(
    nlse: pe.PhysicalEmbeddingClassifier,
    gpu: PretendedGpu | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = nlse.decision_function(X_NEW)
    model = nlse.set_params(device="cuda")
    seen = watch_features(monkeypatch)
    # fifteen fields of 96 points, and as much beside them as a case has of its own
    of_case = 8 * (15 * 96 + 2 * 96 + 24) + 4 * 24
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda: 0)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda: 0)
    for n_cases in (7, 1):
        free = 2 * n_cases * of_case
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda free=free: (free, 2**40))
        told = model.decision_function(X_NEW)
        assert {n for _, n in seen[:-1]} == {n_cases}
        assert sum(n for _, n in seen) == len(X_NEW)
        np.testing.assert_allclose(told, whole, rtol=1e-3, atol=1e-4)
        seen.clear()


def test_a_gpu_that_is_full_is_told_with_what_to_lower(
    nlse: pe.PhysicalEmbeddingClassifier,
    gpu: PretendedGpu | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(self: PhysicalEmbeddingNetwork, x: Any) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr(PhysicalEmbeddingNetwork, "features", full)
    model = nlse.set_params(device="cuda")
    told = r"Tried to allocate 2\.00 GiB\.\. .*GPU, for .* cases at a time: set device='cpu'"
    with pytest.raises(pe.OutOfMemoryError, match=told):
        model.predict(X_NEW)


@pytest.mark.skipif(ON_GPU, reason="there is a CUDA device")
def test_a_model_that_was_trained_on_a_gpu_predicts_where_there_is_none(
    nlse: pe.PhysicalEmbeddingClassifier, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(on_a_gpu, "_said", set())
    expected = nlse.decision_function(X_NEW)
    nlse.set_params(device="cuda").save(tmp_path / "model")
    model = pe.load(tmp_path / "model")
    assert model.device == "cuda"
    with pytest.warns(OnTheCpu, match="torch sees no CUDA device here: predicting on the CPU") as w:
        told = model.decision_function(X_NEW)
    assert len(w) == 1
    np.testing.assert_array_equal(told, expected)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.decision_function(X_NEW)
    # a fit is another matter
    with pytest.raises(pe.InvalidInputError, match="torch sees no CUDA device; choose 'auto'"):
        model.fit(X, Y)


def test_a_forked_process_is_told_to_be_spawned(
    nlse: pe.PhysicalEmbeddingClassifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "_is_in_bad_fork", lambda: True)
    monkeypatch.setattr(torch.cuda, "_initialized", True)
    model = nlse
    here = model.decision_function(X_NEW)
    for still_counted in (True, False):
        monkeypatch.setattr(torch.cuda, "is_available", lambda counted=still_counted: counted)
        with pytest.raises(pe.InvalidInputError, match=r"forked .* got 'cuda'; .* method 'spawn'"):
            model.set_params(device="cuda").predict(X_NEW)
        model.set_params(device="auto")
        with warnings.catch_warnings():
            # so few cases would not have gone there
            warnings.simplefilter("error")
            np.testing.assert_array_equal(model.decision_function(X_NEW), here)
        with monkeypatch.context() as slower:
            slower.setattr(placement, "POINT_PREDICTED_S", 1.0)
            with pytest.warns(pe.PhysembedWarning, match=r"'auto' is the CPU .* 'spawn'"):
                np.testing.assert_array_equal(model.decision_function(X_NEW), here)


def test_series_in_windows_are_read_by_the_cpu(
    nlse: pe.PhysicalEmbeddingClassifier,
    gpu: PretendedGpu | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = nlse.decision_function(X_NEW)
    seen = watch_features(monkeypatch)
    (path,) = nlse.network_.paths
    asked: list[str] = []

    class Passes:
        """Says once that series pass in windows, which these do not."""

        def __get__(self, of: Any, kind: Any) -> bool:
            asked.append("in_windows")
            return len(asked) == 1

    del path.in_windows
    monkeypatch.setattr(type(path), "in_windows", Passes(), raising=False)
    with pytest.warns(OnTheCpu, match="series this long pass in windows"):
        told = nlse.set_params(device="cuda").decision_function(X_NEW)
    assert seen == [("cpu", len(X_NEW))]
    np.testing.assert_array_equal(told, here)


def test_a_device_of_no_name_is_refused(nlse: pe.PhysicalEmbeddingClassifier) -> None:
    with pytest.raises(pe.InvalidInputError, match="device must be one of auto, cpu, cuda, got"):
        nlse.set_params(device="tpu").predict(X_NEW)
