"""Networks of every kind of part, calibrated on made-up series, for the readers of plans."""

import dataclasses

import numpy as np
import torch

import physembed as pe
from physembed.deploy.c.host import STRICT
from physembed.networks import PhysicalEmbeddingNetwork

LENGTH = 60
DEFINED = (*STRICT, "-fsanitize=undefined", "-fno-sanitize-recover")
"""With which a program ends where C does not say what comes next: overflows, shifts, places."""

LENSLETS = pe.Fibre(
    pe.GrossPitaevskii(pe.OpticalLattice(15.0)),
    {"kinetic": (0.0, 1.0), "g": 0.0, "strength": (1.0, 0.0), "phase": 0.3},
    n_layers=2,
    encoder=pe.SeriesEncoder(alignment="energy-centroid", guard_band=0.0, carrier=2.0),
    detector=pe.BinnedIntensity(12),
)
NOTHING = {"beta2": 0.0, "gamma": 0.0}
DISPERSIVE = pe.SeriesEncoder(alignment="left", guard_band=1.0, padding="edge")
ARMS = (
    (),
    (pe.Component(pe.MachZehnder(), {"delay": 1.3}),),
    (pe.Component(pe.ThreePathInterferometer(unit=2.0), {"delay": 0.8}),),
    (pe.Component(pe.DelayLine(), {"delay": 0.7, "phase": 0.4}),),
)
KERR = pe.Fibre(
    pe.NonlinearSchrodinger(),
    {"alpha": 0.1, "beta2": 0.3, "gamma": 0.2, "beta3": 0.05},
    n_layers=3,
    layer_length=[0.5, 1.2, 1.0],
    encoder=pe.SeriesEncoder(guard_band=1.0),
    detector=pe.BinnedIntensity(20, response="sqrt"),
    taps=(pe.Tap(1, pe.BinnedIntensity(7, response="linear")),),
)


def dispersive(detector: pe.Detector, arms: object = ((),), **options: object) -> pe.Fibre:
    """Dispersion alone, and what is behind it."""
    return pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.02, "gamma": 0.0, "alpha": 0.2},
        n_layers=2,
        encoder=DISPERSIVE,
        detector=detector,
        arms=arms,  # type: ignore[arg-type]
        gated=True,
        **options,  # type: ignore[arg-type]
    )


ONE_PHASE = pe.Quadratures((30.0,))
BANK = pe.SideBySide(
    (
        pe.Counter(thresholds=2, width=0.1, shape="ramp", response="arcsine"),
        pe.Counter(thresholds=1, gates=3, counted="crossings", width=0.3),
        pe.WinnerCounter(gates=2, response="arcsine"),
    )
)
POOL = pe.SideBySide(
    (
        pe.Counter(thresholds=2, width=0.1, shape="ramp", response="arcsine"),
        pe.WinnerCounter(),
        pe.PeakHold(),
        pe.LongestDwell(),
        pe.Autocoincidence(delay=3, width=0.1, shape="ramp"),
        pe.MeanPower(),
        pe.LockInCounter(thresholds=1, width=0.3, harmonics=2),
        pe.PeakHold(pe.Amplitude(), held=("highest",)),
        pe.Counter(pe.Amplitude(), thresholds=1, counted="crossings", width=0.2),
    )
)
EACH = POOL.n_features(LENGTH)


def straight(normalisation: str, detector: pe.Detector, **options: object) -> pe.Fibre:
    """No medium: the series itself."""
    encoder = pe.SeriesEncoder(normalisation=normalisation, alignment="left", guard_band=0.0)
    return pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.0, "gamma": 0.0},
        n_layers=1,
        encoder=encoder,
        detector=detector,
        gated=True,
        **options,  # type: ignore[arg-type]
    )


TAPPED = tuple((pe.Component(pe.TappedDelayLine(taps)),) for taps in ((1, 3, 1), (-2, 0, 2)))
MASK = {f"v{k}": v for k, v in enumerate((0.3, -0.4, 0.2, 0.1, -0.2), start=1)}


def between(fibre: pe.Fibre) -> pe.Fibre:
    """The same fibre, into which the differences of neighbouring channels enter."""
    encoder = dataclasses.replace(fibre.encoder, channel_differences=True)
    return dataclasses.replace(fibre, encoder=encoder)


