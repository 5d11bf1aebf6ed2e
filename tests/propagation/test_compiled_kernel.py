"""The GPU's kernel does what the plain one does.

It serves GPUs alone. Without one, what torch.compile makes of it, its graphs and their shapes, is
run by PyTorch's own operators: programs of C++ would take a minute, and nobody uses them.
"""

from collections.abc import Iterator
from functools import cache, partial

import pytest
import torch

from physembed.propagation.kernels import KERNELS, Kernel, compiled

pytestmark = pytest.mark.slow

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
SHAPE = (2, 3, 50)


@pytest.fixture(params=["as written", "compiled"])
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kernel]:
    """The kernel with its functions as they are written, and compiled."""
    if request.param == "as written":
        monkeypatch.setattr(compiled, "_compiled", lambda function: function)
    elif DEVICE == "cpu":
        compiling = partial(torch.compile, dynamic=True, fullgraph=True, backend="aot_eager")
        monkeypatch.setattr(compiled, "_compiled", cache(compiling))
    yield KERNELS["compiled"]


def random(*shape: int, seed: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(shape, dtype=torch.complex64, generator=generator).to(DEVICE)


def law() -> torch.Tensor:
    """V and s of every point."""
    generator = torch.Generator().manual_seed(3)
    return torch.rand(SHAPE[0], SHAPE[2], 2, generator=generator).to(DEVICE) * 3


def all_passes(kernel: Kernel) -> dict[str, list[torch.Tensor]]:
    """Everything that the methods return, overwrite and sum."""
    transfer = torch.exp(0.3 * random(SHAPE[0], SHAPE[2], seed=2))
    by_pass = {}
    for name in ("multiply", "turn"):
        table = transfer if name == "multiply" else law()
        field = random(*SHAPE, seed=0)
        by_pass[name] = [getattr(kernel, name)(field, table, torch.empty_like(field))]
    for name in ("multiply_adjoint", "divide_adjoint", "turn_adjoint", "unturn_adjoint"):
        linear = name in ("multiply_adjoint", "divide_adjoint")
        shape = (1, SHAPE[0], SHAPE[2]) if linear else (1, SHAPE[0], SHAPE[2], 2)
        dtype = torch.complex128 if linear else torch.float64
        sums = torch.zeros(shape, dtype=dtype, device=DEVICE)
        grad, field = random(*SHAPE, seed=1), random(*SHAPE, seed=0)
        out = getattr(kernel, name)(grad, field, transfer if linear else law(), sums)
        by_pass[name] = [out, field, sums]
    return by_pass


def test_every_pass_agrees_with_the_plain_kernel(kernel: Kernel) -> None:
    expected = all_passes(KERNELS["eager"])
    for name, tensors in all_passes(kernel).items():
        for a, b in zip(tensors, expected[name], strict=True):
            # a few roundings of single precision, phases of some ten radians
            assert float((a - b).norm() / b.norm()) < 1e-5, name
