"""A pulse, a medium and a grid: everything that a simulation needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from physembed.physics.pulses import PulseShape


@dataclass(frozen=True)
class Scene:
    """Everything that a simulation needs.

    Parameters
    ----------
    equation : str
        A name in :data:`~physembed.physics.ALL_EQUATIONS`.
    about : str
        What there is to see.
    pulse : str
        A name in :data:`~physembed.physics.pulses.PULSES`, or "closed-form" for the equation's own
        exact solution where it begins. Of real fields the real part enters; of several fields it
        is the first, and the others are at rest.
    coefficients : mapping of str to float
        In the grid's units.
    length : float
    steps : int, default=2000
    scheme : str, default="strang"
    points : int, default=1024
    window : float, default=40.0
    shape : PulseShape
    amplitude : float or None, default=None
        In place of the shape's. None: of a soliton √abs(beta2 / gamma) / width, with which
        the medium carries it unchanged, of any other pulse 1.
    potential : str, default="harmonic-trap"
        Of the Gross-Pitaevskii equation: names in :data:`~physembed.physics.POTENTIALS`, joined
        by ``+``.
    period : float or None, default=None
        Of an optical lattice; None: a tenth of the window.
    """

    equation: str
    about: str
    pulse: str
    coefficients: Mapping[str, float]
    length: float
    steps: int = 2000
    scheme: str = "strang"
    points: int = 1024
    window: float = 40.0
    shape: PulseShape = field(default_factory=PulseShape)
    amplitude: float | None = None
    potential: str = "harmonic-trap"
    period: float | None = None
