"""Differences between settings are named."""

from pathlib import Path

import pytest
import torch

from physembed.errors import RunFolderError
from physembed.experiments.grid.effort import measured
from physembed.experiments.grid.plan import Grid
from physembed.experiments.grid.records import KEYS, differing, finished_record, write_record
from physembed.experiments.grid.run import fit_and_test
from physembed.presets.digest import OF_SEVERAL_CHANNELS
from tests.pretended_gpu import pretended_gpu


def test_equal_records_do_not_differ() -> None:
    wanted = {"seed": 1, "settings": {"training": {"rate": 0.1}}}
    assert differing(wanted, wanted | {"accuracy": 0.5}) == []


def test_nested_and_missing_settings_are_named() -> None:
    wanted = {"seed": 1, "settings": {"preset": "nlse", "training": {"rate": 0.1}}}
    recorded = {"seed": 2, "settings": {"preset": "nlse", "training": {"rate": 0.1, "old": True}}}
    assert differing(wanted, recorded) == [
        "seed is 2 there and 1 here",
        "settings.training.old is true there and null here",
    ]


def test_long_values_are_cut() -> None:
    (difference,) = differing({"dataset_digest": "a" * 64}, {"dataset_digest": "b" * 64})
    assert len(difference) < 120


def test_effort_counts_seconds_and_the_largest_memory() -> None:
    def fill() -> int:
        # touched, or the system would not give it
        return len(bytearray(b"x") * 50_000_000)

    size, effort = measured(fill)
    assert size == 50_000_000
    assert 0 < effort.seconds < 60
    if effort.peak_bytes is not None:
        # at least what was filled, at most a few copies of it
        assert 50_000_000 * 0.9 < effort.peak_bytes < 250_000_000


@pytest.mark.slow
def test_memory_that_was_freed_before_counts_again() -> None:
    def fill() -> int:
        # many pieces below the size from which on an allocator gives memory back at once
        return sum(map(len, [bytearray(b"x") * 100_000 for _ in range(500)]))

    efforts = [measured(fill)[1] for _ in range(3)]
    for effort in efforts:
        assert effort.peak_bytes is None or effort.peak_bytes > 30_000_000


def test_a_setting_that_came_after_a_record_had_its_default_then(tmp_path: Path) -> None:
    (run,) = Grid(["GunPoint"], ["nlse"], [0], training="projection").runs()
    record = dict.fromkeys(KEYS) | run.fingerprint()
    older = {k: v for k, v in run.settings["training"].items() if k != "proving_folds"}
    first = {k: v for k, v in run.settings.items() if k != "levels"}
    record["settings"] = first | {"training": older}
    folder = tmp_path / run.folder
    folder.mkdir(parents=True)
    write_record(folder, record)
    assert finished_record(tmp_path, run) is not None
    record["settings"] = run.settings | {"training": older | {"fine_tune_epochs": 0}}
    write_record(folder, record)
    assert finished_record(tmp_path, run) is not None, "what is gone had no effect"
    record["settings"] = run.settings | {"training": older | {"rate": 0.7}}
    write_record(folder, record)
    with pytest.raises(RunFolderError, match=r"settings\.training\.rate is 0\.7 there"):
        finished_record(tmp_path, run)


def test_a_pool_for_several_channels_that_changed_is_another_model_for_them_alone(
    tmp_path: Path,
) -> None:
    """Records of before have no word of it."""
    one, several = Grid(["GunPoint", "BasicMotions"], ["compact"], [0]).runs()
    assert OF_SEVERAL_CHANNELS not in one.settings
    for run in (one, several):
        folder = tmp_path / run.folder
        folder.mkdir(parents=True)
        told = {k: v for k, v in run.settings.items() if k != OF_SEVERAL_CHANNELS}
        write_record(folder, dict.fromkeys(KEYS) | run.fingerprint() | {"settings": told})
    assert finished_record(tmp_path, one) is not None
    with pytest.raises(RunFolderError, match=r"several_channels_sha256 is null there"):
        finished_record(tmp_path, several)


def test_what_a_kill_left_half_written_is_in_nobodys_way(tmp_path: Path) -> None:
    (run,) = Grid(["GunPoint"], ["linear"], [0]).runs()
    folder = tmp_path / run.folder
    folder.mkdir(parents=True)
    (folder / ".record.json.0123456789ab.physembed-tmp").write_text('{"dataset": "Gu', "utf-8")
    assert finished_record(tmp_path, run) is None
    (folder / "thesis.txt").write_text("not of physembed", "utf-8")
    with pytest.raises(RunFolderError, match="is in the way: it is not a run of physembed"):
        finished_record(tmp_path, run)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, and none to be pretended")
@pytest.mark.parametrize(("device", "told"), [("auto", "cpu"), ("cuda", "pretended")])
def test_a_gpu_is_told_where_something_was_trained_on_it(device: str, told: str) -> None:
    """And not because there is one."""
    (run,) = Grid(["ItalyPowerDemand"], ["homodyne"], [0], device=device).runs()
    with pretended_gpu():
        _, record = fit_and_test(run)
    assert record["machine"]["device"] == told
