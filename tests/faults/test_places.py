"""Places that cannot be written, processes that meet, Ctrl-C, and memory that is not enough."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aeon.datasets import load_gunpoint, load_italy_power_demand
from kills import COMMANDS
from lightning.pytorch import Callback
from sklearn.base import clone

import physembed as pe
from physembed.experiments.single_run import UNFINISHED, claimed_for_a_run
from physembed.presets import PRESETS
from physembed.training.method import limited
from tests.processes import Process, start

pytestmark = pytest.mark.slow

Stopping = Callable[..., dict[str, str]]
TRAIN = ("train", "ItalyPowerDemand", "--model", "linear")


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return start(arguments).end()


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A file system in memory; skips where none can be mounted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "physembed-test", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount command")
    if done.returncode != 0:
        pytest.skip(f"no file system can be mounted here ({done.stderr.strip()}); it needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=False)


def test_a_full_disk_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "size=16k") as small:
        done = run(*TRAIN, "--out", str(small / "run"))
        assert done.returncode == 2, done.stderr
        assert "cannot be written: No space left on device" in done.stderr
        assert "Traceback" not in done.stderr
        assert [str(path) for path in small.rglob("*")] == []


@pytest.fixture(scope="module")
def model() -> Any:
    return pe.load(Path(__file__).parents[1] / "estimators" / "saved" / "schema1-nlse")


class FillsTheDisk(Callback):
    """Fills a folder's disk after an epoch."""

    def __init__(self, folder: Path, epoch: int) -> None:
        self.folder, self.epoch = folder, epoch

    def on_train_epoch_start(self, trainer: Any, module: Any) -> None:
        if trainer.current_epoch == self.epoch:
            fill(self.folder)


def fill(folder: Path, *, but: int = 0) -> None:
    """Leave at most so many bytes free."""
    with (
        (folder / "filling").open("wb", buffering=0) as stream,
        pytest.raises(OSError, match="No space left"),
    ):
        while stream.write(bytes(1024)):
            pass
    os.truncate(folder / "filling", max((folder / "filling").stat().st_size - but, 0))


def test_a_disk_that_fills_ends_predictions_and_keeps_those_of_yesterday(
    model: Any, tmp_path: Path
) -> None:
    np.save(tmp_path / "series.npy", np.random.default_rng(0).normal(size=(5000, 24)))
    model.save(tmp_path / "run")
    with mounted(tmp_path / "small", "size=64k") as small:
        (small / "out.csv").write_text("of yesterday")
        done = run(
            *("predict", str(tmp_path / "run"), str(tmp_path / "series.npy")),
            *("--out", str(small / "out.csv"), "--overwrite"),
        )
        assert done.returncode == 2, done.stderr
        assert "out.csv cannot be written: No space left on device" in done.stderr
        assert {file.name: file.read_text() for file in small.iterdir()} == {
            "out.csv": "of yesterday"
        }


def test_a_disk_that_fills_ends_a_comparison_which_goes_on_when_there_is_space(
    tmp_path: Path,
) -> None:
    arguments = ("compare", "ItalyPowerDemand", "--models", "linear,spectral", "--seeds", "1")
    with mounted(tmp_path / "small", "size=256k") as small:
        fill(small, but=2**14)
        done = run(*arguments, "--out", str(small / "out"))
        assert done.returncode != 0
        assert "cannot be written: No space left on device" in done.stderr
        assert "Traceback" not in done.stderr
        assert not list(small.rglob("*.physembed-tmp"))
        for file in small.rglob("*.json"):
            json.loads(file.read_text("utf-8"))
        (small / "filling").unlink()
        subprocess.run(["mount", "-o", "remount,size=8m", str(small)], check=True)
        done = run(*arguments, "--out", str(small / "out"))
        assert done.returncode == 0, done.stderr
        assert len(json.loads((small / "out" / "records.json").read_text("utf-8"))) > 0


