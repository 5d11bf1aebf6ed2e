"""The record of what many series cost, as a table."""

from collections.abc import Callable
from functools import partial
from statistics import mean, median
from typing import Any

from physembed._markdown import markdown_table

COLUMNS = (
    "Series of 100 points",
    "Fit, processor / s",
    "of it to choose / s",
    "to read and sum, per series / µs",
    "Fit, memory / MB",
    "Predict, processor / s",
    "per series / µs",
    "Predict, memory / MB",
    "Accuracy / %",
)

COLUMNS_OF_WAYS = (
    "Detectors",
    "chosen by",
    "Fit, processor / s",
    "on the clock / s",
    "memory / MB",
    "Accuracy / %",
)


def scale_table(record: dict[str, Any]) -> str:
    """Sizes from small to large, and the rival beside ours at the same size, as Markdown."""
    fits = {int(name.split()[1]): one for name, one in record.items() if name.startswith("fit ")}
    rows = [_row(f"{n:,}", fits[n]) for n in sorted(fits)]
    if "rival" in record:
        rows.append(_row(f"{record['rival']['cases']:,}, MiniRocket and ridge", record["rival"]))
    loads = record["loads"].values()
    told = (
        f"Seconds of the processor with {record['threads']} thread(s) on "
        f"{record['environment']['processor']}, at loads of {min(loads):.0f} to {max(loads):.0f} "
        f"on {record['cores']} cores by other work; memory beyond what the process had before. "
        f"Series made of those of {record['made_of']}."
    )
    for processor in sorted(set(record.get("elsewhere", {}).values())):
        steps = [step for step, name in record["elsewhere"].items() if name == processor]
        told += f" Measured later, on {processor}: {', '.join(sorted(steps))}."
    predicted = max((f for f in fits.values() if f["predict"]), key=lambda f: int(f["cases"]))
    parts = [markdown_table(COLUMNS, rows), told, _on_the_clock(predicted)]
    if "rival" in record:
        parts.append(_beside(fits[record["rival"]["cases"]], record["rival"]))
    sentences: dict[str, Callable[[Any], str]] = {
        "curve": _of_plans,
        "ways": partial(_of_ways, load=record["loads"].get("ways")),
        "samples": partial(_of_samples, load=record["loads"].get("samples")),
        "choices": partial(_of_choices, load=record["loads"].get("choices")),
        "one": _of_one_series,
        "long": _of_a_recording,
        "ray": _of_workers,
        "reading": _of_reading,
        "kills": _of_kills,
    }
    parts += [sentence(record[name]) for name, sentence in sentences.items() if name in record]
    return "\n\n".join(parts)


def _on_the_clock(record: dict[str, Any]) -> str:
    """What one waits for the largest, in a sentence."""
    return (
        f"On the clock a fit of {record['cases']:,} took {record['fit']['seconds']:.0f} s, and "
        f"their prediction {record['predict']['seconds']:.0f} s."
    )


def _beside(ours: dict[str, Any], rival: dict[str, Any]) -> str:
    """How many times more the rival takes, in a sentence."""
    times = {
        name: rival["fit"][name] / ours["fit"][name] for name in ours["fit"].keys() & rival["fit"]
    }
    return (
        f"To fit {rival['cases']:,}, MiniRocket and a ridge take {times['processor_seconds']:.0f} "
        f"times the seconds of the processor and {times['peak_bytes']:.0f} times the memory."
    )


def _of_ways(records: list[dict[str, Any]], *, load: float | None) -> str:
    """What it takes to be as accurate as the rival, as a table."""
    rows = [
        (
            f"{one['built']:,}",
            "all" if one["taught_by"] == "all" else f"a sample of {one['sample_cases']:,}",
            f"{one['fit']['processor_seconds']:.0f}",
            f"{one['fit']['seconds']:.0f}",
            f"{one['fit']['peak_bytes'] / 1e6:.0f}",
            f"{100 * one['accuracy']:.1f}",
        )
        for one in records
    ]
    busy = "" if load is None else f", at a load of {load:.0f}"
    told = f"Fits to {records[0]['cases']:,} series{busy}:"
    return f"{told}\n\n{markdown_table(COLUMNS_OF_WAYS, rows)}"


def _of_samples(records: list[dict[str, Any]], *, load: float | None) -> str:
    """What a fit of few series takes by smaller samples, as a table."""
    rows = [
        (
            f"{one['sample_cases']:,}",
            f"{one['fit']['processor_seconds']:.1f}",
            f"{1e6 * one['fit']['processor_seconds'] / one['cases']:.0f}",
            f"{100 * one['accuracy']:.1f}",
        )
        for one in records
    ]
    busy = "" if load is None else f", at a load of {load:.0f}"
    told = f"Fits to {records[0]['cases']:,} series, chosen for by a sample{busy}:"
    columns = ("Cases of the sample", "Fit, processor / s", "per series / µs", "Accuracy / %")
    return f"{told}\n\n{markdown_table(columns, rows)}"


