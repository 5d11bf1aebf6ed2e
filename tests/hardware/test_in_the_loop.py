"""Training through a laboratory, that goes on where it was and never with another training."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from physembed.errors import HardwareError, InvalidInputError, RunFolderError
from physembed.hardware import BlackBox, Hardware, SimulatedLab, SpectralLine, train_in_the_loop
from physembed.hardware.box import Kind

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


@pytest.mark.slow
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
    options = {"n_epochs": 3, "batch_size": 16}

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
    with pytest.raises(
        HardwareError, match=r"shutter.*batch 2 of 3 in epoch 2 of 3; it is in .*again"
    ):
        train_in_the_loop(broken, _head(), *tones, checkpoint=file, **options)
    # another process: fresh objects, the same laboratory
    later, other_head = quiet(), _head()
    later.box.apply = fails_once
    history = train_in_the_loop(later, other_head, *tones, checkpoint=file, **options)
    assert history.loss == pytest.approx(expected.loss, rel=1e-5)
    # calibrated by the same pairs, those before the failure among them
    assert history.model_error == pytest.approx(expected.model_error, rel=1e-4)
    assert [len(x) for x, _, _ in later.recorded] == [len(x) for x, _, _ in whole.recorded]
    for one, other in zip(other_head.parameters(), head.parameters(), strict=True):
        assert torch.allclose(one, other, atol=1e-6)
    # done is done
    n_calls = len(calls)
    train_in_the_loop(later, other_head, *tones, checkpoint=file, **options)
    assert len(calls) == n_calls
    # and of no other training: what differs is named, and nothing is changed
    fresh, other_head = quiet(), nn.Linear(8, 3)
    with pytest.raises(
        RunFolderError, match=r"batch_size was 16, is 8; .*head\.bias was \(2,\), is"
    ):
        train_in_the_loop(fresh, other_head, *tones, checkpoint=file, **options | {"batch_size": 8})
    assert not fresh.controls["phase"].detach().any()
    series, labels = tones
    with pytest.raises(RunFolderError, match=r"\(targets was \w+, is \w+\); remove it, or name"):
        train_in_the_loop(fresh, _head(), series, 1 - labels, checkpoint=file, **options)


def test_a_loss_that_is_no_number_loses_nothing(tones, tmp_path: Path) -> None:
    hardware, calls = _lab(), []

    def loss(scores: Tensor, labels: Tensor) -> Tensor:
        calls.append(1)
        return nn.functional.cross_entropy(scores, labels) * (np.nan if len(calls) == 2 else 1)

    file = str(tmp_path / "loop.safetensors")
    options = {"n_epochs": 1, "batch_size": 16, "loss": loss}
    with pytest.raises(HardwareError, match=r"not a number.*batch 2 of 3.*call again"):
        train_in_the_loop(hardware, _head(), *tones, checkpoint=file, **options)
    train_in_the_loop(hardware, _head(), *tones, checkpoint=file, **options)
    # the first batch was not asked for twice
    assert len(calls) == 4
    calls.clear()
    # without a file a second call begins anew, and nothing else is said
    with pytest.raises(HardwareError, match=r"batch 2 of 3 in epoch 1 of 1\.$"):
        train_in_the_loop(hardware, _head(), *tones, **options)


def test_what_has_nothing_to_train_is_named(tones) -> None:
    hardware = Hardware(None, SpectralLine(N, 4, 8), {})
    with pytest.raises(InvalidInputError, match="no controls and head no parameters"):
        train_in_the_loop(hardware, nn.Identity(), *tones)


def test_a_laboratory_fails_as_laboratories_do() -> None:
    lab = SimulatedLab(SpectralLine(N, 4, 8), failures=1.0, seed=0)
    asked = BlackBox(lab, retries=0)
    words = set()
    for _ in range(12):
        with pytest.raises(HardwareError) as caught:
            asked(np.ones((2, N)), {"phase": np.zeros(4)}, expected=Kind((8,), False))
        words.add(str(caught.value).split()[2])
    assert words == {"raised", "returned"}
