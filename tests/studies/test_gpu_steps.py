"""What is measured on a GPU is a step of every medium; here it is taken on the CPU."""

import json
from pathlib import Path

import pytest
import torch

from physembed.propagation.gradients.on_chip import why_not_on_chip
from physembed.propagation.kernels import has_triton
from studies.gpu.gpu_tables import markdown
from studies.gpu.steps import MEDIA, Step

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("medium", MEDIA)
def test_a_step_has_a_gradient_of_every_coefficient(medium: str) -> None:
    step = Step(2, 256, 2, device="cpu", medium=medium)
    left, of_field, *of_coefficients = step.run("autograd")
    assert left.shape == of_field.shape == (2, 256)
    assert len(of_coefficients) == len(MEDIA[medium][1])
    assert all(bool(torch.isfinite(g).all() & (g != 0).all()) for g in of_coefficients)
    if has_triton():
        assert not why_not_on_chip(step.field, step.equation, step.everything, step.grid)


def test_media_stand_beside_each_other_once_they_are_measured() -> None:
    record = json.loads((ROOT / "results" / "performance" / "gpu.json").read_text("utf-8"))
    before = markdown({**record, "media": []})
    assert "several media" not in before
    numbers = {"cases": 64, "points": 1024, "auto, recorded": 30.0, "stored, recorded": 40.0}
    media = [{"medium": "trap", "kernels": 20.0} | numbers, {"medium": "own", "kernels": None}]
    media[1] |= numbers
    after = markdown({**record, "media": media})
    assert "| trap | 64 x 1,024 | 30 | 20.0 | 40 |" in after
    assert "| own | 64 x 1,024 | 30 | off the chip | 40 |" in after
