"""Saved models: the same predictions, no pickle, and refusals with a reason."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from aeon.datasets import load_classification
from safetensors.torch import load_file, save_file

import physembed as pe
from physembed.estimators import MODELS, SeriesClassifier, build_classifier
from physembed.estimators.model_files import digest as digest_of
from physembed.presets import PRESETS

X, Y = load_classification("ItalyPowerDemand", split="train")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return build_classifier("nlse", random_state=0, max_epochs=2).fit(X, Y).save(tmp_path / "model")


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_a_loaded_model_predicts_the_same(name: str, tmp_path: Path) -> None:
    classifier = build_classifier(name, random_state=0, max_epochs=2).fit(X, Y)
    loaded = pe.load(classifier.save(tmp_path / "model"))
    assert isinstance(loaded, type(classifier))
    np.testing.assert_array_equal(loaded.predict_proba(X), classifier.predict_proba(X))
    np.testing.assert_array_equal(loaded.predict(X), classifier.predict(X))
    assert loaded.parameter_counts_ == classifier.parameter_counts_
    assert loaded.settings() == classifier.settings()
    # a search has no validation: NaN, which no == finds equal
    np.testing.assert_equal(loaded.history_, classifier.history_)


def test_the_folder_holds_text_and_safetensors_only(saved: Path) -> None:
    names = {file.name for file in saved.iterdir()}
    assert names == {"config.json", "environment.json", "history.csv", "weights.safetensors"}
    history = (saved / "history.csv").read_text().splitlines()
    assert len(history) == 1 + 2
    assert "fibre1/layer6/beta2" in history[0]


def test_saving_again_replaces_a_model_but_nothing_else(saved: Path, tmp_path: Path) -> None:
    classifier = pe.load(saved)
    classifier.save(saved)
    assert isinstance(pe.load(saved), SeriesClassifier)
    foreign = tmp_path / "thesis"
    foreign.mkdir()
    (foreign / "chapter.tex").write_text("years of work")
    with pytest.raises(pe.RunFolderError, match="exists and is not a saved model"):
        classifier.save(foreign)
    assert (foreign / "chapter.tex").read_text() == "years of work"
    assert {path.name for path in tmp_path.iterdir()} == {"model", "thesis"}


def test_a_model_is_what_was_saved_though_its_preset_has_changed(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pe.load(saved).predict_proba(X)
    other = replace(PRESETS["nlse"], compositions=PRESETS["gpe"].compositions)
    monkeypatch.setitem(PRESETS, "nlse", other)
    np.testing.assert_array_equal(pe.load(saved).predict_proba(X), before)


def test_saving_fills_an_empty_folder_and_removes_nothing_of_others(
    saved: Path, tmp_path: Path
) -> None:
    classifier = pe.load(saved)
    (tmp_path / "empty").mkdir()
    classifier.save(tmp_path / "empty")
    (saved / "notes.txt").write_text("mine")
    with pytest.raises(pe.RunFolderError, match=r"but also notes\.txt"):
        classifier.save(saved)
    assert (saved / "notes.txt").read_text() == "mine"


def damage_weights(folder: Path) -> None:
    weights = bytearray((folder / "weights.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "weights.safetensors").write_bytes(weights)


def change(*, digest: bool = True, **entries: object):
    """Change entries of the configuration; with the digest, as a forger would."""

    def apply(folder: Path) -> None:
        data = json.loads((folder / "config.json").read_text()) | entries
        if digest:
            data["configuration_sha256"] = digest_of(data)
        (folder / "config.json").write_text(json.dumps(data))

    return apply


def change_fibre(**entries: object):
    """Change entries of the first fibre, as a forger would."""

    def apply(folder: Path) -> None:
        composition = json.loads((folder / "config.json").read_text())["composition"]
        composition["fibres"][0] |= entries
        change(composition=composition)(folder)

    return apply


def change_encoder(**entries: object):
    """Change entries of the first fibre's encoder, as a forger would."""

    def apply(folder: Path) -> None:
        fibre = json.loads((folder / "config.json").read_text())["composition"]["fibres"][0]
        change_fibre(encoder=fibre["encoder"] | entries)(folder)

    return apply


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (damage_weights, "does not match the digest"),
        (lambda f: (f / "weights.safetensors").unlink(), "safetensors cannot be read"),
        (lambda f: (f / "history.csv").unlink(), "history.csv cannot be read"),
        (change(digest=False, classes=["2", "1"]), "does not match its digest"),
        (lambda f: (f / "weights.safetensors").write_bytes(b""), "0 bytes, where config.json"),
        (lambda f: (f / "config.json").write_text("{"), "is damaged"),
        (lambda f: (f / "config.json").unlink(), "is not a physembed model"),
        (lambda f: (f / "history.csv").write_text("epoch\none\n"), "is damaged"),
        (change(format="other"), "is not a physembed model"),
        (change(schema=99, physembed_version="7.0"), "newer physembed .7.0, schema 99"),
        (change(schema="1"), "is damaged: its schema"),
        (change(estimator="Popen"), "unknown estimator 'Popen'"),
        (change(fitted={"classes": [1, 2], "classes_dtype": "|O"}), "labels of type object"),
        (change(unequal_length=None, fitted={}), "is damaged"),
        (change(metadata={"n_channels": 1, "n_timepoints": 10**12}), "1 to 16,777,216 is read"),
        (
            change(metadata={"n_channels": 2**10, "n_timepoints": 2**20}),
            "must be at most 16,777,216, got",
        ),
        (change(metadata={"n_channels": 1, "n_timepoints": 2**20}), "make a window of 4,194,304"),
        (change_encoder(guard_band=1e6), "make a window of 24,004,512"),
        (change_encoder(derivative=10**9), "derivative must be an integer from 0 to 16"),
        (change_fibre(steps_per_layer=10**9), "n_layers times steps_per_layer must be at most"),
        (change(composition={"fibres": [{"type": "Fibre", "n_layers": 10**9}]}), "n_layers is"),
        (lambda f: (f / "config.json").write_text("[" * 100_000), "is damaged"),
        (lambda f: (f / "config.json").write_bytes(b" " * (2**24 + 1)), "are the most"),
        (change(composition={"fibres": [{"type": "Popen"}]}), "unknown part 'Popen'"),
        (change(parameters={"colour": 1}), "is damaged"),
        (change(metadata={}), "is damaged"),
    ],
)
def test_damaged_foreign_and_newer_folders_are_refused(damage, message: str, saved: Path) -> None:
    damage(saved)
    with pytest.raises(pe.RunFolderError, match=message):
        pe.load(saved)


