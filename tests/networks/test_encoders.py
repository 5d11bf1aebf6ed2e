"""Encoders: scale, alignment, guard band and envelope."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import physembed as pe
from physembed.networks.encoders.alignments import ALIGNMENTS
from physembed.networks.encoders.long_input import LongInput
from physembed.networks.encoders.normalisations import NORMALISATIONS, peak, power, z_score
from physembed.networks.encoders.series_encoder import complex_envelope
from physembed.presets import PRESETS


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=torch.manual_seed(seed))


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
@pytest.mark.parametrize("alignment", ALIGNMENTS)
@pytest.mark.parametrize("envelope", [False, True])
@pytest.mark.parametrize("value", [0.0, 3.7, -1e6])
def test_constant_series_give_finite_fields(
    normalisation: str, alignment: str, envelope: bool, value: float
) -> None:
    encoder = pe.SeriesEncoder(normalisation, alignment, envelope=envelope)
    field = encoder(torch.full((2, 3, 11), value))
    assert field.dtype == torch.complex64
    assert field.shape == (2, 3, encoder.window(11))
    assert torch.isfinite(torch.view_as_real(field)).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("n_timepoints", [60, 1000, 140_001])
def test_equal_values_become_zero_whatever_their_mean_is_rounded_to(
    n_timepoints: int, dtype: torch.dtype
) -> None:
    values = torch.tensor([0.1, 7.7, -3.3e4, 1 / 3, 1e-20, 2e30], dtype=dtype)
    x = values[:, None, None].expand(-1, 1, n_timepoints)
    assert not NORMALISATIONS["z-score"](x).any()
    encoder = pe.SeriesEncoder(alignment="left", guard_band=0.0)
    assert not any(LongInput(case, encoder).between(0, 9).any() for case in x)


def test_z_score_has_unit_mean_intensity_and_ignores_scale_and_offset() -> None:
    x = noise(4, 2, 100)
    scaled = z_score(7.0 * x + 1000.0)
    torch.testing.assert_close(scaled.square().mean(dim=-1), torch.ones(4, 2, dtype=x.dtype))
    torch.testing.assert_close(scaled, z_score(x))


@pytest.mark.parametrize("size", [1.0, 1e-200, 1e200])
def test_power_has_unit_mean_intensity_and_leaves_mean_and_phase(size: float) -> None:
    field = size * torch.complex(noise(4, 2, 100) + 0.5, noise(4, 2, 100, seed=1))
    scaled = power(field)
    intensity = scaled.abs().square().mean(dim=-1)
    torch.testing.assert_close(intensity, torch.ones(4, 2, dtype=torch.float64))
    torch.testing.assert_close(scaled.angle(), field.angle())


def test_quadratures_are_a_field_each_two_channels() -> None:
    x = noise(3, 4, 50)
    field = pe.SeriesEncoder("none", "left", guard_band=0.0, quadratures=True)(x)
    torch.testing.assert_close(field, torch.complex(x[:, 0::2], x[:, 1::2]))
    with pytest.raises(pe.InvalidInputError, match=r"must be even .* got 3"):
        pe.SeriesEncoder(quadratures=True).n_fields(3)


@pytest.mark.parametrize("detector", [pe.Counter(thresholds=3), pe.PeakHold()])
def test_differences_are_what_a_channel_lacks_to_the_next(detector: pe.Detector) -> None:
    x = noise(40, 3, 50).float()
    encoder = pe.SeriesEncoder(alignment="left", padding="edge", channel_differences=True)
    between = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.1, "gamma": 0.0},
        n_layers=1,
        encoder=encoder,
        detector=detector,
        gated=True,
    )
    alone = replace(between, encoder=replace(encoder, channel_differences=False))
    features = []
    for fibre, series in ((between, x), (alone, x[:, 1:] - x[:, :-1])):
        sizes = {"n_channels": series.shape[1], "n_timepoints": 50, "n_classes": 2}
        network = pe.PhysicalEmbeddingNetwork([fibre], **sizes)
        network.prepare(series, seed=0)
        features.append(network.features(series))
    assert features[0].shape[1] == between.n_features(50, 3)
    torch.testing.assert_close(*features)
    with pytest.raises(pe.InvalidInputError, match=r"n_channels must be at least 2 .* got 1"):
        between.n_features(50, 1)
    with pytest.raises(pe.InvalidInputError, match=r"n_channels must be at least 2 .* got 1"):
        encoder(x[:, :1])


def test_peak_reaches_one() -> None:
    torch.testing.assert_close(
        peak(noise(4, 2, 100)).abs().amax(dim=-1), torch.ones(4, 2, dtype=torch.float64)
    )


@pytest.mark.parametrize("alignment", ALIGNMENTS)
def test_alignment_keeps_the_series_and_its_energy(alignment: str) -> None:
    x = noise(3, 1, 50)
    field = pe.SeriesEncoder("none", alignment, guard_band=1.0)(x)
    for case in range(3):
        padded = torch.nn.functional.pad(x[case, 0], (0, field.shape[-1] - 50))
        shifts = [torch.roll(padded, k) for k in range(field.shape[-1])]
        assert any(torch.equal(field[case, 0].real, shifted) for shifted in shifts)


@settings(max_examples=30, deadline=None)
@given(shift=st.integers(0, 60), seed=st.integers(0, 100))
def test_energy_centroid_does_not_depend_on_where_the_burst_is(shift: int, seed: int) -> None:
    burst = noise(1, 1, 20, seed=seed)
    here = torch.nn.functional.pad(burst, (0, 80))
    there = torch.nn.functional.pad(burst, (shift, 80 - shift))
    encoder = pe.SeriesEncoder("none", "energy-centroid", guard_band=1.0)
    torch.testing.assert_close(encoder(here), encoder(there))


@pytest.mark.parametrize("n_timepoints", [16, 17])
def test_envelope_keeps_what_the_spectrum_says(n_timepoints: int) -> None:
    """Undoing the carrier and folding the spectrum back gives the series, less its Nyquist bin."""
    x = noise(2, 1, n_timepoints)
    spectrum = torch.fft.rfft(x)
    half = (n_timepoints + 1) // 2
    envelope = complex_envelope(x)
    recovered = torch.roll(torch.fft.fft(envelope), half // 2, dims=-1)
    recovered = recovered * n_timepoints / half / 2**0.5
    torch.testing.assert_close(recovered, spectrum[..., :half])


def test_guard_band_is_enlarged_to_a_fast_length_and_absent_when_zero() -> None:
    assert pe.SeriesEncoder(guard_band=0.0).window(427) == 427
    assert pe.SeriesEncoder(guard_band=1.0).window(427) == 864
    assert pe.SeriesEncoder(guard_band=1.0).window(5120) == 10240


def prime_factors(n: int) -> set[int]:
    factors = set()
    factor = 2
    while n > 1:
        while n % factor == 0:
            factors.add(factor)
            n //= factor
        factor += 1
    return factors


@given(st.integers(1, 30_000), st.sampled_from([0.25, 1.0, 3.0]), st.booleans())
@settings(deadline=None)
def test_a_window_with_a_guard_band_is_fast_and_hardly_longer(
    n_timepoints: int, guard_band: float, envelope: bool
) -> None:
    encoder = pe.SeriesEncoder(guard_band=guard_band, envelope=envelope)
    window = encoder.window(n_timepoints)
    asked = encoder.points(n_timepoints) * (1 + guard_band)
    assert prime_factors(window) <= {2, 3, 5, 7, 11}
    # between n and 1.2 n + 2 there is always such a number, mostly much nearer
    assert max(asked, 2) <= window <= 1.2 * asked + 2
    assert pe.SeriesEncoder(guard_band=0.0).window(n_timepoints) == max(n_timepoints, 2)


@pytest.mark.parametrize(
    ("preset", "n_timepoints", "window"),
    [
        ("nlse", 5120, 20480),
        ("gpe", 5120, 10240),
        ("nlse", 500, 2000),
        ("gpe", 500, 1000),
        ("nlse", 150, 600),
        # 4 x 7 x 61 and 4 x 997 are slow; 5 x 7^3 and 3 x 11^3 are not
        ("nlse", 427, 1715),
        ("nlse", 997, 3993),
    ],
)
def test_windows_of_the_presets(preset: str, n_timepoints: int, window: int) -> None:
    """Those of the data sets on record are fast as they are; a prime length is not kept."""
    (fibre,) = PRESETS[preset].fibres(n_timepoints)
    assert fibre.grid(n_timepoints).n_points == window


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"normalisation": "zscore"}, "Did you mean 'z-score'"),
        ({"alignment": "center"}, "Did you mean 'centre'"),
        ({"guard_band": -1.0}, "guard_band must be zero or a positive number"),
        ({"quadratures": True, "envelope": True}, "one of them must be False"),
        ({"quadratures": True, "channel_differences": True}, "one of them must be False"),
        ({"quadratures": "no"}, "quadratures must be True or False, got 'no'"),
        ({"channel_differences": 0}, "channel_differences must be True or False, got 0"),
        ({"envelope": "yes"}, "envelope must be True or False, got 'yes'"),
    ],
)
def test_bad_settings_are_named(arguments: dict, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.SeriesEncoder(**arguments)


def test_edge_padding_continues_the_series() -> None:
    x = noise(2, 1, 7)
    field = pe.SeriesEncoder("none", "left", guard_band=1.0, padding="edge")(x)
    window = field.shape[-1]
    after = (window - 7) // 2
    expected = torch.cat(
        [x, x[..., -1:].expand(2, 1, after), x[..., :1].expand(2, 1, window - 7 - after)], dim=-1
    )
    torch.testing.assert_close(field.real, expected)


@pytest.mark.parametrize("alignment", ALIGNMENTS)
def test_edge_padding_of_a_constant_is_that_constant_everywhere(alignment: str) -> None:
    encoder = pe.SeriesEncoder("none", alignment, guard_band=1.5, padding="edge")
    field = encoder(torch.full((2, 1, 9), 3.0))
    torch.testing.assert_close(field, torch.full_like(field, 3.0))


def test_a_modulated_carrier_is_one_plus_half_the_series() -> None:
    x = noise(2, 1, 30)
    encoder = pe.SeriesEncoder(guard_band=0.0, alignment="left", carrier=1.0, modulation=0.5)
    torch.testing.assert_close(encoder(x).real, 1 + z_score(x) / 2)


def test_the_derivative_is_that_of_a_wave() -> None:
    """Normalised again; central differences of a sine are a cosine, up to scale, but at the ends"""
    t = torch.linspace(0, 4 * torch.pi, 401, dtype=torch.float64)
    x = torch.sin(t)[None, None]
    field = pe.SeriesEncoder(guard_band=0.0, alignment="left", derivative=1)(x).real
    torch.testing.assert_close(
        field[..., 1:-1], z_score(torch.cos(t)[None, None])[..., 1:-1], atol=1e-3, rtol=0
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"padding": "edges"}, "Did you mean 'edge'"),
        ({"derivative": -1}, "derivative must be an integer from 0 to 16, got -1"),
        ({"modulation": float("nan")}, "modulation must be a finite number"),
    ],
)
def test_bad_settings_of_modulation_and_padding_are_named(arguments: dict, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.SeriesEncoder(**arguments)
