"""The settings of a choice of detectors: how many, in how many bits, in how much noise."""

from dataclasses import dataclass

from physembed._checks import check_integer, check_number
from physembed.errors import InvalidInputError
from physembed.networks import register_part
from physembed.training.selection.quantisation import (
    BIAS_BITS,
    EXPONENT_BITS,
    WEIGHT_BITS,
    check_weight_bits,
)

DETECTORS = 1120
"""Detectors where no budget is given; a hundredth of a point is all that more are worth."""
ROBUSTNESS = 0.03
"""Noise that detectors bear where nothing is said: three per cent of a series' deviation."""
_USUAL_BYTES, _BIAS_BYTES, _LEAST_PLACE = 21, 4, 0.25
"""Beside biases and detectors; of each bias; and of a place where most of a pool are chosen
(:mod:`~physembed.training.selection.packing`)."""
_HEAD_BYTES, _SCALE_BYTES = 5, 5
"""Of the count, the kinds and one place; and, where weights have few bits, of their scale and of
the octave of the biases."""


@dataclass(frozen=True)
class SelectionSettings:
    """How few detectors are chosen out of a pool, to say what a teacher says.

    At most one of ``detectors``, ``readout_weights`` and ``max_bytes`` is given; 1,120 detectors
    are chosen where none is, or as many as there are.

    Parameters
    ----------
    detectors : int or None, default=None
        How many, over all channels together.
    readout_weights : int or None, default=None
        Most weights of the readout, biases included: of C classes, C - 1 rows are stored.
    max_bytes : int or None, default=None
        Most bytes of all that is stored beside the design: which detectors, their thresholds, the
        spreads and means of the records that they read, weights and biases, packed
        (:class:`~physembed.training.selection.packing.Packed`).
    weight_bits : {4, 8, 32}, default=32
        Of each weight. With 4 and 8, thresholds, spreads and means have few bits as well.
    robustness : float, default=0.03
        Noise, in deviations of a series, that a detector has to bear to be chosen; 0 asks for none.

    Examples
    --------
    >>> import physembed as pe
    >>> small = pe.SelectionSettings(max_bytes=400, weight_bits=8)
    >>> classifier = pe.PhysicalEmbeddingClassifier(training=small)
    """

    detectors: int | None = None
    readout_weights: int | None = None
    max_bytes: int | None = None
    weight_bits: int = max(WEIGHT_BITS)
    robustness: float = ROBUSTNESS

    def __post_init__(self) -> None:
        budgets = {
            name: getattr(self, name) for name in ("detectors", "readout_weights", "max_bytes")
        }
        for name, value in budgets.items():
            check_integer(name, value, least=1, optional=True)
        given = [f"{name}={value}" for name, value in budgets.items() if value is not None]
        if len(given) > 1:
            raise InvalidInputError(f"one budget is enough, got {' and '.join(given)}.")
        check_weight_bits(self.weight_bits)
        check_number("robustness", self.robustness, least=0)

    def n_detectors(self, n_outputs: int) -> int:
        """How many detectors the budget allows for so many classes, or one for a regression.

        Of a budget of bytes about as many as there might be, and one at least: what detectors take,
        and so whether one fits, is known when they are chosen
        (:func:`~physembed.training.selection.byte_budget.choose_for_bytes`).

        Raises
        ------
        InvalidInputError
            If a budget of weights does not allow for one, or one of bytes not for its row.
        """
        rows = max(1, n_outputs - 1)
        task = f"{n_outputs} classes" if n_outputs > 1 else "a regression"
        if self.readout_weights is not None:
            most = self.readout_weights // rows - 1
            if most < 1:
                raise InvalidInputError(
                    f"readout_weights must be at least {2 * rows} for {task}, which is one "
                    f"detector, got {self.readout_weights}."
                )
            return most
        if self.max_bytes is not None:
            least = self.least_bytes(rows)
            if self.max_bytes < least:
                raise InvalidInputError(
                    f"max_bytes must be at least {least} for {task} and weights of "
                    f"{self.weight_bits} bits, and a few more where the one detector that this is "
                    f"has a threshold, got {self.max_bytes}."
                )
            # places and weights alone, since records are shared
            left = self.max_bytes - _USUAL_BYTES - rows * _BIAS_BYTES
            return max(1, int(left / (_LEAST_PLACE + rows * self.weight_bits / 8)))
        return DETECTORS if self.detectors is None else self.detectors

    def least_bytes(self, n_rows: int) -> int:
        """What one detector of so many rows takes, packed, without what it is calibrated by."""
        if self.weight_bits == max(WEIGHT_BITS):
            return _HEAD_BYTES + n_rows * (_BIAS_BYTES + self.weight_bits // 8)
        of_rows = n_rows * BIAS_BITS // 8 + -(-n_rows * self.weight_bits // 8)
        return _HEAD_BYTES + _SCALE_BYTES + -(-EXPONENT_BITS // 8) + of_rows


register_part(SelectionSettings)