@pytest.mark.parametrize(
    ("estimator", "entries"),
    [
        (pe.PhysicalEmbeddingTransformer("lattice"), {"n_outputs": 3_000_000}),
        (pe.BaselineClassifier("linear"), {"n_outputs": 100_000}),
    ],
)
def test_outputs_are_those_of_the_weights(estimator, entries: dict, tmp_path: Path) -> None:
    """Memory is not asked for a network that is not as large as the weights beside it."""
    folder = estimator.fit(X, Y.astype(int)).save(tmp_path / "model")
    pe.load(folder)
    fitted = json.loads((folder / "config.json").read_text())["fitted"]
    if "classes" in fitted:
        change(**entries)(folder)
        with pytest.raises(pe.RunFolderError, match="there are 2 classes for 100000 outputs"):
            pe.load(folder)
        fitted["classes"] = list(range(entries["n_outputs"]))
    change(fitted=fitted, **entries)(folder)
    with pytest.raises(
        pe.RunFolderError, match=r"head\.linear\.weight in weights.safetensors is of"
    ):
        pe.load(folder)


@pytest.mark.parametrize(
    ("name", "value"), [("channel_indices", 10**6), ("dilations", 10**6), ("per_dilation", 10**6)]
)
def test_arrays_that_compiled_code_would_run_beyond_are_refused(
    name: str, value: int, tmp_path: Path
) -> None:
    folder = pe.BaselineClassifier("minirocket", random_state=0).fit(X, Y).save(tmp_path / "model")
    weights = load_file(folder / "weights.safetensors")
    weights[name][0] = value
    save_file(weights, folder / "weights.safetensors")
    content = (folder / "weights.safetensors").read_bytes()
    files = json.loads((folder / "config.json").read_text())["files"]
    told = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    change(files=files | {"weights.safetensors": told})(folder)
    with pytest.raises(pe.RunFolderError, match="no arrays of MiniRocket"):
        pe.load(folder)


def test_an_absent_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(pe.RunFolderError, match="nowhere is not a folder"):
        pe.load(tmp_path / "nowhere")
