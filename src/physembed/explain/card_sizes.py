"""What a model weighs and takes, as rows of its card."""

import time
from statistics import median
from typing import Any

from physembed.deploy.footprint import PROCESSORS, footprint
from physembed.deploy.lowering.estimator import lower
from physembed.errors import PhysembedError


def sizes_of(classifier: Any, X: Any) -> list[tuple[str, ...]]:
    """Numbers, bytes and, of what C can do, memory and arithmetic; with series also time."""
    counts = classifier.parameter_counts_
    stored = sum(value.numel() for value in classifier.network_.state_dict().values())
    rows: list[tuple[str, ...]] = [
        ("Trained numbers", f"{counts['embedding']:,} embedding, {counts['readout']:,} readout"),
        ("Stored numbers", f"{stored:,} ({4 * stored:,} bytes in single precision)"),
    ]
    if "bytes" in counts:
        # models of before tell no bits
        bits = f", weights of {counts['weight_bits']} bits" if "weight_bits" in counts else ""
        rows.append(("Chosen detectors and readout, packed", f"{counts['bytes']:,} bytes{bits}"))
    rows += _footprint(classifier)
    if X is not None:
        rows.append(("Time a window, on this machine", f"{1e3 * _seconds(classifier, X):.3g} ms"))
    return rows


def _footprint(classifier: Any) -> list[tuple[str, ...]]:
    """RAM, flash and arithmetic of a program of C, where there is one."""
    try:
        told = footprint(lower(classifier))
    except PhysembedError as error:
        return [("As a program of C", f"not to be had: {error}")]
    rows: list[tuple[str, ...]] = [
        ("RAM of a window, in C", f"{told.ram_bytes:,} bytes, and {told.series_bytes:,} of series"),
        ("Operations a window", f"{told.operations:,}"),
    ]
    if told.flash_bytes is not None:
        rows.append(("Flash, Cortex-M4F", f"{told.flash_bytes:,} bytes"))
    for processor in PROCESSORS:
        rows.append(
            (
                f"On {processor.name}",
                f"about {told.milliseconds(processor):,.0f} ms and "
                f"{told.microjoules(processor):,.0f} µJ a window",
            )
        )
    return rows


def _seconds(classifier: Any, X: Any) -> float:
    """The median of several predictions of many windows, by their number."""
    some = _some(X, 256)
    classifier.predict(some)
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        classifier.predict(some)
        taken.append((time.perf_counter() - begun) / len(some))
    return median(taken)


def _some(X: Any, most: int) -> Any:
    return X[:: max(1, len(X) // most)][:most]
