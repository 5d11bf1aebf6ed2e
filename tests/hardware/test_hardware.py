"""A box as a layer: its values, the model's slopes, its failures, and training that goes on."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import physembed as pe
from physembed.errors import HardwareError, InvalidInputError, RunFolderError
from physembed.hardware import (
    BlackBox,
    Disturbances,
    FolderLink,
    Hardware,
    SimulatedLab,
    SocketLink,
    SpectralLine,
    comparator,
    quantised,
    search_controls,
    serve,
    train_in_the_loop,
)
from physembed.hardware.links import _receive


class Gain(nn.Module):
    """y = (1 + g) sin(θ) x, whose g is not on the data sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.g = nn.Parameter(torch.zeros(()))

    def forward(self, inputs: Tensor, controls: dict[str, Tensor]) -> Tensor:
        return (1 + self.g) * torch.sin(controls["angle"]) * inputs


def box(inputs, controls):
    return 1.2 * np.sin(controls["angle"]) * inputs + 0.01


X = torch.linspace(-1, 1, 12).reshape(6, 2)


def test_values_are_the_boxs_and_slopes_the_models() -> None:
    hardware = Hardware(box, Gain(), {"angle": 0.3})
    x = X.clone().requires_grad_()
    y = hardware(x)
    angle = hardware.controls["angle"].detach().double().numpy()
    expected = box(X.numpy(), {"angle": angle}).astype(np.float32)
    np.testing.assert_array_equal(y.detach().numpy(), expected)
    y.sum().backward()
    assert torch.allclose(x.grad, torch.sin(torch.tensor(0.3)).expand_as(X))
    assert float(hardware.controls["angle"].grad) == pytest.approx(
        float(torch.cos(torch.tensor(0.3)) * X.sum()), abs=1e-6
    )
    # the task's loss does not move what is known of the box
    assert hardware.model.g.grad is None
    with torch.no_grad():
        assert not hardware(X).requires_grad
    assert hardware.box.n_calls == 2


def test_a_model_is_calibrated_by_what_went_through_the_box() -> None:
    hardware = Hardware(box, Gain(), {"angle": 0.3}, n_recorded=8)
    with pytest.raises(InvalidInputError, match="nothing is recorded"):
        hardware.calibrate()
    for angle in (0.3, 0.8):
        with torch.no_grad():
            hardware.controls["angle"].fill_(angle)
            hardware(X)
    assert sum(len(x) for x, _, _ in hardware.recorded) <= 8
    before, after = hardware.calibrate()
    assert before > 0.1 and after < 0.03
    assert float(hardware.model.g.detach()) == pytest.approx(0.2, abs=1e-3)


def test_controls_stay_within_their_limits_and_gradients_pass() -> None:
    hardware = Hardware(box, Gain(), {"angle": 3.0}, limits={"angle": (0.0, 1.0)})
    hardware(X).sum().backward()
    assert hardware.recorded[0][1]["angle"] == 1.0
    assert hardware.controls["angle"].grad is not None
    with pytest.raises(pe.UnknownNameError, match="angle"):
        Hardware(box, Gain(), {"angle": 3.0}, limits={"angel": (0.0, 1.0)})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: x[:, :1], r"of shape \(6, 1\), where"),
        (lambda x: x[:3], "for 6 cases"),
        (lambda x: x * np.nan, "NaN or infinity in 6 of 6 cases"),
        (lambda x: np.full(len(x), "a"), "returned no numbers"),
        (lambda x: {}["laser"], "raised KeyError: 'laser'"),
        (lambda x: time.sleep(1), "did not answer within 0.05 s"),
    ],
)
def test_a_box_that_fails_is_named_and_asked_again(answer, words: str) -> None:
    calls = []

    def apply(inputs, controls):
        calls.append(1)
        return inputs if len(calls) == 1 else answer(inputs)

    asked = BlackBox(apply, timeout=0.05, retries=1)
    asked.timeout = 60.0
    asked(X.numpy(), {})
    asked.timeout = 0.05 if "answer" in words else 60.0
    with pytest.raises(HardwareError, match=f"the box .*{words}.*asked 2 times"):
        asked(X.numpy(), {})
    assert (asked.n_calls, asked.n_failures) == (3, 2)


def test_one_failure_is_forgiven() -> None:
    calls = []

    def apply(inputs, controls):
        calls.append(1)
        if len(calls) == 1:
            raise OSError("no lock")
        return inputs

    assert BlackBox(apply, retries=1)(X.numpy(), {}).shape == (6, 2)


