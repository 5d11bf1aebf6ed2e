"""Cases too large to be loaded again are too large to be fitted."""

import pytest

import physembed as pe
from physembed.networks.sizes import check_case

METER = pe.Fibre(
    pe.NonlinearSchrodinger(),
    {"beta2": 0.0, "gamma": 0.0},
    n_layers=1,
    encoder=pe.SeriesEncoder(alignment="left", guard_band=0.0),
    detector=pe.Spectrometer(3),
    gated=True,
)


@pytest.mark.parametrize(
    ("n_channels", "n_timepoints", "message"),
    [
        (1, 40_000_000, "n_timepoints over all channels must be at most 16,777,216, got 1 channel"),
        (2, 2**23 + 1, "at most 16,777,216, got 2 channel.s. of 8,388,609; shorten"),
        (70_000, 2, "n_channels must be at most 65,536, got 70,000"),
    ],
)
def test_no_network_is_built_for_a_case_that_none_is_loaded_for(
    n_channels: int, n_timepoints: int, message: str
) -> None:
    sizes = {"n_channels": n_channels, "n_timepoints": n_timepoints}
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.PhysicalEmbeddingNetwork([METER], **sizes, n_classes=2)
    for estimator in (pe.PhysicalEmbeddingClassifier("compact"), pe.BaselineClassifier("linear")):
        with pytest.raises(pe.InvalidInputError, match=message):
            estimator.recipe((n_channels, n_timepoints, 2))
    check_case(2, 2**23)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_layers": 10**13}, "steps_per_layer must be at most 65,536, got 10,000,000,000,000"),
        ({"n_layers": 2**13, "steps_per_layer": 9}, "must be at most 65,536, got 73,728"),
        ({"steps_per_layer": "two"}, "steps_per_layer must be a positive integer, got 'two'"),
    ],
)
def test_no_cascade_has_more_steps_than_a_machine_computes(
    changed: dict[str, object], message: str
) -> None:
    """Before anything of as many numbers is laid down, here of a coefficient for each layer."""
    medium = {"beta2": (0.1, 0.2), "gamma": 0.0}
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.Fibre(pe.NonlinearSchrodinger(), medium, layer_length=(1.0, 2.0), **changed)
    with pytest.raises(pe.InvalidInputError, match=message):
        pe.Medium(pe.NonlinearSchrodinger(), pe.TimeGrid(32), medium, **({"n_layers": 2} | changed))
