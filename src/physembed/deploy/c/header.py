"""What every program of C has alike: its header, and the names of its classes."""

from dataclasses import dataclass

from physembed.deploy.c.sampling import WINDOWS, Sampling
from physembed.deploy.c.template import fragment


@dataclass(frozen=True)
class Source:
    """A program of C.

    Parameters
    ----------
    name : str
    header, body : str
        The text of ``name.h`` and of ``name.c``.
    memory_bytes : int
        Of the memory that the caller owns.
    readout_bytes : int
        Of the weights and what belongs to them.
    stream_bytes : int, default=0
        Of the ring of samples, where they come one by one.
    sampling : Sampling
    unit : int, default=0
        Of scores that are whole numbers of 1 / unit; 0 where they are of single precision.
    is_whole : bool, default=False
        Whether there is no transform.
    """

    name: str
    header: str
    body: str
    memory_bytes: int
    readout_bytes: int
    stream_bytes: int = 0
    sampling: Sampling = WINDOWS
    unit: int = 0
    is_whole: bool = False

    @property
    def score_type(self) -> str:
        """Of a score in C."""
        return "int32_t" if self.unit else "float"


@dataclass(frozen=True)
class Interface:
    """What a program looks like from outside.

    Parameters
    ----------
    name : str
        A name of C, in lower case, that every public name begins with.
    n_channels, n_timepoints, n_scores : int
    labels : tuple of str
        None for a regression.
    members : str
        Of the structure of its memory.
    memory_bytes, stream_bytes : int
        Of the memory, and of the ring where samples come one by one.
    unit : int, default=0
        As of :class:`Source`.
    """

    name: str
    n_channels: int
    n_timepoints: int
    n_scores: int
    labels: tuple[str, ...]
    members: str
    memory_bytes: int
    stream_bytes: int
    unit: int = 0


def header_text(interface: Interface, sampling: Sampling) -> str:
    """The header."""
    name, upper = interface.name, interface.name.upper()
    labels, returns = "", "0, for the score is the value"
    if interface.labels:
        labels = (
            "\n/* The classes, in the order of the scores. */\n"
            f"extern const char *const {name}_labels[{upper}_SCORES];\n"
        )
        returns = "The class, from 0 on"
    conditions = {"STREAM"} if sampling.hop is not None else set()
    return fragment(
        "header",
        conditions | ({"WHOLE"} if interface.unit else set()),
        {
            "NAME": name,
            "UPPER": upper,
            "CHANNELS": str(interface.n_channels),
            "TIMEPOINTS": str(interface.n_timepoints),
            "SCORES": str(interface.n_scores),
            "SCORE": "int32_t" if interface.unit else "float",
            "UNIT": str(interface.unit),
            "LABELS": labels,
            "BYTES": f"{interface.memory_bytes:,}",
            "MEMBERS": interface.members,
            "RETURNS": returns,
            "SAMPLE": sampling.c_type,
            "HOP": str(sampling.hop),
            "STREAM_BYTES": f"{interface.stream_bytes:,}",
        },
    )


def predict_text(
    interface: Interface,
    sampling: Sampling,
    *,
    bias: str,
    calls: str,
    signed: bool = False,
    total: str | None = None,
) -> str:
    """Names of the classes, the prediction, and, where samples come one by one, their ring.

    Rows are scores, or where it is ``signed`` the one that gives both, or all but the last, where
    ``total`` is what all of them sum to.
    """
    name = interface.name
    names = {
        "NAME": name,
        "UPPER": name.upper(),
        "SAMPLE": sampling.c_type,
        "SCORE": "int32_t" if interface.unit else "float",
    }
    parts = []
    if interface.labels:
        quoted = ", ".join(_quoted(label) for label in interface.labels)
        parts.append(f"const char *const {name}_labels[] = {{{quoted}}};\n")
    conditions = ({"SIGNED"} if signed else set()) | (set() if total is None else {"ZERO_SUM"})
    if sampling.number == "float32":
        conditions.add("FLOATS")
    parts.append(
        fragment(
            "predict", conditions, {**names, "BIAS": bias, "CALLS": calls, "TOTAL": total or ""}
        )
    )
    if sampling.hop is not None:
        parts.append(fragment("stream", (), names))
    return "\n".join(parts)


def _quoted(text: str) -> str:
    """A string of C; octal escapes end after three digits whatever follows."""
    plain = [
        chr(byte) if 32 <= byte < 127 and chr(byte) not in '"\\?' else f"\\{byte:03o}"
        for byte in text.encode()
    ]
    return f'"{"".join(plain)}"'