DIFFERENCES = (
    dispersive(BANK),
    *map(
        between,
        (
            dispersive(BANK, ARMS),
            dispersive(POOL, ARMS, built=(3, 0, EACH + 9, 4 * EACH + 1)),
            straight("none", pe.Level(), built=(3, 0, 7)),
            LENSLETS,
        ),
    ),
)
"""For three channels, which have two differences."""


def tapped(*levels: float) -> pe.Detector:
    """Ideal comparators, behind which points and changes are counted."""
    real = pe.Quadratures((0.0,))
    both = {"thresholds": len(levels), "levels": levels}
    return pe.SideBySide((pe.Counter(real, **both), pe.Counter(real, counted="crossings", **both)))


WHOLE_ARMS = tuple(
    (pe.Component(pe.TappedDelayLine(taps)),)
    for taps in ((3, 5, 3), (-700, 300, 0, -300, 700), (8191, -8191, 32000, -8191, 8191))
)
COMPOSITIONS: dict[str, tuple[pe.Fibre, ...]] = {
    "one quadrature": (
        dispersive(pe.Counter(ONE_PHASE, thresholds=2, width=0.15), ARMS),
        dispersive(pe.Counter(ONE_PHASE, thresholds=1, width=0.2, shape="ramp"), ARMS[1:2]),
    ),
    "dispersion and interferometers": tuple(
        dispersive(pe.Counter(ONE_PHASE, thresholds=1, width=0.15, response="arcsine"), (arm,))
        for arm in ARMS[:3]
    ),
    "tapped delay lines": (
        dispersive(pe.Counter(ONE_PHASE, thresholds=2, width=0.2), (TAPPED[0],)),
        straight("z-score", pe.Counter(pe.Quadratures((0.0,)), thresholds=2), arms=TAPPED),
    ),
    "whole filters": (
        dataclasses.replace(dispersive(tapped(0.2, 0.7), WHOLE_ARMS), coefficients=NOTHING),
        dataclasses.replace(dispersive(tapped(0.5), WHOLE_ARMS[:1]), coefficients=NOTHING),
    ),
    "whole filters, arcsines": (
        dataclasses.replace(
            dispersive(
                pe.Counter(pe.Quadratures((0.0,)), thresholds=3, response="arcsine"), WHOLE_ARMS
            ),
            coefficients=NOTHING,
        ),
    ),
    "homodyne": (dispersive(BANK, ARMS), dispersive(BANK)),
    "every point": (
        dispersive(pe.Amplitude()),
        dispersive(pe.Intensity(), ARMS),
        dispersive(pe.Quadratures((0.0, 90.0))),
    ),
    "pool": (
        dispersive(POOL, ARMS),
        straight("z-score", pe.Spectrometer(8)),
        straight("none", pe.Level()),
    ),
    "built of the pool": (
        # one lane of every kind, and then lanes of one quadrature alone
        dispersive(POOL, ARMS, built=(3, 0, EACH + 9, *range(2 * EACH, 3 * EACH, 2))),
        dispersive(POOL, ARMS, built=(3 * EACH + 1, 1)),
        straight("z-score", pe.Spectrometer(8), built=(5, 2)),
        straight("none", pe.Level(), built=(3, 0)),
    ),
    "lattice": (LENSLETS,),
    "frames": (
        pe.Fibre(
            pe.NonlinearSchrodinger(),
            {"beta2": 0.0, "gamma": 0.0},
            n_layers=1,
            encoder=pe.SeriesEncoder(guard_band=0.0),
            detector=pe.SideBySide(
                (
                    pe.Spectrogram(3, 2, 5, coupling="alternating"),
                    pe.Spectrogram(2, 3, 5, lowest=0.1),
                )
            ),
        ),
    ),
    "frames behind dispersion": (
        dispersive(pe.SideBySide((pe.Spectrogram(2, 2, 4), pe.Spectrogram(2, 2, 6))), ARMS),
    ),
    "envelope": (
        pe.Fibre(
            pe.GrossPitaevskii(pe.OpticalLattice(15.0)),
            {"kinetic": (0.0, 1.0), "g": 0.0, "strength": (1.0, 0.0), "phase": np.pi},
            n_layers=2,
            encoder=pe.SeriesEncoder(guard_band=0.0, envelope=True),
            detector=pe.CellBands(4, 3, coupling="alternating"),
        ),
        pe.Fibre(
            pe.GrossPitaevskii(pe.PolynomialPotential(3)),
            {"kinetic": 1.5, "g": 0.0, "a1": 0.1, "a2": 0.7, "a3": -0.2},
            n_layers=1,
            scheme="strang",
            encoder=pe.SeriesEncoder(guard_band=0.5, envelope=True, alignment="centre"),
            detector=pe.CellStatistics(3, 4, response="sqrt"),
        ),
    ),
    "nonlinear": (KERR,),
    "trap": (
        pe.Fibre(
            pe.GrossPitaevskii(pe.HarmonicTrap()),
            {"kinetic": 0.3, "g": (0.1, 0.2), "strength": 0.4, "centre": 0.1},
            n_layers=2,
            encoder=pe.SeriesEncoder(guard_band=0.0, normalisation="peak", derivative=1),
            detector=pe.BinnedIntensity(11),
        ),
    ),
    "elements": (
        pe.Fibre(
            pe.NonlinearSchrodinger(),
            {"beta2": 0.5, "gamma": 0.0},
            n_layers=1,
            encoder=pe.SeriesEncoder(guard_band=0.0, modulation=0.5, carrier=1.0, alignment="left"),
            before=(
                pe.Component(pe.Lens(), {"strength": 0.4, "centre": 0.1, "tilt": 0.05}),
                pe.Component(pe.FrequencyAmplitudeMask(5), MASK),
            ),
            after=(pe.Component(pe.TimePhaseMask(5), MASK),),
            arms=(
                (pe.Component(pe.Prism(), {"tilt": 0.2}),),
                (pe.Component(pe.PhaseShifter(), {"phase": 0.7}),),
                (pe.Component(pe.FrequencyPhaseMask(5), MASK),),
            ),
            detector=pe.SideBySide((pe.BinnedIntensity(9), pe.Quadratures((20.0, 110.0)))),
        ),
    ),
}
"""By name, of every part that has a lowering."""


