"""The rule of where a GPU pays: as the records have it, and before any work."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from aeon.datasets import load_classification

import physembed as pe
from physembed.estimators import build_classifier
from physembed.estimators.placing import fits_say_where
from physembed.presets import PRESETS
from physembed.presets.preset import Asked
from physembed.training import placement
from physembed.training.placement import place_of_prediction, place_of_training
from tests.pretended_gpu import pretended_gpu

FORD, DIGITS, ITALY = (1320, (1, 500, 2)), (2700, (1, 5120, 10)), (67, (1, 24, 2))
"""Training cases, and sizes, of FordASubset, Spoken Digits and ItalyPowerDemand."""

Data = tuple[int, tuple[int, int, int]]


def place(model: str, data: Data, **options: Any) -> placement.Place:
    n_cases, sizes = data
    recipe = build_classifier(model, **options).recipe(sizes)
    return place_of_training(recipe, n_cases, sizes[0] * sizes[1])


@pytest.mark.parametrize(
    ("model", "data", "device"),
    [
        # what a GPU took a fraction of the CPU's time for (results/performance/gpu.json)
        ("nlse", FORD, "cuda"),
        ("nlse", DIGITS, "cuda"),
        ("lens", FORD, "cuda"),
        # and as long for as the CPU
        ("tiny", FORD, "cpu"),
        ("homodyne", FORD, "cpu"),
        ("lattice", FORD, "cpu"),
        ("compact", FORD, "cpu"),
        # what is done before CUDA has started
        ("nlse", ITALY, "cpu"),
        ("lens", ITALY, "cpu"),
        ("cnn", ITALY, "cpu"),
        ("linear", DIGITS, "cpu"),
    ],
)
def test_what_was_timed_is_where_it_was_quicker(model: str, data: Data, device: str) -> None:
    assert place(model, data).device == device


def test_a_first_fit_is_not_kept_waiting_by_compilation() -> None:
    """Of windows that are a power of two, which stay on the chip."""
    on_chip, off_chip = (5000, (1, 256, 2)), (5000, (1, 250, 2))
    assert place("nlse", off_chip).device == "cuda"
    waiting = place("nlse", on_chip)
    assert waiting.device == "cpu"
    assert "and 9 s more the first time, to compile its kernels" in waiting.why
    assert place("nlse", (40_000, (1, 256, 2))).device == "cuda"
    # two encoders of the lens have one window, the third half of it
    assert "and 18 s more" in place("lens", (1320, (1, 512, 2))).why


def test_what_is_launched_step_by_step_pays_later(tmp_path: Any) -> None:
    n_cases, sizes = FORD
    recipe = build_classifier("nlse").recipe(sizes)
    assert place_of_training(recipe, n_cases, 500).device == "cuda"
    for slower in ({"callbacks": [object()]}, {"checkpoint_dir": tmp_path}):
        assert place_of_training(replace(recipe, **slower), n_cases, 500).device == "cpu"


def test_more_work_never_leaves_the_gpu() -> None:
    for model in ("nlse", "gpe", "lens", "tiny", "cnn"):
        devices = [place(model, (n, (1, 500, 2))).device for n in (30, 300, 3000, 30_000, 300_000)]
        assert devices == sorted(devices), model


def test_a_network_is_not_drawn_twice() -> None:
    """The rule looks at a network, and leaves the random numbers as they were."""
    torch.manual_seed(3)
    expected = torch.rand(3)
    torch.manual_seed(3)
    place("nlse", FORD)
    assert torch.equal(torch.rand(3), expected)


def test_what_decides_nothing_is_not_made() -> None:
    """A baseline, which a long series makes large, and what only a search would train as well."""

    def made() -> Any:
        raise AssertionError("a network was made")

    for length, device in ((24, "cpu"), (10**6, "cuda")):
        recipe = replace(build_classifier("mlp").recipe((1, length, 3)), make_network=made)
        assert place_of_training(recipe, 10, length).device == device
    sizes = FORD[1]
    trained = replace(build_classifier("nlse").recipe(sizes), alternatives=[made])
    assert place_of_training(trained, FORD[0], sizes[1]).device == "cuda"


@pytest.mark.parametrize("preset", PRESETS)
def test_predictions_of_linear_fibres_stay_on_the_cpu(preset: str) -> None:
    network = PRESETS[preset].network(Asked((1, 500, 2)))
    few, many = (place_of_prediction(network, n).device for n in (100, 10_000_000))
    assert few == "cpu"
    assert many == ("cpu" if all(path.is_transfer for path in network.paths) else "cuda")


X, Y = load_classification("ItalyPowerDemand", split="train")


@pytest.mark.slow
@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, and none to be pretended")
@pytest.mark.filterwarnings("ignore::physembed.propagation.gradients.ways.OffChipNotice")
def test_a_fit_is_asked_for_where_the_rule_says(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """And says where and why; the network that comes back is on the CPU."""
    monkeypatch.setenv("COLUMNS", "200")
    short = pe.ProjectionSettings(rungs=((2, 0, 20), (1, 2, 20)), final_cases=20, readout="ridge")
    trained = {"beta2": pe.Trainable(0.4), "gamma": pe.Trainable(0.1)}
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(), trained, n_layers=1, detector=pe.BinnedIntensity(bins=6)
    )
    model = pe.PhysicalEmbeddingClassifier(
        fibres=[fibre], training=short, random_state=0, verbose=1
    )
    expected = model.fit(X, Y).predict_proba(X)
    told = capfd.readouterr().err
    assert "training on the CPU (1 thread), since torch can use no GPU\n" in told
    with pretended_gpu() as gpu:
        small = model.fit(X, Y).predict_proba(X)
        told = capfd.readouterr().err
        assert re.search(r"on the CPU \(.*\), put at \S+ s on a thread of the CPU and at 1\.", told)
        assert (model.device_, gpu.moved) == ("cpu", 0)
        np.testing.assert_array_equal(small, expected)
        # as if a CPU took as much longer as there would have to be more cases
        monkeypatch.setattr(placement, "POINT_SEARCHED_S", 1.0)
        model.fit(X, Y)
        told = capfd.readouterr().err
        assert re.search(r"on the GPU \(pretended, 16 GiB\), put at \S+ s on a thread", told)
        assert model.device_ == "cuda"
        assert gpu.moved > 0
    weights = model.network_.state_dict().values()
    assert {weight.device.type for weight in weights} == {"cpu"}
    # the same search, of which rounding decides the last digits
    np.testing.assert_allclose(model.predict_proba(X), expected, atol=0.05)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, of which more is told")
def test_fits_that_are_not_asked_say_where_once(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with fits_say_where():
        for device in ("cpu", "cpu", "auto"):
            pe.PhysicalEmbeddingClassifier("lattice", device=device, random_state=0).fit(X, Y)
    said = capfd.readouterr().err.splitlines()
    told = [line.partition("), ")[2] for line in said if line.startswith("training on the CPU (")]
    assert told == ["as asked for", "since torch can use no GPU"]
    pe.PhysicalEmbeddingClassifier("lattice", random_state=0).fit(X, Y)
    assert capfd.readouterr().err == ""
