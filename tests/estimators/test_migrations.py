"""Models that earlier versions saved are read as they were."""

import json
from pathlib import Path

import numpy as np
import pytest
from aeon.datasets import load_classification
from sklearn.base import clone

import physembed as pe
from physembed.estimators.migrations import MIGRATIONS, SCHEMA
from physembed.estimators.persistence import _digest

SAVED = Path(__file__).parent / "saved"
"""Folders that version 0.1.0 wrote with its schemas, and its probabilities for five cases."""
X, Y = load_classification("ItalyPowerDemand", split="train")


@pytest.mark.parametrize("name", ["nlse", "tiny", "lattice"])
def test_a_model_of_schema_1_predicts_what_it_predicted(name: str, tmp_path: Path) -> None:
    folder = SAVED / f"schema1-{name}"
    assert json.loads((folder / "config.json").read_text())["schema"] == 1
    told = np.loadtxt(SAVED / f"schema1-{name}-probabilities.csv", delimiter=",")
    model = pe.load(folder)
    # it computed its readout in single precision
    np.testing.assert_allclose(model.predict_proba(X[:5]), told, atol=1e-6)
    again = pe.load(model.save(tmp_path / "model"))
    assert json.loads((tmp_path / "model" / "config.json").read_text())["schema"] == SCHEMA
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    assert again.get_params() == model.get_params()


@pytest.mark.parametrize(
    ("name", "labels", "weights"),
    [
        ("numbers", Y.astype(int), {1: 1.0, 2: 5.0}),
        ("booleans", Y == "2", {True: 5.0, False: 1.0}),
        ("type", np.where(Y == "2", "type", "kind"), {"type": 5.0, "kind": 1.0}),
    ],
)
def test_labels_that_schema_2_made_text_of_are_labels_again(
    name: str, labels: np.ndarray, weights: dict, tmp_path: Path
) -> None:
    folder = SAVED / f"schema2-{name}"
    assert json.loads((folder / "config.json").read_text())["schema"] == 2
    model = pe.load(folder)
    told = np.loadtxt(SAVED / f"schema2-{name}-probabilities.csv", delimiter=",")
    np.testing.assert_allclose(model.predict_proba(X[:5]), told, atol=1e-12)
    for read in (model, pe.load(model.save(tmp_path / "model"))):
        assert read.class_weight == weights
        assert list(map(type, read.class_weight)) == list(map(type, weights))
    again = clone(model).fit(X, labels)
    np.testing.assert_allclose(again.predict_proba(X[:5]), told, atol=1e-6)


def test_every_earlier_schema_has_a_step() -> None:
    assert sorted(MIGRATIONS) == list(range(1, SCHEMA))


def test_patience_of_schema_1_has_become_early_stopping(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in (SAVED / "schema1-nlse").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    data = json.loads((folder / "config.json").read_text())
    data["parameters"]["patience"] = 7
    data["configuration_sha256"] = _digest(data)
    (folder / "config.json").write_text(json.dumps(data))
    model = pe.load(folder)
    assert model.early_stopping == 7
    assert model.training_settings().patience == 7


def test_weights_of_other_labels_are_other_settings() -> None:
    """A fit that is kept in ``checkpoint_dir`` is recognised by its settings."""
    written = [
        json.dumps(pe.PhysicalEmbeddingClassifier("lattice", class_weight=weights).settings())
        for weights in ({1: 1.0}, {"1": 1.0}, {True: 1.0}, {"type": 1.0}, {"1": 2.0})
    ]
    assert len(set(written)) == len(written)
