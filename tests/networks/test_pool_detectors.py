"""What each detector of the pool measures, on records whose answer is known."""

import dataclasses
import math

import pytest
import torch

import physembed as pe
from physembed.networks.detectors.spectrogram import bands_of

REAL = pe.Quadratures((0.0,))


def field(values: list[float]) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.complex128)[None, None]


def module(detector: pe.Detector, values: torch.Tensor) -> torch.nn.Module:
    """Uncalibrated: every threshold is 0, every deviation 1."""
    return detector.module(1, values.shape[-1]).double()


def test_peaks_are_held_on_an_arsinh_scale() -> None:
    seen = field([0.0, -3.0, 1.0, 10.0])
    expected = torch.tensor([math.asinh(10.0), math.asinh(-3.0)], dtype=torch.float64)
    torch.testing.assert_close(module(pe.PeakHold(REAL), seen)(seen)[0, 0], expected)


def test_peaks_are_told_in_deviations_from_the_mean() -> None:
    seen = torch.cat([field([5.0, 7.0]), field([5.0, 11.0])])
    at_work = module(pe.PeakHold(REAL, held=("highest",)), seen)
    at_work.calibrate(seen, torch.Generator())
    deviation = torch.tensor([5.0, 7.0, 5.0, 11.0]).std(correction=0)
    expected = torch.asinh(torch.tensor([0.0, 4.0]) / deviation).double()
    torch.testing.assert_close(at_work(seen).flatten(), expected, atol=1e-6, rtol=1e-6)


def test_the_longest_dwell_is_not_the_time_above() -> None:
    """Three points at a stretch above and two below, of five above and five below in all."""
    seen = field([1, 1, 1, -1, 1, -1, -1, 1, -1, -1])
    expected = torch.tensor([0.3, 0.2], dtype=torch.float64).sqrt()
    torch.testing.assert_close(module(pe.LongestDwell(REAL), seen)(seen)[0, 0], expected)


@pytest.mark.parametrize(("sign", "above"), [(1.0, 1.0), (-1.0, 0.0)])
def test_a_record_may_stay_on_one_side(sign: float, above: float) -> None:
    seen = torch.cat([sign * field([1.0, 2.0, 1.0]), field([-1.0, 1.0, -1.0])])
    runs = module(pe.LongestDwell(REAL), seen)(seen).square()
    torch.testing.assert_close(runs[0, 0], torch.tensor([above, 1 - above]).double())
    torch.testing.assert_close(runs[1, 0], torch.tensor([1 / 3, 1 / 3]).double())


def test_an_oscillation_agrees_with_itself_after_a_period() -> None:
    wave = field([1.0, 1.0, -1.0, -1.0] * 6)
    for delay, expected in [(4, 20 / 24), (2, -22 / 24), (1, 1 / 24), (40, 0.0)]:
        agreement = module(pe.Autocoincidence(REAL, delay=delay), wave)(wave)
        assert float(agreement) == pytest.approx(expected)


def test_a_lock_in_tells_early_from_late() -> None:
    early, late = field([1.0] * 10 + [-1.0] * 10), field([-1.0] * 10 + [1.0] * 10)
    at_work = module(pe.LockInCounter(REAL, harmonics=2), early)
    first, last = at_work(early)[0, 0], at_work(late)[0, 0]
    # the mean of a square wave of one period times its first harmonic is 2/π, of its second 0
    expected = torch.tensor([2 / math.pi, 0.0], dtype=torch.float64)
    torch.testing.assert_close(first, expected, atol=2e-3, rtol=0)
    torch.testing.assert_close(last, -first)


def test_mean_power_is_half_a_logarithm() -> None:
    seen = field([3.0, 0.0, 4.0, 0.0])
    assert float(pe.MeanPower()(seen)) == pytest.approx(math.log(25 / 4) / 2)


def test_a_line_falls_into_its_band() -> None:
    n = 64
    t = torch.arange(n, dtype=torch.float64)
    edges = [1, 2, 3, 6, 10, 18, 33]  # rounded numbers from 1 to 33 in equal ratios
    detector = pe.Spectrometer(bands=6)
    for frequency, band in [(1, 0), (2, 1), (4, 2), (12, 4), (31, 5)]:
        wave = torch.cos(2 * math.pi * frequency * t / n)[None, None].to(torch.complex128)
        seen = detector(wave)[0, 0]
        width = edges[band + 1] - edges[band]
        assert int(seen.argmax()) == band
        assert float(seen[band]) == pytest.approx(math.log(n / 4 / width + 1e-4))


