"""Exports: what they write, what they refuse, and what they say of themselves."""

import json
import shutil
import subprocess

import numpy as np
import pytest
import torch
from compositions import classifier, series, straight

import physembed as pe
from physembed.cli.export import _facts
from physembed.data.irregular import on_one_grid
from physembed.deploy import export
from physembed.deploy.agreement import compare, reference
from physembed.deploy.c.host import compiler
from physembed.deploy.lowering.estimator import lower_network
from physembed.deploy.report import whole_series
from physembed.errors import InvalidInputError, RunFolderError, UnknownNameError

NAME = "one quadrature"


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return export(
        classifier(NAME), "c", tmp_path_factory.mktemp("exports") / "model", data=series(30)
    )


@pytest.mark.slow
def test_the_folder_holds_a_program_and_what_it_was_shown_to_do(exported):
    names = {path.name for path in exported.path.iterdir()}
    program = {"model.c", "model.h", "model_vectors.h", "model_check.c", "Makefile", "link.ld"}
    assert names == program | {"report.json", "REPORT.md"}
    record = json.loads((exported.path / "report.json").read_text())
    assert record == exported.report
    assert exported.agrees
    assert record["agreement"]["interpreter, float64"]["same_class"] == 30
    assert f"{record['memory_bytes']:,} bytes" in (exported.path / "REPORT.md").read_text()
    assert record["estimated"]["stored_bytes"] < record["minirocket"]["stored_bytes"]


@pytest.mark.slow
@pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")
@pytest.mark.skipif(shutil.which("make") is None, reason="no make")
def test_the_program_checks_itself(exported):
    done = subprocess.run(
        ["make", "check"], cwd=exported.path, capture_output=True, text=True, check=False
    )
    assert "PASS 8 of 8 cases" in done.stdout, done.stderr
    (exported.path / "model_check").unlink()


@pytest.mark.slow
@pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")
def test_a_program_that_says_otherwise_fails_its_own_check(exported, tmp_path):
    shutil.copytree(exported.path, tmp_path / "copy")
    source = tmp_path / "copy" / "model.c"
    text = source.read_text()
    source.write_text(text.replace("row[0] = ", "row[0] = 1 + ", 1))
    assert source.read_text() != text
    done = subprocess.run(
        ["make", "check"], cwd=tmp_path / "copy", capture_output=True, text=True, check=False
    )
    assert "FAIL" in done.stdout
    assert done.returncode != 0


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("arm-none-eabi-gcc") and shutil.which("qemu-system-arm")),
    reason="no arm-none-eabi-gcc or no qemu-system-arm; make embedded installs them",
)
def test_the_vectors_pass_on_microcontrollers(exported):
    boards = {row["target"]: row for row in exported.report["targets"]}
    assert boards["Cortex-M4F"]["passed"]
    assert boards["Cortex-M0"]["passed"]
    flash = boards["Cortex-M4F"]["flash"]
    assert flash < 6 * 1024
    assert exported.report["estimated"]["flash_bytes"] == pytest.approx(flash, rel=0.1)


