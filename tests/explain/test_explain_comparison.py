"""A comparison explained: models beside each other, and bands over the seeds."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from physembed.cli._app import app

pytestmark = pytest.mark.slow


def test_a_comparison_has_one_report(tmp_path: Path) -> None:
    out = tmp_path / "comparison"
    compared = CliRunner().invoke(
        app,
        [
            *("compare", "GunPoint", "--models", "nlse,lattice,spectral", "--seeds", "2"),
            *("--max-epochs", "1", "--jobs", "1", "--out", str(out)),
        ],
    )
    assert compared.exit_code == 0, compared.output
    done = CliRunner().invoke(app, ["explain", str(out)])
    assert done.exit_code == 0, done.output
    report = (out / "report.html").read_text("utf-8")
    for model in ("nlse", "lattice", "spectral"):
        assert f'<th scope="row">{model}</th>' in report
    assert 'id="GunPoint-nlse-coefficients"' in report
    assert 'id="GunPoint-lattice-tolerance"' in report
    # a baseline has no coefficients to be off
    assert "GunPoint-spectral-tolerance" not in report
    assert "2 trained seeds" in report
    assert (out / "explained" / "GunPoint-accuracy.svg").is_file()
    refused = CliRunner().invoke(app, ["explain", str(out), "--case", "1"])
    assert refused.exit_code == 2
    assert "single runs" in refused.stderr
