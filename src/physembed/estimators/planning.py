"""What a fit in pieces would take, from moments of work really done on this machine."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from physembed._checks import check_choice, check_integer
from physembed._threads import limited_threads
from physembed.data.pieces.survey import SAMPLE_CASES, SAMPLE_NUMBERS
from physembed.data.pieces.units import UNIT_CASES
from physembed.estimators.piece_options import TEACHERS
from physembed.networks import PhysicalEmbeddingNetwork
from physembed.presets import PRESETS
from physembed.presets.preset import Asked
from physembed.training.memory_in_pieces import (
    FOLDS,
    MOST_AT_ONCE,
    cases_at_once,
    memory_of_fit,
)
from physembed.training.readout.moments import Moments, n_bytes
from physembed.training.readout.ridge import detected_features
from physembed.training.selection.student import PSEUDO_CASES

PRESET = "compact"
CASES_LOOKED_AT, FEATURES_LOOKED_AT = 2048, 512
"""Cases and features of the pieces of work that are timed: enough to be done as the fit does."""
BYTES_OF_A_NUMBER = 4
"""Of series on the disk, in single precision."""


@dataclass(frozen=True)
class Demand:
    """What is to be fitted.

    Parameters
    ----------
    cases, timepoints : int
    detectors : int, default=1120
        How many are chosen.
    channels : int, default=1
    classes : int, default=2
    workers : int, default=1
        One-thread workers at work at once.
    taught_by : {"sample", "all"}, default="sample"
        Who chooses the detectors.

    Raises
    ------
    InvalidInputError, UnknownNameError
    """

    cases: int
    timepoints: int
    detectors: int = 1120
    channels: int = 1
    classes: int = 2
    workers: int = 1
    taught_by: str = "sample"

    def __post_init__(self) -> None:
        check_choice("taught_by", self.taught_by, TEACHERS)
        for name in ("cases", "timepoints", "classes"):
            check_integer(name, getattr(self, name), least=2)
        for name in ("detectors", "channels", "workers"):
            check_integer(name, getattr(self, name), least=1)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Channels, timepoints and outputs."""
        return self.channels, self.timepoints, self.classes

    @property
    def sample(self) -> int:
        """Cases of the sample."""
        numbers = self.channels * self.timepoints
        return min(self.cases, SAMPLE_CASES, max(2, SAMPLE_NUMBERS // numbers))


@dataclass(frozen=True)
class Costs:
    """What work takes on this machine, in seconds of one thread.

    Parameters
    ----------
    detectors, pool : int
        Features that are summed, and that they are chosen from.
    of_case : float
        To compute a case's chosen features and add them to moments.
    of_detecting : float
        The first part of it alone, which is what predicting takes.
    of_pool : float
        To compute all features of a case.
    of_matrix : float
        To decompose a symmetric matrix, over the cube of its size.
    of_choosing : float, default=0.0
        To compute all features of a case and add them to moments, where all cases choose.
    """

    detectors: int
    pool: int
    of_case: float
    of_detecting: float
    of_pool: float
    of_matrix: float
    of_choosing: float = 0.0


@dataclass(frozen=True)
class Plan:
    """What a fit would take.

    Parameters
    ----------
    preparing, summing, solving, predicting : float
        Seconds: to choose detectors by the sample, to sum all cases by all workers, to solve the
        readout, and to predict as many cases by all workers.
    memory, of_worker : int
        Most bytes of the process that is asked, and of a worker.
    traffic : int
        Bytes of moments that workers send.
    storage, checkpoint : int
        Bytes of the series in single precision, and of the sum that is kept while it grows.
    """

    preparing: float
    summing: float
    solving: float
    predicting: float
    memory: int
    of_worker: int
    traffic: int
    storage: int
    checkpoint: int


def measure(demand: Demand) -> Costs:
    """Time moments of the work that a demand asks for, each of a second or so.

    The series are random walks, and of the pool every so many detectors are built: what is chosen
    costs as much.
    """
    n_channels, n_timepoints, _ = demand.sizes
    rng = np.random.default_rng(0)
    n_cases = max(2, min(CASES_LOOKED_AT, cases_at_once(n_channels * n_timepoints)))
    walks = rng.standard_normal((n_cases, n_channels, n_timepoints)).cumsum(axis=2)
    x = torch.from_numpy(walks)
    detect = partial(detected_features, x=x, batch_size=MOST_AT_ONCE)
    with limited_threads(1):
        pool = PRESETS[PRESET].network(Asked(demand.sizes))
        assert isinstance(pool, PhysicalEmbeddingNetwork)
        pool.prepare(x, seed=0)
        n_pool = pool.head.linear.in_features
        n_chosen = min(demand.detectors, n_pool)
        places = np.linspace(0, n_pool - 1, n_chosen).astype(int).tolist()
        chosen = pool.chosen(places, demand.classes)
        of_detecting = _seconds(lambda: detect(chosen)) / n_cases
        features = detect(chosen)
        targets = rng.choice([-1.0, 1.0], (n_cases, max(1, demand.classes - 1)))
        moments = Moments.zero(FOLDS, n_chosen, targets.shape[1])
        folds = np.arange(n_cases) % FOLDS
        of_adding = _seconds(lambda: moments.add(features, targets, folds)) / n_cases
        of_pool = _seconds(lambda: detect(pool)) / n_cases
        square = rng.standard_normal((FEATURES_LOOKED_AT, FEATURES_LOOKED_AT))
        of_matrix = _seconds(lambda: np.linalg.eigh(square @ square.T))
        of_matrix /= FEATURES_LOOKED_AT**3
        of_choosing = 0.0
        if demand.taught_by == "all":
            # as many as are added at once
            features = detect(pool)[: cases_at_once(max(n_pool, n_channels * n_timepoints))]
            moments, n_block = Moments.zero(1, n_pool, targets.shape[1]), len(features)
            block = partial(moments.add, features, targets[:n_block], np.zeros(n_block, int))
            of_choosing = of_pool + _seconds(block) / n_block
    of_case = of_detecting + of_adding
    return Costs(n_chosen, n_pool, of_case, of_detecting, of_pool, of_matrix, of_choosing)


def plan(demand: Demand, costs: Costs) -> Plan:
    """What a demand takes at these costs."""
    workers = min(demand.workers, -(-demand.cases // UNIT_CASES))
    sample = demand.sample
    # the sample, noisy cases and pseudo-cases through the pool; the teacher's matrix; its errors
    # under every penalty and the choice backward, one and a half times as much again
    preparing = (2 * sample + PSEUDO_CASES) * costs.of_pool
    preparing += 2.5 * costs.of_matrix * min(sample, costs.pool) ** 3
    summing = demand.cases * costs.of_case / workers
    by_all = demand.taught_by == "all"
    if by_all:
        # factors and their inverses, again and again of fewer features
        preparing += 0.6 * costs.of_matrix * costs.pool**3
        summing += demand.cases * costs.of_choosing / workers
    solving = (FOLDS + 2) * costs.of_matrix * costs.detectors**3
    n_targets = 1 if demand.classes == 2 else demand.classes
    sums = n_bytes(FOLDS, costs.detectors, n_targets)
    memory = memory_of_fit(
        demand.sizes,
        n_features=costs.detectors,
        n_pool=costs.pool,
        n_sample=sample,
        taught_by_all=by_all,
    )
    n_summed, sent = costs.detectors, sums
    if by_all:
        of_pool = n_bytes(1, costs.pool, n_targets)
        n_summed, sent, sums = costs.pool, sums + of_pool, max(sums, of_pool)
    numbers = demand.channels * demand.timepoints
    block = cases_at_once(max(n_summed, numbers))
    return Plan(
        preparing,
        summing,
        solving,
        demand.cases * costs.of_detecting / workers,
        memory,
        2 * sums + block * (16 * numbers + 28 * n_summed),
        sent * -(-demand.cases // UNIT_CASES) if demand.workers > 1 else 0,
        BYTES_OF_A_NUMBER * demand.cases * numbers,
        sums,
    )


def _seconds(work: Callable[[], object]) -> float:
    """Processor seconds of doing something once, the best of three after a first time.

    Those of a processor: what else the machine does meanwhile is nobody's cost.
    """
    work()
    times = []
    for _ in range(3):
        before = time.process_time()
        work()
        times.append(time.process_time() - before)
    return min(times)
