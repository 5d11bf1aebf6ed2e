"""The tables of docs/reliability.md, from what ``make faults`` has measured."""

from typing import Any

Rows = list[dict[str, Any]]


def kills_table(found: Rows) -> str:
    """Kills by command, as Markdown."""
    if not found:
        return "The long version has not been run to its end yet."
    lines = [
        "| Command | Kills | Left something to go on from | Brought to the end | Identical |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row['command']} | {row['kills']} | {row['went_on']} | {row['sequences']} | "
        f"{row['identical']} |"
        for row in found
    ]
    total = {key: sum(row[key] for row in found) for key in ("kills", "sequences", "identical")}
    lines.append(
        f"| all | {total['kills']} | {sum(row['went_on'] for row in found)} | "
        f"{total['sequences']} | {total['identical']} |"
    )
    return "\n".join(lines)


def inputs_table(found: Rows) -> str:
    """Generated inputs by reader, as Markdown."""
    lines = [
        "| Reader | Inputs | Read | Refused with a reason | Anything else | Seconds per input |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in found:
        other = row["inputs"] - row["read"] - row["refused"]
        lines.append(
            f"| {row['reader']} | {row['inputs']:,} | {row['read']:,} | {row['refused']:,} | "
            f"{other} | {row['seconds'] / row['inputs']:.3f} |"
        )
    total = {key: sum(row[key] for row in found) for key in ("inputs", "read", "refused")}
    other = total["inputs"] - total["read"] - total["refused"]
    lines.append(
        f"| all | {total['inputs']:,} | {total['read']:,} | {total['refused']:,} | {other} | |"
    )
    return "\n".join(lines)


def memory_table(found: Rows) -> str:
    """Peak memory by file, as Markdown."""
    lines = [
        "| File | Size / MB | Cases | Peak memory / MB | Seconds |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {row['suffix']} | {row['file_bytes'] / 1e6:,.0f} | {row['n_cases']:,} | "
        f"{row['peak_bytes'] / 1e6:,.0f} | {row['seconds']:.3g} |"
        for row in found
    ]
    return "\n".join(lines)


RELIABILITY_TABLES = {"kills": kills_table, "inputs": inputs_table, "memory": memory_table}
"""What each part of the record is written by."""