def _of_plans(record: dict[str, Any]) -> str:
    """What was planned beside what was run, and how it goes on, as two tables."""
    planned = {(one["workers"], one["cases"]): one for one in record["planned"]}
    rows = [
        (
            f"{one['cases']:,}",
            *(
                f"{seconds:.1f}"
                for what in ("fit", "predict")
                for seconds in (planned[1, one["cases"]][what], one[what])
            ),
        )
        for one in record["run"]
    ]
    columns = ("Series", "Fit, planned / s", "run / s", "Predict, planned / s", "run / s")
    few, many = sorted({workers for workers, _ in planned})
    largest = record["run"][-1]["cases"]
    beyond = [
        (
            f"{n:,}",
            *(
                f"{planned[workers, n][what] / 60:.3g}"
                for what in ("fit", "predict")
                for workers in (few, many)
            ),
        )
        for workers, n in planned
        if workers == few and n > largest
    ]
    names = [
        f"{what}, {n} worker{'s' * (n > 1)} / min"
        for what in ("Fit", "Predict")
        for n in (few, many)
    ]
    parts = [
        "What `physembed plan` says, and what was run, in seconds of one thread of the processor:",
        markdown_table(columns, rows),
        "Beyond, extrapolated from the same costs, reading not counted:",
        markdown_table(("Series", *names), beyond),
    ]
    return "\n\n".join(parts)


def _of_choices(records: list[dict[str, Any]], *, load: float | None) -> str:
    """What was tried to choose sooner, as a table."""
    rows = [
        (
            one["way"],
            f"{median(one['seconds']):.1f}",
            f"{min(one['seconds']):.1f}",
            f"{100 * mean(one['accuracies']):.1f}",
            f"{100 * (max(one['accuracies']) - min(one['accuracies'])):.1f}",
        )
        for one in records
    ]
    busy = "" if load is None else f", at a load of {load:.0f}"
    told = (
        f"Ways to choose sooner: fits to {records[0]['cases']:,} series by one thread, of "
        f"{len(records[0]['seconds'])} samples each{busy}:"
    )
    columns = (
        "The choice",
        "Fit, processor / s, median",
        "least",
        "Accuracy / %, mean",
        "most less least",
    )
    return f"{told}\n\n{markdown_table(columns, rows)}"


def _of_reading(record: dict[str, Any]) -> str:
    """What a folder and a dataset take to be read by a cluster, in two sentences."""
    folder, dataset = record["folder"], record["dataset"]
    return (
        f"{record['cases']:,} series in parquet, read for the first pass and fitted to with little "
        f"to compute, on a Ray cluster of {record['cores']} cores here: from a folder "
        f"{_of_source(folder)}; as a Ray Dataset {_of_source(dataset)}."
    )


def _of_source(one: dict[str, dict[str, float]]) -> str:
    read, fit = one["read"], one["fit"]
    return (
        f"{read['seconds']:.1f} s and {fit['seconds']:.1f} s on the clock, "
        f"{read['processor_seconds']:.1f} s and {fit['processor_seconds']:.1f} s of this process, "
        f"{read['processor_seconds_of_cluster']:.1f} s and "
        f"{fit['processor_seconds_of_cluster']:.1f} s of the cluster's"
    )


def _of_one_series(record: dict[str, Any]) -> str:
    """What one very long series takes, in a sentence."""
    took = record["predict"]
    return (
        f"One series of {record['points']:,} points, by {record['detectors']} detectors: "
        f"{took['processor_seconds']:.0f} s of the processor, {took['seconds']:.0f} s of the wall, "
        f"{took['peak_bytes'] / 1e6:.0f} MB."
    )


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


def _of_kills(record: dict[str, Any]) -> str:
    """What became of a model whose fit was disturbed, in a sentence."""
    same = "the same bytes as" if record["identical"] else "OTHER bytes than"
    return (
        f"A fit of {record['units']} units on a cluster of two nodes, of whose workers "
        f"{record['kills_of_workers']} were killed while they summed, and the driver "
        f"{record['kills_of_drivers']} times: a model of {same} without."
    )


def _row(name: str, one: dict[str, Any]) -> tuple[str, ...]:
    fit, predict, n = one["fit"], one.get("predict"), one["cases"]
    choosing, each = "", ""
    # so few that they are fitted to as an array is, are nowhere summed
    if fit.get("summing"):
        of_all = fit["reading"] + fit["summing"]
        choosing = f"{fit['processor_seconds'] - of_all:.0f}"
        each = f"{1e6 * of_all / n:.0f}"
    told = ("", "", "")
    if predict is not None:
        seconds = predict["processor_seconds"]
        memory = f"{predict['peak_bytes'] / 1e6:.0f}"
        told = (f"{seconds:.0f}", f"{1e6 * seconds / n:.0f}", memory)
    return (
        name,
        f"{fit['processor_seconds']:.0f}",
        choosing,
        each,
        f"{fit['peak_bytes'] / 1e6:.0f}",
        *told,
        f"{100 * one['accuracy']:.1f}",
    )