def test_a_folder_and_a_socket_carry_what_a_function_would(tmp_path: Path) -> None:
    expected = box(X.numpy(), {"angle": np.array(0.5)})
    folder = FolderLink(tmp_path, timeout=20, poll=0.002)
    answers: list[int] = []

    def answer() -> None:
        while not sum(answers):
            answers.append(folder.answer(box))

    threads = [threading.Thread(target=answer)]
    ports: list[int] = []
    listening = threading.Event()

    def lab(inputs, controls):
        if inputs.sum() > 100:
            raise ValueError("too bright")
        return box(inputs, controls)

    def listen() -> None:
        import socket

        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
        listening.set()
        serve(lab, ports[0], n_answers=2)

    threads.append(threading.Thread(target=listen))
    for thread in threads:
        thread.start()
    np.testing.assert_array_equal(folder(X.numpy(), {"angle": np.array(0.5)}), expected)
    assert list(tmp_path.iterdir()) == []
    assert listening.wait(20)
    link = SocketLink("127.0.0.1", ports[0], timeout=20)
    until = time.monotonic() + 20
    while True:
        try:
            answered = link(X.numpy(), {"angle": np.array(0.5)})
            break
        except ConnectionRefusedError:
            assert time.monotonic() < until
    np.testing.assert_array_equal(answered, expected)
    with pytest.raises(HardwareError, match="ValueError: too bright"):
        link(1000 + X.numpy(), {"angle": np.array(0.5)})
    for thread in threads:
        thread.join(20)


def test_a_folder_that_nobody_answers_is_named(tmp_path: Path) -> None:
    with pytest.raises(HardwareError, match=r"did not appear within 0\.01 s"):
        FolderLink(tmp_path, timeout=0.01, poll=0.001)(X.numpy(), {})
    assert list(tmp_path.iterdir()) == []


def test_a_connection_that_ends_early_is_named() -> None:
    import socket

    one, other = socket.socketpair()
    with one, other:
        one.sendall(b"\0" * 7 + b"\x09" + b"abc")
        one.shutdown(socket.SHUT_WR)
        with pytest.raises(HardwareError, match="6 bytes too soon"):
            _receive(other)


def test_detectors_that_decide_have_slopes() -> None:
    values = torch.linspace(-2, 2, 41, dtype=torch.float64, requires_grad=True)
    decided = comparator(values, 0.05)
    assert set(decided.detach().unique().tolist()) == {0.0, 1.0}
    (slope,) = torch.autograd.grad(decided.sum(), values)
    soft = torch.sigmoid(values.detach() - 0.05)
    assert torch.allclose(slope, soft * (1 - soft))
    read = quantised(values, 2, -1.5, 1.5)
    assert read.detach().unique().tolist() == pytest.approx([-1.5, -0.5, 0.5, 1.5])
    (slope,) = torch.autograd.grad(read.sum(), values)
    assert set(slope.tolist()) == {0.0, 1.0}
    assert bool((slope[values.detach().abs() < 1.49] == 1).all())


def test_disturbances_are_drawn_anew_and_are_as_large_as_said() -> None:
    generator = torch.Generator().manual_seed(0)
    extra = Disturbances(controls={"a": 0.5}, phase=0.1, amplitude=0.02, readout=0.03)
    settings = {"a": torch.zeros(4000), "b": torch.zeros(3)}
    drawn = extra.of_controls(settings, generator)
    # 4,000 draws: a standard deviation is right to a percent or so
    assert float(drawn["a"].std()) == pytest.approx(0.5, rel=0.05)
    assert not drawn["b"].any()
    field = torch.ones(500, 20, dtype=torch.complex64)
    one, other = (extra.of_inputs(field, generator) for _ in range(2))
    assert not torch.equal(one, other)
    assert float(one.angle().std()) == pytest.approx(0.1, rel=0.05)
    assert float(one.abs()[:, 0].std()) == pytest.approx(0.02, rel=0.15)
    outputs = torch.ones(100, 50)
    assert float((extra.of_outputs(outputs, generator) - 1).std()) == pytest.approx(0.03, rel=0.1)
    few = Disturbances(bits=1).of_outputs(torch.rand(10, 10), generator)
    assert len(few.unique()) == 2
    with pytest.raises(InvalidInputError, match="phase must be"):
        Disturbances(phase=-1.0)


N = 64


