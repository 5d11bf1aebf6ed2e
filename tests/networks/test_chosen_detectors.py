"""A few features of a bank, built alone, are those of the whole bank."""

from dataclasses import replace

import pytest
import torch

import physembed as pe
from physembed.networks.configuration import from_configuration, to_configuration
from physembed.networks.series_network import LinearHead, ZeroSumHead

COUNTED = pe.Counter(thresholds=2, gates=2, width=0.05, shape="ramp", response="arcsine")
BANK = pe.SideBySide(
    (
        COUNTED,
        replace(COUNTED, counted="crossings", gates=1, first=3),
        pe.WinnerCounter(),
        pe.PeakHold(),
        pe.LongestDwell(),
        pe.Autocoincidence(delay=3),
        pe.LockInCounter(width=1.0, thresholds=2),
        pe.MeanPower(),
        pe.PeakHold(pe.Amplitude(), held=("highest",)),
        pe.Spectrometer(4),
    )
)
FIBRE = pe.Fibre(
    pe.NonlinearSchrodinger(),
    {"beta2": 0.3, "gamma": 0.0},
    n_layers=1,
    encoder=pe.SeriesEncoder(alignment="left"),
    detector=BANK,
    arms=((), (pe.Component(pe.MachZehnder(), {"delay": 2.0}),)),
    gated=True,
)
RAW = pe.Fibre(
    pe.NonlinearSchrodinger(),
    {"beta2": 0.0, "gamma": 0.0},
    n_layers=1,
    encoder=pe.SeriesEncoder(normalisation="none", alignment="left", guard_band=0.0),
    detector=pe.Level(),
    gated=True,
)
SIZES = {"n_channels": 2, "n_timepoints": 30, "n_classes": 2}


def series(seed: int) -> torch.Tensor:
    """Thresholds are values of the records that they are taken from, on which rounding decides
    what a hard comparator says: what is compared are other series."""
    return torch.randn(7, 2, 30, generator=torch.Generator().manual_seed(seed)) + 3.0


SEEN, NEW = series(1), series(2)


def calibrated(fibre: pe.Fibre) -> pe.PhysicalEmbeddingNetwork:
    network = pe.PhysicalEmbeddingNetwork([fibre], **SIZES)
    network.prepare(SEEN, seed=0)
    return network


NONLINEAR = replace(FIBRE, coefficients={"beta2": 0.3, "gamma": 0.3})


@pytest.mark.parametrize("fibre", [FIBRE, RAW, NONLINEAR])
def test_what_is_built_alone_says_what_it_says_in_the_bank(fibre: pe.Fibre) -> None:
    """One by one, and many; also behind a nonlinear medium."""
    bank = calibrated(fibre)
    with torch.no_grad():
        expected = bank.features(NEW)
        size = expected.shape[1]
        assert size == fibre.n_features(30, 2)
        generator = torch.Generator().manual_seed(2)
        for places in (
            torch.randperm(size, generator=generator)[: size // 9 + 1].sort().values.tolist(),
            *([k] for k in range(0, size, 7)),
        ):
            network = bank.chosen(places, 2)
            torch.testing.assert_close(network.features(NEW), expected[:, places])


def test_a_few_that_are_calibrated_alone_take_the_thresholds_of_the_bank() -> None:
    """The levels are those of their places in the bank, on the same values of the records."""
    bank = calibrated(FIBRE)
    places = [3, 40, 77, 100, 190]
    alone = pe.PhysicalEmbeddingNetwork([replace(FIBRE, built=places)], **SIZES)
    alone.prepare(SEEN, seed=0)
    with torch.no_grad():
        torch.testing.assert_close(
            alone.features(NEW), bank.features(NEW)[:, places], atol=1e-6, rtol=1e-5
        )


def test_features_come_in_the_order_of_their_places() -> None:
    fibres = [replace(FIBRE, built=built) for built in ([7, 99, 3, 150], [3, 7, 99, 150])]
    networks = [pe.PhysicalEmbeddingNetwork([fibre], **SIZES) for fibre in fibres]
    for network in networks:
        network.prepare(SEEN, seed=0)
    with torch.no_grad():
        features = [network.features(NEW) for network in networks]
    torch.testing.assert_close(features[0], features[1][:, [1, 2, 0, 3]])


def test_several_fibres_lose_those_of_which_nothing_is_chosen() -> None:
    bank = pe.PhysicalEmbeddingNetwork([RAW, FIBRE, RAW], **SIZES)
    bank.prepare(SEEN, seed=0)
    size = RAW.n_features(30, 2)
    places = [size + 5, size + 70, 2 * size + FIBRE.n_features(30, 2) - 1]
    network = bank.chosen(places, 3)
    assert [fibre.built for fibre in network.fibres] == [(5, 70), (size - 1,)]
    with torch.no_grad():
        torch.testing.assert_close(network.features(NEW), bank.features(NEW)[:, places])
        assert network(NEW).shape == (7, 3)


def test_logits_of_a_head_without_the_first_row_sum_to_zero() -> None:
    generator = torch.Generator().manual_seed(0)
    weights, bias = torch.randn(4, 6, generator=generator), torch.randn(4, generator=generator)
    whole, fewer = LinearHead(6, 4), ZeroSumHead(6, 4)
    whole.assign(weights, bias)
    fewer.assign(weights, bias)
    features = torch.randn(5, 6, generator=generator)
    logits = fewer(features)
    torch.testing.assert_close(logits.sum(dim=1), torch.zeros(5), atol=1e-5, rtol=0)
    torch.testing.assert_close(logits.softmax(dim=1), whole(features).softmax(dim=1))
    assert fewer.linear.weight.shape == (3, 6)


def test_only_what_is_chosen_is_kept() -> None:
    bank = calibrated(FIBRE)
    # two thresholds of the first record of the first arm
    network = bank.chosen([0, 2], 2)
    sizes = {k: tuple(v.shape) for k, v in network.paths.state_dict().items()}
    assert sizes["0.detector.parts.0.levels"] == (2,)
    assert network.paths[0].n_ends == 1


def test_readings_are_those_of_the_places() -> None:
    every = FIBRE.readings(30, 2)
    places = [5, 170, 44]
    assert replace(FIBRE, built=places).readings(30, 2) == [every[k] for k in places]


def test_places_are_written_and_read() -> None:
    fibre = replace(FIBRE, built=(4, 9))
    assert from_configuration(to_configuration(fibre)) == fibre


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: replace(FIBRE, built=()), "built must be None or a sequence of places"),
        (lambda: replace(FIBRE, built=(-1,)), "built must be None or a sequence of places"),
        (lambda: replace(FIBRE, built=(1, 1)), "built must not name a place twice"),
        (
            lambda: replace(FIBRE, built=(1,), taps=(pe.Tap(1, pe.Amplitude()),)),
            "a fibre with taps is built as a whole",
        ),
        (
            lambda: pe.PhysicalEmbeddingNetwork([replace(FIBRE, built=(10_000,))], **SIZES),
            "built must name places below 328",
        ),
    ],
)
def test_bad_places_are_named(make, message: str) -> None:
    with pytest.raises(pe.InvalidInputError, match=message):
        make()
