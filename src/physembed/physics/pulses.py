"""Named pulses: the fields that a simulation launches."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from physembed._checks import check_integer, check_number
from physembed.errors import UnknownNameError
from physembed.physics.grid import TimeGrid


@dataclass(frozen=True)
class PulseShape:
    """The numbers that a pulse is made of; τ = (t - centre) / width.

    Parameters
    ----------
    amplitude : float, default=1.0
        A, the peak of |E| (of noise: its root mean square). In the root of an intensity.
    width : float, default=1.0
        T₀, in the grid's unit of time; positive. Of noise: its coherence time.
    centre : float, default=0.0
        Where the pulse is, in the grid's unit of time.
    frequency : float, default=0.0
        Angular frequency Ω by which the carrier is shifted: a factor exp(iΩt), with Ω rounded to
        a multiple of 2π/window, so that the field stays periodic. Of a tone: its modulation.
    order : float, default=3.0
        N of a higher-order soliton, m of a super-Gaussian.
    chirp : float, default=4.0
        C of a chirped Gaussian.
    seed : int, default=0
        Of noise: the same seed gives the same field.

    Raises
    ------
    InvalidInputError
        If a number is not finite, or ``width`` or ``order`` not positive.
    """

    amplitude: float = 1.0
    width: float = 1.0
    centre: float = 0.0
    frequency: float = 0.0
    order: float = 3.0
    chirp: float = 4.0
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("amplitude", "width", "centre", "frequency", "order", "chirp"):
            above = 0 if name in ("width", "order") else None
            check_number(name, getattr(self, name), above=above)
        check_integer("seed", self.seed)


def sech(x: Tensor) -> Tensor:
    """1 / cosh x: the shape of bright solitons, here and in closed forms."""
    return 1 / torch.cosh(x)


def soliton(grid: TimeGrid, shape: PulseShape) -> Tensor:
    """E = A sech(τ): unchanged where A T₀ = √(-β₂/γ) (Agrawal 2019, eq. 5.2.14)."""
    return shape.amplitude / torch.cosh(_tau(grid, shape)) + 0j


def higher_order_soliton(grid: TimeGrid, shape: PulseShape) -> Tensor:
    """E = N A sech(τ): for integer N it returns after z = (π/2) T₀²/|β₂| (Agrawal, 5.2.13)."""
    return shape.order * soliton(grid, shape)


def gaussian(grid: TimeGrid, shape: PulseShape) -> Tensor:
    """E = A exp(-τ²/2) (Agrawal 2019, eq. 3.2.6)."""
    return shape.amplitude * torch.exp(-(_tau(grid, shape) ** 2) / 2) + 0j


def chirped(grid: TimeGrid, shape: PulseShape) -> Tensor:
    """E = A exp(-(1 + iC) τ²/2): compressed first where β₂ C < 0 (Agrawal 2019, eq. 3.2.15)."""
    return shape.amplitude * torch.exp(-(1 + 1j * shape.chirp) * _tau(grid, shape) ** 2 / 2)


def super_gaussian(grid: TimeGrid, shape: PulseShape) -> Tensor:
    """E = A exp(-τ^(2m)/2), with m the order (Agrawal 2019, eq. 3.2.24)."""
    exponent = _tau(grid, shape).abs() ** (2 * shape.order) / 2
    return shape.amplitude * torch.exp(-exponent) + 0j


def noise(grid: TimeGrid, shape: PulseShape) -> Tensor:
    """Circular complex Gaussian noise of coherence time T₀ that fills the window.

    White noise with a spectrum of |E(ω)|² ∝ exp(-(ω T₀)²), scaled to ⟨|E|²⟩ = A².
    """
    generator = torch.Generator().manual_seed(shape.seed)
    white = torch.randn(grid.n_points, dtype=torch.complex128, generator=generator)
    field = torch.fft.ifft(white * torch.exp(-((grid.omega * shape.width) ** 2) / 2))
    return shape.amplitude * field / field.abs().square().mean().sqrt()


def tone(grid: TimeGrid, shape: PulseShape) -> Tensor:
    """E = A [1 + 0.01 cos(Ω (t - centre))]: a continuous wave whose modulation may be unstable.

    Ω is ``frequency``, or 1/T₀ where that is zero, rounded to a harmonic of the window.
    """
    omega = harmonic(grid, shape.frequency or 1 / shape.width)
    return shape.amplitude * (1 + 0.01 * torch.cos(omega * (grid.t - shape.centre))) + 0j


PULSES: dict[str, Callable[[TimeGrid, PulseShape], Tensor]] = {
    "soliton": soliton,
    "higher-order-soliton": higher_order_soliton,
    "gaussian": gaussian,
    "chirped": chirped,
    "super-gaussian": super_gaussian,
    "noise": noise,
    "tone": tone,
}
"""Every pulse by its name on the command line."""


def pulse(name: str, grid: TimeGrid, shape: PulseShape | None = None) -> Tensor:
    """A named pulse on a grid.

    Parameters
    ----------
    name : str
        A name in :data:`PULSES`.
    grid : TimeGrid
    shape : PulseShape or None, default=None
        None: the defaults.

    Returns
    -------
    Tensor of shape (n_points,), complex128

    Raises
    ------
    UnknownNameError
        If there is no pulse of that name.

    Examples
    --------
    >>> from physembed.physics import TimeGrid
    >>> pulse("soliton", TimeGrid(4)).abs()
    tensor([0.2658, 0.6481, 1.0000, 0.6481], dtype=torch.float64)
    """
    if name not in PULSES:
        raise UnknownNameError("pulse", name, list(PULSES))
    shape = shape or PulseShape()
    field = PULSES[name](grid, shape)
    if name == "tone" or not shape.frequency:
        return field
    return field * torch.exp(1j * harmonic(grid, shape.frequency) * grid.t)


def harmonic(grid: TimeGrid, omega: float) -> float:
    """The multiple of 2π/window that is nearest to ``omega``."""
    line = 2 * math.pi / grid.window
    return round(omega / line) * line


def _tau(grid: TimeGrid, shape: PulseShape) -> Tensor:
    return (grid.t - shape.centre) / shape.width
