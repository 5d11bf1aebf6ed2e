"""A record of JSON lines, one for each piece of work, that bears a kill at any moment."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

Line = TypeVar("Line")


def append_to_record(path: Path, line: Any) -> None:
    """A dataclass as the last line, on its own even where a kill left half of one."""
    text = json.dumps(asdict(line), ensure_ascii=False)
    with path.open("ab+") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            text = text if file.read(1) == b"\n" else f"\n{text}"
        file.write(f"{text}\n".encode())


def read_record(path: Path, kind: type[Line]) -> list[Line]:
    """What a record holds; a line that a kill left half-written is left out."""
    if not path.exists():
        return []
    lines = []
    for text in path.read_text("utf-8").splitlines():
        try:
            lines.append(kind(**json.loads(text)))
        except (ValueError, TypeError):
            continue
    return lines
