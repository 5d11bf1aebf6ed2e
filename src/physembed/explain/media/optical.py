"""Layers as pieces of an optical medium."""

import math

from physembed.explain.layers import LayerAction, layer_actions
from physembed.explain.media.catalogue import DECIBELS_PER_NEPER, OpticalMedium
from physembed.explain.media.layer import (
    DEEPEST_MODULATION,
    NOTICEABLE_GAIN,
    PASSIVE,
    BuiltLayer,
    in_units,
)
from physembed.networks import Medium

BRILLOUIN_LINEWIDTH = 20e6
"""Of silica, in Hz (Agrawal (2019), section 9.1); a wider signal raises the threshold in
proportion (section 9.2)."""

BRILLOUIN_EXPONENT = 21
"""Exponential gain g P L/A at which noise has grown to the signal, R. G. Smith, Applied Optics 11
(1972) 2489. Kovalev and Harrison, Optics Express 15 (2007) 17625, find less in kilometres, down to
5: what is called possible here may then need a wider signal."""


def optical_layers(
    medium: Medium,
    real: OpticalMedium,
    *,
    time_scale: float,
    peak: float = 1.0,
    bandwidth: float = 0.0,
) -> list[BuiltLayer]:
    """What each layer of a trained medium would be in a real one.

    Its length is that of the layer's dispersion, L = β₂ τ² / β₂(medium); the power is the one at
    which that length turns the phase as far, P = γ / (γ(medium) L_eff) at intensity one.

    Parameters
    ----------
    medium : Medium
    real : OpticalMedium
    time_scale : float
        τ, seconds of the optical signal per timepoint of the series.
    peak : float, default=1.0
        Peak of |E|² over the mean intensity, for the peak power.
    bandwidth : float, default=0.0
        Of the signal, in cycles per timepoint, for the Brillouin threshold.

    Returns
    -------
    list of BuiltLayer
        Empty for equations whose local law is no phase.
    """
    return [
        _built(layer, real, time_scale, peak=peak, bandwidth=bandwidth / time_scale)
        for layer in layer_actions(medium)
        if layer.is_phase
    ]


def _built(
    layer: LayerAction, real: OpticalMedium, time_scale: float, *, peak: float, bandwidth: float
) -> BuiltLayer:
    dispersion = layer.dispersion * time_scale**2
    length = dispersion / real.beta2
    impossible = []
    if length < 0:
        if not real.both_signs:
            impossible.append(f"it has no {'normal' if dispersion > 0 else 'anomalous'} dispersion")
        length = -length
    if length > real.longest:
        longest = f"{real.longest:g} pieces" if real.lumped else in_units(real.longest, "m")
        impossible.append(f"longer than {longest}")
    quantities = {
        "dispersion": f"{dispersion * 1e24:.4g} ps²",
        "length": f"{length:.3g} pieces" if real.lumped else in_units(length, "m"),
    }
    lost = real.loss * length
    gain = lost - DECIBELS_PER_NEPER * layer.loss
    quantities["own loss"] = f"{lost:.3g} dB"
    quantities["amplifier"] = f"{gain:+.3g} dB"
    if gain > NOTICEABLE_GAIN:
        impossible.append(f"{PASSIVE}needs an amplifier of {gain:.3g} dB")
    impossible += _power(layer, real, length, peak=peak, bandwidth=bandwidth, quantities=quantities)
    if layer.lens:
        quantities["phase modulation"] = f"{layer.lens:.4g} rad"
        if layer.lens > DEEPEST_MODULATION:
            impossible.append("the modulator must wrap its phase")
    return BuiltLayer(quantities, tuple(impossible), gain)


def _power(
    layer: LayerAction,
    real: OpticalMedium,
    length: float,
    *,
    peak: float,
    bandwidth: float,
    quantities: dict[str, str],
) -> list[str]:
    """Add the powers of a layer to its quantities, and say what is against them."""
    if abs(layer.kerr) < 1e-9:
        quantities["mean power"] = "any low one"
        quantities["peak power"] = "any low one"
        return []
    if real.gamma == 0 or length == 0:
        quantities["mean power"] = quantities["peak power"] = "none will do"
        return ["no nonlinearity" if real.gamma == 0 else "no length to be nonlinear in"]
    against = []
    if layer.kerr < 0:
        against.append("its nonlinearity is self-focusing only")
    absorption = real.loss / DECIBELS_PER_NEPER
    effective = -math.expm1(-absorption * length) / absorption if absorption else length
    mean = abs(layer.kerr) / (real.gamma * effective)
    quantities["mean power"] = in_units(mean, "W")
    quantities["peak power"] = in_units(mean * peak, "W")
    damage = real.highest_intensity * real.effective_area
    if mean * peak > damage:
        against.append(f"peak above the damage threshold of {in_units(damage, 'W')}")
    if real.brillouin_gain:
        threshold = BRILLOUIN_EXPONENT * real.effective_area / (real.brillouin_gain * effective)
        threshold *= 1 + bandwidth / BRILLOUIN_LINEWIDTH
        if mean > threshold:
            against.append(f"above the Brillouin threshold of {in_units(threshold, 'W')}")
    return against
