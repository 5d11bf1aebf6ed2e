"""Predictions of what comes in pieces: columns by their names, in every way of asking."""

import csv
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from many_waves import PIECES, X_TEST, Y_TEST, classifier
from pyarrow import parquet
from sklearn.exceptions import NotFittedError
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app
from physembed.data.pieces.piece import Part, Piece
from physembed.data.pieces.sources import Source
from physembed.estimators.parts_out import predict_parts
from physembed.estimators.pieces_out import confusion_of

N, T = 120, 12
RNG = np.random.default_rng(0)
LABELS = np.arange(N) % 2
CHANNELS = {
    # of one shape each, so that exchanged channels are the other class
    "a": np.sin(np.arange(T) * (0.4 + 0.6 * LABELS[:, None])) + RNG.normal(0, 0.1, (N, T)),
    "b": np.sin(np.arange(T) * (1.0 - 0.6 * LABELS[:, None])) + RNG.normal(0, 0.1, (N, T)),
}
WIDE = {f"t{k}": CHANNELS["a"][:, k] for k in range(T)}


def table(names: list[str], columns: dict[str, np.ndarray], folder: Path) -> Path:
    """A folder of one part with columns in this order."""
    folder.mkdir()
    cells = {name: list(columns[name]) for name in names}
    parquet.write_table(pa.table(cells | {"label": LABELS}), folder / "part.parquet")
    return folder


def predictions(model: object, folder: Path, out: Path) -> list[int]:
    assert list(predict_parts(model, folder, out))[-1] == (1, 1)
    with (out / "part.csv").open(newline="") as stream:
        return [int(row["prediction"]) for row in csv.DictReader(stream)]


