"""Wrong input ends with a sentence and a code, before any work, with nothing written."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from physembed.cli._app import app
from physembed.experiments import train_one

CASES = [
    ("compare GunPoit --out OUT", "Did you mean 'GunPoint'"),
    ("compare GunPoint GunPoit --models linear --out OUT", "Did you mean 'GunPoint'"),
    ("compare ../nowhere --models linear --out OUT", "there is no file or folder ../nowhere"),
    ("compare GunPoint --models nsle --out OUT", "Did you mean 'nlse'"),
    ("compare GunPoint --models linear,,cnn --out OUT", "--models must be names"),
    ("compare GunPoint --seeds 0 --out OUT", "seeds must be a positive integer"),
    ("compare GunPoint --seeds many --out OUT", "'--seeds'"),
    ("compare GunPoint --jobs 0 --out OUT", "jobs must be"),
    ("compare GunPoint --split 10-fold --out OUT", "split of GunPoint"),
    ("compare GunPoint --split half --out OUT", "unknown split of GunPoint 'half'"),
    ("compare GunPoint --max-epochs -1 --out OUT", "max_epochs must be"),
    ("compare GunPoint", "--out"),
    ("compare --out OUT", "DATASET"),
    ("compare StarLightCurves --data-dir EMPTY --out OUT", "physembed datasets fetch"),
    ("train GunPoint --model nsle --out OUT", "Did you mean 'nlse'"),
    ("train GunPoint --model all --out OUT", "the name of one, got 'all'"),
    ("train GunPoint --data-dir EMPTY/nowhere --out OUT", "does not exist"),
    ("train GunPoit --out OUT", "Did you mean 'GunPoint'"),
    ("train GunPoint --max-epochs 0 --out OUT", "max_epochs must be"),
    ("train GunPoint --seed -1 --out OUT", "seeds must be"),
    ("train GunPoint --device abacus --out OUT", "unknown device 'abacus'"),
    ("train GunPoint --max-bytes 10 --out OUT", "max_bytes must be at least 13 for 2 classes"),
    ("train GunPoint --out EMPTY/file.txt", "is a file"),
    ("train GunPoint --out EMPTY", "left alone"),
    ("evaluate nowhere GunPoint", "not a folder"),
    ("evaluate EMPTY GunPoint", "not a physembed model"),
    ("evaluate RUN ItalyPowerDemand", "150 timepoints"),
    ("predict RUN nowhere.csv", "there is no file"),
    ("predict RUN EMPTY/file.txt", "suffix"),
    ("predict RUN EMPTY/text.csv", "is not a number"),
    ("predict RUN EMPTY/short.npy", "150 timepoints"),
    ("predict RUN EMPTY/infinite.npy", "case 1"),
    ("predict RUN EMPTY/short.npy --out EMPTY/file.txt", "exists"),
    ("demo GunPoit --out OUT", "Did you mean 'GunPoint'"),
    ("dance", "dance"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("model") / "run"
    train_one("GunPoint", "linear", out=out)
    return out


@pytest.mark.parametrize(("line", "message"), CASES)
def test_wrong_input(line: str, message: str, run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "file.txt").write_text("mine")
    (folder / "text.csv").write_text("1,2,3\n4,five,6\n")
    np.save(folder / "short.npy", np.ones((3, 10)))
    np.save(folder / "infinite.npy", np.where(np.arange(300).reshape(2, 150) == 200, np.inf, 1.0))
    places = {"OUT": tmp_path / "out", "EMPTY": folder, "RUN": run}
    arguments = []
    for word in line.split():
        name, slash, rest = word.partition("/")
        arguments.append(f"{places[name]}{slash}{rest}" if name in places else word)
    before = sorted(tmp_path.rglob("*")) + sorted(run.rglob("*"))
    result = CliRunner().invoke(app, arguments)
    # a message inside a frame is broken into lines
    said = " ".join(result.stderr.replace("│", " ").split())
    assert result.exit_code == 2, said
    assert message in said
    assert "Traceback" not in result.output
    assert "seed 0 ..." not in said
    assert result.stdout == ""
    assert sorted(tmp_path.rglob("*")) + sorted(run.rglob("*")) == before
