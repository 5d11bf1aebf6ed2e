"""``python -m studies.gpu.compilation OUT``: what it takes to compile the kernels.

Those of a fibre, for a GPU that need not be there, by the code of now and by that of a commit
before, each size in a process of its own that finds nothing compiled. It writes
``gpu_compilation.json``.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from physembed._markdown import markdown_table
from studies.fit_records import Records
from studies.training_times import ROOT, code_of

BEFORE = "4f7ed96"
"""The commit that is compared with: every table is read by a load of Triton's there."""
NOW = "now"
SIZES = (256, 512, 1024, 2048, 4096, 8192)
FILE = "gpu_compilation.json"


def measure(out: Path) -> None:
    """Compile every size by both."""
    records = Records(out / FILE)
    with code_of(BEFORE) as before:
        for size in SIZES:
            for code, place in ((BEFORE, before), (NOW, ROOT)):
                records.add({"points": size, "code": code}, partial(_compiled, place, size))


def _compiled(place: Path, n_points: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as cache:
        path = os.pathsep.join([str(place / "src"), str(place)])
        environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-P", "-m", "studies.gpu.resources", str(n_points), "fibre"],
            env=environment | {"PYTHONPATH": path, "TRITON_CACHE_DIR": cache},
            stdout=subprocess.PIPE,
            check=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return {"process_s": seconds, "kernels": json.loads(done.stdout), "load": os.getloadavg()[0]}


def compilation_table(entries: list[dict[str, Any]]) -> str:
    """Seconds and resources before and now, as Markdown."""
    rows = []
    for size in SIZES:
        of_codes = {entry["code"]: entry for entry in entries if entry["points"] == size}
        before, now = of_codes[BEFORE], of_codes[NOW]
        cells = [f"{before['process_s']:.0f} / {now['process_s']:.0f}"]
        for name in ("registers", "spilled", "barriers"):
            for kernel in (0, 1):
                pair = [entry["kernels"][kernel][name] for entry in (before, now)]
                cells.append(" / ".join(map(str, pair)))
        rows.append([f"{size:,}", *cells])
    columns = [
        f"{what}, {way}"
        for what in ("registers", "bytes spilled", "barriers")
        for way in ("forwards", "backwards")
    ]
    processor = entries[0]["environment"]["processor"]
    load = max(entry["load"] for entry in entries)
    return "\n\n".join(
        [
            markdown_table(["Points", "compilation / s", *columns], rows),
            f"Before (`{BEFORE}`) / now. Seconds of one processor ({processor}) for a process that "
            f"compiles both kernels, its start included, beside a load of up to {load:.0f}.",
        ]
    )


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
