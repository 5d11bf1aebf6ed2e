"""As many detectors as a budget of bytes allows: what one takes depends on the others.

Detectors that read the same record share its spread, so that bytes are known once detectors are
chosen. They are chosen for one number after another, between the largest that is known to fit and
the smallest that is known not to.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from physembed.errors import InvalidInputError
from physembed.networks import PhysicalEmbeddingNetwork
from physembed.training.selection.packing import FULL, Packed
from physembed.training.selection.quantisation import QuantisedRows
from physembed.training.selection.settings import SelectionSettings
from physembed.training.selection.student import MOST_FORWARD, Lesson, choose, learn

Places = NDArray[np.int64]

TRIES = 6
"""Numbers of detectors that are tried once one is known to fit."""
LARGEST_SHARE = 1 / 16
"""Of a budget, that one detector may take; those that compare all records of a fibre take most."""


def choose_for_bytes(
    chosen: Callable[[Lesson, int], Places],
    lesson: Lesson,
    pool: PhysicalEmbeddingNetwork,
    settings: SelectionSettings,
    n_outputs: int,
) -> Places:
    """The choice of the most detectors that ``settings.max_bytes`` hold.

    Parameters
    ----------
    chosen : callable
        Places in the pool of so many detectors.
    lesson : Lesson
    pool : PhysicalEmbeddingNetwork
        Calibrated, and rounded where bits are few.
    settings : SelectionSettings
        With a budget of bytes.
    n_outputs : int

    Raises
    ------
    InvalidInputError
        If no choice of one detector fits.
    """
    assert settings.max_bytes is not None
    budget, bits = settings.max_bytes, settings.weight_bits

    def bytes_of(places: Places) -> int:
        rows = None if bits == FULL else learn(lesson, places, weight_bits=bits).rows
        return packed_bytes(pool, places, n_outputs, rows)

    usable, alone = np.flatnonzero(lesson.scaling.bright), _read_alone(pool)
    apart = usable[alone[usable]]
    together = usable[~alone[usable]]
    is_dear = len(together) > 0 and bytes_of(together[:1]) > budget * LARGEST_SHARE
    among = apart if is_dear and len(apart) else usable

    def chosen_of(wider: Places, n_detectors: int) -> Places:
        if chosen is not choose:
            return chosen(lesson, n_detectors)
        return choose(lesson, n_detectors, among=wider if n_detectors > MOST_FORWARD else among)

    best, fewest, tries = None, 0, 0
    wider, most = among, len(among) + 1
    places = chosen_of(among, settings.n_detectors(n_outputs))
    while best is None or tries < TRIES:
        n_bytes = bytes_of(places)
        if n_bytes <= budget:
            best, fewest = places, len(places)
        else:
            wider, most = places, len(places)
        if most - fewest <= 1:
            break
        tries += 1
        likely = int(len(places) * budget / n_bytes)
        places = chosen_of(wider, min(max(likely, fewest + 1), most - 1))
    if best is None:
        best = choose(lesson, 1, among=apart if len(apart) else usable)
        least = bytes_of(best)
        if least > budget:
            raise InvalidInputError(
                f"max_bytes must be at least {least} for one detector of this pool, got {budget}."
            )
    return best


def packed_bytes(
    pool: PhysicalEmbeddingNetwork,
    places: Places,
    n_outputs: int,
    rows: QuantisedRows | None = None,
) -> int:
    """Bytes that these detectors of a pool are packed in, with such rows of their readout."""
    network = pool.chosen(places.tolist(), n_outputs)
    return len(Packed.of(network, places, pool.head.linear.in_features, rows).content)


def _read_alone(pool: PhysicalEmbeddingNetwork) -> NDArray[np.bool_]:
    """Of each feature of a pool, whether it is read from one record alone."""
    parts = []
    for fibre in pool.fibres:
        n_points = fibre.n_detected(pool.n_timepoints)
        n_ends = fibre.encoder.n_fields(pool.n_channels) * len(fibre.arms)
        of_end = [
            not fibre.detector.needs_all_channels([feature], n_points)
            for feature in range(fibre.detector.n_features(n_points))
        ]
        parts.append(np.tile(of_end, n_ends))
    return np.concatenate(parts)
