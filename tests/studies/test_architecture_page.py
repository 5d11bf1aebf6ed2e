"""The picture of the house is of the house as it is, and what the page names is there."""

import re
from pathlib import Path

import pytest

from studies.documents.architecture_picture import picture

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_picture_is_of_the_imports() -> None:
    pytest.importorskip("grimp", reason="import-linter, of the extra `lint`, is not installed")
    committed = (ROOT / "docs" / "architecture.svg").read_text(encoding="utf-8")
    assert picture(ROOT) == committed, "run `make docs`"


def test_every_file_and_folder_that_the_page_names_is_there() -> None:
    for named in re.findall(r"`([\w/]+(?:/|\.pyi?))`", PAGE):
        assert any((base / named).exists() for base in (ROOT / "src" / "physembed", ROOT)), named