@pytest.fixture(scope="module")
def tones() -> tuple[Tensor, Tensor]:
    """Two classes of noisy tones."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(48) % 2
    pitch = 0.4 + 0.5 * labels[:, None]
    phase = 6.28 * torch.rand(48, 1, generator=generator)
    series = torch.sin(pitch * torch.arange(N) + phase)
    return series + 0.2 * torch.randn(48, N, generator=generator), labels


def _head() -> nn.Module:
    torch.manual_seed(0)
    return nn.Linear(8, 2)


def _lab(**options: float) -> Hardware:
    line = SpectralLine(N, 4, 8)
    lab = SimulatedLab(SpectralLine(N, 4, 8), seed=3, **options)
    return Hardware(lab, line, {"phase": torch.zeros(4)}, retries=0)


def test_training_in_the_loop_learns_and_calibrates(tones) -> None:
    hardware, head = _lab(drift=0.001), _head()
    history = train_in_the_loop(hardware, head, *tones, n_epochs=6, batch_size=16)
    assert history.loss[-1] < 0.7 * history.loss[0]
    assert len(history.loss) == len(history.model_error) == 6
    assert hardware.controls["phase"].detach().abs().max() > 0
    # the dispersion of the laboratory is 3 % off, and the model has learnt to which side
    stretch = float(hardware.model.stretch.detach())
    assert stretch * hardware.box.apply._stretch > 0


def test_training_goes_on_where_a_box_failed(tones, tmp_path: Path) -> None:
    """The same weights as of a training that nothing interrupted."""
    options = {"n_epochs": 3, "batch_size": 16, "calibrate_every": 0}

    def quiet() -> Hardware:
        return _lab(phase_noise=0.0)

    whole, head = quiet(), _head()
    expected = train_in_the_loop(whole, head, *tones, **options)

    file = tmp_path / "loop.safetensors"
    broken = quiet()
    lab, calls = broken.box.apply, []

    def fails_once(inputs, controls):
        calls.append(1)
        if len(calls) == 5:
            raise OSError("the shutter is closed")
        return lab(inputs, controls)

    broken.box.apply = fails_once
    with pytest.raises(HardwareError, match=r"shutter.*batch 2 of 3 in epoch 2 of 3, which is in"):
        train_in_the_loop(broken, _head(), *tones, checkpoint=file, **options)
    # another process: fresh objects, the same laboratory
    later, other_head = quiet(), _head()
    later.box.apply = fails_once
    history = train_in_the_loop(later, other_head, *tones, checkpoint=file, **options)
    assert history.loss == pytest.approx(expected.loss, rel=1e-5)
    for one, other in zip(other_head.parameters(), head.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-6)
    # done is done
    n_calls = len(calls)
    train_in_the_loop(later, other_head, *tones, checkpoint=file, **options)
    assert len(calls) == n_calls
    with pytest.raises(RunFolderError, match="no checkpoint of this training"):
        train_in_the_loop(later, nn.Linear(8, 3), *tones, checkpoint=file, **options)


def test_a_laboratory_fails_as_laboratories_do() -> None:
    lab = SimulatedLab(SpectralLine(N, 4, 8), failures=1.0, seed=0)
    asked = BlackBox(lab, retries=0)
    asked._shape = (8,)
    words = set()
    for _ in range(12):
        with pytest.raises(HardwareError) as caught:
            asked(np.ones((2, N)), {"phase": np.zeros(4)})
        words.add(str(caught.value).split()[2])
    assert words == {"raised", "returned"}


@pytest.mark.parametrize("method", ["spsa", "cma"])
def test_controls_are_searched_for_without_a_model(method: str) -> None:
    if method == "cma":
        pytest.importorskip("cma", reason="needs cma: pip install physembed[hardware]")
    random = np.random.default_rng(0)
    goal = np.array([0.4, -0.3, 0.2])

    def loss(controls):
        miss = np.concatenate([controls["a"], np.ravel(controls["b"])]) - goal
        return float(miss @ miss) + 0.001 * random.standard_normal()

    start = {"a": np.zeros(2), "b": np.zeros((1, 1))}
    best, value = search_controls(loss, start, method=method, n_evaluations=240)
    assert best["b"].shape == (1, 1)
    # from 0.29 at the start, under noise of 0.001
    assert value < 0.02
    with pytest.raises(InvalidInputError, match="unknown method"):
        search_controls(loss, start, method="annealing")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"apply": 3}, "apply must be callable"),
        ({"model": box}, "model must be a torch.nn.Module"),
        ({"controls": {"angle": np.nan}}, "control 'angle' must be finite"),
        ({"timeout": 0}, "timeout must be"),
        ({"limits": {"angle": (1.0, 0.0)}}, "must grow"),
    ],
)
def test_what_cannot_be_is_named(change: dict[str, object], words: str) -> None:
    options = {"apply": box, "model": Gain(), "controls": {"angle": 0.1}} | change
    with pytest.raises(InvalidInputError, match=words):
        Hardware(**options)


def test_a_model_of_another_shape_is_named() -> None:
    hardware = Hardware(lambda x, controls: x[:, :1], Gain(), {"angle": 0.1})
    with pytest.raises(InvalidInputError, match="model must return what the box does"):
        hardware(X)
