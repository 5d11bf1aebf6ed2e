"""The tables of what a GPU was measured to do."""

from collections.abc import Iterable, Sequence
from typing import Any

from physembed._markdown import markdown_table


def markdown(record: dict[str, Any]) -> str:
    """All tables of a record, each under its title."""
    machine = record["environment"]
    versions = machine["versions"]
    sizes, step = record.get("sizes", []), record.get("step", [])
    # records of before the other media stayed on the chip have none
    media = record.get("media", [])
    places = record.get("places", [])
    parts = [
        *_table(TITLE_SIZES, HEAD_SIZES, map(_size, sizes)),
        *(_table(TITLE_MEDIA, HEAD_MEDIA, map(_medium, media)) if media else []),
        *_table(TITLE_MEMORY, HEAD_MEMORY, map(_memory, sizes)),
        *_table(TITLE_STEP, HEAD_STEP, map(_step, step)),
        *_table(TITLE_FITS, HEAD_FITS, map(_fit, record.get("fits", []))),
        *(_table(TITLE_PLACES, HEAD_PLACES, map(_place, places)) if places else ()),
        *_table(TITLE_ERRORS, HEAD_ERRORS, _errors(record.get("errors", []))),
    ]
    checks = record.get("checks", [{"checks": 0, "failed": []}])[0]
    failed = ", ".join(checks["failed"]) or "none"
    parts.append(
        f"`physembed doctor` on the device: {checks['checks']} checks, failed: {failed}.\n"
    )
    parts.append(
        f"Measured on one {machine['device']}, torch {versions['torch']}, Python "
        f"{machine['python']}; kernels and steps replayed in a CUDA graph."
    )
    return "\n".join(parts)


TITLE_SIZES = (
    "**A step, forward and backward, of 6 layers in complex64, in microseconds (medians)**"
)
HEAD_SIZES = (
    "Cases x points",
    "24 cuFFT",
    "plain, launched",
    "plain, recorded",
    "`auto`, launched",
    "`auto`, recorded",
    "its kernels alone",
    "kernels / cuFFT",
    "plain / kernels",
    "plain, recorded / kernels",
    "`stored`, recorded",
    "stored / cuFFT",
)
TITLE_MEDIA = "**The same step of several media, in microseconds**"
HEAD_MEDIA = (
    "Medium",
    "Cases x points",
    "`auto`, recorded",
    "its kernels alone",
    "`stored`, recorded",
)
TITLE_MEMORY = "**Peak memory of a step beyond its inputs, in MiB**"
HEAD_MEMORY = (
    "Cases x points",
    "a field",
    "`auto`, of coefficients",
    "`auto`, of the field too",
    "`stored`",
    "plain",
)
TITLE_STEP = "**A whole step of training, as one CUDA graph**"
HEAD_STEP = ("Cases x points", "microseconds")
TITLE_FITS = '**Fits of the classifier, device="cuda"**'
HEAD_FITS = ("Preset", "Data", "Seed", "Fit / s", "Predict on the CPU / s", "Accuracy / %")
TITLE_PLACES = '**Either device, and what `device="auto"` takes for the fit**'
HEAD_PLACES = (
    "Model",
    "Data",
    "Fit, CPU / s",
    "Fit, GPU / s",
    "`auto`",
    "Predict, CPU / s",
    "Predict, GPU / s",
    "Largest difference of a probability",
)
TITLE_ERRORS = "**Errors relative to complex128 with autograd**"
HEAD_ERRORS = ("Points", "Layers", "Gradient", "E", "dE", "d alpha", "d beta2", "d gamma")


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [title, "", markdown_table(head, rows), ""]


def _of(record: dict[str, Any]) -> str:
    return f"{record['cases']:,} x {record['points']:,}"


def _size(record: dict[str, Any]) -> list[str]:
    floor, plain, replayed = (record[k] for k in ("transforms", "plain", "plain, recorded"))
    kernels = record.get("kernels")
    times = [floor, plain, replayed, record["auto"], record["auto, recorded"]]
    alone = (
        [
            f"{kernels:.1f}",
            f"{kernels / floor:.2f}",
            f"{plain / kernels:.0f}",
            f"{replayed / kernels:.1f}",
        ]
        if kernels
        else ["off the chip", "", "", ""]
    )
    stored = record["stored, recorded"]
    return [
        _of(record),
        *(f"{t:,.0f}" for t in times),
        *alone,
        f"{stored:,.0f}",
        f"{stored / floor:.2f}",
    ]


def _medium(record: dict[str, Any]) -> list[str]:
    kernels = record["kernels"]
    return [
        record["medium"],
        _of(record),
        f"{record['auto, recorded']:,.0f}",
        "off the chip" if kernels is None else f"{kernels:.1f}",
        f"{record['stored, recorded']:,.0f}",
    ]


def _memory(record: dict[str, Any]) -> list[str]:
    names = ("field / MiB", "training / MiB", "auto / MiB", "stored / MiB", "plain / MiB")
    return [_of(record), *(f"{record[name]:,.1f}" for name in names)]


def _step(record: dict[str, Any]) -> list[str]:
    return [_of(record), f"{record['step']:.0f}"]


def _fit(record: dict[str, Any]) -> list[str]:
    return [
        record["preset"]
        + (f", guard band {record['guard band']:g}" if record.get("guard band") else ""),
        record["data"],
        str(record["seed"]),
        f"{record['fit / s']:.2f}",
        "not measured" if record["predict / s"] is None else f"{record['predict / s']:.2f}",
        f"{100 * record['accuracy']:.1f}",
    ]


def _place(record: dict[str, Any]) -> list[str]:
    fits, predictions = (
        [
            f"{record[key]:.2f}" if (key := f"{what}, {device} / s") in record else "not measured"
            for device in ("cpu", "cuda")
        ]
        for what in ("fit", "predict")
    )
    difference = f"{record['largest difference']:.1e}"
    return [record["preset"], record["data"], *fits, record["rule"], *predictions, difference]


def _errors(records: Iterable[dict[str, Any]]) -> list[list[str]]:
    return [
        [
            f"{record['points']:,}",
            str(record["layers"]),
            gradient,
            *(f"{error:.1e}" for error in record[gradient].values()),
        ]
        for record in records
        for gradient in ("auto", "stored", "autograd")
    ]
