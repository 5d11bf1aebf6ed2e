"""Fitting to a source of parts: what estimators of classes and of numbers have in common."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
import torch

from physembed._threads import limited_threads
from physembed.data.pieces.sources import Reader, Source
from physembed.data.pieces.survey import Survey, survey
from physembed.errors import InvalidInputError, OutOfMemoryError
from physembed.estimators.classes_and_targets import LearnedOfY
from physembed.estimators.options import checkpoints_in
from physembed.estimators.piece_options import PieceOptions
from physembed.estimators.placing import placed
from physembed.estimators.summing import Sum, Task, sum_here, summed
from physembed.estimators.telling import Telling
from physembed.training.fitting import fit, warn_of_what_is_idle
from physembed.training.in_pieces import (
    Prepared,
    Sample,
    check_can_be_fitted_in_pieces,
    prepare,
    solve,
)
from physembed.training.memory_in_pieces import memory_of_fit, n_folds_for
from physembed.training.readout.moments import Moments
from physembed.training.recipe import Recipe
from physembed.training.selection.settings import SelectionSettings

if TYPE_CHECKING:
    from physembed.estimators.series_estimator import SeriesEstimator


def fit_source(
    estimator: "SeriesEstimator", source: Source, options: PieceOptions, kind_of_y: type[LearnedOfY]
) -> None:
    """Fit to all cases of a source, of which the estimator learns the kind on the way."""
    teacher = estimator.get_params(deep=False).get("teacher")
    if options.taught_by == "all" and teacher is not None:
        raise InvalidInputError(
            f"taught_by must be 'sample' where a teacher is given, got 'all' and "
            f"teacher={teacher!r}: the labels of all cases choose then, and no teacher is heard."
        )
    if options.address is not None:
        from physembed._cluster import check_answers

        # so few cases that the sample holds all are fitted here, wherever that address leads
        check_answers(options.address)
    seed, device = estimator._checked_seed_and_device()
    told = Telling(estimator.verbose > 0)
    with told.reading() as report:
        overview = survey(
            source,
            of_classes=kind_of_y.of_classes,
            seed=seed,
            sample_cases=options.sample_cases,
            classes=options.classes,
            unit_cases=options.unit_cases,
            report=report,
        )
    estimator._learn_series(overview)
    learned = kind_of_y.of_survey(overview, getattr(estimator, "class_weight", None))
    estimator._learn(learned)
    sizes = (overview.kind.n_channels, overview.kind.n_timepoints, learned.n_outputs)
    recipe = replace(
        estimator.recipe(sizes, seed=seed, device=device),
        seed=seed,
        class_weights=learned.class_weights,
        verbose=estimator.verbose > 0,
    )
    check_can_be_fitted_in_pieces(recipe)
    recipe = placed(recipe, estimator, device, (overview.n_cases, *sizes[:2]))
    n_folds = n_folds_for(None if overview.groups is None else len(overview.groups))
    sample = _sample(overview, n_folds, learned)
    selects = isinstance(recipe.settings, SelectionSettings)
    if options.taught_by != "sample" and not selects:
        idle = [f"taught_by={options.taught_by!r}, since no detectors are chosen"]
        idle += [recipe.without_effect] if recipe.without_effect else []
        recipe = replace(recipe, without_effect="; ".join(idle))
    warn_of_what_is_idle(recipe)
    groups = None
    if overview.groups is not None:
        assert overview.sample.groups is not None
        groups = np.searchsorted(overview.groups, overview.sample.groups)
    if groups is not None and selects:
        recipe = replace(recipe, groups=torch.from_numpy(groups))
    with limited_threads(estimator.n_jobs):
        if len(sample.x) == overview.n_cases and (overview.groups is None or selects):
            fitted = fit(recipe, sample.x, sample.y)
        else:
            by_all = selects and options.taught_by == "all"
            told.memory(_check_memory(recipe, overview, n_folds, learned.n_outputs, by_all=by_all))

            with _adding(options) as sum_units:

                def sum_all(prepared: Prepared, n_folds: int = 1) -> Moments:
                    task = Task(prepared, overview, n_folds, learned)
                    file = _kept_in(estimator, overview, prepared)
                    with told.summing(overview.n_cases) as report:
                        return summed(task, Reader(source), sum_units, kept_in=file, report=report)

                prepared = prepare(recipe, sample, sum_all if by_all else None)
                moments = sum_all(prepared, n_folds)
            fitted = solve(recipe, prepared, moments, sample)
        estimator._take_over(fitted)
        estimator._learn_what_is_known(overview.sample.X, sample.y, groups)


@contextmanager
def _adding(options: PieceOptions) -> Iterator[Sum]:
    """What sums units, while a cluster is joined where one is asked for."""
    if options.backend == "here":
        yield sum_here
        return
    from physembed._cluster import connected
    from physembed.estimators.ray_summing import sum_on_ray

    with connected(options.address):
        yield partial(sum_on_ray, workers=options.workers)


def _sample(overview: Survey, n_folds: int, learned: LearnedOfY) -> Sample:
    drawn = overview.sample
    folds = overview.folds(overview.sampled, drawn.groups, n_folds)
    return Sample(torch.from_numpy(drawn.X), learned.numbers(drawn.y), folds)


def _check_memory(
    recipe: Recipe, overview: Survey, n_folds: int, n_outputs: int, *, by_all: bool
) -> int:
    """Bytes that the fit takes, if there are so many.

    Raises
    ------
    OutOfMemoryError
    """
    n_pool = recipe.make_network().head.linear.in_features
    settings, n_features = recipe.settings, n_pool
    selects = isinstance(settings, SelectionSettings)
    if isinstance(settings, SelectionSettings):
        n_features = min(n_pool, settings.n_detectors(n_outputs))
    wanted = memory_of_fit(
        (overview.kind.n_channels, overview.kind.n_timepoints, n_outputs),
        n_features=n_features,
        n_pool=n_pool if selects else None,
        n_sample=len(overview.sample.X),
        n_folds=n_folds,
        taught_by_all=by_all,
    )
    free = int(psutil.virtual_memory().available)
    if wanted > free:
        raise OutOfMemoryError(
            f"the fit of {n_features:,} features in {n_folds} folds, prepared by "
            f"{len(overview.sample.X):,} cases, takes {wanted / 2**30:.1f} GiB, where "
            f"{free / 2**30:.1f} GiB are free. {recipe.advice()}, or a smaller sample_cases."
        )
    return wanted


def _kept_in(estimator: "SeriesEstimator", overview: Survey, prepared: Prepared) -> Path | None:
    """The file of this sum and no other; None where nothing is to be kept."""
    folder = checkpoints_in(estimator.checkpoint_dir, estimator.random_state)
    if folder is None:
        return None
    units = [[(s.name, s.first, s.end, s.digest) for s in unit.spans] for unit in overview.units]
    told = json.dumps([estimator.settings(), units], sort_keys=True, default=str)
    sha = hashlib.sha256(told.encode())
    for array in prepared.summed_by():
        sha.update(np.ascontiguousarray(array).data)
    return folder / f"{sha.hexdigest()[:16]}.sums"
