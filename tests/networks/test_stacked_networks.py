"""Networks computed together give what each gives alone, and only those of one shape are."""

import pytest
import torch

import physembed as pe
from physembed.networks import StackedNetworks
from physembed.networks.stacked_networks import why_not_stacked

BETA2, GAMMA = pe.Trainable(0.4), pe.Trainable(0.1)


def network(
    beta2: pe.Trainable | float = BETA2,
    gamma: pe.Trainable | float | tuple[float, ...] = GAMMA,
    *,
    bins: int = 10,
    guard_band: float = 1.0,
    n_layers: int = 2,
) -> pe.PhysicalEmbeddingNetwork:
    fibre = pe.Fibre(
        pe.NonlinearSchrodinger(),
        {"beta2": beta2, "gamma": gamma},
        n_layers=n_layers,
        encoder=pe.SeriesEncoder(guard_band=guard_band),
        detector=pe.BinnedIntensity(bins),
    )
    return pe.PhysicalEmbeddingNetwork([fibre], n_channels=2, n_timepoints=30, n_classes=3)


def series(n_members: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(n_members, 7, 2, 30, dtype=torch.float64, generator=generator)


def test_members_give_what_they_give_alone_whichever_terms_are_frozen() -> None:
    networks = [network(), network(beta2=0.0), network(gamma=(0.2, 0.0)), network(0.3, 0.2)]
    stacked = StackedNetworks(networks)
    x = series(4)
    together = stacked(x)
    for number, own in enumerate(networks):
        assert torch.equal(together[number], own(x[number]))
    trained = dict(zip(stacked.names, stacked.trained, strict=True))
    assert trained["media.0.trainable.beta2"].tolist() == [True, False, True, False]
    assert trained["media.0.trainable.gamma"].tolist() == [True, True, False, False]
    assert trained["head.linear.weight"].all()


def test_weights_are_written_back_except_what_is_frozen() -> None:
    networks = [network(), network(beta2=0.0)]
    stacked = StackedNetworks(networks)
    with torch.no_grad():
        for parameter in stacked.stacked:
            parameter.add_(1.0)
    before = networks[1].coefficients()
    stacked.write(stacked.member_weights(1), networks[1])
    after = networks[1].coefficients()
    assert after["fibre1/layer1/beta2"] == before["fibre1/layer1/beta2"] == 0.0
    assert after["fibre1/layer2/gamma"] == pytest.approx(1.1)
    assert torch.equal(networks[1].head.linear.weight, stacked.member_weights(1)[stacked.names[-2]])


def test_a_linear_member_does_not_make_the_others_linear() -> None:
    networks = [network(gamma=0.0), network(gamma=0.3)]
    x = series(2)
    for pair in (networks, networks[::-1]):
        together = StackedNetworks(pair)(x)
        for number, own in enumerate(pair):
            # alone, a linear fibre is one transfer function: float32's rounding in two layers
            torch.testing.assert_close(together[number], own(x[number]), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (network(bins=5), "differ"),
        (network(guard_band=0.5), "differ"),
        (network(n_layers=3), "differ"),
        (network(gamma=pe.Trainable(0.1, shared=True)), "shared by the layers"),
    ],
)
def test_networks_of_another_shape_are_refused(
    other: pe.PhysicalEmbeddingNetwork, reason: str
) -> None:
    assert reason in why_not_stacked([network(), other])
    with pytest.raises(pe.InvalidInputError, match=f"cannot be stacked: .*{reason}"):
        StackedNetworks([network(), other])


def test_no_member_trains_all_that_the_others_train() -> None:
    pair = [network(beta2=0.0), network(gamma=0.0)]
    assert "not in the one that trains most" in why_not_stacked(pair)
    assert why_not_stacked([*pair, network()]) == ""
    assert why_not_stacked([]) == "there is none"
