"""A network made and fitted by a recipe, in whichever way of training its settings are of."""

import hashlib
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from physembed.errors import DivergenceError, InvalidInputError, PhysembedWarning, TrainingWarning
from physembed.networks import PhysicalEmbeddingNetwork, SeriesNetwork
from physembed.training.gradient.settings import TrainingSettings
from physembed.training.method import WAYS, method_of
from physembed.training.projection.settings import ProjectionSettings
from physembed.training.randomness import seeded
from physembed.training.readout.logistic import fit_best_readout
from physembed.training.readout.ridge import fit_readout
from physembed.training.recipe import Candidates, Fitted, MakeNetwork, Recipe
from physembed.training.selection.settings import SelectionSettings

LARGEST_RAW = 1e15
"""Of a series that is not normalised: its square times a million timepoints is a number still."""


def fit(recipe: Recipe, x: Tensor, y: Tensor) -> Fitted:
    """Let the training cases choose among a recipe's networks, and train what they have chosen.

    Parameters
    ----------
    recipe : Recipe
    x : Tensor of shape (cases, channels, timepoints)
    y : Tensor of shape (cases,), int64 or float64
        Classes; or what is regressed, of mean zero and deviation one.

    Returns
    -------
    Fitted

    Raises
    ------
    TrainingError
        If there is no weight to keep.
    KeyboardInterrupt
        On Ctrl-C; it says so where the same fit goes on from what is kept.
    """
    warn_of_what_is_idle(recipe)
    if recipe.groups is not None and not isinstance(recipe.settings, SelectionSettings):
        raise InvalidInputError(
            "groups are left out together where detectors are chosen, as by the preset 'compact' "
            f"or training='selection'; {WAYS[method_of(recipe.settings)]} here."
        )
    if recipe.sample_weights is not None and isinstance(recipe.settings, TrainingSettings):
        raise InvalidInputError(
            "sample_weight counts where the readout is solved; gradient training counts all cases "
            "alike: give training='projection' or 'designed', or class_weight."
        )
    settings, checkpoint = recipe.settings, _kept_files(recipe, x, y)
    with _interrupts_say_what_is_kept(checkpoint):
        candidates = candidates_of(recipe, x, y)
        if settings is None:
            fitted = _designed(recipe, candidates, x, y)
        elif isinstance(settings, ProjectionSettings):
            fitted = _searched(recipe, settings, candidates.makers, (x, y), checkpoint)
        elif isinstance(settings, SelectionSettings):
            fitted = _selected(recipe, settings, candidates, x, y)
        else:
            fitted = _trained(recipe, settings, candidates.makers[0], (x, y), checkpoint)
    return replace(fitted, name=candidates.name)


def candidates_of(recipe: Recipe, x: Tensor, y: Tensor) -> Candidates:
    """The networks that the training cases leave of a recipe's."""
    if recipe.choose is None:
        return Candidates(recipe.name, [recipe.make_network, *recipe.alternatives])
    with seeded(recipe.seed):
        return recipe.choose(x, y)


def as_designed(
    make_network: MakeNetwork, x: Tensor, *, seed: int, device: str = "cpu"
) -> SeriesNetwork:
    """A network whose physics stays as it is made, its detectors calibrated on the series.

    Parameters
    ----------
    make_network : callable
    x : Tensor of shape (cases, channels, timepoints)
    seed : int
    device : {"cpu", "cuda"}, default="cpu"
        Where it is to compute.
    """
    with seeded(seed):
        network = make_network()
    _check_raw_size(network, x)
    for parameter in network.embedding_parameters():
        parameter.requires_grad_(False)
    network.prepare(x, seed=seed)
    return network.to(device)


def _check_raw_size(network: SeriesNetwork, x: Tensor) -> None:
    """Levels are read in single precision, whose squares have an end."""
    fibres = getattr(network, "fibres", ())
    if not any(fibre.encoder.normalisation == "none" for fibre in fibres):
        return
    largest = float(x.abs().max())
    if largest > LARGEST_RAW:
        raise InvalidInputError(
            f"X has values up to {largest:.3g}; beside their shape the level of series is read, of "
            f"which up to {LARGEST_RAW:.0e} is accepted. Rescale X, or take a preset that reads "
            "none, such as 'lattice'."
        )


def _designed(recipe: Recipe, candidates: Candidates, x: Tensor, y: Tensor) -> Fitted:
    network = as_designed(candidates.makers[0], x, seed=recipe.seed, device=recipe.device)
    if recipe.verbose:
        from rich.console import Console

        Console(stderr=True, highlight=False).print(
            f"{candidates.name}: designed, {network.head.linear.in_features:,} features of "
            f"{len(x):,} cases; solving the readout"
        )
    case_weights = recipe.case_weights(y)
    of_classes = not y.is_floating_point() and case_weights is None
    if of_classes and recipe.readout == "best":
        fit_best_readout(network, x, y, seed=recipe.seed)
    else:
        fit_readout(network, x, y, case_weights=case_weights)
    return Fitted(network.cpu().eval(), [])


