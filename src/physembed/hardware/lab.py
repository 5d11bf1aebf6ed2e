"""A simulated laboratory, with what is wrong with real ones: a test bed."""

import math
import time
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from physembed._checks import check_integer, check_number


class SpectralLine(nn.Module):
    """Series on a carrier, a programmable time lens, dispersion, a photodiode, and bins.

    E = x(t) exp(i φ(t)), φ = t²/2D + Σ controls · bumps evenly spaced over the window;
    F[E] <- F[E] exp(i D ω²/2); the features are log(ε + mean |E|²) over bins of the time that
    shows the lower half of the band: in the lens's focus, ω comes at -D ω, and the spectrum of a
    real series is even.

    Parameters
    ----------
    n_timepoints, n_controls, n_bins : int
        The line's own parameters are the relative error of its dispersion, and a gain and an offset
        of every bin.

    References
    ----------
    Kolner and Nazarathy, Opt. Lett. 14, 630 (1989).

    Examples
    --------
    >>> import torch
    >>> from physembed.hardware import SpectralLine
    >>> line = SpectralLine(64, n_bins=8)
    >>> line(torch.sin(torch.arange(64) / 3)[None], {"phase": torch.zeros(12)}).shape
    torch.Size([1, 8])
    """

    def __init__(self, n_timepoints: int, n_controls: int = 12, n_bins: int = 27) -> None:
        super().__init__()
        check_integer("n_timepoints", n_timepoints, least=8)
        check_integer("n_controls", n_controls, least=1)
        check_integer("n_bins", n_bins, least=1, most=n_timepoints // 4)
        self.n_timepoints, self.n_bins = n_timepoints, n_bins
        self.n_points = 2 * n_timepoints
        # the band's edge ω = π lies at the edge of the window
        self.dispersion = n_timepoints / math.pi
        t = torch.arange(n_timepoints) - n_timepoints / 2
        centres = torch.linspace(-n_timepoints / 2, n_timepoints / 2, n_controls)
        bumps = torch.exp(-(((t[:, None] - centres) / (n_timepoints / n_controls)) ** 2))
        self.register_buffer("lens", t**2 / (2 * self.dispersion))
        self.register_buffer("bumps", bumps)
        self.register_buffer("omega", 2 * math.pi * torch.fft.fftfreq(self.n_points))
        self.stretch = nn.Parameter(torch.zeros(()))
        self.gain = nn.Parameter(torch.zeros(n_bins))
        self.offset = nn.Parameter(torch.zeros(n_bins))

    def forward(self, inputs: Tensor, controls: dict[str, Tensor]) -> Tensor:
        lens, omega = self.get_buffer("lens"), self.get_buffer("omega")
        phase = lens + self.get_buffer("bumps") @ controls["phase"]
        field = inputs * torch.polar(torch.ones_like(phase), phase)
        turn = self.dispersion * (1 + self.stretch) * omega**2 / 2
        spectrum = torch.fft.fft(field, self.n_points) * torch.polar(torch.ones_like(turn), turn)
        # the light of -ω comes D ω after the middle of the series
        middle, reach = self.n_timepoints // 2, self.n_timepoints // 2
        seen = torch.fft.ifft(spectrum)[..., middle : middle + reach]
        intensity = seen.real**2 + seen.imag**2
        parts = intensity.tensor_split(self.n_bins, dim=-1)
        level = torch.log(1e-3 + torch.stack([part.mean(dim=-1) for part in parts], dim=-1))
        return level * (1 + self.gain) + self.offset


class SimulatedLab:
    """A line that is not quite what its data sheet says: an ``apply`` of :class:`BlackBox`.

    Parameters
    ----------
    line : SpectralLine
        What it should be.
    miscalibration : float, default=0.03
        Relative error of its dispersion, and the standard deviation of the gains of its bins.
    phase_noise : float, default=0.02
        Of the controls, in rad, drawn at every call.
    bits : int, default=8
        Of the converters before and behind, over five standard deviations to either side of the
        mean of the first batch.
    drift : float, default=0.0
        Of the dispersion, relative, and of the controls in rad: a random walk, per call.
    failures : float, default=0.0
        Share of the calls that raise, return NaN, or another shape.
    latency : float, default=0.0
        Seconds per call.
    seed : int, default=0

    Examples
    --------
    >>> import numpy as np
    >>> from physembed.hardware import SimulatedLab, SpectralLine
    >>> lab = SimulatedLab(SpectralLine(64, n_bins=8), bits=6, seed=1)
    >>> lab(np.sin(np.arange(64) / 3)[None], {"phase": np.zeros(12)}).shape
    (1, 8)
    """

    def __init__(
        self,
        line: SpectralLine,
        *,
        miscalibration: float = 0.03,
        phase_noise: float = 0.02,
        bits: int = 8,
        drift: float = 0.0,
        failures: float = 0.0,
        latency: float = 0.0,
        seed: int = 0,
    ) -> None:
        for name, value in [("phase_noise", phase_noise), ("drift", drift), ("latency", latency)]:
            check_number(name, value, least=0)
        check_number("miscalibration", miscalibration, least=0)
        check_number("failures", failures, least=0, most=1)
        check_integer("bits", bits, least=1, most=32)
        self.line, self.phase_noise, self.bits = line, phase_noise, bits
        self.drift, self.failures, self.latency = drift, failures, latency
        self._random = np.random.default_rng(seed)
        self._stretch = miscalibration * float(self._random.choice([-1.0, 1.0]))
        self._gain = miscalibration * self._random.standard_normal(line.n_bins)
        self._walk = np.zeros(line.get_buffer("bumps").shape[1])
        self._ranges: dict[str, tuple[float, float]] = {}

    def __call__(
        self, inputs: NDArray[Any], controls: dict[str, NDArray[np.float64]]
    ) -> NDArray[Any]:
        if self.latency:
            time.sleep(self.latency)
        wrong = self._random.random() < self.failures
        self._stretch += self.drift * self._random.standard_normal()
        self._walk += self.drift * self._random.standard_normal(len(self._walk))
        noise = self.phase_noise * self._random.standard_normal(len(self._walk))
        phase = controls["phase"] + self._walk + noise
        state = {
            "stretch": torch.tensor(self._stretch, dtype=torch.float32),
            "gain": torch.from_numpy(self._gain).float(),
        }
        entered = torch.from_numpy(self._converted("in", inputs)).float()
        with torch.no_grad():
            left: Tensor = torch.func.functional_call(
                self.line, state, (entered, {"phase": torch.from_numpy(phase).float()})
            )
        outputs = self._converted("out", left.numpy())
        if wrong:
            kind = self._random.integers(3)
            if kind == 0:
                raise OSError("the laser has lost its lock")
            outputs = outputs * np.nan if kind == 1 else outputs[:, :-1]
        return outputs

    def _converted(self, side: str, values: NDArray[Any]) -> NDArray[Any]:
        if side not in self._ranges:
            middle, reach = float(values.mean()), 5 * float(values.std()) or 1.0
            self._ranges[side] = (middle - reach, middle + reach)
        low, high = self._ranges[side]
        step = (high - low) / (2**self.bits - 1)
        return low + np.round((np.clip(values, low, high) - low) / step) * step
