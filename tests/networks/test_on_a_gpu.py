"""Every network computes on a GPU what it computes on the CPU, and there alone.

Where there is none, on one that is pretended: what mixes devices is refused there too.
"""

import copy
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import torch

import physembed as pe
from physembed.estimators.baseline_classifier import BASELINES
from physembed.networks import DETECTORS, SeriesNetwork, light_path, sweep
from physembed.networks.baselines import MiniRocketNetwork
from physembed.physics import ALL_EQUATIONS, ELEMENTS
from physembed.presets import PRESETS
from physembed.presets.any_equation import of_equation
from physembed.presets.preset import Asked
from tests.networks.test_detectors import CASES
from tests.physics.test_elements import EXAMPLES
from tests.pretended_gpu import MixedDevicesError, is_there, pretended_gpu

ON_GPU = torch.cuda.is_available()

COUNTED = {name for name in DETECTORS if "counter" in name} | {"autocoincidence", "longest-dwell"}
"""Detectors whose features are numbers of points."""


@contextmanager
def gpu() -> Iterator[list[str]]:
    """The GPU, or one that is pretended; and where the host waited for it, if that is known."""
    with warnings.catch_warnings():
        # which cascades leave the chip is told once
        warnings.simplefilter("ignore")
        if ON_GPU:
            # or convolutions would round to ten bits there
            with torch.backends.cudnn.flags(allow_tf32=False):
                yield []
            return
        with pretended_gpu() as pretended:
            yield pretended.waits


def assert_the_same_there(
    network: SeriesNetwork, x: torch.Tensor, *, counted: bool = False
) -> None:
    """Of features that are counted some may differ by a point, which a threshold decides."""
    network.prepare(x, seed=0)
    network.eval()
    with torch.inference_mode():
        expected = network.features(x)
        with gpu() as waits:
            there = copy.deepcopy(network).to("cuda")
            entering = x.to("cuda")
            # constants are sent there by the first call
            there.features(entering)
            waits.clear()
            features = there.features(entering)
            assert features.device.type == "cuda"
            assert waits == [] or type(network) is MiniRocketNetwork
            features = features.cpu()
    assert features.shape == expected.shape
    # single precision by other operations; logarithms and roots of little light lose a digit
    is_close = torch.isclose(features, expected, rtol=2e-5, atol=2e-5)
    assert is_close.float().mean() >= (0.95 if counted else 1.0)


def network_of(fibres: object, n_channels: int, n_timepoints: int) -> pe.PhysicalEmbeddingNetwork:
    return pe.PhysicalEmbeddingNetwork(
        fibres,  # type: ignore[arg-type]
        n_channels=n_channels,
        n_timepoints=n_timepoints,
        n_classes=3,
    )


def series(n_cases: int, n_channels: int, n_timepoints: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(n_cases, n_channels, n_timepoints, generator=generator).cumsum(-1)


@pytest.mark.parametrize("name", PRESETS)
def test_presets(name: str) -> None:
    for fibres in PRESETS[name].compositions(Asked((1, 40, 3))):
        assert_the_same_there(network_of(fibres, 1, 40), series(3, 1, 40))


def test_a_cascade_on_the_chip() -> None:
    (fibre,) = PRESETS["nlse"].fibres(64)
    assert_the_same_there(network_of([replace(fibre, n_layers=1)], 1, 64), series(2, 1, 64))


@pytest.mark.parametrize(("name", "arguments"), CASES)
def test_detectors(name: str, arguments: dict[str, object]) -> None:
    detector = DETECTORS[name](**arguments)  # type: ignore[arg-type]
    fibre = pe.Fibre(pe.NonlinearSchrodinger(), {"beta2": 0.4, "gamma": 0.0}, detector=detector)
    counted = name in COUNTED
    assert_the_same_there(network_of([fibre], 2, 64), series(6, 2, 64), counted=counted)


@pytest.mark.slow
@pytest.mark.parametrize("name", ELEMENTS)
@pytest.mark.parametrize("gamma", [0.0, 0.02], ids=["linear", "nonlinear"])
def test_elements(name: str, gamma: float) -> None:
    element = EXAMPLES[name]
    values = dict.fromkeys(element.coefficients, 0.3)
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": 0.4, "gamma": gamma},
        before=[pe.Component(element, values)],
        arms=[[], [pe.Component(element, values)]],
        detector=pe.BinnedIntensity(bins=8),
    )
    assert_the_same_there(network_of([fibre], 1, 60), series(3, 1, 60))


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL_EQUATIONS)
def test_media_of_every_equation(name: str) -> None:
    fibres = of_equation(ALL_EQUATIONS[name](), name).fibres(64)
    assert_the_same_there(network_of(fibres, 1, 64), series(3, 1, 64))


def test_long_series(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their transfer functions are made in blocks, and the CPU reads them a stretch at a time."""
    monkeypatch.setattr(light_path, "LONG_WINDOW", 32)
    monkeypatch.setattr(light_path, "BLOCK", 16)
    monkeypatch.setattr(sweep, "LEAST_WORK", 1)
    fibres = PRESETS["homodyne"].fibres(60)[:2]
    network = network_of(fibres, 1, 60)
    assert all(path.is_long for path in network.paths)
    assert_the_same_there(network, series(3, 1, 60), counted=True)


@pytest.mark.parametrize("name", BASELINES)
def test_baselines(name: str) -> None:
    kind, _ = BASELINES[name]
    network = kind(n_channels=2, n_timepoints=64, n_classes=3)
    assert_the_same_there(network, series(6, 2, 64))


@pytest.mark.skipif(ON_GPU, reason="a real GPU refuses by itself")
def test_what_is_pretended_refuses_what_a_gpu_refuses() -> None:
    here = torch.arange(4.0)
    with pretended_gpu() as pretended:
        there = here.to("cuda")
        assert (there.device.type, here.device.type) == ("cuda", "cpu")
        assert is_there(2 * there.view(2, 2).T) and not is_there(there.cpu())
        assert torch.zeros_like(there).is_cuda and torch.ones(2, device=there.device).is_cuda
        assert (there + torch.tensor(1.0)).is_cuda
        for mixed in (
            lambda: there + here,
            lambda: torch.cat([there, here]),
            lambda: here[there.long()],
            lambda: torch.where(there > 1, here, there),
            there.data_ptr,
        ):
            with pytest.raises(MixedDevicesError):
                mixed()
        with pytest.raises(TypeError, match="can't convert cuda:0"):
            there.numpy()
        assert pretended.waits == []
        bool(there.sum() > 0)
        assert len(pretended.waits) == 1
        network = torch.nn.Linear(4, 1).to("cuda")
        assert network(there).is_cuda and network.cpu()(here).is_cpu
