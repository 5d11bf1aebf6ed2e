"""The settings of a choice of detectors: how many, in how many bits, in how much noise."""

from dataclasses import dataclass

from physembed._checks import check_integer, check_number
from physembed.errors import InvalidInputError
from physembed.networks import register_part
from physembed.training.selection.quantisation import WEIGHT_BITS, check_weight_bits

DETECTORS = 1120
"""Detectors where no budget is given; a hundredth of a point is all that more are worth."""
ROBUSTNESS = 0.03
"""Noise that detectors bear where nothing is said: three per cent of a series' deviation."""

DETECTOR_BYTES = {4: 8, 8: 8, 32: 10}
"""Of each detector, by the bits of a weight: its number among the pool's in two bytes, a threshold
and a spread; where weights are rounded, these are in half precision, and so is the deviation of
the feature, on whose scale the weights are."""


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
        Most bytes of all that is stored beside the design: rows of weights with a scale and a bias
        each, and each detector's number, threshold, spread and deviation; see :meth:`n_bytes`.
    weight_bits : {4, 8, 32}, default=32
        Of each weight. With 4 and 8, thresholds and spreads are in half precision as well.
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

        Raises
        ------
        InvalidInputError
            If it does not allow for one.
        """
        rows = max(1, n_outputs - 1)
        if self.readout_weights is not None:
            most = self.readout_weights // rows - 1
            self._check_enough("readout_weights", self.readout_weights, most, 2 * rows, n_outputs)
            return most
        if self.max_bytes is not None:
            # rounding up to whole bytes makes the last one or two too many
            each = DETECTOR_BYTES[self.weight_bits] + rows * self.weight_bits / 8
            most = int(self.max_bytes / each) + 1
            while most > 0 and self.n_bytes(most, n_outputs) > self.max_bytes:
                most -= 1
            least = self.n_bytes(1, n_outputs)
            self._check_enough("max_bytes", self.max_bytes, most, least, n_outputs)
            return most
        return DETECTORS if self.detectors is None else self.detectors

    def n_bytes(self, n_detectors: int, n_outputs: int) -> int:
        """Bytes that so many detectors and their readout are stored in."""
        rows = max(1, n_outputs - 1)
        rounded = self.weight_bits < max(WEIGHT_BITS)
        of_row = -(-n_detectors * self.weight_bits // 8) + (8 if rounded else 4)
        return rows * of_row + n_detectors * DETECTOR_BYTES[self.weight_bits]

    def stored(self, n_detectors: int, n_outputs: int) -> dict[str, int]:
        """What is told of a model of so many detectors: its bytes, and the bits of a weight."""
        return {"bytes": self.n_bytes(n_detectors, n_outputs), "weight_bits": self.weight_bits}

    @staticmethod
    def _check_enough(name: str, budget: int, most: int, least: int, n_outputs: int) -> None:
        if most < 1:
            task = f"{n_outputs} classes" if n_outputs > 1 else "a regression"
            raise InvalidInputError(
                f"{name} must be at least {least} for {task}, which is one detector, got {budget}."
            )


register_part(SelectionSettings)
