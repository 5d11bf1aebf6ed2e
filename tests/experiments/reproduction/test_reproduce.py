"""The whole way on small, real data: choose, run, stop, go on, write, say what is missing."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from aeon.datasets import load_from_ts_file
from made_up_records import record
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from physembed.data.location import bundled_ucr_folder
from physembed.experiments import Outcome
from physembed.experiments.reproduction import reproduce
from physembed.experiments.reproduction.archive import ARCHIVE, read_archive
from physembed.experiments.reproduction.protocol import (
    ALTERNATIVES,
    PARTS,
    TABLE1,
    TABLE3,
    alternatives,
    parts_named,
)
from physembed.experiments.reproduction.reproduce import collect
from physembed.experiments.reproduction.runs import as_chosen, choices, tried
from physembed.presets import PRESETS
from physembed.training.method import limited

pytestmark = pytest.mark.slow


class Listener:
    """Notes what is told."""

    def __init__(self) -> None:
        self.started: list[tuple[int, int]] = []
        self.outcomes: list[Outcome] = []

    def start(self, n_runs: int, n_finished: int, jobs: int) -> None:
        self.started.append((n_runs, n_finished))

    def ended(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


@pytest.fixture(scope="module", autouse=True)
def short_trainings() -> Iterator[None]:
    """What is tested is what is run, and not how well."""
    with pytest.MonkeyPatch.context() as patched:
        gpe = PRESETS["gpe"]
        patched.setitem(PRESETS, "gpe", replace(gpe, training=limited(gpe.training, 2)))
        yield


@pytest.fixture(scope="module")
def small_ford(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose FordASubset, in the archive's layout and format, has other series."""
    root: Path = tmp_path_factory.mktemp("data")
    source = bundled_ucr_folder("ItalyPowerDemand")
    assert source is not None
    target = root / "ucr" / "FordASubset"
    target.mkdir(parents=True)
    for part in ("TRAIN", "TEST"):
        shutil.copy(source / f"ItalyPowerDemand_{part}.ts", target / f"FordASubset_{part}.ts")
    return root


@pytest.fixture(scope="module")
def done(small_ford: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Listener]:
    """Table 3 from one seed, with its choice of settings."""
    out: Path = tmp_path_factory.mktemp("reproduction") / "out"
    listener = Listener()
    reproduce(["table3"], out=out, data_dir=small_ford, seeds=1, reporter=listener)
    return out, listener


def accuracies(out: Path) -> dict[tuple[str, int, str], float]:
    records = read_archive(out / ARCHIVE)["records"]
    return {(r["model"], r["seed"], r["split"]): r["accuracy"] for r in records}


def test_settings_are_chosen_first_and_one_bar_counts_everything(
    done: tuple[Path, Listener],
) -> None:
    out, listener = done
    n_tried = len(ALTERNATIVES["gpe"])
    # linear, the condensate and three ablations
    assert listener.started == [(n_tried + 5, 0)]
    splits = [outcome.run.split for outcome in listener.outcomes]
    assert splits == ["validation"] * n_tried + ["official"] * 5
    assert len(accuracies(out)) == n_tried + 5


def test_the_chosen_setting_is_that_of_the_best_on_validation_cases(
    done: tuple[Path, Listener],
) -> None:
    out, _ = done
    records = read_archive(out / ARCHIVE)["records"]
    tries = [r for r in records if r["split"] == "validation"]
    best = max(tries, key=lambda r: (r["accuracy"], -int(r["model"][-1])))
    wanted = ALTERNATIVES["gpe"][int(best["model"][-1])]["guard_band"]
    shown = [r for r in records if r["model"].startswith("gpe") and r["split"] == "official"]
    assert len(shown) == 4
    for r in shown:
        assert r["composition"]["fibres"][0]["encoder"]["guard_band"] == wanted


def test_what_is_finished_is_not_run_again_and_an_archive_alone_will_do(
    done: tuple[Path, Listener], small_ford: Path, tmp_path: Path
) -> None:
    out, _ = done
    tmp_path = tmp_path / "taken-up"
    tmp_path.mkdir()
    shutil.copy(out / ARCHIVE, tmp_path)
    listener = Listener()
    reproduce(["table3"], out=tmp_path, data_dir=small_ford, seeds=1, reporter=listener)
    assert listener.started[0][0] == listener.started[0][1]
    assert listener.outcomes == []
    assert accuracies(tmp_path) == accuracies(out)
    lost = tmp_path / "runs" / "FordASubset" / "gpe-without-potential" / "seed0" / "record.json"
    lost.unlink()
    (tmp_path / ARCHIVE).unlink()
    reproduce(["table3"], out=tmp_path, data_dir=small_ford, seeds=1, reporter=listener)
    assert [outcome.run.title for outcome in listener.outcomes] == [
        "FordASubset, gpe-without-potential, seed 0"
    ]
    assert accuracies(tmp_path) == accuracies(out)


def test_what_is_known_of_a_data_set_that_is_not_here_is_kept(
    done: tuple[Path, Listener], small_ford: Path, tmp_path: Path
) -> None:
    out, _ = done
    here = tmp_path / "taken-up"
    here.mkdir()
    archive = json.loads((out / ARCHIVE).read_text("utf-8"))
    elsewhere = [r | {"dataset": "SpokenDigits"} for r in archive["records"]]
    archive["records"] += elsewhere
    archive["datasets"]["Spoken Digits"] = "SpokenDigits"
    (here / ARCHIVE).write_text(json.dumps(archive), "utf-8")
    reproduce(["table3"], out=here, data_dir=small_ford, seeds=1, reporter=Listener())
    known = read_archive(here / ARCHIVE)
    assert known["datasets"]["Spoken Digits"] == "SpokenDigits"
    assert sum(r["dataset"] == "SpokenDigits" for r in known["records"]) == len(elsewhere)
    assert len(known["records"]) == 2 * len(elsewhere)


