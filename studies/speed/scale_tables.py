"""The record of what many series cost, as a table."""

from typing import Any

from physembed.experiments.results.markdown import markdown_table

COLUMNS = (
    "Series of 100 points",
    "Fit, wall / s",
    "Fit, processor / s",
    "as planned / s",
    "per series / µs",
    "Fit, memory / MB",
    "Predict, wall / s",
    "Predict, processor / s",
    "Predict, memory / MB",
    "Accuracy / %",
)


def scale_table(record: dict[str, Any]) -> str:
    """Sizes from small to large, and the rival beside ours at the same size, as Markdown."""
    rows = [
        _row(f"{one['cases']:,}", one, f"{planned:.0f}")
        for one, planned in zip(record["sizes"], record["planned"], strict=True)
    ]
    for name, label in (("ours", "ours"), ("rival", "MiniRocket, ridge")):
        if record.get(name):
            rows.append(_row(f"{record[name]['cases']:,}, {label}", record[name]))
    environment = record["environment"]
    told = (
        f"Measured with {record['threads']} thread(s) on {environment['processor']}, with a load "
        f"of {record['load']:.0f} on {record['cores']} cores by other work: seconds of the "
        f"processor are what it takes, those of the wall what it took. Series made "
        f"of those of {record['made_of']}."
    )
    parts = [markdown_table(COLUMNS, rows), told]
    if record.get("long"):
        parts.append(_of_a_recording(record["long"]))
    if record.get("ray"):
        parts.append(_of_workers(record["ray"]))
    return "\n\n".join(parts)


def _of_a_recording(record: dict[str, Any]) -> str:
    """What the windows of a long recording take, in a sentence."""
    took = record["predict"]
    return (
        f"A recording of {record['points']:,} points, predicted in windows of {record['window']} "
        f"by {record['detectors']} detectors: {took['processor_seconds']:.0f} s of the processor, "
        f"{took['seconds']:.0f} s of the wall, {took['peak_bytes'] / 1e6:.0f} MB."
    )


def _of_workers(records: list[dict[str, Any]]) -> str:
    """How many times faster more workers are than one, in a sentence."""
    alone = records[0]["seconds"]
    times = [f"{alone / r['seconds']:.2f} times by {r['workers']} workers" for r in records[1:]]
    return (
        "A sum of units on a Ray cluster of this machine, whose workers sleep for half a second a "
        f"unit in place of working, is faster than one worker's: {' and '.join(times)}."
    )


def _row(name: str, one: dict[str, Any], planned: str = "") -> tuple[str, ...]:
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
        planned,
        f"{1e6 * fit['processor_seconds'] / one['cases']:,.0f}",
        f"{fit['peak_bytes'] / 1e6:.0f}",
        *told,
        f"{100 * one['accuracy']:.1f}",
    )
