"""A long series through a linear fibre: fields and records exist a stretch at a time.

Up to :data:`~physembed.networks.fibre.LARGEST_WINDOW` points the field is transformed as a whole,
one arm after the other, and its detectors read it stretch after stretch. A longer series passes
the fibre in windows that overlap (overlap-save): what leaves a linear fibre at a time depends on
what entered within its reach, and so of every window that part is exact, to rounding, which is
farther from both ends than the reach. Numbers of stretches are joined by
:class:`~physembed.networks.detectors.sweeping.stretches.Tally`.
"""

import dataclasses
from collections.abc import Callable

import torch
from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.networks.detectors.detector import DetectorModule
from physembed.networks.detectors.sweeping.stretches import Tally
from physembed.networks.encoders.long_input import LongInput
from physembed.networks.encoders.series_encoder import SeriesEncoder
from physembed.networks.light_path import LightPath
from physembed.networks.medium import Medium
from physembed.networks.sizes import OVERLAP, WINDOW
from physembed.networks.sweep import Sweep, inverse, measure
from physembed.physics import NonlinearSchrodinger
from physembed.physics.transforms import REAL_OF
from physembed.propagation.kernels.transforms import transforms_are_at_hand

STRETCH = 2**16
"""Points that are read at once of a field that is there as a whole."""
DEAD = 1e-5
"""Amplitude, of that which leaves a fibre for a single point of light, that is nothing: in white
noise an error of as many deviations, which is what hundreds of sums in single precision make."""
CALIBRATED_POINTS = 2**13
"""Of a series, at a random place, from which thresholds are taken."""

BLOCK = 2**16
"""Frequencies of a block: what is made on the way stays in a core's cache."""

Fields = Callable[[int, int], Tensor]
"""The field (ends, points) from one point to before another one."""


@dataclasses.dataclass
class LongSpectra:
    """Spectra of long series, each computed once for all fibres into which the same enters."""

    _halves: dict[tuple[SeriesEncoder, bool, int, int], Tensor] = dataclasses.field(
        default_factory=dict
    )

    def of(self, path: LightPath, entering: LongInput, case: int, channel: int) -> Tensor:
        """Of one channel of a case in its window, all frequencies; a copy of the caller's own."""
        window = path.n_points
        place = (entering.encoder, path.fibre.takes_zero, case, channel)
        if place not in self._halves:
            self._halves[place] = torch.fft.rfft(entering.laid_into(window)[channel])
        half = self._halves[place]
        whole = torch.empty(window, dtype=torch.complex64)
        whole[: len(half)] = half
        mirrored = half[1 : window - len(half) + 1].flip(0)
        torch.conj_physical(mirrored, out=whole[len(half) :])
        return whole


def are_joined(path: LightPath, sweep: Sweep | None) -> bool:
    """Whether detectors read long series a stretch at a time, and join what stretches tell.

    Parameters
    ----------
    path : LightPath
        That is long.
    sweep : Sweep or None
        Of these series.

    Raises
    ------
    InvalidInputError
        If they pass in windows, and a detector is not measured in stretches.
    """
    if _is_direct(path):
        return True
    is_measured = sweep is not None and all(sweep.is_measured)
    if path.in_windows and not is_measured:
        raise InvalidInputError(
            "series that pass a fibre in windows are read by counters, peak detectors and power "
            "meters in single precision on the CPU, without gradients; "
            f"{type(path.fibre.detector).__name__} cannot read them, or not so."
        )
    fibre = path.fibre
    return is_measured and path.is_transfer and fibre.gated and LongInput.serves(fibre.encoder)