@pytest.mark.parametrize("columns", [CHANNELS, WIDE], ids=["channels", "timepoints"])
@pytest.mark.parametrize("is_loaded", [False, True], ids=["fitted", "loaded"])
def test_columns_in_another_order_are_the_same_cases(
    columns: dict[str, np.ndarray], is_loaded: bool, tmp_path: Path
) -> None:
    names = list(columns)
    folder = table(names, columns, tmp_path / "in order")
    model = classifier("lattice").fit(folder)
    assert model.columns_ == tuple(names)
    if is_loaded:
        model = pe.load(model.save(tmp_path / "model"), pe.PhysicalEmbeddingClassifier)
    exchanged = table(names[::-1], columns, tmp_path / "exchanged")
    expected = predictions(model, folder, tmp_path / "out")
    assert expected == LABELS.tolist()
    assert predictions(model, exchanged, tmp_path / "out of exchanged") == expected
    assert confusion_of(model, exchanged).tolist() == [[N // 2, 0], [0, N // 2]]
    assert model.score(exchanged) == model.score(folder) == 1.0
    # what stands beside them is not looked at, what is missing is told
    more = columns | {"more": columns[names[0]], "id": [f"case {k}" for k in range(N)]}
    beside = table(["id", "more", *names], more, tmp_path / "m")
    assert predictions(model, beside, tmp_path / "o") == expected
    assert model.score(beside) == 1.0
    called = {f"x {name}": values for name, values in columns.items()}
    other = table(list(called), called, tmp_path / "other")
    told = rf"part.parquet has no column {names[0]}, which .* there is x {names[0]}, "
    for ask in (lambda: predictions(model, other, tmp_path / "p"), lambda: model.score(other)):
        with pytest.raises(pe.DatasetError, match=told):
            ask()


@pytest.mark.parametrize("columns", [CHANNELS, WIDE], ids=["channels", "timepoints"])
@pytest.mark.parametrize("of", ["parts", "a frame", "a stream"])
@pytest.mark.parametrize("is_loaded", [False, True], ids=["fitted", "loaded"])
@pytest.mark.filterwarnings("error::UserWarning")
def test_a_frame_of_other_columns_is_refused_whatever_the_fit_was_to(
    columns: dict[str, np.ndarray], of: str, is_loaded: bool, tmp_path: Path
) -> None:
    """As scikit-learn does; in silence, exchanged channels were the other class."""
    frame = pd.DataFrame({name: list(values) for name, values in columns.items()})
    names = list(columns)
    model = classifier("lattice")
    if of == "parts":
        model.fit(table(names, columns, tmp_path / "parts"))
    elif of == "a frame":
        model.fit(frame, LABELS)
    else:
        model.partial_fit(frame[:60], LABELS[:60], classes=[0, 1])
        with pytest.raises(ValueError, match="must be in the same order"):
            model.partial_fit(frame.loc[60:, names[::-1]], LABELS[60:])
        model.partial_fit(frame[60:], LABELS[60:])
    if is_loaded:
        model = pe.load(model.save(tmp_path / "model"), pe.PhysicalEmbeddingClassifier)
    assert model.predict(frame).tolist() == LABELS.tolist()
    asked = {
        "must be in the same order": frame[names[::-1]],
        "unseen at fit time": frame.rename(columns={names[0]: "renamed"}),
    }
    for told, other in asked.items():
        for ask in (model.predict, model.predict_proba, model.novelty):
            with pytest.raises(ValueError, match=told):
                ask(other)
        with pytest.raises(ValueError, match=told):
            model.score(other, LABELS)
    # one too many is told by its number, or by its name
    with pytest.raises(ValueError, match=r"unseen at fit time|features as input|seen in fit"):
        model.predict(frame.assign(more=frame[names[0]]))


def test_a_column_of_arrays_names_no_channel() -> None:
    both = np.stack(list(CHANNELS.values()), axis=1)
    part = Part("rows", partial(Piece, both, LABELS, None, ("series",)))
    model = classifier("lattice").fit(Source("source", lambda: [part], anywhere=False))
    assert model.columns_ == ("series",)
    frame = pd.DataFrame({name: list(values) for name, values in CHANNELS.items()})
    assert model.predict(frame).tolist() == LABELS.tolist()


@pytest.mark.parametrize("kind", [str, Path])
def test_a_folder_is_no_cases_and_who_predicts_it_is_told(kind: type, tmp_path: Path) -> None:
    folder = table(list(WIDE), WIDE, tmp_path / "parts")
    model = classifier("lattice").fit(folder)
    for ask in (model.predict, model.predict_proba):
        with pytest.raises(pe.InvalidInputError) as told:
            ask(kind(folder))
        assert "list(physembed.estimators.predict_parts(model, folder, out))" in str(told.value)
        assert "`physembed predict RUN FOLDER --out DIR`" in str(told.value)
    # as it is said there
    told_of = pe.estimators.predict_parts(model, kind(folder), kind(tmp_path / "out"))
    assert list(told_of) == [(0, 1), (1, 1)]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_command_line_finds_columns_by_their_names(suffix: str, tmp_path: Path) -> None:
    folder = table(list(WIDE), WIDE, tmp_path / "parts")
    model = classifier("lattice").fit(folder).save(tmp_path / "model")
    for names in (list(WIDE), list(WIDE)[::-1]):
        frame = pd.DataFrame(WIDE)[names]
        file = tmp_path / f"cases{suffix}"
        frame.to_csv(file) if suffix == ".csv" else frame.to_parquet(file)
        out = tmp_path / "out.csv"
        arguments = ["predict", model, file, "--out", out, "--overwrite"]
        result = CliRunner().invoke(app, list(map(str, arguments)))
        assert result.exit_code == 0, result.output
        assert pd.read_csv(out)["prediction"].tolist() == LABELS.tolist()
        labelled = frame.assign(label=[f"{label}" for label in LABELS])
        labelled.to_csv(file, index=False) if suffix == ".csv" else labelled.to_parquet(file)
        result = CliRunner().invoke(app, ["evaluate", str(model), str(file)])
        assert f"100.0% of {N} cases" in result.output, result.output
    out = tmp_path / "trained"
    exchanged = table(list(WIDE)[::-1], WIDE, tmp_path / "test")
    arguments = ["train", folder, "--test", exchanged, "--model", "lattice", "--out", out]
    result = CliRunner().invoke(app, list(map(str, arguments)))
    assert f"100.0% of {N} cases" in " ".join(result.output.split()), result.output
    # the card disturbs some cases, of which the undisturbed ones are right
    assert "100.0%" in (out / "card.md").read_text("utf-8")


def test_a_frame_has_names_that_are_kept_and_arrays_have_none(tmp_path: Path) -> None:
    frame = pd.DataFrame(WIDE)
    model = classifier("lattice").fit(frame, LABELS)
    loaded = pe.load(model.save(tmp_path / "model"), pe.PhysicalEmbeddingClassifier)
    folder = table(list(WIDE)[::-1], WIDE, tmp_path / "parts")
    assert loaded.score(folder) == 1.0
    with pytest.raises(ValueError, match="feature names"):
        loaded.predict(frame[list(WIDE)[::-1]])
    # fitted anew to what has no names
    model.fit(frame.to_numpy(), LABELS)
    assert model.columns_ == ()
    bare = pe.load(model.save(tmp_path / "bare"), pe.PhysicalEmbeddingClassifier)
    assert bare.columns_ == ()
    assert bare.score(table(list(WIDE), WIDE, tmp_path / "in order")) == 1.0


def test_a_score_of_parts_is_that_of_their_arrays() -> None:
    model = classifier("lattice").fit(PIECES)
    half = len(X_TEST) // 2
    parts = [(X_TEST[:half], Y_TEST[:half]), (X_TEST[half:], Y_TEST[half:])]
    assert model.score(parts) == pytest.approx(model.score(X_TEST, Y_TEST))
    numbers = np.searchsorted(np.unique(Y_TEST), Y_TEST) + 7.0
    regressor = pe.PhysicalEmbeddingRegressor("lattice", random_state=0).fit(X_TEST, numbers)
    cut = [(X_TEST[:half], numbers[:half]), (X_TEST[half:], numbers[half:])]
    assert regressor.score(cut) == pytest.approx(regressor.score(X_TEST, numbers))
    with pytest.raises(pe.InvalidInputError, match="y must be what belongs to each case of X"):
        model.score(X_TEST)
    with pytest.raises(pe.InvalidInputError, match="metric must be 'accuracy' of a source"):
        model.score(parts, metric="f1")
    with pytest.raises(pe.DatasetError, match=r"piece 1: .* the model knows no class 'still'"):
        model.score([parts[0], (X_TEST[half:], np.full(len(X_TEST) - half, "still"))])


def test_who_says_nothing_of_cases_is_told_before_any_work(tmp_path: Path) -> None:
    folder = table(list(WIDE), WIDE, tmp_path / "parts")
    asked = {
        42: (pe.InvalidInputError, "estimator is a int; a fitted classifier or regressor"),
        classifier("lattice"): (NotFittedError, "not been fitted"),
    }
    for estimator, (error, told) in asked.items():
        with pytest.raises(error, match=told):
            next(predict_parts(estimator, folder, tmp_path / "out"))
    assert not (tmp_path / "out").exists()
