"""PyTorch's own tools on our networks: compile, export, copies, distributed training, workers."""

import copy
import io
import os
import pickle
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

import physembed as pe
from physembed.networks import medium as medium_module

CASES = torch.randn(6, 1, 48, generator=torch.Generator().manual_seed(1))


def network(scheme: str = "lie", gradient: str = "auto") -> pe.PhysicalEmbeddingNetwork:
    torch.manual_seed(0)
    fibre = pe.Fibre(
        equation=pe.NonlinearSchrodinger(),
        coefficients={
            "alpha": 0.1,
            "beta2": pe.Trainable(0.4),
            "gamma": pe.Trainable(0.2, shared=True),
        },
        n_layers=3,
        scheme=scheme,
        detector=pe.BinnedIntensity(16),
    )
    trap = pe.Fibre(
        equation=pe.GrossPitaevskii(),
        coefficients={"kinetic": pe.Trainable(0.3), "g": 0.2, "strength": pe.Trainable(0.4)},
        n_layers=2,
        scheme=scheme,
    )
    found = pe.PhysicalEmbeddingNetwork([fibre, trap], n_channels=1, n_timepoints=48, n_classes=3)
    for medium in found.media:
        medium.gradient = gradient
    return found


def gradients(module: nn.Module, x: torch.Tensor = CASES) -> list[torch.Tensor]:
    module.zero_grad()
    logits = module(x)
    logits.logsumexp(dim=1).sum().backward()
    return [logits.detach(), *(p.grad.clone() for p in module.parameters())]


def near(found: list[torch.Tensor], expected: list[torch.Tensor]) -> None:
    """Equal to the rounding of single precision, each relative to its norm."""
    for a, b in zip(found, expected, strict=True):
        assert float((a - b).norm()) <= 1e-5 * float(b.norm())


@pytest.fixture
def quiet_compiler() -> object:
    torch.compiler.reset()
    with warnings.catch_warnings():
        # of its looking through functools.lru_cache, and of TF32
        warnings.simplefilter("ignore", UserWarning)
        yield
    torch.compiler.reset()


@pytest.mark.slow
def test_compile_sees_one_graph(quiet_compiler: None) -> None:
    module = network()
    compiled = torch.compile(module, backend="aot_eager", fullgraph=True)
    near(gradients(compiled), gradients(module))
    # other numbers of cases, and of threads than when it was compiled
    before = torch.get_num_threads()
    torch.set_num_threads(7)
    try:
        near(gradients(compiled, CASES[:4]), gradients(module, CASES[:4]))
    finally:
        torch.set_num_threads(before)
    with torch.no_grad():
        near([compiled(CASES)], [module(CASES)])


@pytest.mark.slow
@pytest.mark.parametrize(("with_gradient", "strict"), [(False, True), (True, False)])
def test_an_exported_network_runs(with_gradient: bool, strict: bool, quiet_compiler: None) -> None:
    module = network("strang").eval()
    n_cases = torch.export.Dim("n_cases", min=1, max=1000)
    with torch.set_grad_enabled(with_gradient):
        program = torch.export.export(
            module, (CASES,), dynamic_shapes=({0: n_cases},), strict=strict
        )
    file = io.BytesIO()
    torch.export.save(program, file)
    file.seek(0)
    again = torch.export.load(file).module()
    operators = {str(node.target) for node in program.graph.nodes if node.op == "call_function"}
    assert not [name for name in operators if "physembed" in name]
    with torch.no_grad():
        for x in (CASES, CASES[:1], CASES.repeat(20, 1, 1)):
            near([again(x)], [module(x)])
            near([program.module()(x)], [module(x)])


