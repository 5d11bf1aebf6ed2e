import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from physembed.data import check_collection, check_labels
from physembed.errors import InvalidInputError

SERIES = np.arange(12.0).reshape(3, 4)
numbers = st.one_of(
    hnp.integer_dtypes(),
    hnp.unsigned_integer_dtypes(),
    hnp.boolean_dtypes(),
    st.just("f4"),
    st.just("f8"),
).flatmap(
    lambda dtype: hnp.arrays(
        dtype,
        st.one_of(
            st.tuples(st.integers(1, 5), st.integers(2, 6)),
            st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(2, 6)),
        ),
        elements={"allow_nan": False, "allow_infinity": False} if str(dtype)[0] == "f" else None,
    )
)


@given(numbers)
def test_real_numbers_of_any_dtype_pass_unchanged(X):
    checked = check_collection(X)
    assert checked.dtype == np.float64
    assert checked.flags.c_contiguous
    np.testing.assert_array_equal(checked, X[:, np.newaxis] if X.ndim == 2 else X)
    np.testing.assert_array_equal(check_collection(list(X)), checked)
    np.testing.assert_array_equal(check_collection(X[::-1][::-1]), checked)


@given(
    hnp.arrays("f8", hnp.array_shapes(min_dims=3, max_dims=3, min_side=2), elements=st.just(1.0)),
    st.data(),
    st.sampled_from([np.nan, np.inf, -np.inf]),
)
def test_one_value_that_is_not_finite_is_located(X, data, value):
    position = tuple(data.draw(st.integers(0, side - 1)) for side in X.shape)
    X[position] = value
    case, channel, timepoint = position
    place = f"case {case}, channel {channel}, timepoint {timepoint}; 1 of {len(X)} cases"
    with pytest.raises(InvalidInputError, match=place):
        check_collection(X)


@pytest.mark.parametrize(
    "X",
    [
        SERIES.tolist(),
        SERIES.astype(np.int8),
        SERIES.astype(object),
        np.array([*SERIES, None], dtype=object)[:-1],
        pd.DataFrame(SERIES),
        torch.tensor(SERIES, requires_grad=True),
        torch.tensor(SERIES, dtype=torch.bfloat16),
        [torch.tensor(row) for row in SERIES],
        [pd.Series(row) for row in SERIES],
        tuple(SERIES),
        [row[np.newaxis] for row in SERIES],
        np.ma.array(SERIES),
    ],
    ids=lambda X: type(X).__name__,
)
def test_accepted_containers(X):
    np.testing.assert_array_equal(check_collection(X), SERIES[:, np.newaxis])


def test_constant_and_zero_series_are_legal():
    assert check_collection(np.zeros((2, 5))).shape == (2, 1, 5)
    assert check_collection(np.full((1, 3, 2), 7)).shape == (1, 3, 2)


def with_value(value, dtype=object):
    X = SERIES.astype(dtype)
    X[2, 1] = value
    return X


