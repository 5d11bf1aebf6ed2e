"""Where a fit computes: as asked for, or by the rule; and who is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import Protocol

from physembed._devices import TrainingDevice
from physembed.training.method import method_of
from physembed.training.recipe import Recipe

said_of: ContextVar[set[tuple[str, str]] | None] = ContextVar("said_of", default=None)
"""Of which ways of training it was said on which device they are; None where no fit is to say it
that is not asked."""


@contextmanager
def fits_say_where() -> Iterator[None]:
    """Let all fits say where they compute, of each way of training and device once."""
    token = said_of.set(set())
    try:
        yield
    finally:
        said_of.reset(token)


class _Fitting(Protocol):
    """Of an estimator, what it was told and what it keeps in mind."""

    device: TrainingDevice
    verbose: int
    device_: str


def placed(recipe: Recipe, estimator: _Fitting, device: str, shape: tuple[int, ...]) -> Recipe:
    """A recipe with the device that an estimator fits it on, series of a shape; and say it.

    Parameters
    ----------
    recipe : Recipe
    estimator : SeriesEstimator
    device : {"auto", "cpu", "cuda"}
        As the machine leaves it open: "auto" where there is a GPU.
    shape : (int, int, int)
        Cases, channels and timepoints.
    """
    why = "as asked for" if device == estimator.device else "since torch can use no GPU"
    way = why
    if device == "auto":
        # what it looks at is loaded where there is a GPU alone
        from physembed.training.placement import place_of_training

        place = place_of_training(recipe, shape[0], shape[1] * shape[2])
        device, why, way = place.device, place.why, method_of(recipe.settings)
    said = said_of.get()
    if said is None and estimator.verbose > 0:
        say_place(device, why)
    elif said is not None and (way, device) not in said:
        said.add((way, device))
        say_place(device, why)
    estimator.device_ = device
    return replace(recipe, device=device)


def say_place(device: str, why: str, *, doing: str = "training") -> None:
    """Say on standard error where a fit, or something else, computes, and why there."""
    import torch
    from rich.console import Console

    if device == "cpu":
        # of which one is told without waking a GPU
        n_threads = torch.get_num_threads()
        where = f"the CPU ({'1 thread' if n_threads == 1 else f'{n_threads} threads'})"
    else:
        from physembed.propagation.self_check import available_devices

        where = f"the GPU ({available_devices()[device]})"
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"{doing} on {where}, {why}")
