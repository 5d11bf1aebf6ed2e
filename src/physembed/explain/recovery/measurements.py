"""What can be measured of a field that leaves a channel, each kind with what it leaves open and how
its noise is read."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import gamma as gamma_distribution
from torch import Tensor

Numbers = NDArray[np.float64]

STANDS_OUT = 300.0
"""Peak over floor, from which what is lowest is taken for a floor, and not for signal too."""

IN_BAND, OF_ANY_CASE = 3.0, 15.0
"""Signal and noise over noise, from which a frequency belongs to the signals' band: in the mean,
and in any one case, to which noise alone comes once in three million."""

WINGS = 0.25
"""Of the band's width, by which it is widened on every side."""

DARK = 1.5
"""Mean power over the floor's, up to which a line of a spectrum shows little but its floor."""

Axes = tuple[int, ...]


@dataclass(frozen=True)
class Measurement:
    """A kind of measurement.

    Parameters
    ----------
    name : str
    is_complex : bool
    trace : callable
        The trace of complex fields of shape (cases, ..., points), float64 (cases, samples), but
        for what ``open_ends`` leaves open.
    measured : callable
        What was measured, of shape (cases, ..., points), as a trace of that kind.
    noise : callable
        Root mean square of the noise of a sample, read from what was measured; or None.
    is_relative : bool
        Whether the noise is a share of every sample.
    open_ends : callable or None
        Of measured and predicted traces: the predicted ones made as alike as what is open of every
        pair can make them, and the directions (cases, samples, n) in which that would change them.
    n_open : int
    """

    name: str
    is_complex: bool
    trace: Callable[[Tensor, Axes], Tensor]
    measured: Callable[[Tensor, Axes], Tensor]
    noise: Callable[[Tensor, Axes], float | None]
    is_relative: bool
    open_ends: Callable[[Numbers, Numbers], tuple[Numbers, Numbers]] | None
    n_open: int


def noise_floor(signals: Tensor, axes: Axes) -> float | None:
    """Root mean square of white noise in every point, read where there is nothing but noise.

    The lower quartile of the mean power of the signals' Fourier components, which of n cases and
    noise alone is distributed as Gamma(n)/n; where a share of them are signal, the quartile of all
    is a higher quantile of the rest. None where it is not far below the peak, and all may be
    signal.
    """
    lines = torch.fft.fftn(signals, dim=axes, norm="ortho").abs().square()
    lines = lines.reshape(-1, *lines.shape[lines.ndim - len(axes) :])
    mean = lines.mean(dim=0).flatten()
    quartile, n, level = float(torch.quantile(mean, 0.25)), len(lines), 0.25
    if not STANDS_OUT * quartile < float(mean.max()):
        return None
    for _ in range(5):
        floor = quartile * n / float(gamma_distribution.ppf(level, n))
        level = min(0.25 / float((mean < IN_BAND * floor).double().mean()), 0.9)
    return floor**0.5


def signal_band(fields: Tensor, axes: Axes) -> Tensor:
    """Where spectra stand out of their floor, as a mask of the shape of the spectrum.

    White noise beyond the signal's band tells nothing of the channel, but dispersion turns it
    fastest; a receiver filters it out. The floor is the spectrum's lower quartile; where it is
    not far below the peak, all of the band is signal.
    """
    spectra = torch.fft.fftn(fields, dim=axes).abs().square()
    spectra = spectra.reshape(-1, *spectra.shape[spectra.ndim - len(axes) :])
    mean = spectra.mean(dim=0)
    floor = torch.quantile(mean, 0.25)
    if not STANDS_OUT * floor < mean.max():
        return torch.ones_like(mean, dtype=torch.bool)
    band = (mean >= IN_BAND * floor) | (spectra.amax(dim=0) >= OF_ANY_CASE * floor)
    # what is cut off from a signal's wings is missed by a spectrum in dB
    width = float(band.sum()) ** (1 / band.ndim)
    for _ in range(math.ceil(WINGS * width)):
        for axis in range(band.ndim):
            band = band | band.roll(1, axis) | band.roll(-1, axis)
    return band


def _field(field: Tensor, axes: Axes) -> Tensor:
    """F[E], real and imaginary parts side by side."""
    lines = torch.fft.fftn(field.to(torch.complex128), dim=axes, norm="ortho")
    return torch.view_as_real(lines).flatten(1)


