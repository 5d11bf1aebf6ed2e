"""Networks in other processes: workers of a loader, a fork, data in parallel."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset
from two_fibres import CASES, gradients, near, network

from tests.processes import run_script


class _Embedded(Dataset):
    """Every case through a network, in whatever process asks for it."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module

    def __len__(self) -> int:
        return len(CASES)

    def __getitem__(self, index: int) -> torch.Tensor:
        return torch.cat([g.flatten() for g in gradients(self.module, CASES[index : index + 1])])


def test_workers_of_a_data_loader() -> None:
    module = network()
    expected = torch.stack([_Embedded(module)[k] for k in range(len(CASES))])
    loader = DataLoader(
        _Embedded(module), batch_size=2, num_workers=2, multiprocessing_context="fork", timeout=120
    )
    near([torch.cat(list(loader))], [expected])


FORKED = """
import os, torch, physembed as pe
assert torch.get_num_threads() == 2
grid = pe.TimeGrid(4096, 1.0)
field = torch.randn(8, 4096, dtype=torch.complex64, generator=torch.Generator().manual_seed(0))
def run(rows=8):
    gamma = torch.tensor([0.5, 0.4], requires_grad=True)
    out = pe.propagate(field[:rows], pe.NonlinearSchrodinger(),
                       {"beta2": -0.3, "gamma": gamma}, grid, check_sampling=False)
    out.abs().pow(4).mul(torch.arange(4096)).sum().backward()
    return gamma.grad
expected = run()
child = os.fork()
if child == 0:
    torch.set_num_threads(1)
    found = run()
    os._exit(0 if torch.allclose(found, expected, rtol=1e-4) else 3)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert torch.equal(run(), expected) or torch.allclose(run(), expected, rtol=1e-5)
"""


DISTRIBUTED = """
import sys, torch, torch.distributed as dist
sys.path.insert(0, sys.argv[4])
from two_fibres import CASES, gradients, network
rank, file, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]
dist.init_process_group("gloo", init_method="file://" + file, rank=rank, world_size=2)
module = torch.nn.parallel.DistributedDataParallel(network())
_, *found = gradients(module, CASES[rank::2])
# the mean over the processes, of sums over half of the cases each
torch.save([2 * g for g in found], f"{out}{rank}")
dist.destroy_process_group()
"""


@pytest.mark.slow
def test_a_forked_process_works_on() -> None:
    """Begun anew: one that was forked itself has no threads left to lose."""
    done = subprocess.run(
        [sys.executable, "-c", FORKED],
        env=os.environ | {"OMP_NUM_THREADS": "2"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_two_processes_have_the_gradients_of_one(tmp_path: Path) -> None:
    script = tmp_path / "distributed.py"
    script.write_text(DISTRIBUTED)
    store, out, here = tmp_path / "store", tmp_path / "gradients", Path(__file__).parent
    environment = os.environ | {"GLOO_SOCKET_IFNAME": "lo"}
    processes = [
        run_script(script, rank, store, out, here, folder=tmp_path, environment=environment)
        for rank in range(2)
    ]
    for process in processes:
        done = process.end()
        assert done.returncode == 0, done.stderr
    _, *expected = gradients(network())
    for rank in range(2):
        near(torch.load(tmp_path / f"gradients{rank}"), expected)
