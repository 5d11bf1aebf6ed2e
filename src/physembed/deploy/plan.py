"""The plan: what a trained network does to a series, in real arithmetic, one step after the other.

Plain data and nothing else: no torch, no units, no coefficients of physics. Whatever is not in a
plan, no reader of it does. A plan is a tuple of paths; a path encodes every channel of a case,
sends what it has through its steps, and hands it to its detections. In full:

=============  ===================================================================================
normalise      every channel to a common scale, differentiated, put on a carrier
window         its complex envelope where asked for, laid into a periodic window, aligned
transform      between the points and the frequencies of the window
multiply       by a factor: a closed form, or a table
kerr           by exp(i s |E|²), point by point
split          arms, each of which starts with the field as it is then
detect, count  features of the field in a row: a channel's arm
readout        one row of weights per score
=============  ===================================================================================

A field is **real** (n points), **half** (the n/2 + 1 frequencies of a real field, n even) or
**full** (complex, n points or frequencies). Frequencies are numbered k = -n/2 ... as are points,
from the middle of the window.
"""

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed.deploy.detectors import Detector
from physembed.deploy.factor import Factor
from physembed.deploy.readout import Readout

FORMAT = 1
"""Of a plan as JSON; a reader refuses what it does not know."""


@dataclass(frozen=True)
class Encoding:
    """From a channel of n timepoints to a field of ``window`` points.

    Parameters
    ----------
    normalisation : {"z-score", "peak", "none"}
    derivatives : int
        Central differences, each normalised again.
    modulation, carrier : float
        x -> carrier + modulation x.
    envelope : bool
        Whether the complex envelope is taken.
    alignment : {"left", "centre", "energy-centroid"}
    padding : {"zeros", "edge"}
    points, window : int
        Points that carry the series, and points of the field.
    channel_differences : bool
        Whether the next channel less this one enters, in place of the channel.
    zero : tuple of float, default=()
        What is taken off each channel that enters, before anything else; nothing where empty.
    """

    normalisation: str
    derivatives: int
    modulation: float
    carrier: float
    envelope: bool
    alignment: str
    padding: str
    points: int
    window: int
    channel_differences: bool = False
    zero: tuple[float, ...] = ()


@dataclass(frozen=True)
class Transform:
    """Between points and frequencies.

    Parameters
    ----------
    inverse : bool
        Whether to the points.
    real : bool
        Whether between a real field and its half; else between full ones.
    """

    inverse: bool
    real: bool


@dataclass(frozen=True, eq=False)
class Multiply:
    """By a factor, at the frequencies or at the points.

    Parameters
    ----------
    factor : Factor
    becomes : {"same", "full"}, default="same"
        "full": a real field, or the half of one, becomes a full one.
    """

    factor: Factor
    becomes: str = "same"


@dataclass(frozen=True, eq=False)
class Kerr:
    """E <- E exp(i s |E|²).

    Parameters
    ----------
    slope : ndarray of shape (1,) or (window,), float64
        s, in radians.
    """

    slope: NDArray[np.float64]


@dataclass(frozen=True)
class Detect:
    """Hand the field to a detection, as the row of an arm of the channel at hand.

    Parameters
    ----------
    detection : int
        Its number in the path.
    arm : int
    """

    detection: int
    arm: int


@dataclass(frozen=True)
class Split:
    """Arms, each of which starts with the field as it is here.

    Parameters
    ----------
    arms : tuple of tuples of steps
    """

    arms: tuple[tuple["Step", ...], ...]


Step = Transform | Multiply | Kerr | Detect | Split


@dataclass(frozen=True)
class Detection:
    """Detectors side by side, on the rows of all channels and arms.

    Parameters
    ----------
    detectors : tuple of Detector
    points : int
        The first points of the field, which they see.
    n_arms : int
    first_feature : int
        Of the case; those of a row stand together, the rows of a channel too.
    """

    detectors: tuple[Detector, ...]
    points: int
    n_arms: int
    first_feature: int

    @property
    def n_features(self) -> int:
        """In a row."""
        return sum(detector.n_features for detector in self.detectors)


@dataclass(frozen=True)
class Path:
    """An encoding, the steps of the field, and the detections they hand it to.

    Parameters
    ----------
    encoding : Encoding
    steps : tuple of steps
    detections : tuple of Detection
    channels : tuple of int
        Those of the case that go through, one after the other.
    """

    encoding: Encoding
    steps: tuple[Step, ...]
    detections: tuple[Detection, ...]
    channels: tuple[int, ...]


@dataclass(frozen=True)
class Plan:
    """A trained network as plain data.

    Parameters
    ----------
    n_channels, n_timepoints : int
    labels : tuple of str
        Of the classes, in the order of the scores; empty for a regression, whose one score is
        the value.
    paths : tuple of Path
    readout : Readout
    """

    n_channels: int
    n_timepoints: int
    labels: tuple[str, ...]
    paths: tuple[Path, ...]
    readout: Readout
    format: int = field(default=FORMAT)


def to_json(part: Any) -> Any:
    """A plan, or a part of one, as what :mod:`json` writes."""
    if is_dataclass(part):
        named = {f.name: to_json(getattr(part, f.name)) for f in fields(part)}
        return {"type": type(part).__name__, **named}
    if isinstance(part, np.ndarray):
        flat = part.ravel()
        parts = [flat.real.tolist(), flat.imag.tolist()] if np.iscomplexobj(part) else flat.tolist()
        return {"type": "array", "dtype": part.dtype.str, "shape": part.shape, "values": parts}
    return [to_json(item) for item in part] if isinstance(part, (tuple, list)) else part
