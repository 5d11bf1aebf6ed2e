"""The tables of equations by name."""

from physembed.errors import UnknownNameError
from physembed.physics.equations.allen_cahn import AllenCahn
from physembed.physics.equations.benjamin_ono import BenjaminOno
from physembed.physics.equations.bragg_grating import BraggGrating
from physembed.physics.equations.burgers import Burgers
from physembed.physics.equations.cahn_hilliard import CahnHilliard
from physembed.physics.equations.complex_ginzburg_landau import ComplexGinzburgLandau
from physembed.physics.equations.coupled_nonlinear_schrodinger import CoupledNonlinearSchrodinger
from physembed.physics.equations.cubic_quintic import CubicQuintic
from physembed.physics.equations.derivative_schrodinger import DerivativeSchrodinger
from physembed.physics.equations.fisher_kpp import FisherKPP
from physembed.physics.equations.fitzhugh_nagumo import FitzHughNagumo
from physembed.physics.equations.fractional_diffusion import FractionalDiffusion
from physembed.physics.equations.fractional_schrodinger import FractionalSchrodinger
from physembed.physics.equations.generalised_nonlinear_schrodinger import (
    GeneralisedNonlinearSchrodinger,
)
from physembed.physics.equations.gray_scott import GrayScott
from physembed.physics.equations.gross_pitaevskii import GrossPitaevskii
from physembed.physics.equations.hirota import Hirota
from physembed.physics.equations.klein_gordon import KleinGordon
from physembed.physics.equations.korteweg_de_vries import KortewegDeVries
from physembed.physics.equations.kuramoto_sivashinsky import KuramotoSivashinsky
from physembed.physics.equations.lugiato_lefever import LugiatoLefever
from physembed.physics.equations.maxwell_bloch import MaxwellBloch
from physembed.physics.equations.modified_korteweg_de_vries import ModifiedKortewegDeVries
from physembed.physics.equations.nonlinear_schrodinger import NonlinearSchrodinger
from physembed.physics.equations.sine_gordon import SineGordon
from physembed.physics.equations.swift_hohenberg import SwiftHohenberg
from physembed.physics.equations.swift_hohenberg_laser import SwiftHohenbergLaser
from physembed.physics.equations.telegraph import Telegraph
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

ZOO: dict[str, type[MasterEquation]] = {
    "korteweg-de-vries": KortewegDeVries,
    "modified-korteweg-de-vries": ModifiedKortewegDeVries,
    "benjamin-ono": BenjaminOno,
    "burgers": Burgers,
    "kuramoto-sivashinsky": KuramotoSivashinsky,
    "fisher-kpp": FisherKPP,
    "allen-cahn": AllenCahn,
    "cahn-hilliard": CahnHilliard,
    "swift-hohenberg": SwiftHohenberg,
    "fractional-diffusion": FractionalDiffusion,
    "telegraph": Telegraph,
    "klein-gordon": KleinGordon,
    "sine-gordon": SineGordon,
    "fitzhugh-nagumo": FitzHughNagumo,
    "gray-scott": GrayScott,
    "maxwell-bloch": MaxwellBloch,
    "bragg-grating": BraggGrating,
    "cubic-quintic": CubicQuintic,
    "fractional-schrodinger": FractionalSchrodinger,
    "derivative-schrodinger": DerivativeSchrodinger,
    "hirota": Hirota,
    "swift-hohenberg-laser": SwiftHohenbergLaser,
}
"""Equations beyond those of fibres, condensates and cavities, each with an example of its own."""

ALL_EQUATIONS: dict[str, type[MasterEquation]] = EQUATIONS | ZOO
"""Every equation by name."""

SHORT_NAMES: dict[str, str] = {
    "nlse": "nonlinear-schrodinger",
    "gnlse": "generalised-nonlinear-schrodinger",
    "gpe": "gross-pitaevskii",
    "cgle": "complex-ginzburg-landau",
    "kdv": "korteweg-de-vries",
    "mkdv": "modified-korteweg-de-vries",
    "wave": "telegraph",
}
"""What some equations are called for short."""


def equation_named(name: str) -> MasterEquation:
    """The equation of a name, or of a short one, with its default arguments.

    Raises
    ------
    UnknownNameError
    """
    full = SHORT_NAMES.get(name, name)
    if full not in ALL_EQUATIONS:
        raise UnknownNameError("equation", name, [*ALL_EQUATIONS, *SHORT_NAMES])
    return ALL_EQUATIONS[full]()
