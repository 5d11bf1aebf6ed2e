"""PyTorch's own tools on our networks: compile, export, copies, distributed training, workers."""

import copy
import io
import pickle
import threading
import warnings

import pytest
import torch
from two_fibres import CASES, gradients, near, network

from physembed.networks import medium as medium_module


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
                compiled = medium(field.to(dtype))
        assert len(made) == count
        assert not compiled.requires_grad
        torch.testing.assert_close(compiled.clone(), fresh(dtype), rtol=1e-6, atol=1e-6)

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
    packed: list[torch.Tensor] = []

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        packed.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        with mode():
            out = module(CASES)
        assert not packed
        assert out.grad_fn is None
        module(CASES)
        assert packed


def test_threads_at_once_get_the_same() -> None:
    module = network()
    expected = gradients(module)[0]
    outputs: list[torch.Tensor] = []

    def work() -> None:
        for _ in range(20):
            with torch.no_grad():
                outputs.append(module(CASES))

    team = [threading.Thread(target=work) for _ in range(2)]
    for thread in team:
        thread.start()
    for thread in team:
        thread.join(60)
    assert len(outputs) == 40
    for out in outputs:
        near([out], [expected])
