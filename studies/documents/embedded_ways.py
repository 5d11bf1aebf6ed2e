"""Tables of docs/deployment.md: other ways of writing programs, and agreement set by set."""

from collections.abc import Mapping
from typing import Any

from physembed._markdown import markdown_table

Records = list[dict[str, Any]]


def programs_table(records: Records) -> str:
    """Ways of writing a program of C, beside how it is written."""
    columns = (
        "On a Cortex-M4F",
        "Flash / B",
        "Instructions a window",
        "Largest difference of a score",
    )
    rows = [
        (
            record["way"],
            f"{record['flash']:,}",
            f"{record['instructions']:,}",
            f"{record['agreement']['largest_difference']:.1g}",
        )
        for record in records
        if record["target"] != "onnx"
    ]
    return markdown_table(columns, rows)


def models_table(records: Records) -> str:
    """Ways of writing a model of ONNX, beside how it is written."""
    columns = ("In onnxruntime", "Size / MB", "Nodes", "Time of a case / ms", "Same scores")
    (record,) = (record for record in records if record["target"] == "onnx")
    rows = [
        (
            way,
            f"{told['bytes'] / 1e6:.2f}",
            f"{told['nodes']:,}",
            f"{told['milliseconds']:.2f}",
            f"{told['agreement']['within']:,} of {told['agreement']['cases']:,}",
        )
        for way, told in record["ways"].items()
    ]
    return markdown_table(columns, rows)


def agreement_sentence(records: Records) -> str:
    """What the table of agreement comes to, preset by preset."""
    sentences = []
    for preset in sorted({record["preset"] for record in records}):
        compared = [r for r in records if r["preset"] == preset and "agreement" in r]
        both = [(r["dataset"], _both(r)) for r in compared]
        cases = sum(c["cases"] for _, (c, _) in both)
        same = [sum(pair[k]["same_class"] for _, pair in both) for k in (0, 1)]
        ties = sum(len({*c["ties"], *o["ties"]}) for _, (c, o) in both)
        differing = sum(len({*c["differing"], *o["differing"]}) for _, (c, o) in both)
        refused = sum(1 for r in records if r["preset"] == preset) - len(compared)
        sentences.append(
            f"`{preset}`, on {len(compared)} sets ({refused} refused): {same[0]:,} of {cases:,} "
            f"cases have the class of the model in C, {same[1]:,} in ONNX; "
            f"{_counted(ties, 'sits', 'sit')} on a tie, {_counted(differing, 'differs', 'differ')} "
            "otherwise."
        )
    return "\n".join(f"- {sentence}" for sentence in sentences)


def agreement_table(records: Records) -> str:
    """How far C and ONNX say what the model says, set by set."""
    columns = (
        "Data set",
        "Preset",
        "Cases",
        "Same class in C",
        "Same class in ONNX",
        "Same scores in C",
        "Same scores in ONNX",
        "On a tie",
        "Differ",
    )
    rows = []
    for record in sorted(records, key=lambda r: (r["preset"], r["dataset"])):
        place = (record["dataset"], f"`{record['preset']}`")
        if "refused" in record:
            reason = record["refused"].partition(",")[0]
            rows.append((*place, f"refused: {reason}", *[""] * 6))
            continue
        c, onnx = _both(record)
        ties, differing = (len({*c[kind], *onnx[kind]}) for kind in ("ties", "differing"))
        counts = (c["cases"], *(both[k] for k in ("same_class", "within") for both in (c, onnx)))
        rows.append((*place, *(f"{count:,}" for count in (*counts, ties, differing))))
    return markdown_table(columns, rows, n_text_columns=2)


def _both(record: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What C and ONNX say of a set."""
    agreement = record["agreement"]
    return agreement["C on this machine"], agreement["ONNX in onnxruntime"]


def _counted(number: int, one: str, many: str) -> str:
    if not number:
        return f"none {one}"
    return f"{number:,} {one if number == 1 else many}"
