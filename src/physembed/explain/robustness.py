"""What noise, converters, drift, shifts, gaps and fewer bits do to a classifier, for its card."""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed._markdown import cells_of, markdown_table
from physembed.networks.series_network import ZeroSumHead
from physembed.training.selection.quantisation import quantise

NOISE_LEVELS = (0.01, 0.03, 0.1)
SHIFTS = (0.01, 0.05)
CONVERTERS = (8, 6)
BITS = (8, 4)
"""Noise in deviations of a series, shifts in its lengths; bits of converters, and of a readout."""

AS_THEY_ARE = "as they are"
NOISE = "noise of {:.0%}"
CONVERTER = "behind a converter of {} bits"
FALLING_GAIN = "gain falls to half"
DRIFTING_ZERO = "zero drifts by a deviation"
SHIFT = "shifted by {:.0%}"
GAPS = "{:.0%} of values missing"
READOUT = "readout of {} bits"
"""What a card calls each of them, from which pictures are drawn as well."""

_MOST_CASES = 300
"""Cases on which robustness is measured."""
_MISSING = 0.05


@dataclass(frozen=True)
class Robustness:
    """Accuracy on the same cases as they are, and disturbed.

    Parameters
    ----------
    cases : str
        How many they were, and what is said of them: "150 cases that it was trained on".
    right : mapping of str to float
        Of every disturbance, in the words of the card, the share that is right.
    """

    cases: str
    right: Mapping[str, float]

    @classmethod
    def of(cls, classifier: Any, X: Any, y: Any, seen: str = "") -> "Robustness":
        """Measure it.

        Parameters
        ----------
        classifier : SeriesClassifier
        X, y : array_like
            Of which a few hundred are taken.
        seen : str, default=""
            What is said of the cases after their number.
        """
        some = np.arange(0, len(X), max(1, len(X) // _MOST_CASES))[:_MOST_CASES]
        dtype = np.complex128 if np.iscomplexobj(X[0]) else np.float64
        chosen: list[NDArray[Any]] = [np.asarray(X[k], dtype=dtype) for k in some]
        labels = np.asarray(y)[some].astype(str)

        def accuracy(series: list[NDArray[Any]], model: Any = classifier) -> float:
            stacked = np.stack(series) if len({s.shape for s in series}) == 1 else series
            return float(np.mean(model.predict(stacked).astype(str) == labels))

        right = {AS_THEY_ARE: accuracy(chosen)}
        for words, series in _disturbed(chosen):
            right[words] = accuracy(series)
        for bits in BITS:
            right[READOUT.format(bits)] = accuracy(chosen, _rounded(classifier, bits))
        return cls(f"{len(chosen):,} cases{seen}", right)

    @classmethod
    def in_card(cls, card: str) -> "Robustness | None":
        """What a card tells of it; None where it tells nothing.

        Parameters
        ----------
        card : str
            As :func:`~physembed.explain.card_of` gives it.
        """
        told = re.search(r"^Of (.+), disturbed:\n\n((?:\|.*\n?)+)", card, flags=re.MULTILINE)
        if told is None:
            return None
        rows = [cells_of(line) for line in told[2].splitlines()[2:]]
        try:
            right = {words: float(share.rstrip("%")) / 100 for words, share in rows}
        except ValueError:
            # somebody has written in it
            return None
        return cls(told[1], right)

    def lines(self) -> list[str]:
        """The same as lines of Markdown, for a card."""
        rows = [(words, f"{share:.1%}") for words, share in self.right.items()]
        table = markdown_table(("", "Right"), rows, n_text_columns=2)
        return [f"Of {self.cases}, disturbed:", "", table]


def _disturbed(chosen: list[NDArray[Any]]) -> Iterator[tuple[str, list[NDArray[Any]]]]:
    """The same series by worse sensors, each kind in the words of the card."""
    generator = np.random.default_rng(0)
    for level in NOISE_LEVELS:
        yield NOISE.format(level), [_noisy(s, level, generator) for s in chosen]
    ends = _range_of(chosen)
    for bits in CONVERTERS:
        yield CONVERTER.format(bits), [converted(s, bits, *ends) for s in chosen]
    yield FALLING_GAIN, [with_falling_gain(s) for s in chosen]
    yield DRIFTING_ZERO, [with_drifting_zero(s) for s in chosen]
    for share in SHIFTS:
        yield SHIFT.format(share), [_shifted(s, share) for s in chosen]
    yield GAPS.format(_MISSING), [_with_gaps(s, generator) for s in chosen]


def _noisy(series: NDArray[Any], level: float, generator: np.random.Generator) -> NDArray[Any]:
    scale = level * np.nanstd(series, axis=-1, keepdims=True)
    noise = generator.normal(size=series.shape)
    if np.iscomplexobj(series):
        noise = (noise + 1j * generator.normal(size=series.shape)) / np.sqrt(2)
    return np.asarray(series + scale * noise)


def _range_of(series: list[NDArray[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """The least and the largest value of every channel over all series, (channels, 1) each."""
    reals = [np.concatenate([s.real, s.imag], axis=-1) if np.iscomplexobj(s) else s for s in series]
    lowest = [np.nanmin(s, axis=-1, keepdims=True) for s in reals]
    highest = [np.nanmax(s, axis=-1, keepdims=True) for s in reals]
    return np.min(lowest, axis=0), np.max(highest, axis=0)


def converted(
    series: NDArray[Any], bits: int, lowest: NDArray[Any], highest: NDArray[Any]
) -> NDArray[Any]:
    """Series (..., channels, timepoints) as a converter of some bits gives them, in their units.

    Parameters
    ----------
    series : ndarray
    bits : int
    lowest, highest : ndarray of shape (channels, 1)
        Ends of its range.
    """
    if np.iscomplexobj(series):
        parts = (converted(part, bits, lowest, highest) for part in (series.real, series.imag))
        return np.asarray(next(parts) + 1j * next(parts))
    most = 2**bits - 1
    step = np.where(highest > lowest, highest - lowest, 1.0) / most
    return np.asarray(lowest + np.clip(np.round((series - lowest) / step), 0, most) * step)


def with_falling_gain(series: NDArray[Any]) -> NDArray[Any]:
    """A gain of one at the first timepoint, and of a half at the last."""
    return np.asarray(series * np.linspace(1, 0.5, series.shape[-1]))


def with_drifting_zero(series: NDArray[Any]) -> NDArray[Any]:
    """A zero that is right at the first timepoint, and off by a deviation at the last."""
    scale = np.nanstd(series, axis=-1, keepdims=True)
    return np.asarray(series + scale * np.linspace(0, 1, series.shape[-1]))


def _shifted(series: NDArray[Any], share: float) -> NDArray[Any]:
    by = max(1, round(share * series.shape[-1]))
    return np.concatenate([np.repeat(series[..., :1], by, axis=-1), series[..., :-by]], axis=-1)


def _with_gaps(series: NDArray[Any], generator: np.random.Generator) -> NDArray[Any]:
    gapped = series.copy()
    gone = generator.random(series.shape) < _MISSING
    # a channel without a value is no series
    gone[..., 0] = False
    gapped[gone] = np.nan
    return gapped


def _rounded(classifier: Any, bits: int) -> Any:
    """The classifier with readout weights of so many bits, rounded as `weight_bits` rounds them."""
    rounded = copy.deepcopy(classifier)
    head = rounded.network_.head
    weights = head.linear.weight.detach().double().numpy()
    # its first class has what the others leave
    sums = isinstance(head, ZeroSumHead) and len(weights) > 1
    rows = np.vstack([-weights.sum(axis=0), weights]) if sums else weights
    values = quantise(rows, bits, sum_to_zero=sums).values[-len(weights) :]
    with torch.no_grad():
        head.linear.weight.copy_(torch.from_numpy(values))
    return rounded
