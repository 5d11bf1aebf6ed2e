"""Models that earlier versions saved are read as they were."""

import json
from pathlib import Path

import numpy as np
import pytest
from aeon.datasets import load_classification
from sklearn.base import clone

import physembed as pe
from physembed.estimators.migrations import MIGRATIONS, SCHEMA
from physembed.estimators.model_files import digest
from physembed.estimators.settings_of_schema_3 import OVERRIDES, with_settings
from physembed.networks.configuration import from_configuration

SAVED = Path(__file__).parent / "saved"
"""Folders that version 0.1.0 wrote with its schemas, and its probabilities for five cases. Those
with ``n_threads`` in their schema 5, and of presets that are retired, are of commit 080a357~1; that
of the retired preset in schema 3 is of 0ca4d02. All of these know every third timepoint."""
X, Y = load_classification("ItalyPowerDemand", split="train")
FORECAST = 0.9961723336094874
"""Of both forecasters."""


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
    # features are in single precision, which another processor rounds otherwise
    np.testing.assert_allclose(model.predict_proba(X[:5]), told, atol=1e-5)
    for read in (model, pe.load(model.save(tmp_path / "model"))):
        assert read.class_weight == weights
        assert list(map(type, read.class_weight)) == list(map(type, weights))
    again = clone(model).fit(X, labels)
    np.testing.assert_allclose(again.predict_proba(X[:5]), told, atol=1e-6)


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        (
            "nlse",
            pe.TrainingSettings(
                max_epochs=2,
                batch_size=16,
                physics_rate=0.02,
                head_rate=0.01,
                weight_decay=1.0,
                validation_fraction=0.2,
                keep="last",
                start_scales=(0.04, 0.08, 0.16, 0.32, 0.64, 1.28),
            ),
        ),
        (
            "lens",
            pe.ProjectionSettings(
                rungs=((384, 0, 200), (24, 10, 250), (6, 10, 400), (2, 10, 1000)), stage_steps=10
            ),
        ),
    ],
)
def test_arguments_of_schema_3_are_settings_of_the_training(
    name: str, settings: pe.TrainingSettings | pe.ProjectionSettings, tmp_path: Path
) -> None:
    """``max_epochs``, ``keep`` and their like had been arguments of the estimator."""
    folder = SAVED / f"schema3-{name}"
    assert json.loads((folder / "config.json").read_text())["schema"] == 3
    model = pe.load(folder)
    series, _ = load_classification("GunPoint", split="test")
    told = np.loadtxt(SAVED / f"schema3-{name}-probabilities.csv", delimiter=",")
    np.testing.assert_allclose(model.predict_proba(series[:5]), told, atol=1e-5)
    assert model.training == model.training_settings() == settings
    again = pe.load(model.save(tmp_path / "model"))
    assert again.get_params() == model.get_params()
    np.testing.assert_array_equal(again.predict_proba(series), model.predict_proba(series))


@pytest.mark.parametrize("schema", [3, 5])
def test_a_forecaster_forecasts_what_it_forecast(schema: int, tmp_path: Path) -> None:
    folder = SAVED / f"schema{schema}-forecaster"
    assert json.loads((folder / "config.json").read_text())["schema"] == schema
    y = np.sin(np.arange(60) / 3)
    for forecaster in (pe.load(folder), pe.load(pe.load(folder).save(tmp_path / "model"))):
        assert forecaster.predict(y) == pytest.approx(FORECAST, abs=1e-5)


