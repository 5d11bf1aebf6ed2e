"""Coefficients that many equations have, under the field's name for each."""

from typing import Any

from physembed.physics.coefficient import (
    Coefficient,
    NaturalScale,
    far_field_dispersion,
    per_layer,
    radian_at_mean_intensity,
    reference_frequency,
    wave_rate,
)


def attenuation() -> Coefficient:
    """α, by which the energy decays; zero unless it is given."""
    return Coefficient(
        "attenuation", unit="1/length", natural=per_layer, default=0.0, term="attenuation"
    )


def group_velocity_dispersion() -> Coefficient:
    """β₂, of i β₂ ω²/2."""
    return _dispersion("group-velocity dispersion", 2, "²")


def third_order_dispersion(default: float | None = None) -> Coefficient:
    """β₃, of -i β₃ ω³/6."""
    return _dispersion("third-order dispersion", 3, "³", default)


def fourth_order_dispersion(default: float | None = None) -> Coefficient:
    """β₄, of i β₄ ω⁴/24."""
    return _dispersion("fourth-order dispersion", 4, "⁴", default)


def kerr_nonlinearity(default: float | None = None) -> Coefficient:
    """γ, of i γ |E|² E."""
    return Coefficient(
        "Kerr nonlinearity",
        unit="1/(intensity length)",
        natural=radian_at_mean_intensity,
        default=default,
        term="nonlinearity",
    )


def diffusivity(description: str = "diffusion") -> Coefficient:
    """D, of D ∂²u/∂t², which is not negative."""
    return Coefficient(
        description,
        unit="time²/length",
        natural=wave_rate(derivatives=2),
        span=(0.0, 2.0),
        term="dispersion",
    )


def spectral_selectivity() -> Coefficient:
    """s, of s (1 + q⁻² ∂²/∂t²)²: how narrow the band of the waves that grow is."""
    return Coefficient(
        "selectivity", unit="1/length", natural=per_layer, default=1.0, span=(0.2, 2.0)
    )


def preferred_frequency() -> Coefficient:
    """q, the frequency of the waves that grow first."""
    return Coefficient(
        "preferred frequency", unit="1/time", natural=reference_frequency, span=(0.5, 2.0)
    )


def wave_speed() -> Coefficient:
    """c, of c² ∂²u/∂t²; one carries a wave through a sixteenth of the window in a layer."""
    return Coefficient(
        "speed",
        unit="time/length",
        natural=_sixteenth_of_the_window,
        span=(0.0, 2.0),
        term="dispersion",
    )


def _dispersion(
    description: str, order: int, power: str, default: float | None = None
) -> Coefficient:
    return Coefficient(
        description,
        unit=f"time{power}/length",
        natural=far_field_dispersion(order),
        default=default,
        term="dispersion",
    )


def _sixteenth_of_the_window(equation: Any, scale: NaturalScale) -> float:
    return scale.grid.window / 16 / scale.layer_length
