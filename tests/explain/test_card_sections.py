"""The card in the report: every table and sentence of it, and no program."""

import pytest

from physembed._markdown import markdown_table
from physembed.explain.card_sections import card_sections

CARD = """# compact

A model.

## What it takes

|  |  |
| --- | --- |
| Trained numbers | 0 embedding, 57 readout |
| Stored numbers | 1,204 (4,816 bytes) |

## How well it does

By folds:

| Model | Accuracy |
| --- | --- |
| compact | 98.0% |

It pays.

## What it does not know

- `classifier.novelty(X)` tells.
- Levels are not seen.

## How to use it

```python
import physembed as pe
```
"""


def test_headings_become_sections_with_their_tables_and_words() -> None:
    takes, does, limits = card_sections(CARD)
    assert takes.title == "The card: what it takes"
    assert takes.folded
    assert takes.tables[0].rows[1] == ["Stored numbers", "1,204 (4,816 bytes)"]
    assert does.text == ["By folds:", "It pays."]
    assert does.tables[0].columns == ["Model", "Accuracy"]
    assert limits.text == ["classifier.novelty(X) tells.", "Levels are not seen."]
    assert not limits.tables


@pytest.mark.parametrize("padded", [False, True])
def test_whatever_stands_in_a_cell_is_read_back_as_one(padded: bool) -> None:
    texts = ["a|b", "|", r"a\|b", "", "not to be had: |E|²\nis not lowered", "x |", "plain"]
    table = markdown_table(("", "|E|"), [(text, "1") for text in texts], padded=padded)
    card = f"# m\n\n## What it takes\n\n{table}\n"
    (section,) = card_sections(card)
    assert section.tables[0].columns == ["", "|E|"]
    assert section.tables[0].rows == [[t.replace("\n", " "), "1"] for t in texts]
