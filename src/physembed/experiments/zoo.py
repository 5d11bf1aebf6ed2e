"""Which physics suits which data: media of all equations, and controls, at equal budgets.

On data sets, and on series that the equations themselves make: two classes, two values of one
coefficient. Every fit is a line of a record, so that a sweep stops and goes on at any time.
"""

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from physembed._checks import check_choice, check_integer
from physembed._files import remove_temporaries
from physembed.data import load_dataset
from physembed.errors import InvalidInputError
from physembed.estimators import PhysicalEmbeddingClassifier
from physembed.experiments.results.statistics import holm
from physembed.networks import Trainable
from physembed.physics import (
    ALL_EQUATIONS,
    MasterEquation,
    NaturalScale,
    TimeGrid,
    equation_named,
)
from physembed.presets import fibre_of
from physembed.propagation import propagate

DETECTORS = 16
RECORD = "records.jsonl"
MADE_BY = "made by "
"""What the name of data begins with that an equation has made."""

SHIFT = 0.5
"""By how much of itself the coefficient of the two classes lies above and below its value."""

NOISE = 0.05
"""Deviation of what is added to series that are made, in deviations of them."""


@dataclass(frozen=True)
class Fit:
    """One model on one set of data.

    Parameters
    ----------
    data : str
        A data set, or "made by kdv" and the like.
    model : str
        An equation or a control.
    seed : int
    accuracy : float
        On the test cases.
    embedding, readout : int
        Trained numbers.
    seconds : float
        Of the fit.
    """

    data: str
    model: str
    seed: int
    accuracy: float
    embedding: int
    readout: int
    seconds: float


def _of_equation(name: str, seed: int) -> PhysicalEmbeddingClassifier:
    return PhysicalEmbeddingClassifier(equation=name, random_state=seed)


def _untrained(seed: int, values: Callable[[Trainable], Any], name: str = "nlse") -> Any:
    """The medium of an equation with every coefficient frozen at a value."""
    fibre = fibre_of(equation_named(name), detectors=DETECTORS)
    frozen = {k: values(v) for k, v in fibre.coefficients.items() if isinstance(v, Trainable)}
    settled = replace(fibre, coefficients=frozen)
    return PhysicalEmbeddingClassifier(fibres=[settled], training="designed", random_state=seed)


def _random(seed: int) -> Any:
    generator = np.random.default_rng(seed)
    return _untrained(seed, lambda start: float(generator.uniform(-1, 1)) / 6)


def _dispersion_alone(seed: int) -> Any:
    frozen = {"gamma": 0.0, "alpha": 0.0}
    return PhysicalEmbeddingClassifier(equation="nlse", frozen=frozen, random_state=seed)


CONTROLS: dict[str, Callable[[int], Any]] = {
    "no physics": lambda seed: _untrained(seed, lambda start: 0.0),
    "no physics, real field": lambda seed: _untrained(seed, lambda start: 0.0, "burgers"),
    "dispersion alone": _dispersion_alone,
    "random coefficients": _random,
    "shuffled labels": lambda seed: _of_equation("nlse", seed),
}
"""What stands beside the equations, with the encoder and detectors of light, or of real fields."""


def made_by(
    equation: MasterEquation,
    *,
    n_cases: int = 100,
    n_timepoints: int = 64,
    seed: int = 0,
) -> tuple[NDArray[np.float64], NDArray[np.str_]]:
    """Series that an equation makes of random smooth ones; two classes, one coefficient.

    Waves of random phase and four frequencies enter one layer of a medium whose coefficients are
    at their usual starts over a whole cascade; the first coefficient is higher by half of itself in
    one class, lower in the other. What leaves is the first field's real part, with noise.

    Returns
    -------
    (array of shape (cases, 1, timepoints), array of shape (cases,))
    """
    generator = np.random.default_rng([seed, len(type(equation).__name__)])
    grid = TimeGrid(n_timepoints)
    fibre = fibre_of(equation)
    scale = NaturalScale(grid)
    names = list(equation.coefficients)
    usual = {}
    for name, start in fibre.coefficients.items():
        assert isinstance(start, Trainable) and isinstance(start.start, float)
        total = start.start * (1 if start.shared else fibre.n_layers)
        usual[name] = total * equation.natural_unit(name, scale)
    phases = generator.uniform(0, 2 * np.pi, size=(n_cases, 4))
    sizes = generator.uniform(0.2, 0.8, size=(n_cases, 4))
    t = np.arange(n_timepoints) / n_timepoints
    waves = sizes[..., None] * np.cos(2 * np.pi * np.arange(1, 5)[:, None] * t + phases[..., None])
    entered = torch.from_numpy(1 + 0.5 * waves.sum(axis=1))[:, None]
    y = np.arange(n_cases) % 2
    out = np.empty((n_cases, 1, n_timepoints))
    for number in (0, 1):
        factor = 1 + SHIFT * (2 * number - 1)
        physical = usual | {names[0]: usual[names[0]] * factor}
        out[y == number] = _left(equation, physical, grid, entered[y == number]).numpy()
    out += NOISE * out.std() * generator.normal(size=out.shape)
    return out, np.where(y == 0, "less", "more")


