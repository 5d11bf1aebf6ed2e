"""The worked examples of docs/worked-*.md: trained, looked into, and written down.

``python -m studies.worked_examples FOLDER [DATA_DIR]`` writes their pictures and, beside
them, what is to be seen in each; ``make docs`` puts both into the page.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from physembed._files import write_json_atomically
from physembed._threads import limited_threads
from physembed.charts import write_pictures
from physembed.experiments.single_run import train_one
from physembed.explain.request import Request
from physembed.explain.run_folders import load_subject
from physembed.explain.sections import report_sections

WORKED = {
    "osuleaf-gpe": "worked-condensate.md",
    "osuleaf-homodyne": "worked-homodyne.md",
    "spoken-digits-lattice": "worked-lenslets.md",
}
"""The page of each example."""

EXAMPLES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "osuleaf-gpe": (
        "OSULeaf",
        "gpe",
        (
            "fibre-1-case-",
            "fibre-1-difference",
            "optics",
            "coefficients",
            "tolerance",
            "identifiability",
            "separability",
            "plane-1",
            "attribution",
        ),
    ),
    "osuleaf-homodyne": (
        "OSULeaf",
        "homodyne",
        (
            "readout",
            "readout-parts",
            "readout-classes",
            "separability",
            "fibre-1-transfer",
            "fibre-1-case-0-arms",
            "adjoint-1",
            "coefficients",
            "tolerance",
            "attribution",
        ),
    ),
    "spoken-digits-lattice": (
        "SpokenDigits",
        "lattice",
        (
            "readout",
            "fibre-4-case-",
            "fibre-4-difference",
            "coefficients",
            "tolerance",
            "separability",
            "attribution",
        ),
    ),
}
"""Data set, model and the pictures of each example; a name ending in a hyphen begins a name."""

FINDINGS = "findings.json"


def write_examples(folder: Path, data_dir: str | None = None) -> None:
    """Train, explain and write every example."""
    for name, (dataset, model, wanted) in EXAMPLES.items():
        with tempfile.TemporaryDirectory() as temporary:
            run = Path(temporary) / "run"
            record = train_one(dataset, model, out=run, data_dir=data_dir)
            subject = load_subject(run, data_dir)
        with limited_threads(1):
            sections = report_sections(subject, Request())
        charts = {chart.name: chart for section in sections for chart in section.charts}
        findings: dict[str, Any] = {}
        for key in wanted:
            chart = next(
                chart
                for place, chart in charts.items()
                if place == key or (key.endswith("-") and place.startswith(key))
            )
            file = key.rstrip("-")
            (picture, _) = write_pictures(chart, Path(folder) / name / "all")[:2]
            picture.replace(folder / name / f"{file}.png")
            for other in (folder / name / "all").iterdir():
                other.unlink()
            findings[key.rstrip("-")] = {
                "title": chart.title,
                "caption": chart.caption,
                "alternative": chart.alternative,
            }
        (folder / name / "all").rmdir()
        keys = ("dataset", "model", "seed", "split", "accuracy", "embedding_parameters",
                "readout_parameters", "dataset_digest", "versions", "machine")  # fmt: skip
        write_json_atomically(
            folder / name / FINDINGS,
            {"run": {key: record[key] for key in keys}, "pictures": findings},
        )


def block(folder: Path) -> str:
    """The pictures of an example as Markdown, each with what is to be seen in it."""
    data = json.loads((folder / FINDINGS).read_text("utf-8"))
    run = data["run"]
    parts = [
        f"`physembed train {run['dataset']} --model {run['model']} --out run && physembed explain "
        f"run`; seed {run['seed']}, {100 * run['accuracy']:.1f} % of the test cases right, "
        f"{run['embedding_parameters']:,} embedding and {run['readout_parameters']:,} readout "
        "parameters."
    ]
    for key, picture in data["pictures"].items():
        where = f"../results/interpretation/{folder.name}/{key}.png"
        parts.append(
            f"**{picture['title'][0].upper()}{picture['title'][1:]}.** {picture['caption']}\n\n"
            f"![{picture['alternative']}]({where})\n\nHere: {picture['alternative']}"
        )
    return "\n\n".join(parts)


if __name__ == "__main__":
    write_examples(Path(sys.argv[1]), *sys.argv[2:3])
