"""How many cases an export is right on: by labels as `score` takes them, of what really ran."""

import numpy as np
import pytest

import physembed as pe
from physembed.deploy import export
from physembed.deploy.c import program_folder
from physembed.deploy.c.host import HostProgram, compiler
from physembed.errors import InvalidInputError

CASES = 40


def _tones(labels: np.ndarray) -> np.ndarray:
    """Two tones in noise that hides some of them."""
    random = np.random.default_rng(0)
    phase = 2 * np.pi * random.random((len(labels), 1))
    clean = np.sin((0.3 + 0.1 * labels[:, None]) * np.arange(48) + phase)
    return clean + 1.5 * random.standard_normal(clean.shape)


@pytest.fixture(scope="module")
def places() -> np.ndarray:
    return np.arange(CASES) % 2


@pytest.fixture(scope="module")
def series(places) -> np.ndarray:
    return _tones(places)


def _fitted(series: np.ndarray, labels: np.ndarray) -> pe.PhysicalEmbeddingClassifier:
    return pe.PhysicalEmbeddingClassifier("lattice", random_state=0).fit(series, labels)


@pytest.fixture(scope="module")
def of_whole_numbers(series, places) -> pe.PhysicalEmbeddingClassifier:
    return _fitted(series, places)


def _right(held, series, labels, tmp_path) -> dict[str, int]:
    report = export(held, "onnx", tmp_path / "m.onnx", data=series, labels=labels).report
    right: dict[str, int] = report["right"]
    return right


@pytest.mark.parametrize("told", [float, int, bool, list])
def test_labels_count_as_score_counts_them(
    series, places, of_whole_numbers, tmp_path, told
) -> None:
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    labels = places.tolist() if told is list else places.astype(told)
    right = _right(of_whole_numbers, series, labels, tmp_path)
    n_right = round(CASES * of_whole_numbers.score(series, labels))
    assert right == {"cases": CASES, "model": n_right, "written": n_right}


def test_labels_of_truth_are_counted_by_their_numbers(series, places, tmp_path) -> None:
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    held = _fitted(series, places.astype(bool))
    right = _right(held, series, places, tmp_path)
    assert right["model"] == round(CASES * held.score(series, places)) > CASES // 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda k: [None] * len(k), r"labels\[0\] is missing"),
        (lambda k: np.where(k == 1, np.nan, 0.0), r"labels\[1\] is missing"),
        (lambda k: k + 7, r"labels\[0\]: the model knows no class 7; it knows 0, 1"),
        (lambda k: k.astype(str), r"labels\[0\]: the model knows no class '0'; it knows 0, 1"),
        (lambda k: k[:-1], "labels has 39 labels for 40 cases"),
    ],
)
def test_what_are_no_labels_of_the_model_is_refused(
    series, places, of_whole_numbers, tmp_path, change, sentence
) -> None:
    with pytest.raises(InvalidInputError, match=sentence):
        export(of_whole_numbers, "c", tmp_path / "m", data=series, labels=change(places))
    assert not (tmp_path / "m").exists()


def test_right_of_onnx_is_what_onnxruntime_says_of_the_file(
    series, places, of_whole_numbers, tmp_path, monkeypatch
) -> None:
    """A model of ONNX that says otherwise is right where it is; Python stays as it is."""
    model_file = pytest.importorskip("physembed.deploy.onnx.model_file")
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    usual = model_file.run
    right = _right(of_whole_numbers, series, places, tmp_path)
    monkeypatch.setattr(model_file, "run", lambda content, x: usual(content, x)[:, ::-1])
    (tmp_path / "m.onnx").unlink()
    turned = _right(of_whole_numbers, series, places, tmp_path)
    assert turned == right | {"written": CASES - right["written"]}
    monkeypatch.setattr(model_file, "run", lambda content, x: None)
    (tmp_path / "m.onnx").unlink()
    assert _right(of_whole_numbers, series, places, tmp_path).keys() == {"cases", "model"}


@pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")
def test_right_of_c_is_what_the_program_says(
    series, places, of_whole_numbers, tmp_path, monkeypatch
) -> None:
    class Turned(HostProgram):
        def __call__(self, x):
            said, scores = super().__call__(x)
            return 1 - said, scores

    monkeypatch.setattr(program_folder, "HostProgram", Turned)
    exported = export(
        of_whole_numbers, "c", tmp_path / "m", data=series, labels=places, targets=False
    )
    right = exported.report["right"]
    assert right["model"] == round(CASES * of_whole_numbers.score(series, places)) > CASES // 2
    assert right["written"] == CASES - right["model"]


def test_the_network_itself_is_asked_on_the_series_as_given(
    series, places, of_whole_numbers, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr("physembed.deploy.c.program_folder.compiler", lambda: None)
    given = []

    def predict(self, X):
        given.append(X)
        return 1 - places

    monkeypatch.setattr(pe.PhysicalEmbeddingClassifier, "predict", predict)
    exported = export(
        of_whole_numbers, "c", tmp_path / "m", data=series, labels=places, targets=False
    )
    assert given[0] is series
    assert exported.report["right"] == {"cases": CASES, "model": 0}
    page = (exported.path / "REPORT.md").read_text()
    assert "Right: the model in Python on 0 of 40 cases; the program was not run here." in page