@pytest.mark.slow
def test_the_same_model_is_the_same_bytes(exported, tmp_path):
    again = export(classifier(NAME), "c", tmp_path / "model", data=series(30))
    for path in exported.path.iterdir():
        assert (again.path / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.parametrize(
    ("options", "error", "sentence"),
    [
        ({"to": "rust"}, UnknownNameError, "unknown target 'rust'"),
        ({"name": "Ford"}, InvalidInputError, "name must be a name of C"),
        ({"name": "while"}, InvalidInputError, "name must be a name of C"),
        ({"vectors": 0}, InvalidInputError, "vectors must be a positive integer"),
        ({"max_ram": 100}, InvalidInputError, "max_ram is 100 bytes, and a prediction needs"),
        ({"data": np.zeros((3, 1, 59))}, InvalidInputError, "59 timepoints, where 1 of 60"),
        ({"data": np.full((3, 1, 60), 1e39)}, InvalidInputError, "finite"),
        ({"data": [[None] * 60]}, InvalidInputError, "data: case 0, channel 0 has no value"),
        ({"data": [[1.0] * 60, [1.0] * 59]}, InvalidInputError, "case 1 has 59 timepoints"),
        (
            {"data": series(4), "labels": [0, 1]},
            InvalidInputError,
            "labels has 2 labels for 4 cases",
        ),
        ({"labels": [0, 1]}, InvalidInputError, "labels need data"),
        ({"data": (series(4), [0, 1, 0, 1])}, InvalidInputError, "without their labels"),
    ],
)
def test_bad_arguments_are_named_before_anything_is_written(tmp_path, options, error, sentence):
    arguments = {"to": "c"} | options
    with pytest.raises(error, match=sentence):
        export(classifier(NAME), out=tmp_path / "model", **arguments)
    assert not (tmp_path / "model").exists()


def test_gaps_are_bridged_as_predict_does(tmp_path):
    pytest.importorskip("onnx", reason="the extra onnx is not installed")
    held, x = classifier(NAME), series(12).astype(np.float64)
    with_gaps = x.copy()
    with_gaps[3, 0, 20:23], with_gaps[5, 0, :2], with_gaps[5, 0, -1] = np.nan, np.nan, np.nan
    bridged = on_one_grid(list(with_gaps)).astype(np.float32)
    report = export(held, "onnx", tmp_path / "m.onnx", data=with_gaps).report
    of_bridged = export(held, "onnx", tmp_path / "b.onnx", data=bridged).report
    assert report["agreement"] == of_bridged["agreement"]
    assert report["agreement"]["interpreter, float64"]["within"] == 12


@pytest.mark.slow
@pytest.mark.skipif(compiler() is None, reason="no compiler of C (cc, gcc, clang)")
def test_a_model_of_series_with_gaps_takes_whole_ones_and_says_so(tmp_path):
    random = np.random.default_rng(0)
    labels = np.arange(24) % 2
    time, phase = np.arange(60), 2 * np.pi * random.random((24, 1))
    x = np.sin(2 * np.pi * (0.06 + 0.1 * labels[:, None]) * time + phase)
    x[2, 30:34] = np.nan
    unequal = [x[k, : 60 - k % 5] for k in range(24)]
    held = pe.PhysicalEmbeddingClassifier("lattice", random_state=0).fit(unequal, labels)
    made = export(held, "c", tmp_path / "gaps", data=unequal[:8], labels=held.predict(unequal[:8]))
    assert made.agrees
    assert made.report["agreement"]["C on this machine"]["same_class"] == 8
    assert made.report["right"]["written"] == 8
    assert made.report["bridged"]
    said = "whole series of 60 timepoints: before it, bridge gaps by straight lines"
    assert whole_series(60).startswith(said)
    assert f"The program takes {whole_series(60)}." in (made.path / "REPORT.md").read_text()
    assert _facts(made)["takes"] == whole_series(60)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunFolderError, match="left alone"):
        export(classifier(NAME), "c", tmp_path, name="model", overwrite=True)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.slow
def test_an_earlier_export_is_replaced_only_if_asked(exported):
    with pytest.raises(RunFolderError, match="exists"):
        export(classifier(NAME), "c", exported.path)


def test_a_case_that_differs_is_told_from_one_on_a_tie():
    expected = np.array([[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
    differing = expected + np.array([[0.0, 0.0], [0.1, 0.0], [0.1, 0.0]])
    agreement = compare(differing, expected, lambda cases, allowed: cases == 2)
    assert (agreement.within, agreement.differing, agreement.ties) == (1, (1,), (2,))
    assert not agreement.is_complete


def test_a_reference_knows_its_ties_and_hides_no_fault():
    """How long a record that rests on a threshold dwells above it is a matter of rounding."""
    detector = pe.LongestDwell(pe.Quadratures((0.0,)), thresholds=1)
    made = pe.PhysicalEmbeddingNetwork(
        [straight("none", detector)], n_channels=1, n_timepoints=60, n_classes=2
    )
    random = np.random.default_rng(0)
    x = np.where(random.random((20, 1, 60)) < 0.9, 1.0, random.standard_normal((20, 1, 60)))
    x[:2] = random.standard_normal((2, 1, 60))
    x = torch.from_numpy(x.astype(np.float32))
    made.prepare(x, seed=0)
    oracle = reference(lower_network(made, ("a", "b")), x[:4].numpy())
    assert oracle.agreement(oracle.scores).is_complete
    agreement = oracle.agreement(oracle.scores + 0.002)
    assert agreement.ties == (2, 3)
    assert agreement.differing == (0, 1)