def series(
    n_cases: int = 12, n_channels: int = 1, length: int = LENGTH, seed: int = 7
) -> np.ndarray:
    """Cases with a trend, an offset and a scale of their own."""
    random = np.random.default_rng(seed)
    noise = random.standard_normal((n_cases, n_channels, length))
    scale = np.exp(2 * random.standard_normal((n_cases, n_channels, 1)))
    return (np.cumsum(noise, axis=2) + 3 * random.standard_normal(noise[..., :1].shape)) * scale


def extremes(n_channels: int, length: int) -> np.ndarray:
    """Series of 16 bits: constant ones, one impulse, and both ends in turn."""
    shape = (1, n_channels, length)
    constant = [np.full(shape, level) for level in (0, 77, -32768, 32767)]
    impulse = np.zeros(shape)
    impulse[..., length // 2] = 32767
    alternating = np.where(np.arange(length) % 2, 32767, -32768)
    about_zero = np.where(np.arange(length) % 2, 32767, -32767)
    in_turn = [np.broadcast_to(ends, shape) for ends in (alternating, about_zero)]
    return np.concatenate([*constant, impulse, *in_turn]).astype(np.int16)


def network(
    name: str | tuple[pe.Fibre, ...],
    *,
    n_channels: int = 1,
    length: int = LENGTH,
    n_classes: int = 3,
    cases: np.ndarray | None = None,
) -> PhysicalEmbeddingNetwork:
    """A network with thresholds taken from series and a readout of random weights."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = PhysicalEmbeddingNetwork(
            COMPOSITIONS[name] if isinstance(name, str) else name,
            n_channels=n_channels,
            n_timepoints=length,
            n_classes=n_classes,
            signed_readout=n_classes == 2,
        )
    # not the series that tests look at: they would sit on the thresholds
    cases = series(24, n_channels, length, seed=8) if cases is None else cases
    made.prepare(torch.from_numpy(cases).float(), seed=0)
    return made.requires_grad_(False)


def classifier(name: str, **sizes: int) -> pe.PhysicalEmbeddingClassifier:
    """A classifier that holds such a network, without the labour of fitting it."""
    held = pe.PhysicalEmbeddingClassifier(fibres=COMPOSITIONS[name])
    held.network_ = network(name, **sizes)
    held.classes_ = np.array([f"class {k}" for k in range(held.network_.head.linear.out_features)])
    held.unequal_length_, held.metadata_ = False, {}
    return held
