"""How a path is computed leaves what it says: in blocks, after a pickle, of half of a spectrum."""

import pickle

import pytest
import torch
from light_paths import ARMS, SIZES, fibre, network, series

import physembed as pe
from physembed.networks import light_path
from physembed.networks.physical_embedding_network import CACHED_POINTS


def test_features_do_not_depend_on_how_many_cases_are_worked_on_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = network(fibre(detector=pe.SideBySide((pe.Counter(), pe.WinnerCounter()))))
    model.prepare(series(), seed=0)
    whole = model.features(series())
    assert model.cases_at_once == CACHED_POINTS // (3 * 40 * 2)
    monkeypatch.setattr(model, "cases_at_once", 1)
    with torch.no_grad():
        torch.testing.assert_close(model.features(series()), whole)


def test_the_transfer_of_a_long_window_is_made_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same numbers to rounding, at every frequency and to every arm, or to those seen alone."""
    before = (pe.Component(pe.DelayLine(), {"delay": 1.0}),)
    coefficients = {"beta2": 0.4, "beta3": 0.2, "gamma": 0.0, "alpha": -0.1}
    model = network(fibre(before=before, coefficients=coefficients))
    path, medium = model.paths[0], model.media[0]
    with torch.no_grad():
        whole = path.transfer(medium)
        monkeypatch.setattr(light_path, "LONG_WINDOW", 1)
        monkeypatch.setattr(light_path, "BLOCK", 7)
        in_blocks = path.transfer(medium)
        torch.testing.assert_close(in_blocks, whole, rtol=1e-14, atol=1e-14)
        features = model.features(series())
        # the second arm of the second channel, and no other
        few = model.chosen([features.shape[1] - len(ARMS[2]) * 20 - 3], 2)
        seen = few.paths[0].transfer(few.media[0], only_seen=True)
    assert len(seen) == 1
    assert any(torch.equal(seen[0], arm) for arm in in_blocks)


def test_a_path_that_was_pickled_before_sweeps_were_kept_counts_alike() -> None:
    model = network(fibre()).eval()
    expected = model.features(series())
    copy = pickle.loads(pickle.dumps(model))
    assert not any("_known_sweep" in vars(path) for path in copy.paths)
    torch.testing.assert_close(copy.features(series()), expected, rtol=0, atol=0)


@pytest.mark.parametrize("n_timepoints", [20, 21])
@pytest.mark.parametrize("built", [None, (0, 2, 5)])
def test_a_real_part_comes_of_half_of_the_spectrum(
    n_timepoints: int, built: tuple[int, ...] | None
) -> None:
    """What a smooth comparator reads at phase zero, and its slopes, are those of the whole."""
    counter = pe.Counter(pe.Quadratures((0.0,)), thresholds=1, levels=(0.6,), width=0.2)
    settings = {"beta2": pe.Trainable(0.3), "gamma": 0.0, "alpha": pe.Trainable(0.1)}
    encoder = pe.SeriesEncoder(alignment="left", guard_band=0.0 if n_timepoints % 2 else 1.0)
    described = fibre(coefficients=settings, detector=counter, built=built, encoder=encoder)
    model = pe.PhysicalEmbeddingNetwork(
        [described], n_channels=2, n_timepoints=n_timepoints, n_classes=3
    ).double()
    x = torch.randn(4, 2, n_timepoints, dtype=torch.float64)
    model.prepare(x, seed=0)
    path, weights = model.paths[0], torch.randn(4, model.head.linear.in_features)

    def read() -> tuple[torch.Tensor, ...]:
        features = model.features(x)
        slopes = torch.autograd.grad((weights * features).sum(), model.embedding_parameters())
        return (features, *slopes)

    assert path._reads_real_part
    halved = read()
    path._reads_real_part = False
    for half, whole in zip(halved, read(), strict=True):
        torch.testing.assert_close(half, whole, rtol=1e-10, atol=1e-12)
    # what a hard comparator counts jumps where rounding differs, and saved models predict the same
    hard = pe.Counter(pe.Quadratures((0.0,)), thresholds=1, levels=(0.6,))
    for detector, coder in (
        (hard, encoder),
        (counter, pe.SeriesEncoder(alignment="left", envelope=True)),
        (pe.Counter(width=0.2), encoder),
    ):
        other = pe.PhysicalEmbeddingNetwork([fibre(detector=detector, encoder=coder)], **SIZES)
        assert not other.paths[0]._reads_real_part
