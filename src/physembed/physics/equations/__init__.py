"""Master equations, one per file, and the table that names them."""

from physembed.physics.equations.gross_pitaevskii import GrossPitaevskii
from physembed.physics.equations.nonlinear_schrodinger import NonlinearSchrodinger
from physembed.physics.master_equation import MasterEquation

EQUATIONS: dict[str, type[MasterEquation]] = {
    "nonlinear-schrodinger": NonlinearSchrodinger,
    "gross-pitaevskii": GrossPitaevskii,
}
"""Every equation by its name on the command line; it drives the docs and the tests too."""

__all__ = ["EQUATIONS", "GrossPitaevskii", "NonlinearSchrodinger"]
