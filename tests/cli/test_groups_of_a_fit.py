"""What ``--group`` names is left out together by the fit that is kept, and by those of folds."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from physembed.data.own.description import Description
from physembed.experiments.estimate import estimate
from physembed.experiments.grid.plan import Grid
from physembed.experiments.grid.run import fit_and_test
from physembed.experiments.grid.variant import Variant

DETECTORS = 8
OF_TABLE = Description(group="speaker", folds=3, repeats=1)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six speakers with a voice of their own, each of whom says one of two words."""
    generator = np.random.default_rng(4)
    speakers = np.repeat(np.arange(6), 6)
    voices = generator.normal(size=(6, 24)).cumsum(axis=1)
    series = voices[speakers] + 0.1 * generator.normal(size=(36, 24))
    # pandas reads back what is so short as it was written
    frame = pd.DataFrame(series.round(3), columns=[f"t{k}" for k in range(24)])
    words = np.array(["no", "yes", "yes", "no", "yes", "no"])[speakers]
    file: Path = tmp_path_factory.mktemp("groups") / "words.csv"
    frame.assign(speaker=[f"s{k}" for k in speakers], label=words).to_csv(file, index=False)
    return file


def fitted(table: Path, which: np.ndarray | None = None, *, grouped: bool = True) -> bytes:
    """What a fit in Python finds, packed."""
    frame = pd.read_csv(table)
    frame = frame if which is None else frame.iloc[which]
    X = frame[[f"t{k}" for k in range(24)]].to_numpy()[:, None]
    classifier = pe.PhysicalEmbeddingClassifier(detectors=DETECTORS, random_state=0)
    classifier.fit(X, frame["label"].to_numpy(), groups=frame["speaker"] if grouped else None)
    assert classifier.packed_ is not None
    return classifier.packed_.content


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--group", "--group-column"])
def test_the_kept_model_is_that_of_a_fit_with_groups(
    table: Path, option: str, tmp_path: Path
) -> None:
    said = ["train", table, option, "speaker", "--label", "label", "--detectors", DETECTORS]
    said += ["--beside", "none", "--folds", 2, "--repeats", 1, "--out", tmp_path / "run"]
    result = CliRunner().invoke(app, list(map(str, said)))
    assert result.exit_code == 0, result.output
    assert "groups (6: s0" in result.output
    packed = (tmp_path / "run" / "packed.bin").read_bytes()
    assert packed == fitted(table)
    assert packed != fitted(table, grouped=False)
    record = json.loads((tmp_path / "run" / "record.json").read_text("utf-8"))
    assert "groups_sha256" in record["settings"]


def grid(table: Path, description: Description, model: str = "compact") -> Grid:
    overrides = {"detectors": DETECTORS} if model == "compact" else None
    return Grid(
        [str(table)], [Variant(model, model, overrides=overrides)], [0], description=description
    )


@pytest.mark.slow
def test_every_fold_leaves_out_the_groups_that_it_trains_on(table: Path) -> None:
    run = grid(table, OF_TABLE).runs()[1]
    classifier, record = fit_and_test(run)
    groups = run.data().groups_train
    assert groups is not None and len(set(groups)) == 4
    which = np.flatnonzero(pd.read_csv(table)["speaker"].isin(set(groups)))
    assert classifier.packed_.content == fitted(table, which)
    assert classifier.packed_.content != fitted(table, which, grouped=False)
    assert record["settings"] == run.settings


def test_runs_of_other_groups_are_other_runs(table: Path, tmp_path: Path) -> None:
    """An estimate that goes on takes no fit that left out others."""
    other = tmp_path / "words.csv"
    frame = pd.read_csv(table)
    frame.assign(speaker=frame["speaker"].replace({"s0": "s3"})).to_csv(other, index=False)
    first, second = (
        Grid([str(file)], ["compact"], [0], description=OF_TABLE, split="whole", folds=1)
        .runs()[0]
        .fingerprint()
        for file in (table, other)
    )
    assert first["dataset_digest"] == second["dataset_digest"]
    assert first["settings"]["groups_sha256"] != second["settings"]["groups_sha256"]


def test_models_that_leave_no_groups_out_are_told_of_none(table: Path) -> None:
    told = estimate(grid(table, OF_TABLE, "spectral"))
    assert "groups" in told.by
    assert all("groups_sha256" not in record["settings"] for record in told.records)


def test_a_fold_of_one_group_a_class_has_none_to_leave_out(table: Path, tmp_path: Path) -> None:
    """Two machines of each class: a fold trains on one of each."""
    four = tmp_path / "four.csv"
    frame = pd.read_csv(table)
    label, machine = np.arange(36) % 2, np.arange(36) % 4
    frame.assign(speaker=[f"m{k}" for k in machine], label=label).to_csv(four, index=False)
    run, *_ = grid(four, Description(group="speaker", repeats=1)).runs()
    assert len(set(run.data().groups_train)) == 2
    assert "groups_sha256" not in run.settings
    classifier, _ = fit_and_test(run)
    assert classifier.classes_.tolist() == ["0", "1"]


def test_a_fold_of_one_group_has_none_to_leave_out(table: Path, tmp_path: Path) -> None:
    two = tmp_path / "two.csv"
    frame = pd.read_csv(table)
    label = np.where(np.arange(36) % 2, "no", "yes")
    frame.assign(speaker=np.where(np.arange(36) < 18, "a", "b"), label=label).to_csv(
        two, index=False
    )
    (run, *_) = grid(two, Description(group="speaker", repeats=1)).runs()
    assert set(run.data().groups_train) in ({"a"}, {"b"})
    assert "groups_sha256" not in run.settings
