"""The tables of docs/reliability.md, from what ``make faults`` has measured."""

from typing import Any

from physembed._markdown import markdown_table

Rows = list[dict[str, Any]]


def kills_table(measured: Rows) -> str:
    """Kills by command, as Markdown."""
    if not measured:
        return "The long version has not been run to its end yet."
    columns = (
        "Command",
        "Kills",
        "Left something to go on from",
        "Brought to the end",
        "Identical",
    )
    keys = ("kills", "went_on", "sequences", "identical")
    rows = [(row["command"], *(str(row[key]) for key in keys)) for row in measured]
    rows.append(("all", *(str(sum(row[key] for row in measured)) for key in keys)))
    return markdown_table(columns, rows)


def inputs_table(measured: Rows) -> str:
    """Generated inputs by reader, as Markdown."""
    columns = (
        *("Reader", "Inputs", "Read", "Refused with a reason"),
        *("Anything else", "Seconds per input"),
    )
    keys = ("inputs", "read", "refused")
    total = {key: sum(row[key] for row in measured) for key in keys} | {"reader": "all"}
    rows = []
    for row in (*measured, total):
        other = row["inputs"] - row["read"] - row["refused"]
        each = f"{row['seconds'] / row['inputs']:.3f}" if "seconds" in row else ""
        rows.append((row["reader"], *(f"{row[key]:,}" for key in keys), str(other), each))
    return markdown_table(columns, rows)


def compared_table(measured: Rows) -> str:
    """Inputs that another library reads as well, by reader, as Markdown."""
    columns = (
        *("Reader", "Other", "Inputs", "Read alike", "Refused with a reason"),
        *("Not read by the other", "Read otherwise"),
    )
    keys = ("inputs", "same", "refused", "refused_by_other", "different")
    total = {key: sum(row[key] for row in measured) for key in keys}
    rows = [
        (row["reader"], row["other"], *(f"{row[key]:,}" for key in keys))
        for row in (*measured, total | {"reader": "all", "other": ""})
    ]
    return markdown_table(columns, rows)


def memory_table(measured: Rows) -> str:
    """Peak memory by file, as Markdown."""
    columns = ("File", "Size / MB", "Cases", "Peak memory / MB", "Seconds")
    rows = [
        (
            row["suffix"],
            f"{row['file_bytes'] / 1e6:,.0f}",
            f"{row['n_cases']:,}",
            f"{row['peak_bytes'] / 1e6:,.0f}",
            f"{row['seconds']:.3g}",
        )
        for row in measured
    ]
    return markdown_table(columns, rows)


RELIABILITY_TABLES = {
    "kills": kills_table,
    "inputs": inputs_table,
    "compared": compared_table,
    "memory": memory_table,
}
"""What each part of the record is written by."""
