"""Tests of what only the versions of constraints.txt give."""

from importlib.metadata import version
from pathlib import Path

import pytest

_LINES = (Path(__file__).parents[1] / "constraints.txt").read_text("utf-8").splitlines()


def needs_pinned(*packages: str, why: str) -> pytest.MarkDecorator:
    """Skip where a package is of another version than in constraints.txt."""
    others = [
        f"{package} {version(package)}"
        for package in packages
        if f"{package}=={version(package).partition('+')[0]}" not in _LINES
    ]
    return pytest.mark.skipif(
        bool(others), reason=f"{why}; {', '.join(others)} is not that of constraints.txt"
    )
