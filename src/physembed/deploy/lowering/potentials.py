"""Phases of potentials: polynomials, one for every cell, where the potential has them."""

import math
from collections.abc import Mapping
from functools import singledispatch

import numpy as np
import torch

from physembed.deploy.factor import Factor, Piece, polynomial
from physembed.deploy.lowering.elements import parabola
from physembed.physics import (
    CoefficientValues,
    HarmonicTrap,
    OpticalLattice,
    PolynomialPotential,
    Potential,
    TimeGrid,
)


@singledispatch
def lower_potential(
    potential: Potential, values: Mapping[str, float], length: float, grid: TimeGrid
) -> Factor:
    """exp(-i V(t) length), by the potential's class; any potential has a table.

    Parameters
    ----------
    potential : Potential
    values : mapping of str to float
        Its coefficients, in the grid's units, perhaps among others.
    length : float
        Of the step.
    grid : TimeGrid
    """
    c = CoefficientValues(
        **{k: torch.tensor(v, dtype=torch.float64).reshape(1) for k, v in values.items()}
    )
    phase = -length * potential(grid.t, c).expand(grid.n_points).detach().numpy(force=True)
    return Factor(table=np.exp(1j * phase)) if phase.any() else Factor()


@lower_potential.register
def _(
    potential: HarmonicTrap, values: Mapping[str, float], length: float, grid: TimeGrid
) -> Factor:
    turns = parabola(-values["strength"] * length, values["centre"], grid)
    return polynomial(turns, grid.n_points)


@lower_potential.register
def _(
    potential: PolynomialPotential, values: Mapping[str, float], length: float, grid: TimeGrid
) -> Factor:
    scale = -length / (2 * math.pi)
    powers = range(1, potential.degree + 1)
    turns = [scale * values[f"a{k}"] * grid.spacing**k for k in powers]
    return polynomial((0.0, *turns), grid.n_points)


@lower_potential.register
def _(
    potential: OpticalLattice, values: Mapping[str, float], length: float, grid: TimeGrid
) -> Factor:
    if not values["strength"]:
        return Factor()
    if potential.cells != "parabolic":
        return lower_potential.dispatch(Potential)(potential, values, length, grid)
    shift = values["phase"] / (2 * math.pi)
    # the same expression as the potential's: where rounding moves a point to the neighbouring
    # cell, it must move here as well
    site = torch.round(grid.t / potential.period - shift).long().tolist()
    starts = [k for k in range(grid.n_points) if k == 0 or site[k] != site[k - 1]]
    pieces = []
    for start in starts:
        centre = potential.period * (site[start] + shift)
        turns = parabola(-values["strength"] * length, centre, grid)
        pieces.append(Piece(start - grid.n_points // 2, turns))
    return Factor(phase=tuple(pieces))
