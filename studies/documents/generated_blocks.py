"""Parts of a Markdown page that a command writes, between two comments."""

import re
from pathlib import Path

from physembed._files import write_text_atomically
from physembed.errors import PhysembedError


def read_block(page: Path, name: str) -> str:
    """The text between ``<!-- generated: NAME -->`` and ``<!-- end generated -->``."""
    return _match(page, name).group(2)


def replace_block(page: Path, name: str, content: str) -> None:
    """Put ``content`` between the two comments of the block ``name``."""
    match = _match(page, name)
    text = page.read_text(encoding="utf-8")
    block = match.group(1) + as_block(content) + match.group(3)
    write_text_atomically(page, text[: match.start()] + block + text[match.end() :])


def as_block(content: str) -> str:
    """Content as it stands between the comments: set off by blank lines."""
    return f"\n\n{content.strip()}\n\n"


def _match(page: Path, name: str) -> "re.Match[str]":
    pattern = rf"(<!-- generated: {re.escape(name)} -->)(.*?)(<!-- end generated -->)"
    match = re.search(pattern, page.read_text(encoding="utf-8"), flags=re.DOTALL)
    if match is None:
        raise PhysembedError(f"{page} has no block <!-- generated: {name} -->.")
    return match