def test_a_disk_that_fills_ends_a_fit_and_keeps_its_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fit goes on from there when there is space."""
    monkeypatch.setattr("physembed._checkpoint.SECONDS_BETWEEN", 0.0)
    X, y = load_italy_power_demand(split="train")
    short = limited(PRESETS["nlse"].training, 6)
    options = {"preset": "nlse", "training": short, "random_state": 0}
    with mounted(tmp_path / "small", "size=8m") as small:
        filling = FillsTheDisk(small, epoch=2)
        resumed = pe.PhysicalEmbeddingClassifier(**options, checkpoint_dir=small)
        with pytest.raises(pe.RunFolderError, match="No space left on device"):
            clone(resumed).set_params(callbacks=[filling]).fit(X, y)
        names = {file.suffix for file in small.iterdir()}
        assert names == {".ckpt", ""}
        (small / "filling").unlink()
        resumed.fit(X, y)
    undisturbed = pe.PhysicalEmbeddingClassifier(**options).fit(X, y)
    np.testing.assert_array_equal(resumed.predict_proba(X), undisturbed.predict_proba(X))


def test_a_full_disk_leaves_an_earlier_model_as_it_was(model: Any, tmp_path: Path) -> None:
    with mounted(tmp_path / "small", "size=32k") as small:
        model.save(small / "model")
        before = {file.name: file.read_bytes() for file in (small / "model").iterdir()}
        fill(small)
        with pytest.raises(pe.RunFolderError, match="No space left on device"):
            model.save(small / "model")
        assert {file.name: file.read_bytes() for file in (small / "model").iterdir()} == before
        pe.load(small / "model")


def test_a_read_only_folder_is_named_before_any_work(tmp_path: Path) -> None:
    with mounted(tmp_path / "fixed", "ro") as fixed:
        for arguments in (TRAIN, COMMANDS["benchmark"].arguments):
            done = run(*arguments, "--out", str(fixed / "run"))
            assert done.returncode == 2, done.stderr
            assert "cannot be written: Read-only file system" in done.stderr


def test_the_second_process_in_a_run_folder_is_refused(tmp_path: Path) -> None:
    out = tmp_path / "run"
    with claimed_for_a_run(out, overwrite=False):
        done = run(*TRAIN, "--out", str(out))
        assert done.returncode == 2
        assert "another physembed is at work in" in done.stderr
    assert not out.exists()


def test_a_stopped_training_says_how_to_go_on(tmp_path: Path, stopping: Stopping) -> None:
    out = tmp_path / "run"
    arguments = ("train", "ItalyPowerDemand", "--model", "nlse", "--max-epochs", "5000")
    begun = stopping(out / UNFINISHED, "[!.]*")
    errors = stopped(start([*arguments, "--out", str(out)], begun))
    assert "the same command goes on from there" in errors
    assert [path.name for path in out.iterdir()] == [UNFINISHED]


def stopped(process: Process) -> str:
    """What a command says that gets Ctrl-C once it has something to lose."""
    done = process.end()
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        (
            *("benchmark", "--datasets", "ItalyPowerDemand", "--models", "linear,nlse"),
            *("--max-epochs", "5000"),
        ),
        ("reproduce", "table1", "--quick"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_stopped_grid_says_how_to_go_on(
    arguments: tuple[str, ...], tmp_path: Path, stopping: Stopping
) -> None:
    out = tmp_path / "out"
    one_is_finished = stopping(out, "**/record.json")
    errors = stopped(start([*arguments, "--out", str(out)], one_is_finished))
    finished = len(list(out.rglob("record.json")))
    told = re.search(r"stopped; (\d+) of \d+ runs are finished and kept in", errors)
    # one may have been written, and not yet counted
    assert told is not None and finished - 1 <= int(told[1]) <= finished, errors
    assert "The same command goes on from there" in errors
    assert not list(tmp_path.rglob("*.physembed-tmp"))


def test_a_stopped_prediction_leaves_what_was_there(tmp_path: Path, stopping: Stopping) -> None:
    run = pe.BaselineClassifier("linear").fit(*load_gunpoint()).save(tmp_path / "run")
    np.save(tmp_path / "series.npy", load_gunpoint(split="test")[0])
    out = tmp_path / "predicted.csv"
    out.write_text("of yesterday")
    arguments = ("predict", str(run), str(tmp_path / "series.npy"), "--overwrite")
    begun = stopping(tmp_path, "*.physembed-tmp")
    errors = stopped(start([*arguments, "--out", str(out)], begun))
    assert f"stopped; {out} is not written, and the same command begins anew" in errors
    assert out.read_text() == "of yesterday"
    assert not list(tmp_path.glob("*.physembed-tmp"))


SHORT_OF_MEMORY = """
import resource, torch, numpy as np, physembed as pe
torch.set_num_threads(1)
# what is made of these series, in the end, is larger than what is left of the memory
X = np.random.default_rng(0).normal(size=(2000, 1, 5000))
y = np.arange(2000) % 2
wide = X.reshape(200, 1, 50_000)
single = X.astype(np.float32)
large = pe.TrainingSettings(batch_size=1000, max_epochs=1)
gradient = pe.PhysicalEmbeddingClassifier("nlse", training=large, random_state=0)
designed = pe.PhysicalEmbeddingClassifier("homodyne", random_state=0)
baseline = pe.BaselineClassifier("linear")
for estimator in (gradient, designed, baseline):
    estimator.fit(X[:12, :, :64], y[:12])
fitted = pe.BaselineClassifier("linear").fit(wide[:4], y[:4])
fitted.predict(wide[:4])
for work in (
    lambda: gradient.fit(X[:800], y[:800]),
    lambda: designed.fit(X[:800], y[:800]),
    lambda: baseline.fit(X, y),
    lambda: baseline.fit(single, y),
    lambda: fitted.predict(wide),
    lambda: fitted.predict(single.reshape(200, 50_000)),
):
    # anew each time: not all that a failure leaves behind is given back
    used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 60 * 2**20, resource.RLIM_INFINITY))
    try:
        work()
        print("the memory was enough")
    except pe.OutOfMemoryError as error:
        print(error)
"""


def test_memory_that_is_not_enough_says_what_to_lower() -> None:
    """Real allocations fail: the address space of a process is limited once it has begun."""
    done = subprocess.run(
        [sys.executable, "-c", SHORT_OF_MEMORY], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = done.stdout.strip().splitlines()
    assert all(line.startswith("the memory is not enough: ") for line in told), told
    for line, advice in zip(
        told,
        [
            "Lower batch_size, which is 1000.",
            "Take a preset with fewer detectors, such as 'lattice', fewer cases or shorter series.",
            "Take fewer cases or shorter series.",
            "Take fewer cases or shorter series.",
            "Give fewer cases at a time.",
            "Give fewer cases at a time.",
        ],
        strict=True,
    ):
        assert line.endswith(f". {advice}"), line
