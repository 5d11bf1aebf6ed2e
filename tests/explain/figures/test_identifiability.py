"""Of many coefficients those are drawn that the cases tell."""

import numpy as np

from physembed.charts import Bars, Lines, Map
from physembed.explain.figures.identifiability import identifiability_chart
from physembed.explain.figures.shortened import MOST_ROWS
from physembed.explain.measures.identifiability import Identifiability
from physembed.explain.measures.variation import Knob


def _measured(n: int, told: list[int]) -> Identifiability:
    """Each told coefficient is a direction by itself, the first one the sharpest."""
    knobs = [Knob(0, layer, "beta2") for layer in range(n)]
    order = [*told, *(k for k in range(n) if k not in told)]
    eigenvalues = np.array([100.0 - k if k < len(told) else 0.0 for k in range(n)])
    errors = np.full(n, np.inf)
    errors[told] = eigenvalues[: len(told)] ** -0.5
    return Identifiability(knobs, np.eye(n), eigenvalues, np.eye(n)[order], errors, 50)


def test_few_are_all_drawn() -> None:
    information, directions, errors = identifiability_chart(_measured(4, [2, 0])).panels
    assert isinstance(information, Lines)
    assert isinstance(directions, Map)
    assert isinstance(errors, Bars)
    assert directions.values.shape == (4, 4)
    assert len(errors.names) == 4


def test_of_many_those_that_are_told() -> None:
    told = [40, 3, 17]
    chart = identifiability_chart(_measured(46, told))
    _, directions, errors = chart.panels
    assert "tell 3 of 46 independent combinations" in chart.caption
    assert isinstance(directions, Map)
    assert isinstance(errors, Bars)
    assert directions.values.shape == (MOST_ROWS, 3)
    # every column has its one coefficient among the rows
    np.testing.assert_array_equal(np.abs(directions.values).max(axis=0), 1.0)
    assert len(errors.names) == len(told)
    assert np.isfinite(errors.series[0][1]).all()
    # where nothing has a bar no bars are drawn, nor spoken of
    chart = identifiability_chart(_measured(46, []))
    assert len(chart.panels) == 2
    assert "Last," not in chart.caption
