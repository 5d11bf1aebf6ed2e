"""The adjoint's map shows where most of the decision is, and says what it leaves out."""

import numpy as np
import torch

from physembed.charts import Map
from physembed.explain.figures.classes import adjoint_chart
from physembed.explain.measures.attribution import AdjointPassage

T = torch.arange(-100.0, 100.0)


def _chart(shares: torch.Tensor):
    passage = AdjointPassage(shares.to(torch.complex128), shares, torch.zeros(1, 1, 200))
    chart = adjoint_chart(T, passage, ["arm 1"], name="a", fibre="fibre 1", case=3)
    (panel,) = chart.panels
    assert isinstance(panel, Map)
    return chart, panel


def test_the_empty_half_of_a_window_is_not_drawn() -> None:
    shares = torch.zeros(2, 1, 200)
    shares[:, :, 20:100] = 1.0
    shares[:, :, 60] = -9.0
    chart, panel = _chart(shares)
    assert -80 <= panel.x[0] < panel.x[-1] <= 0
    assert np.abs(panel.values).min() > 0
    assert "light 40 timepoints before the middle of the window, which speaks against" in (
        chart.caption
    )
    assert "are not drawn" in chart.caption


def test_what_fills_the_window_is_drawn_to_both_ends() -> None:
    shares = torch.zeros(2, 1, 200)
    shares[:, :, [0, -1]] = 1.0
    chart, panel = _chart(shares)
    assert (panel.x[0], panel.x[-1]) == (-100.0, 99.0)
    assert "are not drawn" not in chart.caption
