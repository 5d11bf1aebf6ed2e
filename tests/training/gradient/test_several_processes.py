"""Training over several processes: each computes its share, and the end is that of one process."""

import os
import socket
import sys
from pathlib import Path

import lightning.pytorch as pl  # noqa: F401, for the scripts
import pytest
import torch

import physembed as pe
from physembed.training import train_by_gradient
from physembed.training.gradient.shares import Share, check_started_together
from tests.processes import Process, run_script

sys.path.insert(0, str(Path(__file__).parent))
from test_gradient import SIZES, tones

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SETTINGS = pe.TrainingSettings(max_epochs=8, batch_size=26, head_rate=0.02, patience=20)


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
folder, here = Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, here)
import test_several_processes as test
from physembed import _checkpoint
from physembed.training import train_by_gradient
_checkpoint.SECONDS_BETWEEN = 0.0
rank = os.environ["RANK"]
seen = []
def network():
    made = test.network()
    made.register_forward_pre_hook(
        lambda module, inputs: seen.append(len(inputs[0])) if module.training else None)
    return made
x, y = test.tones(117)
def train(callbacks=()):
    return train_by_gradient(
        network, x, y, test.SETTINGS, seed=0, device="cpu", class_weights=test.CLASS_WEIGHTS,
        checkpoint=folder / "training.ckpt", progress=True, processes=2, callbacks=list(callbacks))
"""
INTERRUPTED = (
    SCRIPT
    + """
class Interrupted(Exception): pass
class AfterThree(test.pl.Callback):
    def on_train_epoch_start(self, trainer, module):
        if trainer.current_epoch == 3:
            raise Interrupted
try:
    train([AfterThree()])
except Interrupted:
    torch.save(seen, folder / f"seen{rank}.pt")
"""
)
GONE_ON = (
    SCRIPT
    + """
assert (folder / "training.ckpt").exists()
trained, history = train()
torch.save({"weights": trained.state_dict(), "history": history}, folder / f"rank{rank}.pt")
"""
)
SPOILED = (
    SCRIPT
    + """
x[3] = torch.nan  # a case of one process's share alone
try:
    train()
except Exception as error:
    (folder / f"rank{rank}.txt").write_text(f"{type(error).__name__}: {error}")
"""
)


def torchrun(script: str, folder: Path, processes: int = 2) -> None:
    """Run a script by so many processes, each begun anew by the launcher, which need not be."""
    file = folder / "train.py"
    file.write_text(script)
    places = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    environment["PYTHONPATH"] = os.pathsep.join(places)
    told = ["--standalone", f"--nproc-per-node={processes}"]
    told += [str(file), str(folder), str(Path(__file__).parent)]
    done = Process(launch, told, environment=environment, folder=folder).end()
    assert done.returncode == 0, done.stderr


def launch(arguments: list[str]) -> None:
    """What the command ``torchrun`` does."""
    from torch.distributed.run import main

    main(arguments)


def as_if_by_torchrun(script: str, folder: Path) -> None:
    """Run a script by two processes whose environment says what torchrun says to its own."""
    file = folder / "train.py"
    file.write_text(script)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    told = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": f"{port}", "TORCHELASTIC_RUN_ID": "a run"}
    told |= {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "GROUP_RANK": "0"}
    told |= {"GLOO_SOCKET_IFNAME": "lo"}
    processes = [
        run_script(
            *(file, folder, Path(__file__).parent),
            folder=folder,
            environment=os.environ | told | {"RANK": rank, "LOCAL_RANK": rank},
        )
        for rank in ("0", "1")
    ]
    for process in processes:
        done = process.end()
        assert done.returncode == 0, done.stderr


def test_two_processes_train_to_the_end_of_one_also_when_interrupted(tmp_path: Path) -> None:
    as_if_by_torchrun(INTERRUPTED, tmp_path)
    torchrun(GONE_ON, tmp_path)
    x, y = tones(117)
    alone, expected = train_by_gradient(
        network, x, y, SETTINGS, seed=0, device="cpu", class_weights=CLASS_WEIGHTS
    )
    shares = []
    for rank in range(2):
        of_rank = torch.load(tmp_path / f"rank{rank}.pt")
        shares.append(torch.load(tmp_path / f"seen{rank}.pt"))
        assert of_rank["weights"].keys() == alone.state_dict().keys()
        for name, value in alone.state_dict().items():
            torch.testing.assert_close(of_rank["weights"][name], value, rtol=2e-4, atol=2e-5)
        assert len(of_rank["history"]) == len(expected)
        for record, alike in zip(of_rank["history"], expected, strict=True):
            for name in set(alike) - {"seconds"}:
                assert record[name] == pytest.approx(alike[name], rel=1e-3, abs=1e-5), name
    # 105 training cases are four batches of 26 and a last one of a single case, which the second
    # process computes too, for nothing
    assert shares[0][:5] == [13, 13, 13, 13, 1]
    assert shares[1][:5] == [13, 13, 13, 13, 1]
    assert not (tmp_path / "training.ckpt").exists()


def test_what_diverges_ends_both_processes_with_the_reason(tmp_path: Path) -> None:
    as_if_by_torchrun(SPOILED, tmp_path)
    for rank in range(2):
        said = (tmp_path / f"rank{rank}.txt").read_text()
        assert said.startswith("DivergenceError: the loss became"), said
        assert "in epoch 1" in said


def test_a_script_that_torchrun_did_not_start_as_so_many_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, y = tones(20)
    with pytest.raises(pe.InvalidInputError, match=r"but 1 run.*torchrun --nproc-per-node 2"):
        train_by_gradient(network, x, y, SETTINGS, seed=0, processes=2)
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "a run")
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(pe.InvalidInputError, match="are 4 processes, but 3 run"):
        train_by_gradient(network, x, y, SETTINGS, seed=0, processes=2, nodes=2)
    with pytest.warns(pe.PhysembedWarning, match="torchrun started 3 processes, and each trains"):
        check_started_together(1, 1)


@pytest.mark.parametrize("n_cases", [1, 2, 3, 16, 23])
def test_shares_make_up_the_batch(n_cases: int) -> None:
    values = torch.arange(1.0, n_cases + 1)
    weights = torch.linspace(0.0, 2.0, n_cases) + (n_cases == 1)
    mean = (values * weights).sum() / weights.sum()
    for n_processes in (1, 2, 3):
        shares = [Share(process, n_processes) for process in range(n_processes)]
        parts = [share.mean(values[share.places(n_cases)], weights) for share in shares]
        assert float(sum(parts) / n_processes) == pytest.approx(float(mean), rel=1e-6)


@pytest.mark.parametrize("wrong", [{"processes": 0}, {"nodes": 1.5}])
def test_wrong_numbers_are_named(wrong: dict[str, object]) -> None:
    x, y = tones(20)
    with pytest.raises(pe.InvalidInputError, match=next(iter(wrong))):
        train_by_gradient(network, x, y, SETTINGS, seed=0, **wrong)  # type: ignore[arg-type]