RAGGED = np.empty(2, dtype=object)
RAGGED[:] = [np.zeros(3), np.zeros(4)]
STACKABLE = np.empty(2, dtype=object)
STACKABLE[:] = [np.zeros(3), [0, 1, None]]


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (with_value(np.nan, float), r"missing value \(NaN\) at case 2, channel 0, timepoint 1"),
        (with_value(-np.inf, float), "infinite value at case 2, channel 0, timepoint 1"),
        (with_value(1e300, np.longdouble) * 1e300, "infinite value at case 2"),
        ([[1, 2, 3], [1, 2]], "case 1 has 2 timepoints, case 0 has 3"),
        ([np.zeros((2, 5)), np.zeros((3, 5))], "case 1 has 3 channels, case 0 has 2"),
        ([[[1, 2], [3]], [[1, 2], [3, 4]]], "case 0 has channels of unequal lengths"),
        ([np.zeros(3), np.zeros((1, 3))], "case 1 has 2 dimensions, case 0 has 1"),
        (RAGGED, "case 1 has 4 timepoints, case 0 has 3"),
        (STACKABLE, r"missing value \(None\) at case 1, timepoint 2"),
        (with_value(10**400), "infinite value at case 2"),
        (np.zeros(5), r"1 dimensions \(shape \(5,\)\)"),
        (np.zeros((2, 1, 5, 1)), "4 dimensions"),
        (np.float64(3), "0 dimensions"),
        ([1.0, 2.0], "1 dimensions"),
        (np.zeros((0, 5)), "no cases"),
        ([], "no cases"),
        (np.zeros((3, 0, 5)), "no channels"),
        (np.zeros((3, 1)), "1 timepoint:"),
        (np.zeros((3, 0)), "0 timepoints:"),
        (with_value("abc"), r"'abc' \(str\) at case 2, timepoint 1"),
        (with_value("1.5"), r"'1.5' \(str\) at case 2, timepoint 1"),
        (np.array([["1", "x"]]), r"'1' \(str\) at case 0, timepoint 0"),
        (["abc", "def"], r"'abc' \(str\) at case 0"),
        ("text", "is a str"),
        ([[1, 2], [3, None]], r"missing value \(None\) at case 1, timepoint 1"),
        (with_value(pd.NA), r"missing value \(<NA>\) at case 2"),
        (np.ma.array(SERIES, mask=SERIES == 6), "missing value .* at case 1, timepoint 2"),
        (with_value(1j, complex), r"complex numbers \(complex128\)"),
        (torch.tensor(SERIES * 1j), "complex numbers.*imaginary part as two channels"),
        (with_value(1j), r"1j \(complex\) at case 2"),
        (np.array([["2020", "2021"]], dtype="M8[Y]"), "at case 0, timepoint 0; real numbers"),
        (pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}), r"'x' \(str\) at case 0, timepoint 1"),
        (pd.DataFrame({"a": [1.0, np.nan], "b": [1, 2]}), "missing value .* at case 1"),
        (None, "is a NoneType"),
        ({"a": [1, 2]}, "is a dict"),
    ],
)
def test_what_is_refused_and_why(X, message):
    with pytest.raises(InvalidInputError, match=f"^series.*{message}"):
        check_collection(X, argument="series")


@pytest.mark.parametrize(
    "y",
    [
        ["a", "b", "a"],
        ["a", "b", "c"],
        [0, 1, 1],
        [True, False, True],
        np.array([1.0, -1.0, 1.0]),
        np.array(["a", "b", "b"], dtype=object),
        pd.Series(["a", "b", "b"], index=[5, 6, 7]),
        torch.tensor([0, 1, 1]),
    ],
)
def test_accepted_labels(y):
    labels = check_labels(y, 3)
    assert labels.dtype.kind in "Uibf"
    assert labels.tolist() == (y.tolist() if hasattr(y, "tolist") else y)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (["a", "b"], "2 labels for 3 cases"),
        (["a", "a", "a"], "only 1 class, 'a'"),
        ([0, 1, None], r"target\[2\] is missing \(None\)"),
        ([0, 1, np.nan], r"target\[2\] is missing \(nan\)"),
        (np.array(["a", "b", None], dtype=object), r"target\[2\] is missing"),
        (pd.Series([1, pd.NA, 1], dtype="Int64"), r"target\[1\] is missing"),
        (["a", " ", "a"], r"target\[1\] is missing"),
        ([0.5, 1.0, 1.0], r"target\[0\] is 0.5, a continuous value"),
        ([np.inf, 1.0, 1.0], r"target\[0\] is inf, a continuous value"),
        ([0, "a", 0], "mixes text and numbers"),
        ([[0], [1], [1]], r"target\[0\] is a list"),
        (np.zeros((3, 2)), r"has shape \(3, 2\)"),
        (np.array([1j, 0, 0]), "is a complex"),
        ("aba", "is a str"),
        (None, "requires y to be passed"),
    ],
)
def test_labels_that_are_refused_and_why(y, message):
    with pytest.raises(InvalidInputError, match=f"^target.*{message}|^{message}"):
        check_labels(y, 3, argument="target")


def test_bytes_become_text():
    for y in (
        [b"a", b"b", b"a"],
        np.array([b"a", b"b", b"a"]),
        np.array([b"a", "b", b"a"], object),
    ):
        assert check_labels(y, 3).tolist() == ["a", "b", "a"]
    with pytest.raises(InvalidInputError, match="no UTF-8"):
        check_labels([b"a", b"\xff", b"a"], 3)


def test_a_message_shows_one_value_of_a_length_that_can_be_read():
    nested = pd.DataFrame({"a": [[1, {"x": "y" * 500}], [1, 2]]})
    for X in (nested, with_value(pd.Series(range(99))), with_value("z" * 500)):
        with pytest.raises(InvalidInputError) as caught:
            check_collection(X)
        assert len(str(caught.value)) < 400
        assert str(caught.value).count("\n") == 0
