"""A box as a layer: its values, the model's slopes, and what is recorded."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

import physembed as pe
from physembed.errors import HardwareError, InvalidInputError
from physembed.hardware import Disturbances, Hardware


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


def test_a_box_may_answer_with_one_number_for_a_case() -> None:
    class Total(Gain):
        def forward(self, inputs: Tensor, controls: dict[str, Tensor]) -> Tensor:
            return super().forward(inputs, controls).sum(dim=1)

    hardware = Hardware(lambda *sent: box(*sent).sum(axis=1), Total(), {"angle": 0.3})
    y = hardware(X)
    assert y.shape == (6,)
    y.sum().backward()
    assert hardware.controls["angle"].grad is not None


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
    ("change", "words"),
    [
        ({"apply": 3}, "apply must be callable"),
        ({"model": box}, "model must be a torch.nn.Module"),
        ({"controls": {"angle": np.nan}}, "control 'angle' must be finite"),
        ({"timeout": 0}, "timeout must be"),
        ({"limits": {"angle": (1.0, 0.0)}}, "must grow"),
        ({"controls": {"lens.angle": 0.1}}, "no dot in them, got 'lens.angle'"),
        ({"controls": {"items": 0.1}}, "got 'items'"),
        ({"disturbances": Disturbances(controls={"angel": 1.0})}, "angle"),
    ],
)
def test_what_cannot_be_is_named(change: dict[str, object], words: str) -> None:
    options = {"apply": box, "model": Gain(), "controls": {"angle": 0.1}} | change
    with pytest.raises(InvalidInputError, match=words):
        Hardware(**options)


@pytest.mark.parametrize(
    ("apply", "words"),
    [
        (
            lambda x, controls: x[:, :1],
            r"\(cases, 1\), where .*\(cases, 2\) come of the model",
        ),
        (lambda x, controls: 1j * x, r"returned complex numbers .* where real"),
    ],
)
def test_a_model_of_another_kind_is_named(apply, words: str) -> None:
    hardware = Hardware(apply, Gain(), {"angle": 0.1}, retries=0)
    with pytest.raises(HardwareError, match=words), torch.no_grad():
        hardware(X)
    assert not hardware.recorded


def test_a_model_that_is_no_number_is_named_and_the_box_is_not_asked() -> None:
    hardware = Hardware(box, Gain(), {"angle": 0.1})
    x = X.clone()
    x[2] = torch.inf
    with pytest.raises(HardwareError, match=r"the model, not the box, returned NaN .* in 1"):
        hardware(x)
    assert hardware.box.n_calls == 0


def test_whole_numbers_are_what_the_model_is_calibrated_by() -> None:
    hardware = Hardware(lambda x, controls: (500 * x).astype(np.int16), Gain(), {"angle": 0.3})
    with torch.no_grad():
        hardware(X)
        # without gradients of the precision that the inputs have
        assert hardware(X).dtype == torch.float32
    before, after = hardware.calibrate()
    assert after < 0.01 < before


def test_disturbances_are_of_training_unless_said_otherwise() -> None:
    extra = Disturbances(gain=0.5)
    layer = Hardware(None, Gain(), {"angle": 0.3}, disturbances=extra)
    assert not torch.equal(layer(X), layer(X))
    layer.eval()
    assert torch.equal(layer(X), layer(X))
    noisy = Hardware(None, Gain(), {"angle": 0.3}, disturbances=extra, disturbed_in_eval=True)
    assert not torch.equal(noisy.eval()(X), noisy(X))