@pytest.mark.slow
@pytest.mark.parametrize("gradient", ["autograd", "stored", "reversible"])
def test_copies_are_equal_and_independent(gradient: str) -> None:
    module = network(gradient=gradient)
    with torch.no_grad():
        module(CASES)
    expected = gradients(module)
    for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert all(medium._known is None for medium in other.media)
        near(gradients(other), expected)
        with torch.no_grad():
            other.media[0].trainable["beta2"].mul_(1.5)
        assert not torch.equal(other(CASES), module(CASES))
    near(gradients(module), expected)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One entry per making of a medium's tables."""
    calls: list[int] = []
    make = medium_module.fixed_tables

    def counted(*args: object) -> object:
        calls.append(1)
        return make(*args)

    monkeypatch.setattr(medium_module, "fixed_tables", counted)
    return calls


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_tables_are_made_once_and_anew_when_a_coefficient_changes(
    mode: type, made: list[int]
) -> None:
    module = network()
    field = torch.randn(2, 1, module.media[0].grid.n_points, dtype=torch.complex64)
    medium = module.media[0]

    def fresh(dtype: torch.dtype = torch.complex64) -> torch.Tensor:
        """By a copy, which has no tables; double precision tells it from any other rounding."""
        return copy.deepcopy(medium).requires_grad_(requires_grad=True)(field.to(dtype)).detach()

    def check(count: int, dtype: torch.dtype = torch.complex64) -> None:
        made.clear()
        with mode():
            for _ in range(3):
                found = medium(field.to(dtype))
        assert len(made) == count
        assert not found.requires_grad
        torch.testing.assert_close(found.clone(), fresh(dtype), rtol=1e-6, atol=1e-6)

    check(1)
    check(0)
    with torch.no_grad():
        medium.trainable["beta2"][1] += 0.1
    check(1)
    medium.trainable["gamma"].data.mul_(2)
    check(1)
    medium.get_buffer("frozen_alpha").add_(0.3)
    check(1)
    medium.scheme, medium.steps_per_layer = "strang", 2
    check(1)
    check(0)
    medium.scheme, medium.steps_per_layer = "lie", 1
    check(1)
    check(1, torch.complex128)
    check(1)
    state = {k: v.clone() * 1.1 for k, v in medium.state_dict().items()}
    medium.load_state_dict(state)
    check(1)
    medium.double()
    check(0)
    # a gradient goes through tables of its own, and then only where a coefficient has one
    medium.float().requires_grad_(requires_grad=False)
    made.clear()
    given = field.clone().requires_grad_()
    medium(given).abs().pow(4).sum().backward()
    assert len(made) == 0
    other = field.clone().requires_grad_()
    medium.requires_grad_()(other).abs().pow(4).sum().backward()
    torch.testing.assert_close(given.grad, other.grad)


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode])
def test_without_gradient_nothing_is_kept(mode: type) -> None:
    module = network()
    kept: list[torch.Tensor] = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        kept.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        with mode():
            out = module(CASES)
        assert not kept
        assert out.grad_fn is None
        module(CASES)
        assert kept


def test_threads_at_once_get_the_same() -> None:
    module = network()
    expected = gradients(module)[0]
    found: list[torch.Tensor] = []

    def work() -> None:
        for _ in range(20):
            with torch.no_grad():
                found.append(module(CASES))

    team = [threading.Thread(target=work) for _ in range(2)]
    for thread in team:
        thread.start()
    for thread in team:
        thread.join(60)
    assert len(found) == 40
    for out in found:
        near([out], [expected])


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
from test_torch_tools import CASES, gradients, network
rank, file, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]
dist.init_process_group("gloo", init_method="file://" + file, rank=rank, world_size=2)
module = torch.nn.parallel.DistributedDataParallel(network())
_, *found = gradients(module, CASES[rank::2])
# the mean over the processes, of sums over half of the cases each
torch.save([2 * g for g in found], f"{out}{rank}")
dist.destroy_process_group()
"""


def start(code: str, *args: str, threads: int = 1) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *args],
        env=os.environ | {"OMP_NUM_THREADS": str(threads), "GLOO_SOCKET_IFNAME": "lo"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def finish(process: subprocess.Popen[str]) -> None:
    try:
        output, _ = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == 0, output


@pytest.mark.slow
def test_a_forked_process_works_on() -> None:
    finish(start(FORKED, threads=2))


@pytest.mark.slow
def test_two_processes_have_the_gradients_of_one(tmp_path: Path) -> None:
    here = str(Path(__file__).parent)
    arguments = (str(tmp_path / "store"), str(tmp_path / "gradients"), here)
    for process in [start(DISTRIBUTED, str(rank), *arguments) for rank in range(2)]:
        finish(process)
    _, *expected = gradients(network())
    for rank in range(2):
        near(torch.load(tmp_path / f"gradients{rank}"), expected)