def _intensity(field: Tensor, axes: Axes) -> Tensor:
    return field.abs().square().flatten(1)


def _spectrum(field: Tensor, axes: Axes) -> Tensor:
    return torch.fft.fftn(field, dim=axes, norm="ortho").abs().square().flatten(1)


def _autocorrelation(field: Tensor, axes: Axes) -> Tensor:
    lines = torch.fft.fftn(field.abs().square(), dim=axes).abs().square()
    delays: Tensor = torch.fft.ifftn(lines, dim=axes).real
    return torch.fft.fftshift(delays, dim=axes).flatten(1)


def _as_it_is(trace: Tensor, axes: Axes) -> Tensor:
    return trace.to(torch.float64).flatten(1)


def _out_of_decibels(trace: Tensor, axes: Axes) -> Tensor:
    """Powers with a peak of one. Of a difference in dB, noise in the dark would be the most."""
    decibels = trace.to(torch.float64).flatten(1)
    power: Tensor = 10 ** ((decibels - decibels.amax(dim=1, keepdim=True)) / 10)
    return power


def _of_each_part(field: Tensor, axes: Axes) -> float | None:
    floor = noise_floor(field, axes)
    return None if floor is None else floor / 2**0.5


def _at_the_floor(decibels: Tensor, axes: Axes) -> float | None:
    """The scatter of the lines that no case lights, by the second differences of neighbours."""
    power = _out_of_decibels(decibels, axes).reshape(decibels.shape)
    power = torch.fft.fftshift(power, dim=axes).reshape(-1, decibels.shape[-1])
    mean = power.mean(dim=0)
    dark = mean < DARK * torch.quantile(mean, 0.25)
    inner = dark[1:-1] & dark[:-2] & dark[2:]
    if int(inner.sum()) < 16 or not STANDS_OUT * float(mean[dark].mean()) < float(mean.max()):
        return None
    second = (2 * power[:, 1:-1] - power[:, :-2] - power[:, 2:])[:, inner]
    relative = second / power[:, dark].mean(dim=1, keepdim=True)
    return float((relative.square().mean() / 6).sqrt())


def _any_phase(measured: Numbers, predicted: Numbers) -> tuple[Numbers, Numbers]:
    """Every predicted field turned by the phase that it has to the measured one."""
    lines = predicted[:, ::2] + 1j * predicted[:, 1::2]
    seen = measured[:, ::2] + 1j * measured[:, 1::2]
    overlap = (lines.conj() * seen).sum(axis=1, keepdims=True)
    turned = lines * np.exp(1j * np.angle(overlap))
    aligned, sideways = (
        np.stack([x.real, x.imag], axis=-1).reshape(len(x), -1) for x in (turned, 1j * turned)
    )
    return aligned, sideways[..., None]


def _any_scale(measured: Numbers, predicted: Numbers) -> tuple[Numbers, Numbers]:
    """Every predicted trace times a number, on a background."""
    size = np.abs(predicted).max(axis=1, keepdims=True)
    directions = np.stack([predicted / size, np.ones_like(predicted)], axis=-1)
    normal = np.einsum("ksi,ksj->kij", directions, directions)
    right = np.einsum("ksi,ks->ki", directions, measured)[..., None]
    numbers = np.linalg.solve(normal, right)[..., 0]
    return np.einsum("ksi,ki->ks", directions, numbers), directions


MEASUREMENTS: dict[str, Measurement] = {
    kind.name: kind
    for kind in (
        Measurement("field", True, _field, _field, _of_each_part, False, _any_phase, 1),
        Measurement("intensity", False, _intensity, _as_it_is, noise_floor, False, None, 0),
        Measurement(
            "spectrum", False, _spectrum, _out_of_decibels, _at_the_floor, True, _any_scale, 2
        ),
        Measurement(
            "autocorrelation", False, _autocorrelation, _as_it_is, noise_floor, False, _any_scale, 2
        ),
    )
}
"""Every kind by name: complex fields, each of any phase; abs(E)² in the unit of the inputs;
spectra in dB, each of any level and on any floor; autocorrelations of abs(E)², each of any scale
and on any background."""
