"""docs/own-data.md, followed word for word in an empty folder; `make dist` does so by a wheel."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from physembed.cli._app import app
from tests.dist.run_pages import OWN_DATA, check_own_data, follow


def _invoked(arguments: Sequence[str]) -> str:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, f"{arguments}\n{result.output}"
    return result.output


@pytest.mark.slow
def test_the_page_from_a_csv_to_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check_own_data(follow(OWN_DATA, _invoked), tmp_path)
