"""Training on a GPU by one CUDA graph a step ends as training through Lightning does."""

from dataclasses import replace

import pytest
import torch
from torch.nn.functional import cross_entropy

import physembed as pe
from physembed.errors import DivergenceError
from physembed.networks.encoded_series import EncodedSeries
from physembed.training import TrainingSettings
from physembed.training.cuda_graph import NotRecorded
from physembed.training.gradient import flat_adam
from physembed.training.gradient.flat_adam import FlatAdam
from physembed.training.gradient.lightning_module import adam_on_one_cycle
from physembed.training.gradient.recorded import can_be_recorded
from physembed.training.gradient.train import train_by_gradient
from tests.pretended_gpu import pretended_gpu

on_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU")

SETTINGS = TrainingSettings(
    max_epochs=3, batch_size=16, weight_decay=0.5, validation_fraction=0.2, gradient_clip=0.5
)


def network(n_timepoints: int = 64) -> pe.PhysicalEmbeddingNetwork:
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"alpha": pe.Trainable(0.01), "beta2": pe.Trainable(0.4), "gamma": pe.Trainable(0.1)},
        n_layers=2,
        encoder=pe.SeriesEncoder(guard_band=3.0),
        # by Lie, nothing detected depends on the last gamma, and rounding alone moves it
        scheme="strang",
    )
    return pe.PhysicalEmbeddingNetwork(
        [fibre], n_channels=1, n_timepoints=n_timepoints, n_classes=2
    )


def cases(n_cases: int = 72, n_timepoints: int = 64) -> tuple[torch.Tensor, torch.Tensor]:
    """Chirps up and down, in noise."""
    generator = torch.Generator().manual_seed(0)
    y = torch.arange(n_cases) % 2
    t = torch.linspace(0, 1, n_timepoints)
    chirp = torch.sin(20 * (t + (2 * y[:, None] - 1) * t.square() / 2))
    noise = torch.randn(n_cases, n_timepoints, generator=generator)
    return (chirp + 0.3 * noise)[:, None], y


def test_the_flat_optimiser_steps_as_torchs_does() -> None:
    x, y = cases()
    torch.manual_seed(0)
    one, other = network(), network()
    other.load_state_dict(one.state_dict())
    steps = 6
    made = adam_on_one_cycle(one.embedding_parameters(), one.readout_parameters(), SETTINGS, steps)
    optimizer, schedule = made["optimizer"], made["lr_scheduler"]["scheduler"]
    flat = FlatAdam(other, SETTINGS, steps)
    for _ in range(steps):
        optimizer.zero_grad()
        cross_entropy(one(x), y).backward()
        torch.nn.utils.clip_grad_norm_(one.parameters(), SETTINGS.gradient_clip)
        optimizer.step()
        schedule.step()
        loss = cross_entropy(other(x), y)
        flat.backward(loss)
        flat.step(loss.detach())
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        # the same operations in another order, in float32, over six steps
        assert torch.allclose(a, b, rtol=1e-4, atol=1e-6)


def test_the_flat_optimiser_stands_still_where_a_gradient_is_not_finite() -> None:
    of = network()
    flat = FlatAdam(of, SETTINGS, 4)
    before = flat.flat.clone()
    for p in of.parameters():
        p.grad.fill_(torch.nan)
    flat.step(torch.zeros(()))
    assert torch.equal(flat.flat, before)
    assert flat.problem()[0] == "gradient"


@on_gpu
# four steps an epoch, each a graph; and eleven, of which eight are one, and a shorter last one
@pytest.mark.parametrize(("batch_size", "max_epochs"), [(16, 3), (5, 1)])
def test_a_recorded_training_ends_as_one_through_lightning(
    batch_size: int, max_epochs: int
) -> None:
    import lightning.pytorch as pl

    settings = replace(SETTINGS, batch_size=batch_size, max_epochs=max_epochs)
    x, y = cases()
    recorded, history = train_by_gradient(network, x, y, settings, seed=1, device="cuda")
    stepwise, expected = train_by_gradient(
        network, x, y, settings, seed=1, device="cuda", callbacks=[pl.Callback()]
    )
    assert [r["epoch"] for r in history] == [r["epoch"] for r in expected]
    for one, other in zip(history, expected, strict=True):
        for name in set(other) - {"seconds"}:
            # rounding differs, and some ten steps of training carry it on
            assert one[name] == pytest.approx(other[name], rel=2e-3, abs=2e-4), name
    with torch.no_grad():
        assert torch.allclose(recorded(x), stepwise(x), atol=1e-2)