def long_features(
    path: LightPath,
    medium: Medium,
    x: Tensor,
    sweep: Sweep | None,
    *,
    dtype: torch.dtype,
    spectra: LongSpectra,
) -> Tensor:
    """Features (cases, features) of series whose stretches :func:`are_joined`, one by one.

    Parameters
    ----------
    path : LightPath
    medium : Medium
    x : Tensor of shape (cases, channels, timepoints)
    sweep : Sweep or None
        That measures all that is detected; in single precision.
    dtype : torch.dtype
        Of fields, in whose precision a detector reads the series itself.
    spectra : LongSpectra
        Of these series, for all fibres.
    """
    if _is_direct(path):
        features: Tensor = path.detector(_as_it_is(path, x, dtype))
        return features.flatten(1)
    assert sweep is not None
    if path.in_windows:
        transfer = windowed_transfer(path, medium)

        def fields_of(case: int, entering: LongInput) -> tuple[Fields, int]:
            return _windowed(path, transfer, entering)
    else:

        def fields_of(case: int, entering: LongInput) -> tuple[Fields, int]:
            return _whole(path, medium, lambda channel: spectra.of(path, entering, case, channel))

    encoder = path.fibre.encoder
    inputs = (LongInput(series, encoder) for series in encoder.entering(x))
    return torch.cat(
        [_features(*fields_of(k, entering), sweep) for k, entering in enumerate(inputs)]
    )


def calibrate_long(
    path: LightPath,
    medium: Medium,
    x: Tensor,
    generator: torch.Generator,
    dtype: torch.dtype,
) -> None:
    """Let the detector take what it needs from a stretch of each series, at a random place."""
    assert isinstance(path.detector, DetectorModule)
    if _is_direct(path):
        path.detector.calibrate(_as_it_is(path, x, dtype), generator)
        return
    transfer = windowed_transfer(path, medium)
    stretches = []
    for series in path.fibre.encoder.entering(x):
        n_points = series.shape[-1]
        first = int(torch.randint(n_points - CALIBRATED_POINTS + 1, (), generator=generator))
        fields, _ = _windowed(path, transfer, LongInput(series, path.fibre.encoder))
        stretches.append(fields(first, first + CALIBRATED_POINTS))
    path.detector.calibrate(torch.stack(stretches), generator)


def windowed_transfer(path: LightPath, medium: Medium) -> Tensor:
    """H(ω) of the arms that are seen on the frequencies of a window, complex64.

    Raises
    ------
    InvalidInputError
        If light leaves an arm later, or spreads farther, than windows overlap.
    """
    transfer = path.transfer(medium, only_seen=True)
    response = torch.fft.ifft(transfer).abs().square()
    late = response[:, OVERLAP : WINDOW - OVERLAP].sum(dim=-1) / response.sum(dim=-1)
    if bool((late > DEAD**2).any()):
        raise InvalidInputError(
            f"a series of more timepoints than a window passes in windows that overlap by "
            f"{OVERLAP:,} points, beyond which {float(late.max()) ** 0.5:.1g} of what leaves the "
            "fibre would arrive; lower its dispersion and delays, and let its band end smoothly, "
            "or shorten the series."
        )
    return transfer.to(torch.complex64)


def _is_direct(path: LightPath) -> bool:
    """Whether one detector reads the series itself, nothing is before it and nothing beside."""
    fibre = path.fibre
    is_empty = not (fibre.before or fibre.after or any(fibre.arms)) and len(fibre.arms) == 1
    is_bare = fibre.gated or fibre.encoder.guard_band == 0
    # whose coefficients are zero where none is given
    is_dark = type(fibre.equation) is NonlinearSchrodinger and not any(
        value != 0 for value in fibre.coefficients.values()
    )
    return (
        fibre.detector.reads_real_series
        and not fibre.taps
        and is_empty
        and is_bare
        and is_dark
        and LongInput.serves(fibre.encoder)
    )


