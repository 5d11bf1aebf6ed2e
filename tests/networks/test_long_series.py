"""Long series a stretch or a window at a time: what the same fibre says of them as a whole."""

from collections.abc import Callable

import pytest
import torch

import physembed as pe
from physembed.errors import InvalidInputError
from physembed.networks import fibre as fibre_module
from physembed.networks import light_path, sweep
from physembed.networks.sizes import OVERLAP, WINDOW
from physembed.physics import NaturalScale
from physembed.presets.homodyne import BAND_EDGE, interferometers

N = 120_011
"""Over two windows and in part over a third; no round number of stretches."""
S = 5.6
RAMPS = {"width": 0.2, "shape": "ramp"}
ALL = pe.SideBySide(
    (
        pe.Counter(thresholds=2, gates=3, response="arcsine", **RAMPS),
        pe.Counter(thresholds=1),
        pe.Counter(counted="crossings", gates=2, **RAMPS),
        pe.WinnerCounter(gates=3, response="arcsine"),
        pe.PeakHold(),
        pe.LongestDwell(thresholds=2),
        pe.Autocoincidence(delay=211, **RAMPS),
        pe.LockInCounter(pe.Amplitude(), harmonics=2, **RAMPS),
        pe.MeanPower(),
    )
)


def series(seed: int) -> torch.Tensor:
    """A case of two channels, noise of all frequencies beside slow turns, so that runs are long."""
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randn(1, 2, N, generator=generator, dtype=torch.float64)
    return noise + 1.5 * torch.sin(torch.arange(N) / 3_000.0) + 5


def network(**options) -> pe.PhysicalEmbeddingNetwork:
    """All detectors behind a fibre of dispersion S² with its interferometers, and two others."""
    bare = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.0, "gamma": 0.0},
        n_layers=1,
        encoder=pe.SeriesEncoder(alignment="left", padding="edge"),
        gated=True,
    )
    unit = bare.equation.natural_unit("beta2", NaturalScale(bare.grid(N)))
    told = {
        "coefficients": {"beta2": S**2 / unit, "gamma": 0.0},
        "before": (BAND_EDGE,),
        "arms": interferometers(S)[::2],
        "detector": ALL,
    }
    straight = {"alignment": "left", "guard_band": 0.0}
    meters = [
        fibre_module.replace(
            bare, detector=detector, encoder=pe.SeriesEncoder(normalisation=scale, **straight)
        )
        for scale, detector in (("z-score", pe.Spectrometer()), ("none", pe.Level()))
    ]
    return pe.PhysicalEmbeddingNetwork(
        [fibre_module.replace(bare, **(told | options)), *meters],
        n_channels=2,
        n_timepoints=N,
        n_classes=2,
    )


def agree(told: torch.Tensor, expected: torch.Tensor) -> None:
    """Within ten times what rounding comes to here, which is less than a timepoint of any count."""
    torch.testing.assert_close(told, expected, atol=5e-6, rtol=0)


