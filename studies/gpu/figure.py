"""Time of a cascade on the chip against what no program could be faster than."""

import math
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

BYTES_PER_SECOND = 4.2e12
FLOPS_PER_SECOND = 64e12
"""What an H200 was measured to reach: a copy, read and written, and fused multiply-adds."""

TRANSFORMS_PER_LAYER = 6
"""Two forwards; backwards two of the gradient, and two of the field that is undone."""


def floors(record: dict[str, Any], n_layers: int = 6) -> tuple[float, float]:
    """Microseconds of a size's bytes (five fields read or written) and of its transforms' flops."""
    points = record["cases"] * record["points"]
    flops = n_layers * TRANSFORMS_PER_LAYER * 5 * points * math.log2(record["points"])
    return 5 * 8 * points / BYTES_PER_SECOND * 1e6, flops / FLOPS_PER_SECOND * 1e6


def draw_floors(sizes: list[dict[str, Any]], file: Path) -> None:
    """Kernels, cuFFT, and the two floors, by the number of points in all cases."""
    chosen = sorted(
        (size for size in sizes if "kernels" in size), key=lambda s: s["cases"] * s["points"]
    )
    x = [size["cases"] * size["points"] for size in chosen]
    figure, axes = plt.subplots(figsize=(7, 4.5), layout="constrained")
    series = {
        "plain PyTorch, recorded": [size["plain, recorded"] for size in chosen],
        "24 cuFFT": [size["transforms"] for size in chosen],
        "on the chip": [size["kernels"] for size in chosen],
        "flops of its 36 transforms": [floors(size)[1] for size in chosen],
        "bytes of five fields": [floors(size)[0] for size in chosen],
    }
    for name, times in series.items():
        axes.loglog(x, times, "o" if "of" not in name else "--", label=name)
    # cases x points, once above all that was measured of as many points
    names: dict[int, list[str]] = {}
    for size, place in zip(chosen, x, strict=True):
        names.setdefault(place, []).append(f"{size['cases']:,} x {size['points']:,}")
    highest = {place: max(times[k] for times in series.values()) for k, place in enumerate(x)}
    for place, labels in names.items():
        axes.annotate(
            "\n".join(labels),
            (place, highest[place]),
            fontsize=7,
            xytext=(0, 6),
            textcoords="offset points",
            ha="center",
        )
    axes.margins(x=0.1, y=0.1)
    axes.set(xlabel="points of all cases", ylabel="µs, forward and backward, 6 layers")
    axes.legend(fontsize=8)
    figure.savefig(file, dpi=150)
    plt.close(figure)
