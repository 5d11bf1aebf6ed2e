"""The long version of the tests of faults: ``make faults`` writes its results.

Kills, generated inputs and peak memory go into ``reliability.json``, from which
``docs/reliability.md`` is written.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from differential import COMPARISONS, compare
from hostile import READERS, try_reader
from kills import COMMANDS, survive
from memory import measure

from physembed._files import write_json_atomically
from physembed.training.environment import environment_record

LARGE, SMALL = 10**9, 10**7


def main() -> None:
    """Run the parts, and keep what is known after each line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("results/reliability"))
    parser.add_argument("--kills", type=int, default=32, help="in all, shared by the commands")
    parser.add_argument("--inputs", type=int, default=12_000, help="in all, shared by the readers")
    parser.add_argument(
        "--compared", type=int, default=21_000, help="inputs that others read as well, in all"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the inputs that others read")
    parser.add_argument("--parts", default=",".join(PARTS))
    arguments = parser.parse_args()
    for part in arguments.parts.split(","):
        lines: list[dict[str, Any]] = []
        for line in PARTS[part](arguments):
            say(f"{part}: {line}")
            lines.append(line)
            keep(arguments.out / "reliability.json", part, lines)


def inputs(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Generated files, reader by reader."""
    for reader in READERS:
        started = time.monotonic()
        tried = asdict(try_reader(reader, -(-arguments.inputs // len(READERS))))
        yield tried | {"seconds": time.monotonic() - started}


def compared(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Generated files that other libraries read as well, reader by reader."""
    for reader in COMPARISONS:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            n_inputs = -(-arguments.compared // len(COMPARISONS))
            line = asdict(compare(reader, n_inputs, Path(folder), number=arguments.seed))
        yield line | {"seconds": time.monotonic() - started}


def kills(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Killed processes, command by command."""
    for command in COMMANDS.values():
        with tempfile.TemporaryDirectory() as folder:
            yield asdict(survive(command, -(-arguments.kills // len(COMMANDS)), Path(folder)))


def memory(arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Peak memory, file by file."""
    for suffix in (".npy", ".csv"):
        for size in (SMALL, LARGE):
            with tempfile.TemporaryDirectory() as folder:
                yield asdict(measure(suffix, size, Path(folder)))


PARTS = {"inputs": inputs, "compared": compared, "kills": kills, "memory": memory}


def keep(file: Path, part: str, lines: list[dict[str, Any]]) -> None:
    """Put what is known of a part into the record, beside the others."""
    known = json.loads(file.read_text("utf-8")) if file.exists() else {}
    write_json_atomically(file, {**known, part: lines, "environment": environment_record()})


def say(line: str) -> None:
    """Progress, on standard error."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
