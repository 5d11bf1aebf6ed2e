"""What is the same composition stays the same when a part is given one more argument."""

from dataclasses import dataclass, fields

import numpy as np

import physembed as pe
from physembed.networks.configuration import PARTS, from_configuration, to_configuration


def test_defaults_are_left_out_and_come_back() -> None:
    fibre = pe.Fibre(
        pe.GrossPitaevskii(),
        {"kinetic": pe.Trainable(0.3), "g": 0.0, "strength": np.array([0.1, 0.2])},
        n_layers=2,
        encoder=pe.SeriesEncoder(guard_band=2.0),
    )
    short = to_configuration(fibre, defaults=False)
    assert short["encoder"] == {"type": "SeriesEncoder", "guard_band": 2.0}
    assert short["coefficients"]["kinetic"] == {"type": "Trainable", "start": 0.3}
    assert "scheme" not in short and "potential" not in short["equation"]
    assert to_configuration(from_configuration(short)) == to_configuration(fibre)


def test_an_argument_that_is_added_changes_nothing_while_it_is_at_its_default(monkeypatch) -> None:
    @dataclass(frozen=True)
    class Trainable(pe.Trainable):
        colour: str = "red"

    before = to_configuration(pe.Trainable(0.3), defaults=False)
    monkeypatch.setitem(PARTS, "Trainable", Trainable)
    assert {field.name for field in fields(Trainable)} > {
        field.name for field in fields(pe.Trainable)
    }
    assert to_configuration(Trainable(0.3), defaults=False) == before
    assert to_configuration(Trainable(0.3, colour="blue"), defaults=False) != before