def some_places(of_all: pe.PhysicalEmbeddingNetwork) -> list[int]:
    """Places of a few features behind every fibre, more of the second channel."""
    places, first = [], 0
    for fibre in of_all.fibres:
        size = fibre.n_features(N, 2)
        places += range(first + size // 4, first + size, 1 + size // 12)
        first += size
    return places


@pytest.fixture(scope="module")
def whole() -> tuple[pe.PhysicalEmbeddingNetwork, torch.Tensor]:
    """What a network says of a field that is read as a whole, and the network."""
    of_all = network()
    of_all.prepare(series(1), seed=0)
    with torch.inference_mode(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(light_path, "LONG_WINDOW", 2**30)
        return of_all, of_all.features(series(2))


@pytest.fixture
def in_windows(monkeypatch: pytest.MonkeyPatch) -> Callable[..., pe.PhysicalEmbeddingNetwork]:
    monkeypatch.setattr(fibre_module, "LARGEST_WINDOW", N - 1)
    return network


def test_a_field_is_read_in_stretches_as_it_is_as_a_whole(
    whole: tuple[pe.PhysicalEmbeddingNetwork, torch.Tensor],
) -> None:
    of_all, expected = whole
    some = some_places(of_all)
    with torch.inference_mode():
        agree(of_all.features(series(2)), expected)
        agree(of_all.chosen(some, 2).features(series(2)), expected[:, some])


def test_seams_of_windows_change_nothing(
    whole: tuple[pe.PhysicalEmbeddingNetwork, torch.Tensor],
    in_windows: Callable[..., pe.PhysicalEmbeddingNetwork],
) -> None:
    of_all, expected = whole
    windowed = in_windows()
    assert windowed.fibres[0].grid(N).n_points == WINDOW < N
    state = of_all.state_dict()
    # natural units are those of a window, so that coefficients are other numbers
    known = {k: v for k, v in state.items() if k.startswith("paths") and "detector" in k}
    windowed.load_state_dict(windowed.state_dict() | known)
    some = some_places(windowed)
    with torch.inference_mode():
        agree(windowed.features(series(2)), expected)
        agree(windowed.chosen(some, 2).features(series(2)), expected[:, some])


@pytest.mark.parametrize("delay", [2**16, 70_000])
def test_a_delay_may_be_longer_than_a_stretch(delay: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also than a window, and than half of the series."""
    monkeypatch.setattr(sweep, "LEAST_WORK", 1)
    told = {"detector": pe.Autocoincidence(delay=delay, **RAMPS), "arms": ((),)}
    network_of = network(**told)
    network_of.prepare(series(1), seed=0)
    with torch.inference_mode():
        in_stretches = network_of.features(series(2))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(light_path, "LONG_WINDOW", 2**30)
            expected = network_of.features(series(2))
        monkeypatch.setattr(fibre_module, "LARGEST_WINDOW", N - 1)
        windowed = network(**told)
        state = network_of.state_dict()
        known = {k: v for k, v in state.items() if k.startswith("paths") and "detector" in k}
        windowed.load_state_dict(windowed.state_dict() | known)
        agree(windowed.features(series(2)), expected)
    agree(in_stretches, expected)
    assert (expected[:, :8].abs() > 1e-4).all()


def meter(detector: pe.Detector, guard_band: float = 0.0, **options) -> pe.Fibre:
    """A detector of the series itself."""
    encoder = pe.SeriesEncoder(alignment="left", guard_band=guard_band, padding="edge")
    coefficients = {"beta2": 0.0, "gamma": 0.0}
    told = {"n_layers": 2, "encoder": encoder, "detector": detector}
    return pe.Fibre(pe.NonlinearSchrodinger(), coefficients, **(told | options))


METERS = [
    meter(pe.Spectrometer(6)),
    meter(pe.Spectrometer(6), gated=True, guard_band=1.0),
    meter(pe.Spectrometer(6), guard_band=1.0),
    meter(pe.Spectrogram(2, 2, 8)),
    meter(pe.Level()),
    meter(pe.Level(), guard_band=0.5),
    meter(pe.Spectrometer(3), taps=(pe.Tap(1, pe.Spectrometer(4)),)),
]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_meters_of_the_series_itself_say_of_long_ones_what_they_say_of_others(
    dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a whole, and where a few features are built, which may be those of one channel."""
    sizes = {"n_channels": 2, "n_timepoints": 400, "n_classes": 2}
    every = pe.PhysicalEmbeddingNetwork(METERS, **sizes).to(dtype)
    x = series(1)[:, :, :2_000].reshape(5, 2, 400).to(dtype)
    every.prepare(x, seed=0)
    expected = every.features(x)
    monkeypatch.setattr(light_path, "LONG_WINDOW", 100)
    torch.testing.assert_close(every.features(x), expected)
    untapped = pe.PhysicalEmbeddingNetwork(METERS[:-1], **sizes).to(dtype)
    untapped.prepare(x, seed=0)
    torch.testing.assert_close(
        untapped.features(x), expected[:, : untapped.head.linear.in_features]
    )
    first = 0
    for fibre in untapped.fibres:
        size = fibre.n_features(400, 2)
        for places in ([first + size - 1], [first, first + size - 1], [first + size // 2 - 1]):
            chosen = untapped.chosen(places, 2).to(dtype)
            torch.testing.assert_close(chosen.features(x), expected[:, places])
        first += size


def test_thresholds_are_taken_from_stretches(
    in_windows: Callable[..., pe.PhysicalEmbeddingNetwork],
) -> None:
    windowed = in_windows()
    windowed.prepare(series(1), seed=0)
    levels = windowed.paths[0].detector.parts[0].levels
    assert (levels.diff(dim=-1) > 0).all()


def test_what_has_no_exact_seams_is_refused(
    in_windows: Callable[..., pe.PhysicalEmbeddingNetwork],
) -> None:
    with pytest.raises(InvalidInputError, match="pass a fibre in windows, whose seams are exact"):
        in_windows(coefficients={"beta2": 0.1, "gamma": 0.2})
    late = in_windows(coefficients={"beta2": 0.6, "gamma": 0.0}, before=())
    with pytest.raises(InvalidInputError, match=f"overlap by {OVERLAP:,} points, beyond which"):
        late.prepare(series(1), seed=0)
    with pytest.raises(InvalidInputError, match="SideBySide cannot read them, or not so"):
        # a gradient is asked for
        in_windows().features(series(2))
