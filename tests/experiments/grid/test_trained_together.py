"""Seeds trained in the same steps: the records of separate runs, each in its own folder."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import physembed as pe
from physembed.estimators.catalogue import build_classifier
from physembed.estimators.together import fit_together, members_worthwhile
from physembed.experiments import compare, plan
from physembed.experiments.grid.attempt import attempt_together
from physembed.experiments.grid.grouping import grouped
from physembed.experiments.grid.records import read_record
from physembed.experiments.grid.run import execute_together

OWN = (
    "fit_seconds",
    "predict_seconds",
    "peak_memory_bytes",
    "trained_together",
    "started",
    "machine",
)


def comparable(record: dict) -> dict:
    return {key: value for key, value in record.items() if key not in OWN}


def test_records_are_those_of_separate_runs(tmp_path: Path) -> None:
    settings = {"models": ["gpe", "linear"], "seeds": 3, "max_epochs": 4}
    together = compare(["ItalyPowerDemand"], out=tmp_path / "together", **settings)
    alone = compare(["ItalyPowerDemand"], out=tmp_path / "alone", together=False, **settings)
    assert [comparable(r) for r in together.records] == [comparable(r) for r in alone.records]
    gpe, linear = together.records[:3], together.records[3:]
    assert {r["trained_together"] for r in gpe} == {3}
    assert len({r["fit_seconds"] for r in gpe}) == 1
    assert {r["trained_together"] for r in [*linear, *alone.records]} == {1}
    table = (tmp_path / "together" / "table.md").read_text(encoding="utf-8")
    assert "trained together, seconds shared equally: gpe (3 seeds at a time)" in table
    assert "trained together" not in (tmp_path / "alone" / "table.md").read_text(encoding="utf-8")
    for seed in range(3):
        folder = Path("runs", "ItalyPowerDemand", "gpe", f"seed{seed}")
        X = np.random.default_rng(0).normal(size=(5, 1, 24))
        models = [pe.load(tmp_path / side / folder) for side in ("together", "alone")]
        # to rounding, which a few steps of training cannot have grown to a thousandth
        np.testing.assert_allclose(*(m.predict_proba(X) for m in models), rtol=1e-3, atol=1e-3)


def test_only_what_is_missing_is_trained_again(tmp_path: Path) -> None:
    settings = {"models": ["gpe"], "seeds": 3, "max_epochs": 2, "out": tmp_path}
    whole = compare(["ItalyPowerDemand"], **settings)
    lost = tmp_path / "runs" / "ItalyPowerDemand" / "gpe" / "seed1" / "record.json"
    lost.unlink()
    again = compare(["ItalyPowerDemand"], **settings)
    assert [comparable(r) for r in again.records] == [comparable(r) for r in whole.records]
    assert [r["trained_together"] for r in again.records] == [3, 1, 3]


def test_records_from_before_are_taken_for_separate_runs(tmp_path: Path) -> None:
    compare(["ItalyPowerDemand"], ["linear"], seeds=1, out=tmp_path)
    file = tmp_path / "runs" / "ItalyPowerDemand" / "linear" / "seed0" / "record.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    del record["trained_together"]
    file.write_text(json.dumps(record), encoding="utf-8")
    found = read_record(file.parent)
    assert found is not None and found["trained_together"] == 1


def test_runs_are_grouped_by_kind_where_it_pays_and_no_process_is_idle() -> None:
    runs = plan(["ItalyPowerDemand"], ["gpe", "cnn", "linear"], 4)
    groups = grouped(runs, jobs=1)
    assert sorted(run.folder for group in groups for run in group) == sorted(
        run.folder for run in runs
    )
    assert {len(g) for g in groups if g[0].model == "gpe"} == {4}
    assert {len(g) for g in groups if g[0].model != "gpe"} == {1}
    only = [run for run in runs if run.model == "gpe"]
    assert [len(group) for group in grouped(only, jobs=2)] == [2, 2]
    long = [replace(run, sizes=(1, 5120, 10)) for run in only]
    assert {len(group) for group in grouped(long, jobs=1)} == {1}


def test_what_fails_together_is_tried_alone(tmp_path: Path) -> None:
    runs = plan(["ItalyPowerDemand"], ["gpe"], 2, max_epochs=2)
    mixed = [runs[0], replace(runs[1], max_epochs=3)]
    with pytest.raises(pe.InvalidInputError, match="must differ in random_state alone"):
        execute_together(mixed, tmp_path)
    outcomes = attempt_together(mixed, tmp_path)
    assert [outcome.record["trained_together"] for outcome in outcomes] == [1, 1]


def test_classifiers_that_cannot_be_fitted_together_are_refused() -> None:
    X, y = np.zeros((4, 1, 24)), np.array([0, 1, 0, 1])
    with pytest.raises(pe.InvalidInputError, match="not trained by gradient"):
        fit_together([build_classifier("linear")], X, y)
    with pytest.raises(pe.InvalidInputError, match="at least one"):
        fit_together([], X, y)
    with_callbacks = pe.PhysicalEmbeddingClassifier("gpe", callbacks=[object()])
    with pytest.raises(pe.InvalidInputError, match="callbacks"):
        fit_together([with_callbacks], X, y)
    sizes = {"n_channels": 1, "n_timepoints": 24, "n_classes": 2}
    for alone in (with_callbacks, build_classifier("linear"), build_classifier("mlp")):
        assert members_worthwhile(alone, **sizes) == 1
    assert members_worthwhile(build_classifier("nlse"), **sizes) > 1
