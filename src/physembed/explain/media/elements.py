"""Interferometers, delay lines and modulators as paths and drives that one can order."""

import math

from physembed.explain.media.layer import DEEPEST_MODULATION, BuiltLayer, in_units
from physembed.networks.component import ComponentModule
from physembed.physics import DelayLine, Lens, MachZehnder, Prism, ThreePathInterferometer

SPEED_OF_LIGHT = 299_792_458.0

FIBRE_INDEX = 1.468
"""Group index of standard fibre at 1550 nm (Corning SMF-28 Ultra, data sheet PI-1424)."""

NITRIDE_INDEX = 2.1
"""Group index of tight silicon nitride waveguides at 1550 nm (Pfeiffer et al., Optica 5 (2018)
884)."""

LONGEST_ON_A_CHIP = 2.0
"""Metres of spiral that low-loss nitride chips carry (Liu et al., Nature Communications 12 (2021)
2236)."""

LONGEST_IN_FIBRE = 100.0
"""Metres between the arms of a fibre interferometer from which even its active stabilisation is a
project of its own: 1 mK moves a fibre of 100 m by about 0.7 wavelengths (7e-6 per kelvin)."""


def built_element(element: ComponentModule, time_scale: float) -> BuiltLayer:
    """An element at a time scale: delays as lengths, phases as depths of modulation.

    A delay τ is a length c τ / n_g. A Mach-Zehnder of delay τ has paths that differ by 2 τ; of
    three paths, neighbours differ by τ.

    Parameters
    ----------
    element : ComponentModule
    time_scale : float
        Seconds of light per timepoint of the series.
    """
    values = {name: float(value) for name, value in element.physical().items()}
    kind = element.element
    if isinstance(kind, (MachZehnder, ThreePathInterferometer, DelayLine)):
        factor = 2 if isinstance(kind, MachZehnder) else 1
        return _paths(abs(values["delay"]) * time_scale * factor)
    n, dt = element.grid.n_points, element.grid.spacing
    half = n * dt / 2
    if isinstance(kind, Lens):
        depth = abs(values["strength"]) * half**2 + abs(values["tilt"]) * 2 * half
        return _modulator(depth)
    if isinstance(kind, Prism):
        shift = values["tilt"] / (2 * math.pi * time_scale)
        return BuiltLayer({"shift of the spectrum": in_units(shift, "Hz")})
    # masks: a modulator of as many points, in time or behind a spectrograph
    depth = max((abs(v) for v in values.values()), default=0.0)
    where = "in time" if kind.domain == "time" else "in a pulse shaper"
    return BuiltLayer({"mask": f"{len(values)} points {where}, up to {depth:.3g}"})


def _paths(difference: float) -> BuiltLayer:
    length = SPEED_OF_LIGHT * difference
    impossible = []
    if length / FIBRE_INDEX > LONGEST_IN_FIBRE:
        impossible.append(
            f"its arms differ by more than {in_units(LONGEST_IN_FIBRE, 'm')} of fibre"
        )
    on_chip = length / NITRIDE_INDEX
    return BuiltLayer(
        {
            "paths differ by": in_units(difference, "s"),
            "in fibre": in_units(length / FIBRE_INDEX, "m"),
            "in silicon nitride": in_units(on_chip, "m")
            if on_chip <= LONGEST_ON_A_CHIP
            else "does not fit",
        },
        tuple(impossible),
    )


def _modulator(depth: float) -> BuiltLayer:
    wraps = ("the modulator must wrap its phase",) if depth > DEEPEST_MODULATION else ()
    return BuiltLayer({"phase modulation": f"{depth:.4g} rad"}, wraps)
