"""The checks of arguments: what is accepted, and the sentence that says so."""

from fractions import Fraction

import numpy as np
import pytest

from physembed._checks import (
    check_choice,
    check_flag,
    check_integer,
    check_number,
    check_numbers,
    is_number,
    shown,
)
from physembed.errors import InvalidInputError, UnknownNameError


@pytest.mark.parametrize("value", [1, np.int64(3), np.uint8(1)])
def test_integers_of_python_and_numpy_are_accepted(value):
    check_integer("bins", value, least=1)


@pytest.mark.parametrize("value", [0, True, 1.0, "1", None, np.array([1])])
def test_what_is_no_positive_integer_is_refused_by_name(value):
    with pytest.raises(InvalidInputError, match=r"^bins must be a positive integer, got "):
        check_integer("bins", value, least=1)


@pytest.mark.parametrize(
    ("limits", "accepted"),
    [
        ({}, "an integer"),
        ({"least": 4}, "an integer of at least 4"),
        ({"most": 4}, "an integer of at most 4"),
        ({"least": 1, "most": 8}, "an integer from 1 to 8"),
        ({"least": 1, "optional": True}, "a positive integer or None"),
        ({"least": 1, "also": -1}, "a positive integer or -1"),
        ({"least": 1, "also": -1, "optional": True}, "a positive integer, -1 or None"),
    ],
)
def test_the_sentence_on_an_integer_says_what_is_accepted(limits, accepted):
    with pytest.raises(InvalidInputError) as refused:
        check_integer("degree", 0.5, **limits)
    assert str(refused.value) == f"degree must be {accepted}, got 0.5."


@pytest.mark.parametrize(
    ("limits", "accepted", "good", "bad"),
    [
        ({}, "a finite number", -1e300, float("inf")),
        ({"above": 0}, "a positive number", 1e-300, 0.0),
        ({"least": 0}, "zero or a positive number", 0, -0.1),
        ({"least": 2}, "a number of at least 2", 2, 1),
        ({"above": 2}, "a number above 2", 2.1, 2),
        ({"below": 0}, "a negative number", -1, 0),
        ({"least": 0, "below": 1}, "a number from 0 to below 1", 0, 1),
        ({"above": 0, "most": 1}, "a number from above 0 to 1", 1, 0),
        ({"least": 0, "most": 1, "optional": True}, "a number from 0 to 1 or None", None, 2),
    ],
)
def test_a_number_within_its_limits(limits, accepted, good, bad):
    check_number("width", good, **limits)
    with pytest.raises(InvalidInputError) as refused:
        check_number("width", bad, **limits)
    assert str(refused.value) == f"width must be {accepted}, got {bad!r}."


@pytest.mark.parametrize(
    "value", [True, float("nan"), 10**400, Fraction(10**400), 1j, "1", np.array(1.0)]
)
def test_what_no_float_can_hold_is_no_number(value):
    assert not is_number(value)


@pytest.mark.parametrize("values", [[], [1.0, "2"], [float("nan")], 1.0, "12", [-1.0]])
def test_a_list_that_is_not_of_numbers_is_refused(values):
    with pytest.raises(InvalidInputError, match="at least one finite number from 0 to 1, got"):
        check_numbers("levels", values, least=0, most=1)


def test_a_list_of_another_length_is_refused():
    check_numbers("span", (0.0, 1.0), length=2)
    check_numbers("span", None, length=2, optional=True)
    with pytest.raises(InvalidInputError, match=r"2 finite number\(s\) or None, got \[0\.0\]"):
        check_numbers("span", [0.0], length=2, optional=True)


@pytest.mark.parametrize("value", ["eule", None, ["lie"], 1])
def test_a_name_that_is_not_known_is_refused(value):
    with pytest.raises(UnknownNameError, match=r"unknown scheme .* Known: lie, strang\."):
        check_choice("scheme", value, ["lie", "strang"])


@pytest.mark.parametrize("value", [-1, np.int64(-1), 1])
def test_an_integer_beyond_the_limits_may_be_accepted_too(value):
    check_integer("jobs", value, least=1, also=-1)
    for other in (-2, 0, True, -1.0):
        with pytest.raises(InvalidInputError, match="jobs must be a positive integer or -1, got"):
            check_integer("jobs", other, least=1, also=-1)


def test_what_is_not_true_or_false_is_no_flag():
    check_flag("levels", False)
    check_flag("levels", np.bool_(True))
    for value in ("no", 1, None):
        with pytest.raises(InvalidInputError, match=r"^levels must be True or False, got "):
            check_flag("levels", value)


def test_a_large_value_is_shown_on_one_short_line():
    assert len(shown(np.arange(10_000.0).reshape(100, 100))) < 100
    assert "\n" not in shown(np.zeros((50, 50)))
