"""The real part of what leaves linear arms, of a real series: from half of its spectrum."""

import torch
from torch import Tensor

from physembed.physics.on_device import numbers_on


def real_parts_leaving(
    spectrum: Tensor, transfer: Tensor, ends: tuple[list[int], list[int]]
) -> Tensor:
    """Re E at every end, (cases, ends, points): half of the work of the field.

    Parameters
    ----------
    spectrum : Tensor of shape (cases, channels, points), complex
        Of a real series, X(-ω) = X*(ω).
    transfer : Tensor of shape (arms, points), complex
    ends : (list of int, list of int)
        From which channel, and through which arm, each end is reached.
    """
    # of a list a tensor would be made anew, for which a GPU waits
    channels, arms = (numbers_on(tuple(end), torch.int64, spectrum.device) for end in ends)
    half = transfer.shape[-1] // 2 + 1
    # Re F⁻¹[H X] = F⁻¹[(H(ω) + H*(-ω)) / 2 X]
    mirrored = transfer.flip(-1).roll(1, dims=-1)[..., :half].conj()
    of_real_part = (transfer[..., :half] + mirrored) / 2
    entering = spectrum[..., :half]
    # one channel is the same for all arms, and need not be copied for each
    if entering.shape[1] > 1:
        entering = entering[:, channels]
    return torch.fft.irfft(entering * of_real_part[arms], n=spectrum.shape[-1])