def test_collecting_runs_nothing_and_writes_the_same(
    done: tuple[Path, Listener], tmp_path: Path
) -> None:
    out, _ = done
    copied = Path(shutil.copytree(out, tmp_path / "copied"))
    table = (copied / "table3.md").read_text("utf-8")
    (copied / "table3.md").unlink()
    collect(copied)
    assert (copied / "table3.md").read_text("utf-8") == table
    with pytest.raises(pe.RunFolderError, match="no run is finished"):
        collect(tmp_path)


def test_the_wrong_folder_is_refused(done: tuple[Path, Listener], tmp_path: Path) -> None:
    out, _ = done
    with pytest.raises(pe.RunFolderError, match="holds the whole version"):
        reproduce(["table3"], out=out, quick=True)
    (tmp_path / ARCHIVE).write_text('{"mine": 1}', encoding="utf-8")
    with pytest.raises(pe.RunFolderError, match="not that of a reproduction"):
        reproduce(["table3"], out=tmp_path, quick=True)
    for names, error in (["table4"], pe.UnknownNameError), (["table3"], pe.InvalidInputError):
        with pytest.raises(error):
            reproduce(names, out=tmp_path / "new", seeds=0)
    assert not (tmp_path / "new").exists()


def test_without_data_it_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(pe.DatasetError, match=r"Ford Engine \(FordA or FordASubset\)"):
        reproduce(["table3"], out=tmp_path / "out", data_dir=tmp_path / "data")
    assert not (tmp_path / "out").exists()


def test_a_quick_version_needs_no_data_and_marks_everything(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    out = tmp_path / "out"
    arguments = ["reproduce", "figure5", "table3", "--quick", "--seeds", "1", "--out", str(out)]
    result = CliRunner().invoke(app, [*arguments, "--data-dir", str(tmp_path / "data")])
    assert result.exit_code == 0, result.output
    assert "left out: Starlight" in result.stderr and "fetch StarLightCurves" in result.stderr
    assert "Quick version" in result.stdout and "Ford Engine: GunPoint" in result.stdout
    for name in ("table1", "table2", "table3", "fixed", "folds", "overview"):
        assert "Quick version" in (out / f"{name}.md").read_text("utf-8"), name
    for name in (ARCHIVE, "histories.json"):
        assert json.loads((out / name).read_text("utf-8"))["quick"] is True
    pictures = {file.name for file in out.glob("*.png")}
    assert {
        "figure4_GunPoint_nlse.png",
        "figure5_GunPoint_nlse.png",
        "figure5_GunPoint_paper.png",
    } <= pictures
    collected = CliRunner().invoke(app, ["reproduce", "table3", "--collect", "--out", str(out)])
    assert collected.exit_code == 0 and "dispersion and potential" in collected.stdout


def test_ablations_take_what_was_chosen_for_the_whole() -> None:
    of_gpe = ALTERNATIVES["gpe"]
    records = [
        record(f"gpe-try{k}", accuracy, split="validation")
        for k, accuracy in enumerate([0.90, 0.92, 0.92, 0.91])
    ]
    chosen = choices(records, TABLE3, "FordASubset", 500)
    assert chosen == {"gpe": of_gpe[1]}, "the first of the best"
    for entry in TABLE3[1:]:
        assert as_chosen(entry, chosen).guard_band == of_gpe[1]["guard_band"]
    assert choices(records[:3], TABLE3, "FordASubset", 500) == {}, "not all are tried yet"
    assert choices(records, TABLE3, "FordA", 500) == {}, "of another data set"


def test_every_model_has_the_same_budget_and_its_own_setting_first() -> None:
    for entry in TABLE1:
        changes = alternatives(entry.name, 500)
        assert len(changes) in (0, 4)
        if changes:
            first = tried(entry, 500)[0].classifier()
            plain = entry.variant.classifier()
            assert first.training_settings() == plain.training_settings()
            if "guard_band" in changes[0]:
                assert changes[0]["guard_band"] == guard_band_of(entry.variant.model)
    # a window of 32 recordings would be 163,840 points
    assert [c["guard_band"] for c in alternatives("nlse", 5120)] == [3.0]


def guard_band_of(preset: str) -> float:
    (fibre,) = PRESETS[preset].fibres(500)
    return fibre.encoder.guard_band


def test_parts_are_known_by_name_and_all_is_every_one() -> None:
    assert [part.name for part in parts_named(["all"])] == list(PARTS)
    assert [part.name for part in parts_named(["table3", "table1"])] == ["table1", "table3"]
    names: Sequence[str] = [entry.name for part in PARTS.values() for entry in part.entries]
    variants = {entry.name: entry for part in PARTS.values() for entry in part.entries}
    assert all(
        variants[entry.name] == entry for part in PARTS.values() for entry in part.entries
    ), "one name, one model"
    assert len(set(names)) == len(variants)


def test_the_small_ford_is_read_as_aeon_reads_it(small_ford: Path) -> None:
    ours = pe.load_dataset("FordASubset", small_ford)
    X, y = load_from_ts_file(str(small_ford / "ucr" / "FordASubset" / "FordASubset_TRAIN.ts"))
    assert (ours.X_train == X).all() and list(ours.y_train) == list(y)