@pytest.mark.slow
@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU, and none to be pretended")
@pytest.mark.filterwarnings("ignore::physembed.propagation.gradients.ways.OffChipNotice")
def test_what_is_recorded_stays_on_the_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """On one that is pretended: the same steps, which mix no devices and do not meet the host."""
    settings = replace(SETTINGS, batch_size=10, max_epochs=2)
    x, y = cases(24, 20)

    def small() -> pe.PhysicalEmbeddingNetwork:
        return network(20)

    stepwise, expected = train_by_gradient(small, x, y, settings, seed=1, device="cpu")
    # Triton's interpreter does not take the masks of the optimiser's kernel
    monkeypatch.setattr(flat_adam, "has_triton", lambda: False)
    with pretended_gpu() as gpu:
        recorded, history = train_by_gradient(small, x, y, settings, seed=1, device="cuda")
    assert gpu.moved > 0
    for one, other in zip(history, expected, strict=True):
        for name in set(other) - {"seconds"}:
            # rounding differs, and a few steps of training carry it on
            assert one[name] == pytest.approx(other[name], rel=2e-3, abs=2e-4), name
    with torch.no_grad():
        assert torch.allclose(recorded(x), stepwise(x), atol=1e-2)
    # what is told of every epoch, and of weights without a slope
    told = ("epochs", "problem", "coefficients", "warn_of_numbers_without_a_slope")
    assert {wait.partition(" in ")[2] for wait in gpu.waits} <= set(told)


@on_gpu
def test_the_same_seed_gives_the_same_bits() -> None:
    x, y = cases()
    one, other = (
        train_by_gradient(network, x, y, SETTINGS, seed=1, device="cuda")[0] for _ in range(2)
    )
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(a, b)


def kept_bytes(encoded: EncodedSeries) -> int:
    """Of all that encoded series hold."""
    held = [encoded.x, *encoded._fields.values(), *encoded._spectra.values()]
    held += [] if encoded._modulated is None else [encoded._modulated[1]]
    return sum(tensor.numel() * tensor.element_size() for tensor in held)


@pytest.mark.parametrize("n_channels", [1, 3])
@pytest.mark.parametrize("guard_bands", [(3.0,), (3.0, 1.0, 3.0)], ids=["one", "two"])
def test_what_is_recorded_fits_as_fields_beside_half_of_the_free_memory(
    monkeypatch: pytest.MonkeyPatch, n_channels: int, guard_bands: tuple[float, ...]
) -> None:
    x = cases()[0].expand(-1, n_channels, -1).clone()
    medium = {"beta2": 0.4, "gamma": 0.1}
    fibres = [
        pe.Fibre(pe.NonlinearSchrodinger(), medium, encoder=pe.SeriesEncoder(guard_band=g))
        for g in guard_bands
    ]
    of = pe.PhysicalEmbeddingNetwork(fibres, n_channels=n_channels, n_timepoints=64, n_classes=2)
    free = 2 * kept_bytes(of.encode(x))
    assert free > 15 * x.numel() * x.element_size()
    gpu = torch.device("cuda")

    def with_free(n_bytes: int) -> None:
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (n_bytes, 2**40))

    with_free(free + 2)
    assert can_be_recorded(of, x, gpu)
    with_free(free - 2)
    with pytest.warns(NotRecorded, match=r"72 cases take 0\.0 GiB as fields, and of the GPU's"):
        assert not can_be_recorded(of, x, gpu)


def test_fields_that_are_not_kept_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    x, of = cases()[0], network()
    monkeypatch.setattr("physembed.networks.physical_embedding_network.KEPT_POINTS", 72 * 256 - 1)
    assert of.encode(x) is x
    assert of.encoded_bytes(len(x)) == 0
    assert of.encoded_bytes(len(x) - 1) == 71 * 256 * 8


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=on_gpu)])
def test_a_loss_that_is_not_finite_ends_a_training(device: str) -> None:
    x, y = cases()
    x[::2, 0, 5] = torch.nan
    with pytest.raises(DivergenceError, match="epoch 1"):
        train_by_gradient(network, x, y, SETTINGS, seed=1, device=device)
