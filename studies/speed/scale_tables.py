"""The record of what many series cost, as a table."""

from typing import Any

from physembed.experiments.results.markdown import markdown_table

COLUMNS = (
    "Series of 100 points",
    "Fit, wall / s",
    "Fit, processor / s",
    "per series / µs",
    "Fit, memory / MB",
    "Predict, wall / s",
    "Predict, processor / s",
    "Predict, memory / MB",
    "Accuracy / %",
)


def scale_table(record: dict[str, Any]) -> str:
    """Sizes from small to large, and the rival beside ours at the same size, as Markdown."""
    rows = [_row(f"{one['cases']:,}", one) for one in record["sizes"]]
    for name, label in (("ours", "ours"), ("rival", "MiniRocket, ridge")):
        if record.get(name):
            rows.append(_row(f"{record[name]['cases']:,}, {label}", record[name]))
    environment = record["environment"]
    told = (
        f"Measured with {record['threads']} threads on {environment['processor']}, with a load of "
        f"{record['load']:.0f} on {record['cores']} cores by other work: seconds of the processor "
        f"are what it takes, those of the wall what it took. Series made of {record['made_of']}."
    )
    return f"{markdown_table(COLUMNS, rows)}\n\n{told}"


def _row(name: str, one: dict[str, Any]) -> tuple[str, ...]:
    fit, predict = one["fit"], one.get("predict")
    told = ("", "", "")
    if predict is not None:
        told = (
            f"{predict['seconds']:.0f}",
            f"{predict['processor_seconds']:.0f}",
            f"{predict['peak_bytes'] / 1e6:.0f}",
        )
    return (
        name,
        f"{fit['seconds']:.0f}",
        f"{fit['processor_seconds']:.0f}",
        f"{1e6 * fit['processor_seconds'] / one['cases']:,.0f}",
        f"{fit['peak_bytes'] / 1e6:.0f}",
        *told,
        f"{100 * one['accuracy']:.1f}",
    )
