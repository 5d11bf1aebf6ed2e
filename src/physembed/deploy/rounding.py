"""Readouts of small integers: a quarter or an eighth of the bytes where there are many rows."""

from dataclasses import replace

import numpy as np

from physembed.deploy.plan import Plan
from physembed.deploy.readout import Readout
from physembed.errors import InvalidInputError, UnknownNameError

READOUTS = {"float32": 32, "int8": 8, "int4": 4}
"""Bits of a weight, by the name of its number."""

ROUNDING = 1e-6
"""Of a weight, of what single precision leaves of it."""

PROMISED = 0.995
"""Share of cases that a rounded readout must give the class of the model's own."""


def rounded(plan: Plan, readout: str) -> Plan:
    """The plan with its weights as integers from -(2^(bits-1) - 1) to 2^(bits-1) - 1.

    Every feature has a scale of its own, on which its largest weight is the largest integer:
    features differ in size by orders of magnitude, so that one scale a row would round most of
    them away.

    Parameters
    ----------
    plan : Plan
    readout : {"float32", "int8", "int4"}

    Raises
    ------
    UnknownNameError
    InvalidInputError
        If the readout has one row, whose scales would take the bytes of its weights.
    """
    if readout not in READOUTS:
        raise UnknownNameError("readout", readout, tuple(READOUTS))
    if readout == "float32":
        return plan
    weights = plan.readout.weights
    if len(weights) == 1:
        raise InvalidInputError(
            f"readout must be 'float32' for a readout of one row, got {readout!r}: the scales of "
            "its features would take the bytes of its weights."
        )
    return replace(plan, readout=in_bits(plan.readout, READOUTS[readout]))


def in_bits(readout: Readout, bits: int) -> Readout:
    """A readout with its weights as integers of so many bits, and a scale for every feature."""
    weights = readout.weights
    most = 2 ** (bits - 1) - 1
    largest = np.abs(weights).max(axis=0)
    # in single precision, as they are stored
    scales = (np.where(largest > 0, largest, 1) / most).astype(np.float32).astype(np.float64)
    integers = np.clip(np.round(weights / scales), -most, most)
    return replace(readout, weights=integers, scales=scales, bits=bits)


def as_learnt(plan: Plan, bits: int) -> Plan:
    """The plan with the integers that its weights were rounded to before they were read out.

    Weights that were learnt in 4 or 8 bits are integers on one unit times a power of two for each
    feature; these are told from them, and nothing is rounded again.

    Parameters
    ----------
    plan : Plan
    bits : int
        4 or 8.

    Returns
    -------
    Plan
        As it is, where its weights are no such integers.
    """
    weights = plan.readout.weights
    most = 2 ** (bits - 1) - 1
    largest = np.abs(weights).max(axis=0)
    lit = largest > 0
    if not lit.any():
        return plan
    # the largest weight of all is one of the upper half of the integers
    for integer in range(most, most // 2, -1):
        unit = largest.max() / integer
        octaves = np.ceil(np.log2(largest[lit] / (unit * most)) - ROUNDING)
        powers = np.zeros(len(largest), np.int64)
        powers[lit] = octaves - octaves.min()
        scales = (unit * np.exp2(octaves.min())).astype(np.float32) * np.exp2(powers)
        integers = np.round(weights / scales)
        near = np.abs(integers * scales - weights) <= ROUNDING * largest
        if near.all() and np.abs(integers).max() <= most and powers.max() < 16:
            readout = replace(plan.readout, weights=integers, scales=scales, bits=bits)
            return replace(plan, readout=readout)
    return plan
