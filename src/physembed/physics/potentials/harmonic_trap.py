"""The harmonic trap: a parabola, in optics a (time) lens."""

from dataclasses import dataclass

from torch import Tensor

from physembed.physics.coefficient import Coefficient, CoefficientValues
from physembed.physics.potentials.potential import Potential, focal_strength, window_length


@dataclass(frozen=True)
class HarmonicTrap(Potential):
    """V(x) = s (x - x₀)².

    The coefficient ``strength`` s is m ω²/2ħ of a trap with angular frequency ω: with
    ``kinetic`` κ the frequency is ω = sqrt(2 s κ). ``centre`` x₀ is the middle of the window
    unless given. In natural units, strength 1 followed by kinetic 1 is the discrete Fourier
    transform, up to phases.

    Examples
    --------
    >>> import physembed as pe
    >>> condensate = pe.GrossPitaevskii(pe.HarmonicTrap())
    >>> list(condensate.coefficients)
    ['kinetic', 'g', 'strength', 'centre']
    """

    label = "trap"

    strength = Coefficient(
        "trap strength", unit="1/(length position²)", natural=focal_strength, term="potential"
    )
    centre = Coefficient(
        "trap centre", unit="position", natural=window_length, default=0.0, span=(-0.5, 0.5)
    )

    def __call__(self, t: Tensor, c: CoefficientValues) -> Tensor:
        return c.strength * (t - c.centre) ** 2
