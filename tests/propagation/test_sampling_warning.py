"""The warning of sampling itself: its kind, and the line at which it points."""

import warnings
from pathlib import Path

import pytest
from cases import random_field

import physembed as pe
from physembed.propagation.sampling_warning import give_warning

FIBRE = pe.NonlinearSchrodinger()
GRID = pe.TimeGrid(256, spacing=0.15)
CALM = {"beta2": -1.0, "gamma": 0.1}


def test_the_warning_is_an_error_in_this_suite() -> None:
    with pytest.raises(pe.SamplingWarning):
        pe.propagate(random_field(256), FIBRE, CALM, GRID)


def test_the_warning_can_be_caught_with_all_of_ours() -> None:
    assert issubclass(pe.SamplingWarning, pe.PhysembedWarning)
    assert issubclass(pe.SamplingWarning, UserWarning)


@pytest.mark.parametrize("beside", ["_x", "-plugin"])
def test_a_folder_that_begins_like_ours_is_the_user_s(beside: str) -> None:
    """A warning points at the line from which the library was reached, whatever it is called."""
    name = str(Path(pe.__file__).parent) + f"{beside}/own.py"
    scope = {"give_warning": give_warning}
    exec(compile("def reach():\n    give_warning('a', 'b', 'steps')\n", name, "exec"), scope)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scope["reach"]()
    assert caught[0].filename == name
