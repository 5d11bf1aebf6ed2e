"""`export`: what is asked for on the command line is what is written, or a sentence."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import physembed as pe
from physembed.cli._app import app


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tones."""
    random = np.random.default_rng(0)
    labels = np.arange(24) % 3
    phase = 2 * np.pi * random.random((24, 1))
    series = np.sin(2 * np.pi * (0.05 + 0.1 * labels[:, None]) * np.arange(64) + phase)
    classifier = pe.PhysicalEmbeddingClassifier("lattice", random_state=0)
    return classifier.fit(series, labels).save(tmp_path_factory.mktemp("model") / "run")


def export(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["export", *map(str, arguments)])
    return result.exit_code, result.output


@pytest.mark.slow
def test_every_option_of_c_reaches_the_program(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "tones"
    options = ["--readout", "int8", "--input", "int16", "--hop", 16, "--vectors", 3]
    code, said = export(run, "--to", "c", "--out", out, "--max-ram", "4K", *options)
    assert code == 0, said
    header = (out / "tones.h").read_text()
    assert "int tones_push(tones_stream *stream, const int16_t sample" in header
    assert "TONES_HOP = 16" in header
    record = json.loads((out / "report.json").read_text())
    assert (record["input"], record["hop"]) == ("int16", 16)
    assert record["rounded"]["readout"] == "int8"
    assert "TONES_VECTORS = 3" in (out / "tones_vectors.h").read_text()
    assert "cases the class of the model" in said


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--to", "c", "--max-ram", "16Q"], "bytes such as 16384 or 16K"),
        (["--to", "c", "--max-ram", "100"], "a prediction needs"),
        (["--to", "onnx", "--name", "tones"], "are of --to c"),
        (["--to", "onnx", "--hop", "16"], "hop=16 is of to='c'"),
    ],
)
def test_what_cannot_be_is_said(
    run: Path, tmp_path: Path, options: list[str], sentence: str
) -> None:
    code, said = export(run, "--out", tmp_path / "out", *options)
    assert code == 2
    assert sentence in " ".join(said.split())
    assert not (tmp_path / "out").exists()
