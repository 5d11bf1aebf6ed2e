"""Real media with typical values from the literature; a data sheet knows your own better.

Dispersion is β₂ = -D λ²/2πc of the D that is usually quoted, nonlinearity γ = 2π n₂ / (λ A) with
n₂ = 2.6e-20 m²/W in silica (Agrawal, Nonlinear Fiber Optics (2019), appendix B; more where
germanium is), both at λ = 1550 nm.
"""

import math
from dataclasses import dataclass

DECIBELS_PER_NEPER = 10 / math.log(10)
"""Of power: exp(-1) is -4.34 dB."""


@dataclass(frozen=True)
class OpticalMedium:
    """A medium for light at 1550 nm.

    Parameters
    ----------
    name : str
    beta2 : float
        Group-velocity dispersion in s²/m; of a lumped element, in s² at its full strength.
    gamma : float
        Kerr nonlinearity in 1/(W m); zero where there is none to speak of.
    loss : float
        In dB/m; of a lumped element, in dB.
    effective_area : float
        In m².
    longest : float
        Length in m (a lumped element's number of pieces) beyond which nobody builds it.
    source : str
    both_signs : bool, default=False
        Whether dispersion of the other sign can be had as well.
    lumped : bool, default=False
        Whether it comes in pieces rather than by the metre.
    highest_intensity : float, default=1e14
        In W/m², of picosecond pulses, from which the glass is at risk: a fiftieth of the 4.75e15
        at which the bulk of fused silica breaks (Smith and Do, Applied Optics 47 (2008) 4812),
        since end faces and splices are worse.
    brillouin_gain : float, default=5e-11
        In m/W (Agrawal (2019), section 9.1); zero where Brillouin scattering does not limit: on a
        path of metres, or where sound is not guided.
    """

    name: str
    beta2: float
    gamma: float
    loss: float
    effective_area: float
    longest: float
    source: str
    both_signs: bool = False
    lumped: bool = False
    highest_intensity: float = 1e14
    brillouin_gain: float = 5e-11


@dataclass(frozen=True)
class Condensate:
    """A Bose-Einstein condensate in a cigar-shaped trap.

    Parameters
    ----------
    name : str
    mass : float
        Of an atom, in kg.
    scattering_length : float
        In m.
    transverse_frequency : float
        Of the trap across, in Hz.
    lifetime : float
        In s.
    fastest_trap : float
        Highest frequency along, in Hz.
    densest : float
        Atoms per metre along from which it is no longer one-dimensional: 1 / scattering length.
    source : str
    """

    name: str
    mass: float
    scattering_length: float
    transverse_frequency: float
    lifetime: float
    fastest_trap: float
    densest: float
    source: str


_PS2_PER_KM = 1e-27
_PER_W_KM = 1e-3
_DB_PER_KM = 1e-3
_UM2 = 1e-12

OPTICAL_MEDIA: dict[str, OpticalMedium] = {
    medium.name: medium
    for medium in (
        OpticalMedium(
            "standard fibre",
            beta2=-21.7 * _PS2_PER_KM,  # D = 17 ps/(nm km)
            gamma=1.3 * _PER_W_KM,
            loss=0.19 * _DB_PER_KM,
            effective_area=80 * _UM2,
            longest=500e3,
            source="Agrawal, Nonlinear Fiber Optics (2019), sections 1.2 and 2.3; ITU-T G.652",
        ),
        OpticalMedium(
            "dispersion-compensating fibre",
            beta2=127 * _PS2_PER_KM,  # D = -100 ps/(nm km)
            gamma=5.0 * _PER_W_KM,
            loss=0.5 * _DB_PER_KM,
            effective_area=20 * _UM2,
            longest=100e3,
            source="Grüner-Nielsen et al., Journal of Lightwave Technology 23 (2005) 3566",
        ),
        OpticalMedium(
            "highly nonlinear fibre",
            beta2=0.64 * _PS2_PER_KM,  # D = -0.5 ps/(nm km), either sign by design
            gamma=11.0 * _PER_W_KM,
            loss=0.8 * _DB_PER_KM,
            effective_area=11 * _UM2,
            longest=10e3,
            source="Hirano et al., IEEE J. Selected Topics in Quantum Electronics 15 (2009) 103",
            both_signs=True,
        ),
        OpticalMedium(
            "chirped fibre Bragg grating",
            beta2=2550e-24,  # 2000 ps/nm, what 120 km of standard fibre ask for
            gamma=0.0,
            loss=3.0,
            effective_area=80 * _UM2,
            longest=10,
            source="Kashyap, Fiber Bragg Gratings (2010), chapter 7; loss with its circulator",
            both_signs=True,
            lumped=True,
            brillouin_gain=0.0,
        ),
        OpticalMedium(
            "silicon nitride waveguide",
            beta2=-50 * _PS2_PER_KM,
            gamma=0.97,
            loss=1.0,
            effective_area=1.0 * _UM2,
            longest=2.0,
            source=(
                "Liu et al., Nature Communications 12 (2021) 2236 (loss; dispersion is set by the "
                "width); Ikeda et al., Optics Express 16 (2008) 12987 (n₂ = 2.4e-19 m²/W); "
                "Riemensberger et al., Nature 612 (2022) 56 (2 m)"
            ),
            both_signs=True,
            # Epping et al., Optics Express 23 (2015) 19596: 590 pJ in 120 fs, several kW, survived
            highest_intensity=1e15,
            brillouin_gain=0.0,
        ),
    )
}
"""Every optical medium by its name."""

CONDENSATES: dict[str, Condensate] = {
    "rubidium-87": Condensate(
        "rubidium-87",
        mass=86.909180520 * 1.66053906660e-27,
        scattering_length=100.40 * 5.29177210903e-11,
        transverse_frequency=1000.0,
        lifetime=10.0,
        fastest_trap=10e3,
        densest=1 / (100.40 * 5.29177210903e-11),
        source=(
            "van Kempen et al., Physical Review Letters 88 (2002) 093201 (scattering length); "
            "Pitaevskii and Stringari (2003), section 17.5 (one dimension)"
        ),
    )
}
"""Every condensate by its name."""
