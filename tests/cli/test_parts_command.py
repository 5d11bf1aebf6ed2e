"""`train parts/`, `predict RUN parts/` and `plan`, as a user types them."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from physembed.cli.plan import _number_of
from physembed.estimators.planning import Costs, Demand, plan

N, T = 90, 24


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "parts"
    folder.mkdir()
    rng = np.random.default_rng(0)
    labels = np.array(["slow", "fast"])[rng.integers(2, size=N)]
    rate = np.where(labels == "slow", 0.3, 0.6)[:, None]
    series = np.sin(np.arange(T) * rate) + rng.normal(0, 0.3, (N, T))
    for first in range(0, N, 30):
        part = slice(first, first + 30)
        np.savez(folder / f"part-{first}.npz", X=series[part], y=labels[part])
    return folder


def told(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [*map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


def test_parts_in_a_model_of_all_and_parts_out(parts: Path, tmp_path: Path) -> None:
    model, out = tmp_path / "model", tmp_path / "predicted"
    said = told("train", parts, "--model", "lattice", "--out", model)
    assert "90 cases" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model"]
    told("predict", model, parts, "--out", out)
    tables = sorted(out.iterdir())
    assert [table.stem for table in tables] == [part.stem for part in sorted(parts.iterdir())]
    fitted = pe.load(model, pe.PhysicalEmbeddingClassifier)
    for table, part in zip(tables, sorted(parts.iterdir()), strict=True):
        with table.open(newline="") as stream:
            rows = list(csv.DictReader(stream))
        expected = fitted.predict(np.load(part)["X"])
        assert [row["prediction"] for row in rows] == expected.tolist()
        assert [int(row["case"]) for row in rows] == list(range(30))
    # nobody knows the labels of what is to be predicted
    unlabelled = tmp_path / "unlabelled"
    unlabelled.mkdir()
    first = sorted(parts.iterdir())[0]
    np.savez(unlabelled / first.name, X=np.load(first)["X"])
    told("predict", model, unlabelled, "--out", tmp_path / "as labelled")
    assert (tmp_path / "as labelled" / tables[0].name).read_text() == tables[0].read_text()
    # what is there is not predicted again
    tables[1].write_text("as it was")
    told("predict", model, parts, "--out", out)
    assert tables[1].read_text() == "as it was"
    assert "exists; choose another --out" in told("train", parts, "--out", model, code=2)


def test_what_is_read_of_parts_is_said_before_the_fit(tmp_path: Path) -> None:
    labels = np.arange(N) % 2
    rates = 0.3 + 0.3 * labels[:, None]
    wide = {f"t{k}": np.sin(k * rates[:, 0]) for k in range(10)} | {"machine": labels * 1.0}
    lists = {"a": list(np.sin(np.arange(T) * rates)), "b": list(np.cos(np.arange(T) * rates))}
    beside = {"id": [f"case {k}" for k in range(N)], "group": np.arange(N) % 9}
    layouts = {
        "wide": (
            wide | {"label": labels},
            ["channels 1", "timepoints 11 (t0, t1, t2, t3, t4, t5, t6, ..., machine)"],
        ),
        "lists": (
            lists | beside | {"y": labels},
            ["channels 2 (a, b)", f"timepoints {T}", "labels y", "groups group", "left out id"],
        ),
    }
    for name, (columns, facts) in layouts.items():
        (tmp_path / name).mkdir()
        pd.DataFrame(columns).to_parquet(tmp_path / name / "part.parquet")
        said = told("train", tmp_path / name, "--model", "lattice", "--out", tmp_path / f"{name} m")
        words = " ".join(said.split())
        for fact in facts:
            assert fact in words[: words.index("fitted to")], said
    # a part by itself is no table of numbers
    file = tmp_path / "lists" / "part.parquet"
    for command in (["predict", tmp_path / "lists m", file], ["train", file, "--out", "m"]):
        said = " ".join(told(*command, code=2).split())
        assert "has lists in its column 'a'" in said
        assert "physembed predict RUN FOLDER --out DIR" in said
    pd.DataFrame(wide).to_parquet(tmp_path / "wide" / "part.parquet")
    said = told("train", tmp_path / "wide", "--out", tmp_path / "o", code=2)
    assert "there are t0, t1, t2, t3, t4, t5, t6, ..., machine" in " ".join(said.split())


def test_novelty_is_told_of_parts_and_what_would_change_nothing_is_refused(
    parts: Path, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    told("train", parts, "--model", "lattice", "--out", model)
    told("predict", model, parts, "--novelty", "--out", tmp_path / "predicted")
    with (tmp_path / "predicted" / "part-0.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    fitted = pe.load(model, pe.PhysicalEmbeddingClassifier)
    novelty = fitted.novelty(np.load(parts / "part-0.npz")["X"])
    assert [row["novelty"] for row in rows] == [f"{value:.3g}" for value in novelty]
    for options in (["--window", 8], ["--every", 2], ["--resample"], ["--overwrite"]):
        said = told("predict", model, parts, *options, "--out", tmp_path / "b", code=2)
        assert f"{options[0]}: " in said
        assert "is a folder of parts" in " ".join(said.split())
    file = parts / "part-0.npz"
    assert "--backend: " in told("predict", model, file, "--backend", "ray", code=2)
    assert "--hop, --channels: " in told(
        "predict", model, file, *("--hop", 3, "--channels", "a"), code=2
    )
    assert not (tmp_path / "b").exists()


def test_a_model_of_parts_is_as_small_as_is_asked_for(parts: Path, tmp_path: Path) -> None:
    said = told(
        *("train", parts, "--detectors", 5, "--taught-by", "all", "--out", tmp_path / "model")
    )
    assert "0 embedding + 6 readout" in said


def test_parts_to_test_on_are_counted_and_the_card_says_so(parts: Path, tmp_path: Path) -> None:
    model, others = tmp_path / "model", tmp_path / "others"
    shutil.copytree(parts, others)
    said = told("train", parts, "--model", "lattice", "--out", model, "--test", others)
    fitted = pe.load(model, pe.PhysicalEmbeddingClassifier)
    loaded = [np.load(part) for part in sorted(parts.iterdir())]
    right = sum(int((fitted.predict(part["X"]) == part["y"]).sum()) for part in loaded)
    assert f"{right / N:.1%} of {N} cases" in " ".join(said.split())
    card = (model / "card.md").read_text("utf-8")
    assert f"{right / N:.1%} of {N} test cases right" in card
    assert f"{N} cases of {parts} (2 classes: fast, slow), test-set split" in card
    told("train", parts, "--model", "lattice", "--out", tmp_path / "untested")
    untested = (tmp_path / "untested" / "card.md").read_text("utf-8")
    assert "tested on nothing else than it was trained on" in untested
    other = tmp_path / "other"
    other.mkdir()
    np.savez(other / "part.npz", X=loaded[0]["X"], y=np.full(30, "still"))
    options = ("--model", "lattice", "--out", tmp_path / "a", "--test", other)
    said = " ".join(told("train", parts, *options, code=2).split())
    assert "part.npz: y[0]: the model knows no class 'still'" in said
    assert f"The model is kept in {tmp_path / 'a'}, untested" in said
    pe.load(tmp_path / "a")
    options = ("--out", tmp_path / "b", "--test", parts)
    assert "which is trained on as well" in " ".join(told("train", parts, *options, code=2).split())
    said = told("train", parts, "--out", tmp_path / "b", "--label", "y", code=2)
    assert "the options of tables and of folds are not for it" in " ".join(said.split())


def test_what_is_wrong_is_told_in_a_sentence(parts: Path, tmp_path: Path) -> None:
    said = told("train", "GunPoint", "--out", tmp_path / "a", "--backend", "ray", code=2)
    assert "are for a folder of parts" in " ".join(said.split())
    said = told("train", "GunPoint", "--out", tmp_path / "a", "--taught-by", "all", code=2)
    assert "--taught-by are for a folder of parts" in " ".join(said.split())
    for name in ("backend", "taught-by"):
        said = told("train", parts, "--out", tmp_path / "a", f"--{name}", "disk", code=2)
        assert name.replace("-", "_") in said
    assert "--cases must be a whole number" in told(
        *("plan", "--cases", "many", "--timepoints", 100), code=2
    )
    assert _number_of("1e9") == 10**9


def test_a_plan_is_linear_in_cases_and_workers() -> None:
    costs = Costs(288, 2968, 1e-4, 9e-5, 1e-3, 1e-10)
    small, large = (plan(Demand(cases, 100, 288), costs) for cases in (10**6, 10**9))
    shared = plan(Demand(10**9, 100, 288, workers=64), costs)
    assert small.summing == pytest.approx(100)
    assert large.summing == pytest.approx(1e5)
    assert shared.summing == pytest.approx(1e5 / 64)
    # memory and what is kept do not grow with the cases
    assert large.memory == small.memory < 2**30
    assert large.checkpoint == small.checkpoint
    assert large.storage == 4 * 10**11
    assert small.traffic == 0
    assert shared.traffic == shared.checkpoint * -(-(10**9) // 2**16)
    # a unit is the least that a worker takes
    assert plan(Demand(50_000, 100, 288, workers=64), costs).summing == pytest.approx(5)


def test_a_plan_counts_what_a_choice_by_all_cases_takes() -> None:
    costs = Costs(288, 2968, 1e-4, 9e-5, 1e-3, 1e-10, of_choosing=2e-3)
    demands = [Demand(10**7, 100, 288, workers=8, taught_by=who) for who in ("sample", "all")]
    by_sample, by_all = (plan(demand, costs) for demand in demands)
    assert by_all.summing - by_sample.summing == pytest.approx(10**7 * 2e-3 / 8)
    assert by_all.preparing > by_sample.preparing
    # a matrix of the whole pool, which each unit sends as well
    square = 8 * 2968**2
    assert by_all.checkpoint == pytest.approx(square, rel=1e-2)
    assert by_all.of_worker > by_sample.of_worker + square
    assert by_all.traffic - by_sample.traffic == pytest.approx(153 * square, rel=1e-2)
    with pytest.raises(pe.UnknownNameError, match="taught_by"):
        Demand(10**7, 100, taught_by="nobody")
