"""Training over several processes: each computes its share, and the end is that of one process."""

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import physembed as pe
from physembed.training import train_by_gradient
from physembed.training.shares import Share

sys.path.insert(0, str(Path(__file__).parent))
from test_gradient import SIZES, tones

SETTINGS = pe.TrainingSettings(max_epochs=6, batch_size=23, head_rate=0.02, keep="last")


def network() -> pe.PhysicalEmbeddingNetwork:
    """Every coefficient acts on what is detected: the last layer ends with half a dispersion."""
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": pe.Trainable(0.4), "gamma": pe.Trainable(0.05)},
        n_layers=2,
        scheme="strang",
        detector=pe.BinnedIntensity(20),
    )
    return pe.PhysicalEmbeddingNetwork([fibre], **SIZES)


CLASS_WEIGHTS = torch.tensor([1.0, 3.0])
SCRIPT = """
import os, sys, torch
from pathlib import Path
folder, here, processes = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
sys.path.insert(0, here)
import test_several_processes as test
from physembed.training import train_by_gradient
import physembed.training.checkpoint as checkpoint
checkpoint.SECONDS_BETWEEN = 0.0
x, y = test.tones(117)
trained, history = train_by_gradient(
    test.network, x, y, test.SETTINGS, seed=0, device="cpu", class_weights=test.CLASS_WEIGHTS,
    checkpoint=folder / "training.ckpt", progress=True, processes=processes,
)
rank = os.environ["RANK"]
torch.save({"weights": trained.state_dict(), "history": history}, folder / f"rank{rank}.pt")
"""


def torchrun(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    return subprocess.run(
        [*launcher, str(script), *arguments],
        env=environment, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip


def test_two_processes_train_to_the_end_of_one(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    ended = torchrun(script, str(tmp_path), str(Path(__file__).parent), "2")
    assert ended.returncode == 0, ended.stderr
    x, y = tones(117)
    alone, expected = train_by_gradient(
        network, x, y, SETTINGS, seed=0, device="cpu", class_weights=CLASS_WEIGHTS
    )
    assert len(expected) == 6
    for rank in range(2):
        found = torch.load(tmp_path / f"rank{rank}.pt")
        assert found["weights"].keys() == alone.state_dict().keys()
        for name, value in alone.state_dict().items():
            torch.testing.assert_close(found["weights"][name], value, rtol=2e-4, atol=2e-5)
        for record, alike in zip(found["history"], expected, strict=True):
            for name in set(alike) - {"seconds"}:
                assert record[name] == pytest.approx(alike[name], rel=1e-3, abs=1e-5), name
    assert not (tmp_path / "training.ckpt").exists()


def test_what_diverges_ends_both_processes_with_the_reason(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    spoiled = "x, y = test.tones(117); x[3] = torch.nan"  # a case of one process's share alone
    script.write_text(SCRIPT.replace("x, y = test.tones(117)", spoiled))
    ended = torchrun(script, str(tmp_path), str(Path(__file__).parent), "2")
    assert ended.returncode != 0
    assert "DivergenceError: the gradient became nan in epoch 1" in ended.stderr


@pytest.mark.parametrize("n_cases", [1, 2, 3, 16, 23])
def test_shares_make_up_the_batch(n_cases: int) -> None:
    values = torch.arange(1.0, n_cases + 1)
    weights = torch.linspace(0.5, 2.0, n_cases)
    mean = (values * weights).sum() / weights.sum()
    for n_processes in (1, 2, 3):
        found = 0.0
        for process in range(n_processes):
            share = Share(process, n_processes)
            own = share.places(n_cases)
            share_mean = (values[own] * weights[own]).sum() / weights[own].sum()
            found += float(share_mean * share.weight(weights)) / n_processes
        assert math.isclose(found, float(mean), rel_tol=1e-6)


@pytest.mark.parametrize("wrong", [{"processes": 0}, {"nodes": 1.5}])
def test_wrong_numbers_are_named(wrong: dict[str, object]) -> None:
    x, y = tones(20)
    with pytest.raises(pe.InvalidInputError, match=next(iter(wrong))):
        train_by_gradient(network, x, y, SETTINGS, seed=0, **wrong)  # type: ignore[arg-type]
