import subprocess
import sys

import pytest
from typer.testing import CliRunner

from physembed.cli.datasets import app
from physembed.data import download
from physembed.errors import DownloadError, UnknownNameError


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_list_shows_what_is_here_and_what_can_be_fetched(tmp_path):
    result = run("list", "--data-dir", tmp_path)
    assert result.exit_code == 0
    lines = {line.split()[0]: line.split() for line in result.output.splitlines() if line.strip()}
    assert lines["GunPoint"] == ["GunPoint", "50", "150", "1", "150", "2", "bundled"]
    assert lines["StarLightCurves"][-1] == "download"
    assert str(tmp_path) in result.output


def test_info_describes_a_set_that_is_here(tmp_path):
    result = run("info", "JapaneseVowels", "--data-dir", tmp_path)
    assert result.exit_code == 0
    for expected in ("270", "370", "12", "7-29", "9 (30)", "official (1)", "bundled with aeon"):
        assert expected in result.output


def test_info_tells_how_to_fetch_a_set_that_is_absent(tmp_path):
    result = run("info", "FordA", "--data-dir", tmp_path)
    assert result.exit_code == 0
    assert "physembed datasets fetch FordA" in result.output
    assert "3601" in result.output


def test_errors_reach_the_main_command(tmp_path, monkeypatch):
    assert isinstance(run("info", "Gunpoint", "--data-dir", tmp_path).exception, UnknownNameError)
    monkeypatch.setattr(download, "UCR_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert isinstance(run("fetch", "Toy", "--data-dir", tmp_path).exception, DownloadError)


def test_fetch_says_where_the_set_is(tmp_path):
    result = run("fetch", "GunPoint", "--data-dir", tmp_path)
    assert result.exit_code == 0
    assert result.output.startswith("GunPoint is ready: ")


@pytest.mark.parametrize("module", ["torch", "aeon", "numpy", "rich.table"])
def test_importing_the_command_loads_nothing_heavy(module):
    code = f"import sys, physembed.cli.datasets; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
