"""Disturbances are as large as said."""

import pytest
import torch

from physembed.errors import InvalidInputError
from physembed.hardware import Disturbances


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
