"""A detector within a fibre."""

from dataclasses import dataclass

from physembed._checks import check_integer
from physembed.errors import InvalidInputError
from physembed.networks.detectors.detector import Detector


@dataclass(frozen=True)
class Tap:
    """A detector on the field as it leaves an inner layer.

    Parameters
    ----------
    layer : int
        1 is the first.
    detector : Detector

    Examples
    --------
    >>> import physembed as pe
    >>> bins, medium = pe.BinnedIntensity(bins=8), {"beta2": 0.3, "gamma": 0.0}
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), medium, detector=bins, taps=[pe.Tap(2, bins)])
    >>> fibre.n_features(n_timepoints=64)
    16
    """

    layer: int
    detector: Detector

    def __post_init__(self) -> None:
        check_integer("layer", self.layer, least=1)
        if not isinstance(self.detector, Detector):
            raise InvalidInputError(f"detector must be a Detector, got {self.detector!r}.")
