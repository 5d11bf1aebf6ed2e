"""A rate that falls along half a cosine."""

import math

import pytest
import torch

from physembed._falling_rate import falling_rate


@pytest.mark.parametrize("last", [0.0, 0.1])
def test_a_rate_falls_as_torchs_own_schedule(last: float) -> None:
    parameter = torch.nn.Parameter(torch.zeros(1))
    descent = torch.optim.SGD([parameter], lr=0.3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(descent, 20, eta_min=0.3 * last)
    for step in range(21):
        expected = descent.param_groups[0]["lr"]
        # torch's is a recursion, of which each step rounds
        assert math.isclose(falling_rate(0.3, step / 20, last=last), expected, abs_tol=1e-12)
        descent.step()
        schedule.step()
