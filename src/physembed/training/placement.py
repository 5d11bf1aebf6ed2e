"""What ``device="auto"`` stands for where there is a GPU: the rule, with its figures.

Each figure has its record: what an H200 took (``results/performance/gpu.json``), and the quickest
that one thread of a CPU took. Few presets were timed on few sets, so that a GPU is taken where it
is put at less than half of that thread's time; and what is compiled there once is counted in full,
so that no first fit waits for it in vain. The rule was drawn from these records, and nothing
has been measured by it since.
"""

from dataclasses import dataclass

from physembed.networks import PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.networks.light_path import LightPath
from physembed.propagation.kernels.digit_order import PLANS
from physembed.propagation.law_derivatives import degree_of
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.randomness import seeded
from physembed.training.recipe import Recipe
from physembed.training.selection.settings import SelectionSettings

START_S = 1.3
"""CUDA's start and what else a first fit adds: `lens` on FordASubset took 2.59 s, then 1.29
(gpu.json); `nlse` 0.6 s more the first time."""
COMPILED_S = ((1024, 9.0), (2048, 24.0), (8192, 28.0))
"""First compilation of cascades that stay on the chip, once on a machine, of windows up to so many
points (gpu_compilation.json, on a CPU's side alone)."""
POINT_THERE_S = 1.7e-9
"""A point of a window through one pass of a cascade and back, on a GPU: `nlse` on FordASubset,
0.53 s; on Spoken Digits 1.0e-9, 6.35 s (gpu.json)."""
FORWARD = 0.4
"""Of it the way forwards: 7.8 of 19.9 µs (64 x 512, the first prototype, before the record)."""
REPLAYED_S = 1.4e-4
"""A step of a training that is replayed, however small: 139 µs (gpu.json)."""
LAUNCHED_S = 7.1e-3
"""A step that is launched, for each fibre: `tiny` on FordASubset, 34.1 s for 300 steps of 16 fibres
(gpu.json). Those of `lens`, of which most are replayed, took 6 ms."""
POINT_TRAINED_S = 1.4e-8
"""The same point on a CPU, in a training by gradient: `nlse` on Spoken Digits, 91 s
(results/spoken-digits-small); on FordASubset 1.9e-8, 6.0 s (results/ford-a-subset)."""
POINT_SEARCHED_S = 2.8e-8
"""And in a search: `nlse-projection` on Spoken Digits, 67 s (results/reproduction)."""
POINT_SWEPT_S = 1.4e-8
"""And in a search of linear fibres: `tiny` on FordASubset, 27 s (results/ford-a-subset)."""
POINT_PREDICTED_S = 5.5e-9
"""And in a prediction: `nlse` on FordASubset, 0.038 s (results/ford-a-subset)."""
TIMEPOINT_S = 1.2e-7
"""A timepoint in the training of a network without physics, on a CPU: `mlp` on Spoken Digits, 51 s
(results/reproduction); `cnn` took 121. No GPU was timed with either."""
ERRING = 2.0
"""By how much the time that a GPU is put at may err."""


@dataclass(frozen=True)
class Place:
    """Where something is computed.

    Parameters
    ----------
    device : {"cpu", "cuda"}
    why : str
        In words that go on a sentence.
    here_s, there_s : float or None, default=None
        Seconds that a CPU and a GPU are put at, without what is compiled once; None where the rule
        goes by no time.
    """

    device: str
    why: str
    here_s: float | None = None
    there_s: float | None = None


@dataclass(frozen=True)
class _Case:
    """What a network makes of a case.

    Parameters
    ----------
    points : int
        Of all its windows, over all passes.
    launched : int
        Fibres whose passes are kernels of ours, and passes of all others.
    windows : frozenset of int
        Points of those that are compiled on the chip.
    is_swept : bool
        Whether all its fibres are transfer functions.
    """

    points: int
    launched: int
    windows: frozenset[int]
    is_swept: bool

    @classmethod
    def of(cls, network: SeriesNetwork) -> "_Case":
        assert isinstance(network, PhysicalEmbeddingNetwork)
        points = launched = 0
        windows, is_swept = set(), True
        for fibre, path in zip(network.fibres, network.paths, strict=True):
            assert isinstance(path, LightPath)
            n_steps = fibre.n_layers * fibre.steps_per_layer
            n_passes = path.n_arms if path.is_transfer else n_steps
            points += n_passes * path.n_points * fibre.encoder.n_fields(network.n_channels)
            in_kernels = path.is_transfer or degree_of(fibre.equation) > 0
            launched += 1 if in_kernels else n_passes
            if in_kernels and not path.is_transfer and path.n_points in PLANS:
                windows.add(path.n_points)
            is_swept &= path.is_transfer
        return cls(points, launched, frozenset(windows), is_swept)