def _selected(
    recipe: Recipe, settings: SelectionSettings, candidates: Candidates, x: Tensor, y: Tensor
) -> Fitted:
    from physembed.training.selection.train import teach

    network, packed = teach(**lesson_of(recipe, settings, candidates, x, y)).with_readout(y)
    return Fitted(network, [], packed=packed)


def lesson_of(
    recipe: Recipe, settings: SelectionSettings, candidates: Candidates, x: Tensor, y: Tensor
) -> dict[str, Any]:
    """What a choice of detectors is told: the calibrated pool, its gains, cases and a teacher.

    The arguments of :func:`~physembed.training.selection.train.teach`.
    """
    from physembed.training.selection.train import fit_teacher

    pool = as_designed(candidates.makers[0], x, seed=recipe.seed, device=recipe.device)
    assert isinstance(pool, PhysicalEmbeddingNetwork)
    n_features, n_outputs = pool.head.linear.in_features, pool.head.n_outputs
    # before any work
    n_detectors = settings.n_detectors(n_outputs)
    if recipe.verbose:
        from rich.console import Console

        # how many a budget of bytes holds is known when they are chosen
        how_many = f"{min(n_detectors, n_features):,}"
        if settings.max_bytes is not None:
            how_many = f"what {settings.max_bytes:,} bytes hold"
        Console(stderr=True, highlight=False).print(
            f"{candidates.name}: choosing {how_many} of {n_features:,} detectors "
            f"by {len(x):,} cases"
        )
    weights, teacher = recipe.case_weights(y), None
    if recipe.teacher is not None:
        teacher = fit_teacher(
            recipe.teacher,
            x,
            y,
            n_outputs,
            seed=recipe.seed,
            case_weights=weights,
            groups=recipe.groups,
        )
    return {
        "pool": pool,
        "gains": np.ones(n_features) if recipe.gains is None else recipe.gains,
        "x": x,
        "y": y,
        "settings": settings,
        "n_outputs": n_outputs,
        "seed": recipe.seed,
        "case_weights": weights,
        "groups": recipe.groups,
        "teacher": teacher,
    }


def _searched(
    recipe: Recipe,
    settings: ProjectionSettings,
    makers: Sequence[MakeNetwork],
    cases: tuple[Tensor, Tensor],
    checkpoint: Path | None,
) -> Fitted:
    from physembed.training.projection.alternatives import train_best_by_projection

    network, history = train_best_by_projection(
        makers,
        *cases,
        settings,
        seed=recipe.seed,
        device=recipe.device,
        progress=recipe.verbose,
        checkpoint=checkpoint,
    )
    case_weights = recipe.case_weights(cases[1])
    if case_weights is not None:
        # the search looks at all cases alike; what is read out obeys the weights
        fit_readout(network, *cases, case_weights=case_weights)
    return Fitted(network, history)


def _trained(
    recipe: Recipe,
    settings: TrainingSettings,
    make_network: MakeNetwork,
    cases: tuple[Tensor, Tensor],
    checkpoint: Path | None,
) -> Fitted:
    # loads Lightning, which nothing else needs
    from physembed.training.gradient.train import train_by_gradient

    try:
        network, history = train_by_gradient(
            make_network,
            *cases,
            settings,
            seed=recipe.seed,
            device=recipe.device,
            progress=recipe.verbose,
            callbacks=list(recipe.callbacks),
            class_weights=recipe.class_weights,
            checkpoint=checkpoint,
        )
    except DivergenceError as error:
        if error.rescued is None:
            raise
        network, history, epoch = error.rescued
        divergence = f"{error} The weights of epoch {epoch} are kept."
        warnings.warn(divergence, TrainingWarning, stacklevel=2)
        return Fitted(network, history, divergence)
    return Fitted(network, history)


def warn_of_what_is_idle(recipe: Recipe) -> None:
    """Say, once in a process, what was given and has no effect."""
    if recipe.without_effect:
        _warn_once(f"without effect: {recipe.without_effect}.")
    if recipe.callbacks and not isinstance(recipe.settings, TrainingSettings):
        way = WAYS[method_of(recipe.settings)]
        _warn_once(f"without effect: callbacks={list(recipe.callbacks)!r}; {way}.")


def _warn_once(words: str) -> None:
    """Once in a process: a search fits hundreds of times with the same idle option."""
    if words not in _said:
        _said.add(words)
        warnings.warn(words, PhysembedWarning, stacklevel=4)


_said: set[str] = set()


def _kept_files(recipe: Recipe, x: Tensor, y: Tensor) -> Path | None:
    """Where this fit and no other is kept while it runs; None where nothing is to be kept."""
    if recipe.checkpoint_dir is None:
        return None
    sha = hashlib.sha256(f"{recipe.fingerprint};{recipe.seed};{tuple(x.shape)}".encode())
    for tensor in (x, y):
        sha.update(tensor.contiguous().numpy(force=True).data)
    return recipe.checkpoint_dir / f"{sha.hexdigest()[:16]}.ckpt"


@contextmanager
def _interrupts_say_what_is_kept(checkpoint: Path | None) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt as error:
        if checkpoint is None or not any(checkpoint.parent.glob(f"*{checkpoint.name}")):
            raise
        raise KeyboardInterrupt(
            f"stopped; the fit is kept in {checkpoint.parent}, and the same fit goes on from there"
        ) from error