@pytest.mark.parametrize(
    ("schema", "name", "preset"),
    [
        (3, "auto", "homodyne-gated"),
        (5, "auto", "homodyne-gated"),
        *((5, name, name) for name in ("homodyne-small", "homodyne-gated", "tiny", "compact")),
    ],
)
def test_models_of_retired_presets_and_of_threads_predict_what_they_predicted(
    schema: int, name: str, preset: str, tmp_path: Path
) -> None:
    """The first models that know what is novel were not told of jobs, and kept no deviations."""
    folder = SAVED / f"schema{schema}-{name}"
    told = json.loads((folder / "config.json").read_text())
    assert (told["schema"], told["parameters"]["n_threads"]) == (schema, None)
    series = X[..., ::3]
    probabilities = np.loadtxt(f"{folder}-probabilities.csv", delimiter=",")
    model = pe.load(folder)
    assert (model.preset, model.preset_, model.n_jobs) == (name, preset, None)
    assert model.tells_novelty == (schema == 5)
    again = pe.load(model.save(tmp_path / "model"))
    assert again.get_params() == model.get_params()
    for read in (model, again):
        # features are in single precision, which another processor rounds otherwise
        np.testing.assert_allclose(read.predict_proba(series[:5]), probabilities, atol=1e-5)
        assert not hasattr(read, "feature_importances_")
        if schema == 5:
            p_values = np.loadtxt(f"{folder}-novelty.csv")
            # a rank among 67 cases may be another where features are rounded otherwise
            np.testing.assert_allclose(read.novelty(series[:5]), p_values, atol=0.03)


def test_threads_that_schema_5_told_are_jobs() -> None:
    told = {"schema": 5, "parameters": {"n_threads": 2, "verbose": 0}}
    assert MIGRATIONS[5](told)["parameters"] == {"n_jobs": 2, "verbose": 0}


def test_bytes_that_schema_5_told_were_packed_nowhere() -> None:
    counts = {"embedding": 0, "readout": 57, "bytes": 640, "weight_bits": 8}
    told = {"schema": 5, "parameters": {}, "parameter_counts": counts}
    for now in (MIGRATIONS[5](told), MIGRATIONS[5](told | {"regressor": told})["regressor"]):
        assert now["parameter_counts"] == {"embedding": 0, "readout": 57, "weight_bits": 8}


@pytest.mark.parametrize(
    ("parameters", "n_coefficients", "training"),
    [
        ({"preset": "homodyne", "max_epochs": 3}, 0, None),
        ({"preset": "nlse", "training": "designed", "keep": "last"}, 0, "designed"),
        ({"preset": "nlse", "early_stopping": False}, 18, None),
        ({"preset": "auto", "fibres": [], "max_epochs": 3}, 0, None),
        ({"preset": "auto", "fibres": [], "max_epochs": 3}, 4, pe.ProjectionSettings),
        ({"preset": "auto", "fibres": [], "max_epochs": 3}, 301, pe.TrainingSettings),
        ({"model": "mlp", "batch_size": 8, "early_stopping": True}, 9, pe.TrainingSettings),
        ({"model": "linear", "batch_size": 8}, 0, None),
    ],
)
def test_what_had_no_effect_is_left_out_and_the_rest_goes_by_the_way_of_training(
    parameters: dict, n_coefficients: int, training: object
) -> None:
    migrated = with_settings(parameters, n_coefficients)
    assert not set(migrated) & {*OVERRIDES, "early_stopping"}
    settings = from_configuration(migrated["training"])
    assert settings == training or type(settings) is training
    if parameters.get("early_stopping"):
        assert (settings.patience, settings.batch_size, settings.max_epochs) == (10, 8, 30)


def test_every_earlier_schema_has_a_step() -> None:
    assert sorted(MIGRATIONS) == list(range(1, SCHEMA))


def test_patience_of_schema_1_is_a_setting_of_the_training(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for file in (SAVED / "schema1-nlse").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    data = json.loads((folder / "config.json").read_text())
    data["parameters"]["patience"] = 7
    data["configuration_sha256"] = digest(data)
    (folder / "config.json").write_text(json.dumps(data))
    model = pe.load(folder)
    assert model.training_settings().patience == 7
    assert model.training_settings().max_epochs == 2


def test_weights_of_other_labels_are_other_settings() -> None:
    """A fit that is kept in ``checkpoint_dir`` is recognised by its settings."""
    written = [
        json.dumps(pe.PhysicalEmbeddingClassifier("lattice", class_weight=weights).settings())
        for weights in ({1: 1.0}, {"1": 1.0}, {True: 1.0}, {"type": 1.0}, {"1": 2.0})
    ]
    assert len(set(written)) == len(written)