def place_of_training(recipe: Recipe, n_cases: int, n_points: int) -> Place:
    """Where a recipe is fitted whose device is left to us, on a machine with a GPU.

    Trainings by gradient and searches go by their work. Where physics is designed or detectors are
    chosen, compiled loops and linear algebra of the CPU were as quick: before the record, by hand,
    `homodyne` on FordASubset took an H200 1.5 s and two threads 1.0 s, `lattice` 0.2 s there and
    0.2 s on one thread (results/ford-a-subset).

    Parameters
    ----------
    recipe : Recipe
    n_cases : int
    n_points : int
        Channels times timepoints of a case.
    """
    settings = recipe.settings
    if settings is None:
        return Place("cpu", "where designed physics and its readout take no longer than on a GPU")
    if isinstance(settings, SelectionSettings):
        return Place("cpu", "where a choice of detectors takes no longer than on a GPU")
    if recipe.has_physics:
        trained = [recipe.make_network]
        if isinstance(settings, ProjectionSettings):
            trained += recipe.alternatives
        with seeded(recipe.seed):
            # one after the other, of which only the numbers are kept
            cases = [_Case.of(make()) for make in trained]
    else:
        # a baseline is not asked: to make that of a million timepoints takes seconds
        cases = [_Case(n_points, 1, frozenset(), is_swept=False)]
    if isinstance(settings, ProjectionSettings):
        # each is searched for by itself, and so is every division of a proof
        n_searches = 1 + settings.proving_folds
        n_steps, n_seen = _of_search(settings, n_cases, n_points)
        points = n_searches * n_seen * sum(case.points for case in cases)
        launched = n_searches * n_steps * sum(case.launched for case in cases)
        is_swept = all(case.is_swept for case in cases)
        here = points * (POINT_SWEPT_S if is_swept else POINT_SEARCHED_S)
        least = launched * LAUNCHED_S
    else:
        n_epochs = settings.epochs(n_cases)
        n_steps = n_epochs * -(-n_cases // settings.batch_size)
        points = n_epochs * n_cases * cases[0].points
        # with callbacks and checkpoints it is Lightning's
        by_lightning = recipe.callbacks or recipe.checkpoint_dir is not None
        is_replayed = recipe.has_physics and not by_lightning
        here = points * (POINT_TRAINED_S if recipe.has_physics else TIMEPOINT_S)
        least = n_steps * cases[0].launched * (REPLAYED_S if is_replayed else LAUNCHED_S)
    windows = frozenset().union(*(case.windows for case in cases))
    return _quicker(here, max(least, points * POINT_THERE_S), windows)


def place_of_prediction(network: SeriesNetwork, n_cases: int) -> Place:
    """Where cases are predicted, likewise; linear fibres are swept in loops of the CPU."""
    case = _Case.of(network) if isinstance(network, PhysicalEmbeddingNetwork) else None
    if case is None or case.is_swept:
        return Place("cpu", "where predictions take no longer than on a GPU")
    points = n_cases * case.points
    there = points * POINT_THERE_S * FORWARD
    return _quicker(points * POINT_PREDICTED_S, there, case.windows)


def _of_search(settings: ProjectionSettings, n_cases: int, n_points: int) -> tuple[int, int]:
    """Steps of one search, and cases that all its starts see in them; a look is a step."""
    rungs = settings.bounded(n_points).rungs
    n_steps = sum(max(1, steps) for _, steps, _ in rungs)
    return n_steps, sum(
        starts * max(1, steps) * min(cases, n_cases) for starts, steps, cases in rungs
    )


def _quicker(here: float, there: float, windows: frozenset[int]) -> Place:
    on_gpu = START_S + there
    compiled = sum(next(s for most, s in COMPILED_S if n <= most) for n in windows)
    once = f", and {compiled:.0f} s more the first time, to compile its kernels" if windows else ""
    told = f"put at {here:.2g} s on a thread of the CPU and at {on_gpu:.2g} s on a GPU{once}"
    device = "cuda" if compiled + ERRING * on_gpu < here else "cpu"
    return Place(device, told, here, on_gpu)