def _left(
    equation: MasterEquation, values: dict[str, float], grid: TimeGrid, entered: torch.Tensor
) -> torch.Tensor:
    from physembed.networks.medium import launched, seen

    field = launched(entered + 0j, equation)
    scheme = "strang" if equation.is_conservative else "etdrk4"
    out = propagate(
        field, equation, values, grid, steps_per_layer=60, scheme=scheme, check_sampling=False
    )
    return seen(out, equation).real


def zoo(
    datasets: Sequence[str],
    *,
    out: Path,
    equations: Sequence[str] = tuple(ALL_EQUATIONS),
    makers: Sequence[str] = (),
    seeds: int = 1,
    data_dir: Path | None = None,
    told: Callable[[Fit], None] = lambda fit: None,
) -> list[Fit]:
    """Fit media of all equations, and the controls, on data sets and on what equations make.

    Parameters
    ----------
    datasets : sequence of str
    out : Path
        A folder; fits that are in its record are not repeated.
    equations : sequence of str
        Whose media are fitted.
    makers : sequence of str
        Equations that make data.
    seeds : int, default=1
    data_dir : Path or None
    told : callable
        Is told of every new fit.

    Returns
    -------
    list of Fit
        Of the whole record.

    Raises
    ------
    InvalidInputError, UnknownNameError, DatasetError
    """
    check_integer("seeds", seeds, least=1)
    for name in (*equations, *makers):
        check_choice("equation", name, ALL_EQUATIONS)
    if not datasets and not makers:
        raise InvalidInputError("datasets or makers must name something to be fitted, got none.")
    out.mkdir(parents=True, exist_ok=True)
    remove_temporaries(out)
    fits = read_record(out)
    known = {(fit.data, fit.model, fit.seed) for fit in fits}
    for data in (*datasets, *(MADE_BY + name for name in makers)):
        for seed in range(seeds):
            missing = [m for m in (*CONTROLS, *equations) if (data, m, seed) not in known]
            if not missing:
                continue
            train, test = _cases(data, seed, data_dir)
            for fit in _fits(data, missing, seed, train, test):
                _append(out / RECORD, json.dumps(asdict(fit), ensure_ascii=False))
                fits.append(fit)
                told(fit)
    return fits


def _append(record: Path, line: str) -> None:
    """A line at the end of a record, on its own even where a kill left half of one."""
    with record.open("ab+") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else f"\n{line}"
        file.write(f"{line}\n".encode())


Cases = tuple[Any, NDArray[np.str_]]
"""Series and their classes."""


def _cases(data: str, seed: int, data_dir: Path | None) -> tuple[Cases, Cases]:
    if data.startswith(MADE_BY):
        equation = equation_named(data.removeprefix(MADE_BY))
        x, y = made_by(equation, n_cases=200, seed=seed)
        return (x[:100], y[:100]), (x[100:], y[100:])
    dataset = load_dataset(data, data_dir)
    return (dataset.X_train, dataset.y_train), (dataset.X_test, dataset.y_test)


def _fits(data: str, models: Sequence[str], seed: int, train: Cases, test: Cases) -> Iterator[Fit]:
    for model in models:
        made = CONTROLS[model](seed) if model in CONTROLS else _of_equation(model, seed)
        y = train[1]
        if model == "shuffled labels":
            y = np.random.default_rng(seed).permutation(y)
        begin = time.perf_counter()
        made.fit(train[0], y)
        seconds = time.perf_counter() - begin
        counts = made.parameter_counts_
        accuracy = float(made.score(*test))
        yield Fit(data, model, seed, accuracy, counts["embedding"], counts["readout"], seconds)


def read_record(out: Path) -> list[Fit]:
    """The fits that a folder's record holds; a line that a kill left half-written is left out."""
    path = out / RECORD
    if not path.exists():
        return []
    fits = []
    for line in path.read_text("utf-8").splitlines():
        try:
            fits.append(Fit(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return fits


@dataclass(frozen=True)
class Standing:
    """What a model is worth over all data.

    Parameters
    ----------
    model : str
    accuracy : float
        Mean over data and seeds.
    first : int
        Sets of data on which no other model is better.
    p : float or None
        Of Wilcoxon's signed ranks against no physics, adjusted by Holm; None below six sets.
    """

    model: str
    accuracy: float
    first: int
    p: float | None


def standings(fits: Sequence[Fit]) -> list[Standing]:
    """Of all models over the sets of data that every one of them has, the best mean first."""
    from scipy.stats import wilcoxon

    means: dict[str, dict[str, list[float]]] = {}
    for fit in fits:
        means.setdefault(fit.model, {}).setdefault(fit.data, []).append(fit.accuracy)
    shared = sorted(set.intersection(*(set(by) for by in means.values()))) if means else []
    table = {m: np.array([np.mean(by[d]) for d in shared]) for m, by in means.items()}
    if not shared:
        return []
    best = np.max([v for m, v in table.items()], axis=0)
    others = [m for m in table if m != "no physics"]
    p_values: dict[str, float] = {}
    if len(shared) >= 6 and "no physics" in table:
        raw = []
        for model in others:
            off = table[model] - table["no physics"]
            raw.append(float(wilcoxon(off).pvalue) if bool((off != 0).any()) else 1.0)
        p_values = dict(zip(others, holm(raw), strict=True))
    rows = [
        Standing(m, float(v.mean()), int((v >= best - 1e-12).sum()), p_values.get(m))
        for m, v in table.items()
    ]
    return sorted(rows, key=lambda row: -row.accuracy)
