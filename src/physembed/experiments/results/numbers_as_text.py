"""Counts, accuracies, intervals and seconds as text, for tables of results."""


def as_range(extremes: tuple[int, int]) -> str:
    """A count, or the smallest and the largest where they differ."""
    smallest, largest = extremes
    return f"{smallest:,}" if smallest == largest else f"{smallest:,}-{largest:,}"


def as_mean(mean: float, deviation: float | None) -> str:
    """An accuracy in %, with its deviation where there is one."""
    return f"{mean:.1f}" + ("" if deviation is None else f" ± {deviation:.1f}")


def as_interval(interval: tuple[float, float] | None, *, signed: bool = False) -> str:
    """An interval in words; empty where there is none."""
    if interval is None:
        return ""
    low, high = interval
    return f"{low:+.1f} to {high:+.1f}" if signed else f"{low:.1f} to {high:.1f}"


def as_seconds(value: float | None) -> str:
    """Seconds to two digits, whole from ten on; empty where they are not known."""
    if value is None:
        return ""
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"
