"""What comparators and selectors take from the training cases: spreads and quantiles."""

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.networks.detectors.detector import PointDetector

GOLDEN_RATIO = 0.618034
LOWEST, HIGHEST = 0.02, 0.98
MOST_VALUES = 2**14
"""Values of a record whose quantiles are taken; their levels are then true to half a per cent."""


def check_record_source(source: object) -> None:
    """Refuse a source that gives no records."""
    if not isinstance(source, PointDetector):
        raise InvalidInputError(
            f"source must be a PointDetector such as Quadratures(), got {source!r}."
        )


def golden_levels(n_thresholds: int, first: int, n_records: int) -> Tensor:
    """Levels of a golden sequence, shape (records, thresholds), float64.

    Level k of record c = first, first + 1, ... is (k + frac(0.618034 c)) / K, clipped.
    """
    numbers = torch.arange(first, first + n_records, dtype=torch.float64)
    fraction = (GOLDEN_RATIO * numbers) % 1
    k = torch.arange(n_thresholds, dtype=torch.float64)
    return ((k + fraction[:, None]) / n_thresholds).clamp(LOWEST, HIGHEST)


def mean_and_spread(records: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation over cases and points, each (channels, records).

    A record that does not move has a spread of 1.
    """
    spread, mean = torch.std_mean(records.double(), dim=(0, 3), correction=0)
    largest = records.abs().amax(dim=(0, 3)).double()
    moves = spread > torch.finfo(records.dtype).eps * largest
    return mean, torch.where(moves, spread, 1.0)


def spread_and_quantiles(
    records: Tensor, levels: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Standard deviations and quantiles of records over cases and points.

    Parameters
    ----------
    records : Tensor of shape (cases, channels, records, points)
    levels : Tensor of shape (channels * records, thresholds)
    generator : torch.Generator
        Draws the values looked at where there are very many.

    Returns
    -------
    spread : Tensor of shape (channels, records), float64
    quantiles : Tensor of shape (channels, records, thresholds)
    """
    _, spread = mean_and_spread(records)
    values = records.permute(1, 2, 0, 3).flatten(2).flatten(0, 1)
    if values.shape[1] > MOST_VALUES:
        chosen = torch.randint(values.shape[1], (MOST_VALUES,), generator=generator)
        values = values[:, chosen.to(values.device)]
    ordered = values.sort(dim=1).values
    place = (levels * (ordered.shape[1] - 1)).round().long().to(values.device)
    quantiles = ordered.gather(1, place)
    return spread, quantiles.reshape(*spread.shape, -1)
