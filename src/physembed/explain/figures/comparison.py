"""The same model from several seeds."""

from collections.abc import Mapping

import numpy as np

from physembed.charts import Bars, Chart
from physembed.charts.arrays import Numbers


def coefficients_chart(stem: str, model: str, values: Mapping[str, Numbers]) -> Chart:
    """Trained coefficients with their spread over the seeds."""
    names = list(values)
    mean = np.array([v.mean() for v in values.values()])
    spread = np.array([v.std(ddof=1) if len(v) > 1 else 0.0 for v in values.values()])
    widest = int(spread.argmax())
    return Chart(
        name=f"{stem}-coefficients",
        title=f"{model}: the same coefficients from every seed?",
        caption=(
            "Mean and standard deviation of the trained coefficients over the seeds, in natural "
            "units. Where the spread is as large as the value, training found another medium that "
            "serves as well."
        ),
        alternative=(
            f"Bars of {len(names)} coefficients. The widest spread is that of {names[widest]}: "
            f"{mean[widest]:.3g} plus or minus {spread[widest]:.3g}."
        ),
        panels=(
            Bars("values", names, [("mean over seeds", mean)], "natural units", errors=[spread]),
        ),
        columns=1,
    )
