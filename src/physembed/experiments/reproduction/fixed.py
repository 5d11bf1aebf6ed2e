"""What fixed coefficients reach: beta2 at zero, in the far field, at random, in three windows."""

from statistics import fmean

from physembed._markdown import markdown_table
from physembed.data.parts import SMALL
from physembed.experiments.grid.plan import OFFICIAL
from physembed.experiments.reproduction.protocol import PARTS, RANDOM_DRAWS, WINDOWS
from physembed.experiments.reproduction.reproduction_tables import NOTHING
from physembed.experiments.reproduction.summary import Archive, summarise

KINDS = {
    "zero": ("zero", ["zero"]),
    "far": ("far field", ["far"]),
    "far4": ("four times the far field", ["far4"]),
    "random": ("random, mean", [f"random{draw}" for draw in range(RANDOM_DRAWS)]),
}
IN_WORDS = {"series": "the series", "4series": "4 times the series", "16series": "16 times"}


def fixed_table(archive: Archive) -> str:
    """Accuracy of frozen layers with a readout in closed form, and its share of trained ones'."""
    split = SMALL if archive["quick"] else OFFICIAL
    lines: list[str] = []
    for role in PARTS["fixed"].roles:
        dataset = archive["datasets"].get(role)
        if dataset is None:
            continue
        trained = [
            summary
            for name in ("nlse", "nlse-projection")
            if (summary := summarise(archive, dataset, name, split)) is not None
        ]
        best = max((summary.mean for summary in trained), default=None)
        rows = []
        for window in WINDOWS:
            cells = [IN_WORDS[window]]
            for _, members in KINDS.values():
                means = [
                    summary.mean
                    for member in members
                    if (summary := summarise(archive, dataset, f"fixed-{window}-{member}", split))
                ]
                if not means:
                    cells.append("")
                    continue
                mean = fmean(means)
                spread = f" ({min(means):.1f} to {max(means):.1f})" if len(means) > 1 else ""
                share = "" if best is None else f", {100 * mean / best:.0f} %"
                cells.append(f"{mean:.1f}{spread}{share}")
            rows.append(cells)
        if any(cell for row in rows for cell in row[1:]):
            header = ["Window", *(f"beta2 {words}" for words, _ in KINDS.values())]
            lines += [f"#### {dataset}", "", markdown_table(header, rows), ""]
    return "\n".join(lines) or NOTHING