def _as_it_is(path: LightPath, x: Tensor, dtype: torch.dtype) -> Tensor:
    """What the detector sees, (cases, channels seen, timepoints), real, in a field's precision."""
    encoder, (channels, _) = path.fibre.encoder, path.ends()
    x = encoder.entering(x)
    if channels != list(range(x.shape[1])):
        x = x[:, channels]
    entering = [LongInput(series, encoder, REAL_OF[dtype]) for series in x]
    return torch.stack([series.between(0, x.shape[-1]) for series in entering])


def _features(fields: Fields, at_once: int, sweep: Sweep) -> Tensor:
    """Features (1, features) of one series."""
    tally = Tally(sweep.measured)
    n_points = sweep.n_points
    looks_back = min(tally.looks_back, n_points)
    # at least as much is new as is looked at again
    step = max(at_once - looks_back, looks_back)
    for first in range(0, n_points, step):
        last, begin = min(first + step, n_points), max(first - looks_back, 0)
        field = fields(begin, last)
        raw = measure(
            tally.stretch(begin, first, last),
            field[None],
            (len(field) * field.stride(0), field.stride(0)),
            _cosines(tally.harmonics, begin, last, n_points),
        )
        tally.add(raw[0].double().numpy())
    numbers = [torch.from_numpy(of_part).float()[None] for of_part in tally.numbers()]
    return sweep.features(numbers).flatten(1).float()


def _cosines(harmonics: int, begin: int, last: int, n_points: int) -> Tensor:
    """cos(k π (t + 1/2) / T) of a stretch of the T points, (harmonics, points), float32."""
    t = (torch.arange(begin, last, dtype=torch.float64) + 0.5) * torch.pi / n_points
    k = torch.arange(1, harmonics + 1, dtype=torch.float64)
    return torch.cos(k[:, None] * t).float().contiguous()


def _windowed(path: LightPath, transfer: Tensor, entering: LongInput) -> tuple[Fields, int]:
    channels, arms = path.ends()
    transfer, at_once = transfer[arms], WINDOW - 2 * OVERLAP

    def of_window(begin: int, last: int) -> Tensor:
        series = entering.between(begin - OVERLAP, begin - OVERLAP + WINDOW)
        spectra = torch.fft.fft(series.to(torch.complex64))
        ends = torch.fft.ifft(spectra[channels] * transfer)
        return ends[:, OVERLAP : OVERLAP + last - begin]

    def fields(begin: int, last: int) -> Tensor:
        firsts = range(begin, last, at_once)
        windows = [of_window(first, min(first + at_once, last)) for first in firsts]
        return windows[0] if len(windows) == 1 else torch.cat(windows, dim=1)

    return fields, at_once


def _whole(
    path: LightPath, medium: Medium, spectrum: Callable[[int], Tensor]
) -> tuple[Fields, int]:
    """All ends of one series, gated, of its channels' spectra; one arm's field after the other is
    whole."""
    n_points, window = path.n_detected, path.n_points
    channels, arms = path.ends()
    ends = torch.empty(len(arms), n_points, dtype=torch.complex64)
    field = torch.empty(window, dtype=torch.complex64)
    blocks = frequency_blocks(window)
    for channel in sorted(set(channels)):
        common = spectrum(channel)
        for block in blocks:
            common[block] *= path.common_transfer(medium, block).to(common.dtype)
        for number, arm in enumerate(arms):
            if channels[number] == channel:
                for block in blocks:
                    field[block] = path.through_arm(path.arms_seen[arm], common[block], block)
                _invert(field)
                ends[number] = field[:n_points]
    return lambda begin, last: ends[:, begin:last], STRETCH


def _invert(spectrum: Tensor) -> None:
    """The inverse Fourier transform, in place where that is at hand."""
    if transforms_are_at_hand():
        inverse(len(spectrum), 1).backward(spectrum)
    else:
        spectrum.copy_(torch.fft.ifft(spectrum))


def frequency_blocks(n_points: int) -> list[slice]:
    """All frequencies of a window, some at a time."""
    return [slice(first, first + BLOCK) for first in range(0, n_points, BLOCK)]
