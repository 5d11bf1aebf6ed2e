"""Every fit of a zoo is a line of a record, so that a sweep stops and goes on at any time.

On data sets, and on series that the equations themselves make.
"""

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from physembed._checks import check_choice, check_integer
from physembed._files import remove_temporaries
from physembed.data import load_dataset
from physembed.data.loading import own_place
from physembed.data.own.description import Description
from physembed.errors import (
    DatasetError,
    InvalidInputError,
    PhysembedError,
    PhysembedWarning,
    TrainingError,
)
from physembed.experiments.zoo.made_series import made_by
from physembed.experiments.zoo.models import CONTROLS, of_equation
from physembed.experiments.zoo.record import append_to_record, read_record
from physembed.physics import ALL_EQUATIONS, equation_named

RECORD = "records.jsonl"
MADE_BY = "made by "
"""What the name of data begins with that an equation has made."""


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
    accuracy : float or None
        On the test cases; None where the medium lost its field, in training or on one of them.
    embedding, readout : int
        Trained numbers.
    seconds : float
        Of the fit.
    digest : str, default=""
        Of the data set; "" of what an equation has made.
    """

    data: str
    model: str
    seed: int
    accuracy: float | None
    embedding: int
    readout: int
    seconds: float
    digest: str = ""


def zoo(
    datasets: Sequence[str],
    *,
    out: Path,
    equations: Sequence[str] = tuple(ALL_EQUATIONS),
    makers: Sequence[str] = (),
    seeds: int = 1,
    data_dir: Path | None = None,
    description: Description | None = None,
    told: Callable[[Fit], None] = lambda fit: None,
) -> list[Fit]:
    """Fit media of all equations, and the controls, on data sets and on what equations make.

    Parameters
    ----------
    datasets : sequence of str
    out : Path
        A folder; fits that are in its record are not repeated. A file or folder of one's own that
        holds other cases than when they were made is refused.
    equations : sequence of str
        Whose media are fitted.
    makers : sequence of str
        Equations that make data.
    seeds : int, default=1
    data_dir : Path or None
    description : Description or None
        How files and folders of one's own are to be understood; the first fold is tested on.
    told : callable
        Is told of every new fit, of those of media that lose their field with a warning.

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
    fits = read_record(out / RECORD, Fit)
    known = {(fit.data, fit.model, fit.seed) for fit in fits}
    digests = {fit.data: fit.digest for fit in fits}
    for data in (*datasets, *(MADE_BY + name for name in makers)):
        # a path says nothing of what lies there today
        looked_at = not data.startswith(MADE_BY) and own_place(data, data_dir) is not None
        for seed in range(seeds):
            missing = [m for m in (*CONTROLS, *equations) if (data, m, seed) not in known]
            if not missing and not looked_at:
                continue
            train, test, digest = _cases(data, seed, data_dir, description)
            recorded = digests.setdefault(data, digest)
            # older records say nothing of data sets, which their names tell
            if digest != recorded and (recorded or looked_at):
                raise DatasetError(
                    f"{data} holds other cases than those of {out / RECORD}: its digest was "
                    f"{recorded[:12] or 'not recorded'} and is {digest[:12]}; the file, or how it "
                    "is read, has changed. Choose another --out."
                )
            for fit in _fits(data, missing, seed, train, test):
                line = replace(fit, digest=digest)
                append_to_record(out / RECORD, line)
                fits.append(line)
                told(line)
    return fits


Cases = tuple[Any, NDArray[np.str_]]
"""Series and their classes."""


def _cases(
    data: str, seed: int, data_dir: Path | None, description: Description | None
) -> tuple[Cases, Cases, str]:
    """Cases of training and of testing, and the digest of a data set."""
    if data.startswith(MADE_BY):
        equation = equation_named(data.removeprefix(MADE_BY))
        made = made_by(equation, n_cases=200, seed=seed)
        return (made.left[:100], made.y[:100]), (made.left[100:], made.y[100:]), ""
    dataset = load_dataset(data, data_dir, description=description)
    train, test = (dataset.X_train, dataset.y_train), (dataset.X_test, dataset.y_test)
    return train, test, dataset.digest


def _fits(data: str, models: Sequence[str], seed: int, train: Cases, test: Cases) -> Iterator[Fit]:
    for model in models:
        made = CONTROLS[model](seed) if model in CONTROLS else of_equation(model, seed)
        y = train[1]
        if model == "shuffled labels":
            y = np.random.default_rng(seed).permutation(y)
        begin = time.perf_counter()
        try:
            made.fit(train[0], y)
        except TrainingError as error:
            yield _lost(data, model, seed, begin, error)
            continue
        seconds = time.perf_counter() - begin
        counts = made.parameter_counts_
        try:
            accuracy = float(made.score(*test))
        except InvalidInputError as error:
            # the field of a case that is unlike those of training
            yield _lost(data, model, seed, begin, error)
            continue
        yield Fit(data, model, seed, accuracy, counts["embedding"], counts["readout"], seconds)


def _lost(data: str, model: str, seed: int, begin: float, error: PhysembedError) -> Fit:
    warnings.warn(f"{data}: {model} is lost: {error}", PhysembedWarning, stacklevel=3)
    return Fit(data, model, seed, None, 0, 0, time.perf_counter() - begin)
