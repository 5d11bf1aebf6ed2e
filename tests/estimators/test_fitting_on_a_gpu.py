"""Fits on a GPU that is pretended end as on the CPU, and nothing in them mixes devices."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from aeon.datasets import load_classification

import physembed as pe
from physembed.estimators import build_classifier, stream
from tests.pretended_gpu import pretended_gpu

pytestmark = [
    pytest.mark.skipif(
        torch.cuda.is_available(), reason="there is a GPU, and none to be pretended"
    ),
    pytest.mark.filterwarnings("ignore::physembed.propagation.gradients.ways.OffChipNotice"),
    pytest.mark.slow,
]

X, Y = (part[::2] for part in load_classification("ItalyPowerDemand", split="train"))
X_NEW, Y_NEW = (part[:60] for part in load_classification("ItalyPowerDemand", split="test"))
FEW = {"overrides": {"detectors": 8}}


def assert_it_ended_there(model: Any, expected: np.ndarray) -> None:
    assert model.device_ == "cuda"
    assert {weight.device.type for weight in model.network_.state_dict().values()} == {"cpu"}
    # what a threshold counts may differ by a timepoint, and a search by rounding
    np.testing.assert_allclose(model.predict_proba(X_NEW), expected, atol=0.02)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("homodyne", {}),
        ("tiny-integer", {}),
        ("compact", FEW),
        ("tiny", {"max_epochs": 1}),
        ("minirocket", {}),
    ],
)
def test_models_are_fitted_there(name: str, options: dict[str, Any]) -> None:
    """Those of designed physics, chosen detectors and solved readouts; a search of many fibres."""
    here = build_classifier(name, device="cpu", random_state=0, **options).fit(X, Y)
    expected = here.predict_proba(X_NEW)
    with pretended_gpu() as gpu:
        there = build_classifier(name, device="cuda", random_state=0, **options).fit(X, Y)
        assert gpu.moved > 0
        assert_it_ended_there(there, expected)


def test_a_first_piece_that_is_refused_leaves_the_place_open(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Of a stream whose sample it fills: the next one is told by which rule it is on the CPU."""

    def refused(*given: object) -> None:
        raise pe.InvalidInputError("no finite feature")

    monkeypatch.setenv("COLUMNS", "200")
    model = pe.PhysicalEmbeddingClassifier("lattice", random_state=0, verbose=1)
    with pretended_gpu():
        with monkeypatch.context() as patched:
            patched.setattr(stream, "prepare", refused)
            with pytest.raises(pe.InvalidInputError, match="no finite feature"):
                model.partial_fit(X, Y, classes=np.unique(Y), sample_cases=20)
        capfd.readouterr()
        model.partial_fit(X, Y, classes=np.unique(Y), sample_cases=20)
    assert "where designed physics and its readout take no longer" in capfd.readouterr().err
    assert model.device_ == "cpu"


@pytest.mark.parametrize(("name", "way"), [("compact", "parts"), ("homodyne", "stream")])
def test_pieces_are_summed_there(name: str, way: str, tmp_path: Path) -> None:
    pieces = [slice(k, k + 20) for k in range(0, 60, 20)]
    for k, piece in enumerate(pieces):
        np.savez(tmp_path / f"{k}.npz", X=X_NEW[piece], y=Y_NEW[piece])

    def fitted(device: str) -> pe.PhysicalEmbeddingClassifier:
        options = {"detectors": 8} if name == "compact" else {}
        model = pe.PhysicalEmbeddingClassifier(name, device=device, random_state=0, **options)
        if way == "parts":
            return model.fit(tmp_path, sample_cases=30)
        for piece in pieces:
            model.partial_fit(X_NEW[piece], Y_NEW[piece], np.unique(Y_NEW), sample_cases=30)
        return model

    expected = fitted("cpu").predict_proba(X_NEW)
    with pretended_gpu() as gpu:
        there = fitted("cuda")
        there.predict_proba(X_NEW)
        assert gpu.moved > 0
        assert_it_ended_there(there, expected)
        left_to_us = fitted("auto")
        np.testing.assert_array_equal(left_to_us.predict_proba(X_NEW), expected)
        assert left_to_us.device_ == "cpu"
