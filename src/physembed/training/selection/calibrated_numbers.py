"""What the detectors of a network have calibrated: each number once, written, read or rounded.

Detectors side by side on the same source share its records, and so their means and spreads.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from physembed.networks import PhysicalEmbeddingNetwork
from physembed.networks.detectors.calibration import RecordModule
from physembed.networks.detectors.detector import ChosenModule, DetectorModule, PointDetector
from physembed.networks.detectors.side_by_side import SideBySideModule
from physembed.networks.light_path import LightPath
from physembed.training.selection.number_codes import (
    FLOATS,
    MEANS,
    SPREADS,
    THRESHOLDS,
    NumberCode,
)

Numbers = NDArray[np.float64]


@dataclass
class Writing:
    """Numbers are written one after the other, and given back as they will be read."""

    content: bytearray = field(default_factory=bytearray)

    def __call__(self, values: Numbers, code: NumberCode) -> Numbers:
        written = code.write(values)
        self.content += written
        return code.read(written, len(values))


@dataclass
class Reading:
    """Numbers are read one after the other; the values that are given say how many."""

    content: bytes
    place: int = 0

    def take(self, n_bytes: int) -> bytes:
        self.place += n_bytes
        return self.content[self.place - n_bytes : self.place]

    def __call__(self, values: Numbers, code: NumberCode) -> Numbers:
        return code.read(self.take(code.length(len(values))), len(values))


Exchange = Writing | Reading


def round_calibration(pool: PhysicalEmbeddingNetwork) -> None:
    """Bring a pool's thresholds, means and spreads to the nearest numbers of few bits.

    Where one of them is out of their reach, as the mean of a record that hardly moves is, all stay
    as they are; but what reads the series as it comes, in the series' own unit, stays as it is.
    """
    paths = [path for path in paths_of(pool) if not is_in_own_unit(path)]
    if all(_codes_reach(path) for path in paths):
        for path in paths:
            exchange_calibration(path, Writing(), coded=True)


def paths_of(network: PhysicalEmbeddingNetwork) -> list[LightPath]:
    return [path for path in network.paths if isinstance(path, LightPath)]


def is_in_own_unit(path: LightPath) -> bool:
    """Whether it has records of the series as it comes, whose spreads are of any size."""
    return path.fibre.reads_as_it_comes and any(part.records for part in calibrated_of(path))


def numbers_of(tensor: Tensor) -> Numbers:
    values: Numbers = tensor.detach().double().numpy(force=True).ravel()
    return values


@dataclass(frozen=True, eq=False)
class _Calibrated:
    """A module that was calibrated, and what it reads.

    Parameters
    ----------
    module : DetectorModule
    beside : int
        The number of the detector of its fibre that it is, or is a part of.
    records : list of int
        The number of each record that it reads, by its spread; none where it has no spread.
    """

    module: DetectorModule
    beside: int
    records: list[int]

    def numbers(self, name: str) -> Numbers:
        """Of one of its buffers; empty where there is none of that name."""
        state = self.module.state_dict()
        return numbers_of(state[name]) if name in state else np.zeros(0)

    def assign(self, name: str, values: Numbers) -> None:
        """Overwrite a buffer."""
        buffer = self.module.state_dict()[name]
        buffer.copy_(torch.from_numpy(values).reshape(buffer.shape))

    def others(self) -> list[str]:
        """Buffers that are of no record."""
        told = ("spread", "mean", "levels") if self.records else ()
        return [name for name in self.module.state_dict() if name not in told]


def calibrated_of(path: LightPath) -> Iterator[_Calibrated]:
    for beside, detector in enumerate(path.detectors):
        yield from _parts(detector, beside)


def _parts(module: DetectorModule, beside: int) -> Iterator[_Calibrated]:
    if isinstance(module, SideBySideModule):
        for part in module.side_by_side():
            yield from _parts(part, beside)
        return
    leaf, records = module, []
    if isinstance(module, ChosenModule):
        leaf = module.inner
    if isinstance(leaf, RecordModule):
        records = leaf.record_numbers()
        if isinstance(module, ChosenModule):
            n_records = leaf.source.n_records
            records = [module.seen[k // n_records] * n_records + k % n_records for k in records]
    if leaf.needs_calibration:
        yield _Calibrated(leaf, beside, records)


def exchange_calibration(path: LightPath, exchange: Exchange, *, coded: bool) -> None:
    """Write or read all that the detectors of a fibre have calibrated, and take what is read.

    Parameters
    ----------
    path : LightPath
    exchange : Writing or Reading
    coded : bool
        Whether thresholds, means and spreads have few bits, or are in single precision.
    """
    modules = list(calibrated_of(path))
    if isinstance(exchange, Writing):
        _check_agreement(modules)
    spreads, of_means, thresholds = (SPREADS, MEANS, THRESHOLDS) if coded else (FLOATS,) * 3
    for records in _records(modules):
        numbers = sorted(records.spread)
        before = np.array([records.spread[k] for k in numbers])
        after = dict(zip(numbers, exchange(before, spreads), strict=True))
        with_mean = sorted(records.mean)
        unit = np.array([after[k] if coded else 1.0 for k in with_mean])
        means = exchange(np.array([records.mean[k] for k in with_mean]) / unit, of_means) * unit
        mean_of = dict(zip(with_mean, means, strict=True))
        for part in records.modules:
            old, new = part.numbers("spread"), np.array([after[k] for k in part.records])
            part.assign("spread", new)
            if len(part.numbers("mean")):
                part.assign("mean", np.array([mean_of[k] for k in part.records]))
            levels = part.numbers("levels").reshape(len(old), -1)
            if levels.size:
                in_new = (levels * (old / new)[:, None]).ravel()
                part.assign("levels", exchange(in_new, thresholds))
    for part in modules:
        for name in part.others():
            part.assign(name, exchange(part.numbers(name), FLOATS))


@dataclass(frozen=True, eq=False)
class _Records:
    """The records of one source that are read, by their number, and what reads them."""

    modules: list[_Calibrated]
    spread: dict[int, float]
    mean: dict[int, float]


def _records(modules: list[_Calibrated]) -> list[_Records]:
    of_source: dict[tuple[int, PointDetector], _Records] = {}
    for part in modules:
        if not part.records:
            continue
        assert isinstance(part.module, RecordModule)
        key = part.beside, part.module.source
        records = of_source.setdefault(key, _Records([], {}, {}))
        records.modules.append(part)
        records.spread.update(zip(part.records, part.numbers("spread"), strict=True))
        # of what has none, nothing is paired
        records.mean.update(zip(part.records, part.numbers("mean"), strict=False))
    return list(of_source.values())


def _check_agreement(modules: list[_Calibrated]) -> None:
    """Assert that detectors that share a record have the same spread and mean of it."""
    for records in _records(modules):
        for part in records.modules:
            for name, told in (("spread", records.spread), ("mean", records.mean)):
                pairs = zip(part.records, part.numbers(name), strict=False)
                assert all(told[k] == number for k, number in pairs), f"two {name}s of a record"


def _codes_reach(path: LightPath) -> bool:
    """Whether few bits can tell what this path has calibrated."""
    for part in calibrated_of(path):
        if part.records:
            spread = part.numbers("spread")
            mean = part.numbers("mean")
            if not (
                SPREADS.reaches(spread)
                and MEANS.reaches(1.1 * mean / spread[: len(mean)])
                and THRESHOLDS.reaches(1.1 * part.numbers("levels"))
            ):
                return False
    return True


def is_coded(path: LightPath) -> bool:
    """Whether all thresholds, spreads and means of this path are among those that few bits tell."""
    return all(
        SPREADS.holds(part.numbers("spread"))
        and THRESHOLDS.holds(part.numbers("levels"))
        and _holds_means(part)
        for part in calibrated_of(path)
        if part.records
    )


def _holds_means(part: _Calibrated) -> bool:
    """Whether means are read as they are written, in units of spreads and single precision."""
    mean = part.numbers("mean")
    unit = part.numbers("spread")[: len(mean)]
    if not MEANS.reaches(mean / unit):
        return False
    told = MEANS.read(MEANS.write(mean / unit), len(mean)) * unit
    return bool((told.astype(np.float32) == mean).all())
