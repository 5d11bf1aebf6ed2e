"""A choice of detectors by more cases than whose features should be in memory together."""

from dataclasses import replace

import numpy as np
from torch import Tensor

from physembed._folds import folds_of
from physembed.training.fitting import fit
from physembed.training.recipe import Fitted, Recipe
from physembed.training.selection.settings import SelectionSettings

SAMPLE_CASES = 2048
"""Cases that choose, as of a source of parts; so many are never too many."""
MOST_BYTES = 2**29
"""Of a pool's features of all cases, beyond which a sample chooses. A choice by all takes five
times as much memory, and a thousand cases of each class choose no better."""
FEWEST_OF_A_CLASS = 8
"""Cases of each class in the sample, where there are so many."""


def fit_many(recipe: Recipe, x: Tensor, y: Tensor) -> Fitted:
    """:func:`~physembed.training.fitting.fit`, of many cases in bounded memory.

    Parameters
    ----------
    recipe : Recipe
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64 or float64
    """
    return _by_a_sample(recipe, x, y) if _are_many(recipe, len(x)) else fit(recipe, x, y)


def _are_many(recipe: Recipe, n_cases: int) -> bool:
    """Whether a pool's features of so many cases are to be computed of a sample alone.

    Weights of cases, and teachers of the user's, are obeyed by a choice by all cases only.
    """
    if n_cases <= SAMPLE_CASES or not isinstance(recipe.settings, SelectionSettings):
        return False
    if recipe.sample_weights is not None or recipe.teacher is not None:
        return False
    n_features = recipe.make_network().head.linear.in_features
    return 8 * n_cases * n_features > MOST_BYTES


def _by_a_sample(recipe: Recipe, x: Tensor, y: Tensor) -> Fitted:
    """Choose by a sample, and sum what was chosen over all cases, as of a source of parts."""
    # loaded where there are many alone
    from physembed.training.in_pieces import Sample, prepare, solve
    from physembed.training.memory_in_pieces import cases_at_once, n_folds_for

    generator = np.random.default_rng(recipe.seed)
    order = generator.permutation(len(x))
    numbers = np.arange(len(x)) if recipe.groups is None else recipe.groups.numpy(force=True)
    n_folds = n_folds_for(None if recipe.groups is None else len(np.unique(numbers)))
    folds = folds_of(numbers, n_folds)
    chosen = order[:SAMPLE_CASES]
    if not y.is_floating_point():
        # the rarest class may have been missed
        labels = y.numpy(force=True)[order]
        of_each = [order[labels == k][:FEWEST_OF_A_CLASS] for k in np.unique(labels)]
        chosen = np.union1d(chosen, np.concatenate(of_each))
    chosen = np.sort(chosen)
    sample = Sample(x[chosen], y[chosen], folds[chosen])
    groups = None if recipe.groups is None else recipe.groups[chosen]
    prepared = prepare(replace(recipe, groups=groups), sample)
    moments = prepared.moments(n_folds)
    at_once = cases_at_once(max(prepared.n_features, x[0].numel()))
    for start in range(0, len(x), at_once):
        block = slice(start, start + at_once)
        prepared.add(moments, x[block], y[block], folds[block], recipe.class_weights)
    return solve(recipe, prepared, moments, sample)
