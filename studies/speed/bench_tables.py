"""The measurements as tables of text: for the screen, and as Markdown for the documents."""

from collections.abc import Callable
from typing import Any

from physembed._markdown import markdown_table

Table = tuple[str, tuple[str, ...], list[tuple[str, ...]]]
"""A title, the names of the columns, and the rows."""

LIMITS = {(64, 512): 2.5, (64, 1024): 2.2, (256, 1024): 1.8, (64, 5120): 1.6, (16, 65536): 1.5}
"""What a step should cost at most, in times of its own FFTs, on two CPU cores."""

PUBLIC_LIMITS = {
    (64, 512): 2.2,
    (64, 1024): 1.9,
    (256, 1024): 1.9,
    (64, 5120): 1.75,
    (16, 65536): 1.0,
}
"""What a step through :func:`physembed.propagate` should."""


def tables(record: dict[str, Any]) -> list[Table]:
    """Every part of the record that was measured, as a table."""
    makers: dict[str, Callable[[Any], Table]] = {
        "steps": _steps,
        "propagate": _propagate,
        "memory": _memory,
        "start-up": _start_up,
        "import": _import,
        "training": _training,
        "designed": _designed,
        "chosen": _chosen,
        "scaling": _scaling,
    }
    return [make(record[part]) for part, make in makers.items() if record.get(part)]


def markdown(record: dict[str, Any]) -> str:
    """The tables as Markdown, with the machine below."""
    parts = []
    for title, columns, rows in tables(record):
        parts.append(f"**{title}**\n\n{markdown_table(columns, rows)}")
    others = [
        f"The part `{part}`: {_machine(environment)}."
        for part, environment in record.get("environments", {}).items()
    ]
    return "\n\n".join([*parts, " ".join([machine(record), *others])])


def machine(record: dict[str, Any]) -> str:
    """What it was measured on, and with, as a sentence."""
    return f"Measured on {record['device']}, {_machine(record['environment'])}."


def _machine(environment: dict[str, Any]) -> str:
    versions = environment["versions"]
    named = f"torch {versions['torch']}, numba {versions['numba']}"
    processor = environment["processor"] or environment["platform"]
    threads = "1 thread" if environment["threads"] == 1 else f"{environment['threads']} threads"
    return f"{threads}, {processor}, {named}"


def _steps(records: list[dict[str, Any]]) -> Table:
    rows: list[tuple[str, ...]] = []
    for r in records:
        fft, plain, stored = r["fft_ms"], r["autograd_ms"], r["stored_ms"]
        limit = LIMITS.get((r["cases"], r["points"]))
        rows.append(
            (
                f"{r['cases']} x {r['points']:,}",
                f"{fft:.2f}",
                f"{plain:.1f}",
                f"{stored:.2f}",
                f"{r['reversible_ms']:.2f}",
                f"{stored / fft:.2f}" + (f" ({limit})" if limit else ""),
                f"{plain / stored:.1f}",
                f"{r['reversible_ms'] / stored:.2f}",
                f"{r['stored_error']:.0e}",
                f"{r['reversible_error']:.0e}",
            )
        )
    columns = (
        "Cases x points",
        "FFTs / ms",
        "autograd / ms",
        "stored / ms",
        "reversible / ms",
        "stored / FFTs (limit)",
        "autograd / stored",
        "reversible / stored",
        "error, stored",
        "error, reversible",
    )
    return "A step, forward and backward, of 6 layers in complex64 (medians)", columns, rows


def _propagate(records: list[dict[str, Any]]) -> Table:
    rows: list[tuple[str, ...]] = []
    for r in records:
        fft, inner, public = r["fft_ms"], r["inner_ms"], r["propagate_ms"]
        limit = PUBLIC_LIMITS.get((r["cases"], r["points"]))
        rows.append(
            (
                f"{r['cases']} x {r['points']:,}",
                f"{fft:.2f}",
                f"{inner:.2f}",
                f"{public:.2f}",
                f"{public / fft:.2f}" + (f" ({limit})" if limit else ""),
                f"{public / inner:.2f} (1.15)",
            )
        )
    columns = (
        "Cases x points",
        "FFTs / ms",
        "in a network / ms",
        "propagate / ms",
        "propagate / FFTs (limit)",
        "propagate / in a network (limit)",
    )
    title = (
        "A step on pulses through `propagate`, which looks at them (processor time of one thread)"
    )
    return title, columns, rows


