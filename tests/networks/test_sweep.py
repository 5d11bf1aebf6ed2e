"""One compiled pass says what every detector says by itself, which is the oracle."""

from dataclasses import replace

import pytest
import torch

import physembed as pe
from physembed.networks import sweep
from physembed.networks.sweep import LEAST_WORK, sweep_pays

RAMPS = {"width": 0.2, "shape": "ramp"}
BOTH = (0.0, 45.0)
DETECTORS = {
    "time above": pe.Counter(thresholds=3, response="arcsine", **RAMPS),
    "hard": pe.Counter(thresholds=2, gates=3),
    "crossings": pe.Counter(counted="crossings", gates=2, **RAMPS),
    "smooth": pe.Counter(width=0.2),
    "winners": pe.WinnerCounter(gates=3, response="arcsine"),
    "peaks": pe.PeakHold(pe.Quadratures(BOTH)),
    "lowest": pe.PeakHold(pe.Intensity(), held=("lowest",)),
    "dwells": pe.LongestDwell(thresholds=2),
    "agreement": pe.Autocoincidence(delay=3, **RAMPS),
    "late agreement": pe.Autocoincidence(delay=100, **RAMPS),
    "lock-in": pe.LockInCounter(pe.Amplitude(), thresholds=2, harmonics=2, **RAMPS),
    "power": pe.MeanPower(),
    "spectrum": pe.Spectrometer(4),
}
DETECTORS["all"] = pe.SideBySide(tuple(DETECTORS.values()))
"""Also those that no sweep serves, which are then asked by themselves."""

ARMS = ((), (pe.Component(pe.MachZehnder(), {"delay": 2.0}),))


def series(n_timepoints: int, seed: int) -> torch.Tensor:
    """Of two channels; thresholds are values of records, so what is compared are other series."""
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(5, 2, n_timepoints, generator=generator).cumsum(dim=2)


def network_of(
    detector: pe.Detector, n_timepoints: int, gamma: float = 0.0
) -> pe.PhysicalEmbeddingNetwork:
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.3, "gamma": gamma},
        n_layers=1,
        encoder=pe.SeriesEncoder(alignment="left"),
        detector=detector,
        arms=ARMS,
        gated=True,
    )
    network = pe.PhysicalEmbeddingNetwork(
        [fibre], n_channels=2, n_timepoints=n_timepoints, n_classes=2
    )
    network.prepare(series(n_timepoints, 1), seed=0)
    return network


def swept_and_not(
    network: pe.PhysicalEmbeddingNetwork, x: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> tuple[torch.Tensor, torch.Tensor]:
    with torch.inference_mode():
        plain = network.features(x)
        monkeypatch.setattr(sweep, "LEAST_WORK", 0)
        return network.features(x), plain


@pytest.mark.parametrize("n_timepoints", [1, 7, 70])
@pytest.mark.parametrize("name", DETECTORS)
def test_a_sweep_says_what_the_detectors_say(
    name: str, n_timepoints: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = network_of(DETECTORS[name], n_timepoints)
    swept, plain = swept_and_not(network, series(n_timepoints, 2), monkeypatch)
    torch.testing.assert_close(swept, plain, atol=2e-5, rtol=1e-5)


@pytest.mark.parametrize("gamma", [0.0, 0.3])
def test_a_sweep_serves_what_is_chosen(gamma: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """From spectra behind a linear medium, from fields behind another."""
    whole = network_of(DETECTORS["all"], 70, gamma)
    network = whole.chosen(range(1, whole.head.linear.in_features, 5), 2)
    swept, plain = swept_and_not(network, series(70, 2), monkeypatch)
    torch.testing.assert_close(swept, plain, atol=2e-5, rtol=1e-5)


def test_two_groups_of_winners_do_not_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    detector = pe.SideBySide((pe.WinnerCounter(), pe.WinnerCounter(pe.Quadratures(BOTH))))
    swept, plain = swept_and_not(network_of(detector, 40), series(40, 2), monkeypatch)
    torch.testing.assert_close(swept, plain, atol=1e-6, rtol=0)


def test_without_the_transforms_fields_are_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "transforms_are_at_hand", lambda: False)
    detector = replace(DETECTORS["time above"], thresholds=1)
    swept, plain = swept_and_not(network_of(detector, 40), series(40, 2), monkeypatch)
    torch.testing.assert_close(swept, plain, atol=2e-5, rtol=1e-5)


def test_several_threads_share_the_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep.resources, "SMALLEST_SHARE", 1)
    threads = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        swept, plain = swept_and_not(
            network_of(DETECTORS["all"], 30), series(30, 2).repeat(3, 1, 1), monkeypatch
        )
    finally:
        torch.set_num_threads(threads)
    torch.testing.assert_close(swept, plain, atol=2e-5, rtol=1e-5)


def test_where_it_does_not_pay_nothing_is_swept() -> None:
    cpu = torch.device("cpu")
    with torch.no_grad():
        assert sweep_pays(LEAST_WORK, torch.complex64, cpu)
        assert not sweep_pays(LEAST_WORK - 1, torch.complex64, cpu)
        assert not sweep_pays(LEAST_WORK, torch.complex128, cpu)
        assert not sweep_pays(LEAST_WORK, torch.complex64, torch.device("meta"))
    assert not sweep_pays(LEAST_WORK, torch.complex64, cpu), "a gradient is asked for"


def test_a_field_that_pytorch_has_yet_to_conjugate_or_to_lay_out_is_read_alike() -> None:
    one_pass = sweep.Sweep(pe.PeakHold(pe.Quadratures(BOTH)).module(2, 40), 40)
    field = torch.randn(3, 2, 40, dtype=torch.complex64, generator=torch.Generator().manual_seed(3))
    laid_out = one_pass(field.conj().resolve_conj())
    assert torch.equal(one_pass(field.conj()), laid_out)
    assert torch.equal(one_pass(field.conj().mT.contiguous().mT), laid_out)
    assert torch.equal(one_pass(field.conj().to(torch.complex128)), laid_out)
