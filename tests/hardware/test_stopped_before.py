"""A training in a laboratory that an earlier version was stopped in goes on to the same end."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from physembed.errors import RunFolderError
from physembed.hardware import Hardware, SpectralLine, train_in_the_loop
from physembed.hardware.in_the_loop import LoopHistory

STOPPED = Path(__file__).parent / "stopped.safetensors"
"""As the version of 27 November 2026 left it in the second batch of the second epoch."""
N = 64


def stopped_in(n_good: int | None, file: Path | None = None) -> tuple[LoopHistory, nn.Module]:
    """Train with a laboratory that fails after so many batches; None never."""
    # exact in binary, so that a file knows them again on any processor
    labels = torch.arange(12) % 2
    places = torch.arange(12 * N).reshape(12, N)
    series = ((places * (3 + 4 * labels[:, None])) % 17 - 8) / 16
    head = nn.Linear(8, 2)
    with torch.no_grad():
        head.weight.copy_((torch.arange(16).reshape(2, 8) % 5 - 2) / 8)
        head.bias.zero_()
    there = SpectralLine(N, 4, 8)
    there.stretch.data.fill_(0.03)
    n_asked = 0

    def laboratory(inputs: np.ndarray, controls: dict[str, np.ndarray]) -> np.ndarray:
        nonlocal n_asked
        n_asked += 1
        if n_good is not None and n_asked > n_good:
            raise OSError("the shutter is closed")
        given = {name: torch.from_numpy(value).float() for name, value in controls.items()}
        with torch.no_grad():
            left: Tensor = there(torch.from_numpy(inputs).float(), given)
        # what no dispersion, gain or offset makes up for
        return (left + 0.05 * left**2).numpy()

    line = SpectralLine(N, 4, 8)
    hardware = Hardware(laboratory, line, {"phase": torch.zeros(4)}, retries=0)
    history = train_in_the_loop(
        hardware, head, series, labels, n_epochs=3, batch_size=4, checkpoint=file
    )
    return history, head


def test_what_an_earlier_version_was_stopped_in_goes_on(tmp_path: Path) -> None:
    file = shutil.copy(STOPPED, tmp_path / "loop.safetensors")
    whole, expected = stopped_in(None)
    # what is left: two batches of the second epoch, three of the third
    history, head = stopped_in(5, file)
    assert history.loss == pytest.approx(whole.loss, rel=1e-5)
    # ten steps of L-BFGS from there to here make more of a rounding
    assert history.model_error == pytest.approx(whole.model_error, rel=0.02)
    for one, other in zip(head.parameters(), expected.parameters(), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-5)


@pytest.mark.parametrize("content", [b"", b"no tensors", None])
def test_a_damaged_file_is_named_and_says_by_which_argument_it_was_given(
    content: bytes | None, tmp_path: Path
) -> None:
    file = tmp_path / "loop.safetensors"
    file.write_bytes(STOPPED.read_bytes()[:-1000] if content is None else content)
    told = r"loop\.safetensors is no training that .*remove it, or name another checkpoint\.$"
    with pytest.raises(RunFolderError, match=told):
        stopped_in(None, file)


def test_a_file_that_cannot_be_written_is_told_before_the_first_batch(tmp_path: Path) -> None:
    (tmp_path / "no folder").write_text("")
    with pytest.raises(RunFolderError, match="cannot be written"):
        stopped_in(0, tmp_path / "no folder" / "loop.safetensors")
