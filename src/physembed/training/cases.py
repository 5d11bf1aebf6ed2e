"""Which training cases are held out, looked at, or drawn for a step."""

import numpy as np
import torch
from sklearn.model_selection import train_test_split
from torch import Tensor


def hold_out(y: Tensor, fraction: float, seed: int) -> tuple[Tensor, Tensor]:
    """Indices of the training and the validation cases, stratified by class if there are any.

    The validation part is empty where either part would have less than one case per class, or a
    class has a single case.
    """
    labels = None if y.is_floating_point() else y.numpy(force=True)
    counts = np.array([len(y)]) if labels is None else np.bincount(labels)
    n_classes = int(np.count_nonzero(counts))
    everything = np.arange(len(y))
    n_held_out = round(fraction * len(y))
    too_few = min(n_held_out, len(y) - n_held_out) < n_classes
    if too_few or counts[counts > 0].min() < 2:
        return torch.from_numpy(everything), torch.empty(0, dtype=torch.long)
    training, held_out = train_test_split(
        everything, test_size=n_held_out, stratify=labels, random_state=seed
    )
    return torch.from_numpy(np.sort(training)), torch.from_numpy(np.sort(held_out))


def some_cases(y: Tensor, seed: int, *, most: int) -> Tensor:
    """Indices of at most ``most`` cases, stratified by class where that can be."""
    everything = np.arange(len(y))
    if len(y) <= most:
        return torch.from_numpy(everything)
    labels = y.numpy(force=True)
    counts = np.unique(labels, return_counts=True)[1]
    # a class of a single case cannot be divided, nor can more classes than cases be kept
    divisible = counts.min() >= 2 and len(counts) <= min(most, len(y) - most)
    some, _ = train_test_split(
        everything,
        train_size=most,
        stratify=labels if divisible else None,
        random_state=seed,
    )
    return torch.from_numpy(np.sort(some))


def draw_cases(n_cases: int, wanted: int, seed: int, number: int) -> Tensor:
    """Indices of cases for one step; all of them where there are no more than wanted.

    They depend on the seed and the step's number alone, so that a search that is taken up again
    goes on as if nothing had happened.
    """
    if n_cases <= wanted:
        return torch.arange(n_cases)
    generator = torch.Generator().manual_seed((seed * 1_000_003 + number) % 2**63)
    return torch.randperm(n_cases, generator=generator)[:wanted].sort().values