def test_a_spectrogram_tells_when_a_tone_of_which_band_sounds() -> None:
    """Bands and openings one by one, by a Fourier transform of every opening."""
    n, sections, bands, openings = 320, 4, 3, 8
    detector = pe.Spectrogram(sections, bands, openings)
    t = torch.arange(n, dtype=torch.float64)
    tones = torch.where(t < n // 2, torch.cos(0.5 * t), torch.cos(2.5 * t))
    (starts, stops), length = bands_of(detector, n), detector.length(n)
    assert length == 60 and starts[0] >= 1 and stops[:-1] == starts[1:] and stops[-1] == 30
    levels = torch.zeros(sections, bands, dtype=torch.float64)
    for opening in range(openings):
        points = (opening * n // openings + torch.arange(length)) % n
        passed = tones[points] * torch.hann_window(length, dtype=torch.float64)
        power = torch.fft.fft(passed).abs().square()
        for band, (first, stop) in enumerate(zip(starts, stops, strict=True)):
            share = power[first:stop].mean() / (openings // sections)
            levels[opening // (openings // sections), band] += share
    expected = torch.log(levels / levels.mean() + 1e-3)
    seen = detector(tones[None, None].to(torch.complex128))[0, 0].reshape(sections, bands)
    torch.testing.assert_close(seen, expected)
    # early the low tone, late the high one
    assert [int(row.argmax()) for row in seen] == [0, 0, 2, 2]
    common = dataclasses.replace(detector, coupling="alternating")
    away = common(tones[None, None].to(torch.complex128))[0, 0].reshape(sections, bands)
    torch.testing.assert_close(away, expected - expected.mean(dim=0))


def test_short_series_have_fewer_bands() -> None:
    detector = pe.Spectrometer()
    assert detector.n_features(500) > detector.n_features(12) > detector.n_features(2) == 1


def test_a_level_is_told_in_the_usual_deviations() -> None:
    rising = torch.arange(5.0)
    cases = torch.stack([rising, 2 * rising + 6, 3 * rising])[:, None].to(torch.complex128)
    at_work = pe.Level().module(1, 5).double()
    at_work.calibrate(cases, torch.Generator())
    unit = 2 * math.sqrt(2)  # the deviation of 0, 2, 4, 6, 8 is the median
    seen = at_work(cases)[1, 0]
    expected = [0.0, 10 / unit, math.asinh(10 / unit), 1.0, math.asinh(10 / unit)]
    expected.append(math.asinh(8 / unit))
    torch.testing.assert_close(seen, torch.tensor(expected, dtype=torch.float64))


def test_a_level_does_not_know_the_unit_of_the_series() -> None:
    cases = torch.randn(9, 2, 20, generator=torch.Generator().manual_seed(0)) + 1.0
    told = []
    for unit in (1.0, 2.0**10):
        seen = (cases * unit).to(torch.complex64)
        at_work = pe.Level().module(2, 20)
        at_work.calibrate(seen, torch.Generator())
        told.append(at_work(seen))
    torch.testing.assert_close(*told)


def test_flat_series_beside_others_have_a_finite_level() -> None:
    cases = torch.full((5, 1, 8), 3.0)
    cases[4, 0, ::2] = 5.0
    at_work = pe.Level().module(1, 8)
    at_work.calibrate(cases.to(torch.complex64), torch.Generator())
    seen = at_work(cases.to(torch.complex64))[:, 0]
    assert torch.isfinite(seen).all()
    torch.testing.assert_close(seen[:4, 1], torch.full((4,), 3.0))
    torch.testing.assert_close(seen[0, 0], torch.tensor(-20.0), atol=0.1, rtol=0)


@pytest.mark.parametrize(
    "detector",
    [
        pe.PeakHold(),
        pe.Autocoincidence(width=0.3, delay=2),
        pe.LockInCounter(width=0.3, shape="ramp"),
        pe.MeanPower(),
        pe.Spectrometer(),
        pe.Spectrogram(2, 1, 2),
        pe.Level(),
    ],
)
def test_slopes_are_those_of_differences(detector: pe.Detector) -> None:
    generator = torch.Generator().manual_seed(0)
    seen = torch.randn(2, 2, 12, dtype=torch.complex128, generator=generator)
    at_work = detector.module(2, 12).double()
    at_work.calibrate(seen, generator)
    assert torch.autograd.gradcheck(at_work, (seen.requires_grad_(),))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: pe.PeakHold(held=("mean",)), "held must be a sequence of highest and lowest"),
        (lambda: pe.PeakHold(pe.Level()), "source must be a PointDetector"),  # type: ignore[arg-type]
        (lambda: pe.LongestDwell(thresholds=0), "thresholds must be a positive integer"),
        (lambda: pe.Autocoincidence(delay=0), "delay must be a positive integer, got 0"),
        (lambda: pe.Autocoincidence(shape="ramp"), "a hard comparator has no shape"),
        (lambda: pe.LockInCounter(harmonics=0), "harmonics must be a positive integer, got 0"),
        (lambda: pe.LockInCounter(width=-1), "width must be zero or a positive number"),
        (lambda: pe.Spectrometer(0), "bands must be a positive integer, got 0"),
        (lambda: pe.Spectrogram(9, openings=8), "openings must be"),
        (lambda: pe.Spectrogram(2, 2, 9)(torch.zeros(1, 1, 20)), "openings must be at most 7"),
        (lambda: pe.Spectrogram(2, 2, 9)(torch.zeros(1, 1, 5)), "needs at least 6 points"),
        (lambda: pe.Spectrogram(2, 9, 2)(torch.zeros(1, 1, 20)), "bands must be fewer than 9"),
        (lambda: pe.Level()(torch.zeros(1, 1, 4)), "takes its unit from training cases"),
        (lambda: pe.PeakHold()(torch.zeros(1, 1, 4)), "takes its scales from training cases"),
        (lambda: pe.LongestDwell()(torch.zeros(1, 1, 4)), "takes its thresholds from training"),
    ],
)
def test_bad_detectors_are_named(make, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        make()
