"""The table of equations by name."""

from physembed.physics.equations.complex_ginzburg_landau import ComplexGinzburgLandau
from physembed.physics.equations.coupled_nonlinear_schrodinger import CoupledNonlinearSchrodinger
from physembed.physics.equations.generalised_nonlinear_schrodinger import (
    GeneralisedNonlinearSchrodinger,
)
from physembed.physics.equations.gross_pitaevskii import GrossPitaevskii
from physembed.physics.equations.lugiato_lefever import LugiatoLefever
from physembed.physics.equations.nonlinear_schrodinger import NonlinearSchrodinger
from physembed.physics.master_equation import MasterEquation

EQUATIONS: dict[str, type[MasterEquation]] = {
    "nonlinear-schrodinger": NonlinearSchrodinger,
    "generalised-nonlinear-schrodinger": GeneralisedNonlinearSchrodinger,
    "coupled-nonlinear-schrodinger": CoupledNonlinearSchrodinger,
    "gross-pitaevskii": GrossPitaevskii,
    "complex-ginzburg-landau": ComplexGinzburgLandau,
    "lugiato-lefever": LugiatoLefever,
}
"""Every equation by its name on the command line; it drives the docs and the tests too."""
