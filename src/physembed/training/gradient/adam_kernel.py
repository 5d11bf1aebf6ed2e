"""A step of :class:`~physembed.training.gradient.flat_adam.FlatAdam` as one kernel, in Triton."""

from collections.abc import Sequence

import torch
import triton
import triton.language as tl
from torch import Tensor

BLOCK = 1024


@triton.jit
def is_finite(x):
    return (x == x) & (tl.abs(x) < float("inf"))


@triton.jit
def move(
    flat,
    grad,
    first,
    second,
    group,
    decay,
    schedule,
    step,
    health,
    loss_value,
    norm_value,
    clip,
    beta2,
    epsilon,
    n,
    BLOCK: tl.constexpr,
):
    k = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = k < n
    row = schedule + 5 * tl.load(step)
    momentum = tl.load(row + 2)
    first_bias = tl.load(row + 3)
    second_bias = tl.load(row + 4)
    loss = tl.load(loss_value)
    norm = tl.load(norm_value)
    healthy = tl.load(health) > 0
    fine = is_finite(loss) & is_finite(norm)
    # the first program writes what all read: what it writes changes nothing that they decide
    if tl.program_id(0) == 0:
        if healthy & (fine == 0):
            tl.store(health, 0.0)
            tl.store(health + 1, tl.where(is_finite(loss), float("nan"), loss))
            tl.store(health + 2, tl.where(is_finite(loss), 1.0, 0.0))
    moves = inside & healthy & fine
    rate = tl.load(row + tl.load(group + k, mask=inside, other=0), mask=inside, other=0.0)
    p = tl.load(flat + k, mask=inside, other=0.0)
    g = tl.load(grad + k, mask=inside, other=0.0) * tl.minimum(clip / (norm + 1e-6), 1.0)
    m = tl.load(first + k, mask=inside, other=0.0)
    m = g + momentum * (m - g)
    v = tl.load(second + k, mask=inside, other=0.0) * beta2 + g * g * (1.0 - beta2)
    change = (m / first_bias) / (tl.sqrt(v) / second_bias + epsilon)
    p = p * (1.0 - rate * tl.load(decay + k, mask=inside, other=0.0)) - rate * change
    tl.store(flat + k, p, mask=moves)
    tl.store(first + k, m, mask=moves)
    tl.store(second + k, v, mask=moves)


def launch(arrays: Sequence[Tensor], numbers: Sequence[float], loss: Tensor, norm: Tensor) -> None:
    """Move the weights of an optimiser on a GPU, the first of its arrays."""
    n = arrays[0].numel()
    with torch.cuda.device_of(loss):
        move[(triton.cdiv(n, BLOCK),)](*arrays, loss, norm, *numbers, n, BLOCK=BLOCK)
