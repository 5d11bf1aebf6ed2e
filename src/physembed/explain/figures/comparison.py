"""Models beside each other, and seeds beside each other."""

from collections.abc import Mapping, Sequence

import numpy as np

from physembed.charts import Bars, Chart, Line, Lines
from physembed.experiments.results.frame import Summary
from physembed.explain.arrays import Numbers
from physembed.explain.measures.tolerance import Tolerance


def accuracy_chart(dataset: str, rows: Sequence[Summary]) -> Chart:
    """Accuracy of every model, and what it costs in parameters."""
    names = [row.model for row in rows]
    accuracy = np.array([row.mean for row in rows])
    spread = np.array([row.deviation or 0.0 for row in rows])
    parameters = np.array([float(row.total_parameters[1]) for row in rows])
    best = int(accuracy.argmax())
    fewest = int(parameters.argmin())
    return Chart(
        name=f"{dataset}-accuracy",
        title=f"accuracy and parameters on {dataset}",
        caption="Mean and standard deviation over the seeds; parameters of embedding and readout.",
        alternative=(
            f"Best is {names[best]} with {accuracy[best]:.1f} percent and "
            f"{parameters[best]:,.0f} parameters; smallest is {names[fewest]} with "
            f"{parameters[fewest]:,.0f} parameters and {accuracy[fewest]:.1f} percent."
        ),
        panels=(
            Bars("accuracy", "accuracy / %", names, [("accuracy", accuracy)], errors=[spread]),
            Bars("size", "parameters", names, [("parameters", parameters)], logarithmic=True),
        ),
    )


def seeds_chart(stem: str, model: str, measured: Sequence[Tolerance]) -> Chart:
    """Accuracy against the error of the coefficients, in bands over seeds and draws."""
    first = measured[0]
    lines = []
    for name in first.names:
        accuracy = 100 * np.concatenate([m.accuracy[m.names.index(name)] for m in measured
                                         if name in m.names], axis=-1)  # fmt: skip
        band = np.quantile(accuracy, 0.1, axis=-1), np.quantile(accuracy, 0.9, axis=-1)
        lines.append(Line(name, accuracy.mean(axis=-1), band=band))
        last = accuracy.mean(axis=-1)
    return Chart(
        name=f"{stem}-tolerance",
        title=f"{model}: how precise must the hardware be?",
        caption=(
            f"Accuracy when every coefficient is off by an error of its own, over {len(measured)} "
            "trained seeds and the draws of the errors; bands hold four in five."
        ),
        alternative=(
            f"Lines of accuracy against relative error; {first.names[-1]}: from {last[0]:.1f} to "
            f"{last[-1]:.1f} percent."
        ),
        panels=(
            Lines(
                f"{first.n_cases} test cases, {len(measured)} seeds",
                "relative error of the coefficients / %",
                "accuracy / %",
                100 * first.errors,
                lines,
                logarithmic="x",
                marked=True,
                x_names=[f"{100 * error:g}" for error in first.errors],
            ),
        ),
        columns=1,
    )


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
            Bars(
                "trained values", "natural units", names, [("mean over seeds", mean)],
                errors=[spread],
            ),
        ),
        columns=1,
    )  # fmt: skip
