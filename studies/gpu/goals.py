"""What was asked of a GPU, beside what its record has."""

from collections.abc import Iterator
from statistics import mean
from typing import Any

KERNELS: dict[tuple[int, int], tuple[float, float, float]] = {
    (64, 512): (0.35, 250, 30),
    (64, 1024): (0.5, 200, 25),
    (256, 1024): (0.55, 120, 20),
    (64, 4096): (0.7, 90, 13),
    (1024, 4096): (1.05, 12, 9),
}
"""By cases and points: of the 24 cuFFT at most, times plain at least, times plain recorded."""

FALLBACK: tuple[float, float, float] = (2.3, 4, 3.8)
STEP = 130.0
"""Microseconds of a whole step of training."""
BEYOND = 10.0
"""Percent of a field that a step may take beyond it."""
FIELD_ERRORS = {6: 1.6, 60: 1.0}
"""By layers, times the errors of plain complex64."""
FIT_SECONDS = {("nlse", "SpokenDigits"): 8.0, ("nlse", "FordASubset"): 1.0}
FIT_SECONDS["lens", "FordASubset"] = 1.0

Row = tuple[str, str, str, str]


def goals(record: dict[str, Any]) -> list[Row]:
    """What, where, what was asked for, and what was measured: bold where it was missed."""
    return [*_speeds(record), *_memory(record), *_errors(record), *_fits(record)]


def _speeds(record: dict[str, Any]) -> Iterator[Row]:
    for size in record["sizes"]:
        place = f"{size['cases']:,} x {size['points']:,}"
        asked = KERNELS.get((size["cases"], size["points"]))
        time, name = size.get("kernels"), "kernels"
        if time is None:
            asked, time, name = FALLBACK, size["stored, recorded"], "fallback"
        if asked is None:
            continue
        yield _at_most(f"{name} / cuFFT", place, asked[0], [time / size["transforms"]])
        yield _at_least(f"plain / {name}", place, asked[1], size["plain"] / time)
        replayed = size["plain, recorded"] / time
        yield _at_least(f"plain, recorded / {name}", place, asked[2], replayed)
    for step in record["step"]:
        place = f"{step['cases']:,} x {step['points']:,}"
        yield _at_most("a whole step of training / µs", place, STEP, [step["step"]])


def _memory(record: dict[str, Any]) -> Iterator[Row]:
    for size in record["sizes"]:
        place, field = f"{size['cases']:,} x {size['points']:,}", size["field / MiB"]
        if "kernels" in size:
            beyond = 100 * (size["training / MiB"] / field - 1)
            yield _at_most("memory of a training step beyond a field / %", place, BEYOND, [beyond])
        elif (size["cases"], size["points"]) == (2700, 10240):
            yield (
                "memory of the fallback / fields",
                place,
                "",
                f"{size['stored / MiB'] / field:.1f}",
            )


def _errors(record: dict[str, Any]) -> Iterator[Row]:
    for layers, most in FIELD_ERRORS.items():
        of_layers = [r for r in record["errors"] if r["layers"] == layers and r["points"] != 1000]
        for name in ("field", "gradient", "d alpha", "d beta2", "d gamma"):
            ratios = [r["auto"][name] / r["autograd"][name] for r in of_layers]
            what = (
                f"error of {'E' if name == 'field' else name.replace('gradient', 'dE')} / plain's"
            )
            points = ", ".join(f"{r['points']:,}" for r in of_layers)
            yield _at_most(what, f"{layers} layers of {points}", most, ratios)


def _fits(record: dict[str, Any]) -> Iterator[Row]:
    for (preset, data), most in FIT_SECONDS.items():
        fits = [f for f in record["fits"] if (f["preset"], f["data"]) == (preset, data)]
        fits = [fit for fit in fits if fit["guard band"] is None]
        place = f"{data}, seeds {fits[0]['seed']} to {fits[-1]['seed']}"
        yield _at_most(f"fit of `{preset}` / s", place, most, [fit["fit / s"] for fit in fits])
        accuracies = [100 * fit["accuracy"] for fit in fits]
        told = ", ".join(f"{accuracy:.1f}" for accuracy in accuracies)
        yield f"accuracy of `{preset}` / %", place, "", f"{told}: mean {mean(accuracies):.1f}"


def _at_most(what: str, place: str, asked: float, measured: list[float]) -> Row:
    told = ", ".join(f"**{m:.3g}**" if m > asked else f"{m:.3g}" for m in measured)
    return what, place, f"≤ {asked:g}", told


def _at_least(what: str, place: str, asked: float, measured: float) -> Row:
    told = f"**{measured:.3g}**" if measured < asked else f"{measured:.3g}"
    return what, place, f"≥ {asked:g}", told


def goals_table(record: dict[str, Any]) -> str:
    """All goals, as Markdown."""
    head = ("What", "Of", "Asked", "Measured")
    lines = [" | ".join(row) for row in (head, ("---", "---", "---:", "---:"), *goals(record))]
    return "\n".join(f"| {line} |" for line in lines)


def alpha_table(record: dict[str, Any]) -> str:
    """Ways to sum d alpha: what each errs by in every draw, and what it takes of a GPU."""
    ways, draws = record["compiled"], record["draws"]
    head = ["Sum of d alpha", *(f"draw {n + 1}" for n in range(len(draws)))]
    head += ["Registers", "Barriers"]
    rows = [head, ["---"] + ["---:"] * (len(head) - 1)]
    for name in ("plain complex64", *ways):
        taken = ways.get(name, {})
        counts = [str(taken.get(key, "")) for key in ("registers", "barriers")]
        rows.append([name, *(f"{draw[name]:.2e}" for draw in draws), *counts])
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return (
        f"{table}\n\nRelative errors of {record['cases']} cases of {record['points']:,} points and "
        f"{record['layers']} layers, in Triton's interpreter on a CPU; registers and barriers of "
        "the adjoint as compiled for an H100, which spills nothing."
    )
