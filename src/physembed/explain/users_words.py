"""What a detector is called, in the user's own channels, seconds and hertz."""

import re

_CYCLES = re.compile(r"([\d.e-]+)(?: to ([\d.e-]+))? cycles per timepoint")
_TIMEPOINTS = re.compile(r"(?P<before>, |^)(?P<many>[\d.e+-]+) timepoints(?=, |$)")
_OVER = re.compile(r"(?<=difference over )[\d.e+-]+")
_CHANNEL = re.compile(r"channel (\d+)(?=, |$| less )| less (\d+)(?=, |$)")


def in_users_words(
    name: str, channels: tuple[str, ...] = (), sampling_interval: float | None = None
) -> str:
    """A feature's name with the channels as a file calls them, and times and frequencies in units.

    Parameters
    ----------
    name : str
        Of :func:`~physembed.networks.feature_names.feature_names`.
    channels : tuple of str, default=()
        What they are called; none where nobody says.
    sampling_interval : float or None, default=None
        Seconds between timepoints; None leaves timepoints as they are.
    """
    if sampling_interval is not None:
        rate = 1 / sampling_interval
        name = _CYCLES.sub(lambda m: _hertz(m, rate), name)
        name = _TIMEPOINTS.sub(
            lambda m: m["before"] + _seconds(float(m["many"]) * sampling_interval), name
        )
        name = _OVER.sub(lambda m: _seconds(float(m[0]) * sampling_interval), name)
    if not channels:
        return name
    return _CHANNEL.sub(
        lambda m: channels[int(m[1]) - 1] if m[1] else f" less {channels[int(m[2]) - 1]}", name
    )


def _hertz(told: re.Match[str], rate: float) -> str:
    ends = [f"{float(end) * rate:.3g}" for end in told.groups() if end is not None]
    return f"{' to '.join(ends)} Hz"


def _seconds(seconds: float) -> str:
    for unit, one in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= one:
            return f"{seconds / one:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"
