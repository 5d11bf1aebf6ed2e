"""docs/own-data.md, followed word for word in an empty folder."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from physembed.cli._app import app

PAGE = Path(__file__).parents[2] / "docs" / "own-data.md"
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)


@pytest.mark.slow
def test_the_page_from_a_csv_to_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    said = {}
    for kind, text in BLOCK.findall(PAGE.read_text("utf-8")):
        if kind == "python":
            exec(compile(text, str(PAGE), "exec"), names)
            continue
        for line in text.splitlines():
            program, *arguments = shlex.split(line.removeprefix("$ "))
            assert program == "physembed"
            result = CliRunner().invoke(app, arguments)
            assert result.exit_code == 0, f"{line}\n{result.output}"
            said[line] = result.output
    assert any("⠀" in output for output in said.values()), "no sketch of the first case"
    assert any("minirocket" in output for output in said.values()), "no table of models"
    for made in ("run/card.md", "run/report.html", "states.csv"):
        assert (tmp_path / made).stat().st_size > 500
    assert "What it does not know" in (tmp_path / "run" / "card.md").read_text("utf-8")
