"""Places that cannot be written, processes that meet, Ctrl-C, and memory that is not enough."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kills import COMMANDS, PROGRAM, Command, run_folder, start

import physembed as pe
from physembed.experiments.run_folder import UNFINISHED, claimed_for_a_run, has_begun

TRAIN = ("train", "ItalyPowerDemand", "--model", "linear")


def run(*arguments: str, **options: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        **options,
    )


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


def test_a_full_disk_leaves_an_earlier_model_as_it_was(tmp_path: Path) -> None:
    model = pe.load(Path(__file__).parents[1] / "estimators" / "saved" / "schema1-nlse")
    with mounted(tmp_path / "small", "size=32k") as small:
        model.save(small / "model")
        before = {file.name: file.read_bytes() for file in (small / "model").iterdir()}
        with (
            (small / "filling").open("wb", buffering=0) as stream,
            pytest.raises(OSError, match="No space left"),
        ):
            while stream.write(bytes(1024)):
                pass
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


def test_a_stopped_training_says_how_to_go_on(tmp_path: Path) -> None:
    out = tmp_path / "run"
    # long enough for any machine: it is stopped when the first epochs are kept
    arguments = ("train", "ItalyPowerDemand", "--model", "nlse", "--max-epochs", "5000")
    process = start(Command("train", arguments, run_folder), out)
    deadline = time.monotonic() + 240
    while not has_begun(out) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    assert "the same command goes on from there" in errors
    assert "Traceback" not in errors
    assert [path.name for path in out.iterdir()] == [UNFINISHED]


SHORT_OF_MEMORY = """
import resource, torch, numpy as np, physembed as pe
torch.set_num_threads(1)
X = np.random.default_rng(0).normal(size=(1000, 1, 4000))
y = np.arange(1000) % 2
wide = X.reshape(200, 1, 20_000)
single = X.astype(np.float32).repeat(3, axis=0)
gradient = pe.PhysicalEmbeddingClassifier("nlse", batch_size=1000, max_epochs=1, random_state=0)
designed = pe.PhysicalEmbeddingClassifier("homodyne", random_state=0)
baseline = pe.BaselineClassifier("linear")
for estimator in (gradient, designed, baseline):
    estimator.fit(X[:12, :, :64], y[:12])
fitted = pe.BaselineClassifier("linear").fit(wide[:4], y[:4])
fitted.predict(wide[:4])
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 60 * 2**20,) * 2)
for work in (
    lambda: gradient.fit(X, y),
    lambda: designed.fit(X, y),
    lambda: baseline.fit(X, y),
    lambda: baseline.fit(single, y),
    lambda: fitted.predict(wide),
    lambda: fitted.predict(single.reshape(-1, 20_000)),
):
    try:
        work()
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
    assert all(line.startswith("the memory is not enough: ") for line in told)
    for line, advice in zip(
        told,
        [
            "Lower batch_size, which is 1000.",
            "Take a preset with fewer detectors, such as 'homodyne-small', fewer cases or shorter "
            "series.",
            "Take fewer cases or shorter series.",
            "Take fewer cases or shorter series.",
            "Give fewer cases at a time.",
            "Give fewer cases at a time.",
        ],
        strict=True,
    ):
        assert line.endswith(f". {advice}"), line