def _memory(records: list[dict[str, Any]]) -> Table:
    names = ("autograd", "stored", "reversible")
    rows = [
        (
            str(r["layers"]),
            *(
                f"{r[f'{name}_bytes'] / 2**20:.1f}" if f"{name}_bytes" in r else "not run"
                for name in names
            ),
        )
        for r in records
    ]
    size = f"{records[0]['cases']} x {records[0]['points']:,}"
    title = f"Peak memory of a step of {size} beyond its inputs and outputs, in MiB"
    return title, ("Layers", *names), rows


def _start_up(record: dict[str, Any]) -> Table:
    row = (f"{record['first_process_s']:.1f}", f"{record['later_process_s']:.2f}")
    title = "What the first step of a process takes longer than the second, in seconds"
    return title, ("newly installed: compiles", "later: loads"), [row]


def _import(record: dict[str, float]) -> Table:
    foundation, estimator = record["foundation_s"], record["estimator_s"]
    row = (f"{foundation:.1f}", f"{estimator:.1f}", f"{estimator / foundation:.2f}")
    title = "What an import takes in a fresh process, in seconds of a processor"
    return title, ("PyTorch, scikit-learn, aeon's base", "an estimator", "ratio"), [row]


def _training(record: dict[str, Any]) -> Table:
    title = (
        f"Training of the paper's network on {record['dataset']}, {record['cases']:,} cases, "
        f"window {record['window']:,}, {record['epochs']} epochs"
    )
    rows: list[tuple[str, ...]] = [
        (name, f"{record[f'{name}_s']:.0f}", f"{100 * record[f'{name}_accuracy']:.1f}")
        for name in ("autograd", "auto")
    ]
    rows.append(("autograd / auto", f"{record['autograd_s'] / record['auto_s']:.1f}", ""))
    return title, ("Gradient", "Time / s", "Test accuracy / %"), rows


def _designed(records: list[dict[str, Any]]) -> Table:
    rows: list[tuple[str, ...]] = [
        (
            r["preset"],
            f"{r['readout']:,}",
            f"{r['fit_s']:.2f}",
            f"{r['predict_s']:.2f}",
        )
        for r in records
    ]
    cases, points = records[0]["cases"], records[0]["points"]
    title = f"Designed physics with a solved readout: {cases:,} series of {points} points"
    columns = ("Preset", "Readout", "Fit / s (limit 2)", "Predict as many / s")
    return title, columns, rows


def _chosen(record: dict[str, Any]) -> Table:
    title = (
        f"{record['cases']:,} series of {record['points']} points and {record['detectors']} chosen "
        f"detectors, at a load of {record['load']:.1f} by other work"
    )
    columns = (
        "Seconds",
        *("Fit", "Predict", "of these, transforms alone"),
    )
    rows = [
        (
            "of the processor, one thread",
            *(f"{record[name]:.2f}" for name in ("fit_s", "predict_s", "transforms_s")),
        ),
        (
            "on the clock, two threads (limits 3 and 0.1)",
            *(f"{record[name]:.2f}" for name in ("fit_clock_s", "predict_clock_s")),
            "",
        ),
    ]
    return title, columns, rows


def _scaling(record: dict[str, list[dict[str, Any]]]) -> Table:
    rows: list[tuple[str, ...]] = [
        (
            what,
            f"{r['cases']} x {r['points']:,} x {r['layers']}",
            f"{r['auto_ms']:.1f}",
            f"{r['auto_ms'] / r['fft_ms']:.2f}",
            f"{r['ns']:.2f}",
        )
        for what, records in record.items()
        for r in records
    ]
    columns = (
        "Varied",
        "Cases x points x layers",
        "Step / ms",
        "Step / FFTs",
        "ns per layer, case and n log2 n",
    )
    return "Cost against length, depth and number of cases", columns, rows
