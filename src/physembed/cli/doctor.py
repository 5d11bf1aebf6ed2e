"""`physembed doctor`: is this machine ready, and is the physics right on it?"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from physembed._devices import DEVICES

if TYPE_CHECKING:
    from physembed.propagation.self_check import CheckRecord


def doctor(
    *,
    device: Annotated[str, typer.Option(metavar="|".join(DEVICES), help="What to check.")] = "auto",
    dtype: Annotated[
        str,
        typer.Option(
            metavar="complex64|complex128", help="Of the fields; networks compute in complex64."
        ),
    ] = "complex64",
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the records to a file as well.")
    ] = None,
) -> None:
    """Check versions, threads, device, folders and the physics; exit code 1 if one fails."""
    from physembed._files import write_json_atomically
    from physembed.cli._console import say, say_facts, say_table
    from physembed.cli._environment_checks import environment_checks
    from physembed.cli._errors import FAILED_WORK
    from physembed.propagation.self_check import available_devices, resolve_device, self_check
    from physembed.training.environment import environment_record

    environment = environment_record()
    devices = available_devices()
    place = resolve_device(device).type
    looked_at = list(environment_checks(place))
    records = list(self_check(place, dtype))
    failed = [check.name for check in looked_at if check.status == "FAILED"]
    failed += [record.name for record in records if not record.passed]
    say_facts(
        {name: version or "not installed" for name, version in environment["versions"].items()}
        | {key: str(environment[key]) for key in ("python", "platform", "processor")}
    )
    say()
    say_facts(
        {name: what + (" (checked)" if name == place else "") for name, what in devices.items()}
    )
    say()
    say_table(
        "This machine",
        ("Looked at", "Result", "Found"),
        [(check.name, check.status, check.found) for check in looked_at],
        n_text_columns=3,
    )
    say()
    say_table(
        f"Checks on {place} in {dtype}",
        ("Check", "Result", "What is compared", "Measured", "Limit"),
        [_row(record) for record in records],
        n_text_columns=3,
    )
    say()
    n_checks = len(looked_at) + len(records)
    say(
        f"{len(failed)} of {n_checks} checks failed: {', '.join(failed)}."
        if failed
        else f"All {n_checks} checks passed."
    )
    if json is not None:
        content = {
            "device": place,
            "dtype": dtype,
            "passed": not failed,
            "checks": [asdict(record) | {"passed": record.passed} for record in records],
            "environment": environment | {"checks": [asdict(check) for check in looked_at]},
        }
        write_json_atomically(json, content)
    if failed:
        raise typer.Exit(FAILED_WORK)


def _row(record: "CheckRecord") -> tuple[str, ...]:
    return (
        record.name,
        "passed" if record.passed else "FAILED",
        record.meaning,
        f"{record.measured:.1e}",
        f"{record.limit:.1e}",
    )
