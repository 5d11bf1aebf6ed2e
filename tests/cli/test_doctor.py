"""`physembed doctor` says what it found, and fails where a check does."""

import json

import numba
import pytest
import torch
from typer.testing import CliRunner

from physembed.cli._app import app
from physembed.cli._environment_checks import _compiled_code, environment_checks
from physembed.propagation.self_check import CHECKS, run, why_no_gpu


@pytest.fixture(autouse=True)
def fresh_consoles():
    from physembed.cli import _console

    for console in (_console.standard_output, _console.standard_error):
        console.cache_clear()
    yield
    for console in (_console.standard_output, _console.standard_error):
        console.cache_clear()


def doctor(*arguments):
    return CliRunner().invoke(app, ["doctor", *(str(argument) for argument in arguments)])


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_a_sound_machine_passes_and_every_check_is_listed(dtype, tmp_path, monkeypatch):
    """Every third check: that all of them pass is looked at in tests/propagation."""
    some = {name: CHECKS[name] for name in list(CHECKS)[::3]}
    monkeypatch.setattr(run, "CHECKS", some)
    result = doctor("--device", "cpu", "--dtype", dtype, "--json", tmp_path / "checks.json")
    assert result.exit_code == 0, result.output
    n_checks = len(some) + len(list(environment_checks()))
    assert f"All {n_checks} checks passed." in result.output
    assert f"Checks on cpu in {dtype}" in result.output
    assert f"torch         {torch.__version__}" in result.output
    for name in some:
        assert name in result.output
    content = json.loads((tmp_path / "checks.json").read_text("utf-8"))
    assert content["passed"] is True
    assert (content["device"], content["dtype"]) == ("cpu", dtype)
    assert [record["name"] for record in content["checks"]] == list(some)
    assert all(record["measured"] <= record["limit"] for record in content["checks"])
    assert content["environment"]["versions"]["torch"] == torch.__version__


def test_a_wrong_gradient_ends_in_code_1_and_is_named(monkeypatch, tmp_path):
    right = torch.fft.ifft
    few = {name: CHECKS[name] for name in ("FFT round trip", "FFT gradient")}
    monkeypatch.setattr(run, "CHECKS", few)
    monkeypatch.setattr(torch.fft, "ifft", lambda x: right(x.detach() + 0 * x))
    result = doctor("--device", "cpu", "--json", tmp_path / "checks.json")
    assert result.exit_code == 1
    assert "1 of 9 checks failed: FFT gradient." in result.output
    content = json.loads((tmp_path / "checks.json").read_text("utf-8"))
    assert content["passed"] is False
    assert [record["passed"] for record in content["checks"]] == [True, False]


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has what is asked for")
def test_an_absent_device_is_wrong_usage():
    result = doctor("--device", "cuda")
    assert result.exit_code == 2
    output = " ".join(result.output.split())
    assert "device must be one that torch finds here (cpu" in output
    assert f"got 'cuda': {why_no_gpu()}." in output


def test_the_machine_is_looked_at(monkeypatch, tmp_path):
    """Versions, threads, device and folders, in the table and in the records."""
    monkeypatch.setenv("PHYSEMBED_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(run, "CHECKS", {"FFT round trip": CHECKS["FFT round trip"]})
    result = doctor("--device", "cpu", "--json", tmp_path / "checks.json")
    assert result.exit_code == 0, result.output
    content = json.loads((tmp_path / "checks.json").read_text("utf-8"))
    checks = {check["name"]: check for check in content["environment"]["checks"]}
    assert list(checks) == [
        *("versions", "threads", "device", "GPU", "data folder", "working folder", "compiled code")
    ]
    assert checks["compiled code"]["status"] == "fine"
    assert checks["versions"]["status"] == "fine"
    assert "not made yet" in checks["data folder"]["found"]
    assert not (tmp_path / "data").exists()


def test_code_that_cannot_be_kept_is_noted(monkeypatch, tmp_path):
    """Neither beside the source nor in the user's cache, since both are files."""
    source = tmp_path / "source.py"
    source.write_text("def function():\n    pass\n")
    space = {}
    exec(compile(source.read_text(), source, "exec"), space)
    assert _compiled_code(space["function"]).found == f"kept in {tmp_path / '__pycache__'}"
    (tmp_path / "__pycache__").rmdir()
    (tmp_path / "__pycache__").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(source))
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(source))
    check = _compiled_code(space["function"])
    assert check.status == "note"
    assert "set NUMBA_CACHE_DIR" in check.found


def test_a_version_that_is_too_old_fails(monkeypatch, tmp_path):
    from importlib import metadata

    right = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.1" if name == "torch" else right(name))
    monkeypatch.setattr(run, "CHECKS", {"FFT round trip": CHECKS["FFT round trip"]})
    result = doctor("--device", "cpu", "--json", tmp_path / "checks.json")
    assert result.exit_code == 1
    assert "1 of 8 checks failed: versions." in result.output
    assert json.loads((tmp_path / "checks.json").read_text("utf-8"))["passed"] is False
    assert "torch 0.1 is not >=2." in " ".join(result.output.split())


def test_why_there_is_no_gpu_stands_in_the_table(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "CHECKS", {"FFT round trip": CHECKS["FFT round trip"]})
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setattr(torch.version, "hip", None)
    result = doctor("--device", "cpu", "--json", tmp_path / "checks.json")
    assert result.exit_code == 0, result.output
    content = json.loads((tmp_path / "checks.json").read_text("utf-8"))
    (check,) = (c for c in content["environment"]["checks"] if c["name"] == "GPU")
    assert check["status"] == "note"
    assert "is built without CUDA" in check["found"]
    assert "https://pytorch.org/get-started/locally" in check["found"]
