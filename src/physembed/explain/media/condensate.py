"""Layers as times that a condensate spends in a trap."""

import math

from physembed.explain.layers import layer_actions
from physembed.explain.media.catalogue import Condensate
from physembed.explain.media.layer import BuiltLayer, in_units
from physembed.networks import Medium

HBAR = 1.054571817e-34


def condensate_layers(
    medium: Medium, atoms: Condensate, *, length_scale: float
) -> list[BuiltLayer]:
    """What each layer of a trained medium would be in a condensate.

    A layer of kinetic coefficient κ lasts T = κ dx² m/ħ; its trap s x² has the frequency
    ω = sqrt(2 ħ s / (m dx² T)); its interaction g at mean density n follows from
    g = g₁ n T/ħ with g₁ = 2 ħ ω⊥ a. Layers without kinetic energy are phases imprinted by light.

    Parameters
    ----------
    medium : Medium
    atoms : Condensate
    length_scale : float
        dx, metres per timepoint of the series.

    References
    ----------
    Pitaevskii and Stringari, Bose-Einstein Condensation (2003), eqs. 5.2 and 17.29.
    """
    built, elapsed = [], 0.0
    for layer in layer_actions(medium):
        if not layer.is_phase:
            return []
        duration = -layer.dispersion * length_scale**2 * atoms.mass / HBAR
        elapsed += abs(duration)
        impossible = []
        quantities = {"time": in_units(abs(duration), "s")}
        if duration < 0:
            impossible.append("negative kinetic energy: needs the top of a lattice's band")
        if elapsed > atoms.lifetime:
            impossible.append(f"longer than its lifetime of {in_units(atoms.lifetime, 's')}")
        if abs(layer.curvature) > 1e-12 and duration != 0:
            curvature = abs(layer.curvature) / length_scale**2
            frequency = math.sqrt(2 * HBAR * curvature / (atoms.mass * abs(duration)))
            frequency /= 2 * math.pi
            quantities["trap"] = in_units(frequency, "Hz")
            if layer.curvature < 0:
                impossible.append("its trap repels: needs blue-detuned light")
            if frequency > atoms.fastest_trap:
                impossible.append(f"a trap beyond {in_units(atoms.fastest_trap, 'Hz')}")
        else:
            quantities["trap"] = "none"
        quantities["imprinted phase"] = f"{layer.lens:.4g} rad" if duration == 0 else "none"
        strength = -layer.kerr
        if abs(strength) > 1e-9 and duration != 0:
            coupling = 2 * 2 * math.pi * atoms.transverse_frequency * atoms.scattering_length
            density = abs(strength) / (coupling * abs(duration))
            quantities["mean density"] = in_units(density * 1e-6, "atoms/µm")
            if strength < 0:
                impossible.append("its atoms repel: attraction needs a Feshbach resonance")
            if density > atoms.densest:
                impossible.append("too dense to be one-dimensional")
        else:
            quantities["mean density"] = "any low one" if abs(strength) <= 1e-9 else "none will do"
        built.append(BuiltLayer(quantities, tuple(impossible)))
    return built
