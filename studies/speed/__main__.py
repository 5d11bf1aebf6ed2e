"""``python -m studies.speed``: what a step of training costs on this machine, shown and written."""

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from physembed._files import write_json_atomically, write_text_atomically
from physembed.propagation.self_check import resolve_device
from studies.speed.bench import MEASUREMENTS, Bench, run_bench
from studies.speed.bench_tables import markdown
from studies.speed.busy import busy_record, busy_table
from studies.speed.explorer import explorer_record, explorer_table
from studies.speed.felt import felt_record, felt_table
from studies.speed.figure import draw_scaling
from studies.speed.recording import recording_record, recording_table
from studies.speed.scale_curve import draw_curve
from studies.speed.scale_record import RIVAL_CASES, SIZES, scale_records
from studies.speed.scale_tables import scale_table

SCALE = "scale"
"""A part by itself: what many series cost."""
FELT = "felt"
"""A part by itself: what people wait for, beside MiniRocket."""
RECORDING = "recording"
"""A part by itself: ten minutes at 8 kHz, from CSV to card."""
BUSY = "busy"
"""A part by itself: small work beside other processes at full load."""
EXPLORER = "explorer"
"""A part by itself: from a slider's move to the drawn field, in Chromium."""

ONE_RECORD: dict[str, tuple[Callable[..., Any], Callable[[Any], str]]] = {
    FELT: (felt_record, felt_table),
    RECORDING: (recording_record, recording_table),
    BUSY: (busy_record, busy_table),
    EXPLORER: (explorer_record, explorer_table),
}
"""How a part is measured, and told; its file is called as it is."""


def main() -> None:
    """Measure time and memory of training against the Fourier transforms that it needs."""
    parser = argparse.ArgumentParser(prog="python -m studies.speed", description=main.__doc__)
    parser.add_argument(
        "--parts",
        default=",".join(MEASUREMENTS),
        metavar="A,B,...",
        help=f"of {', '.join(MEASUREMENTS)} (default: all), of which the last "
        f"three need Spoken Digits; or {SCALE}: ten thousand to a million series, half an hour; or "
        f"{FELT}: many short series and a long one beside MiniRocket; or {RECORDING}: ten minutes "
        f"at 8 kHz, from CSV to card; or {BUSY}: small work beside other processes; "
        f"or {EXPLORER}: from a slider's move to the drawn field, in Chromium",
    )
    parser.add_argument(
        "--again",
        default="",
        metavar="STEP,...",
        help=f"of the record of {SCALE} in --out measure these steps anew, such as 'one' or "
        "'fit 1000000', and no others",
    )
    parser.add_argument(
        "--quick", action="store_true", help=f"fewer sizes: about a minute, of {SCALE} about three"
    )
    parser.add_argument("--device", default="cpu", help="where steps are measured: cpu or cuda")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="folder with data sets")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write records, tables and pictures there"
    )
    arguments = parser.parse_args()
    wanted = [part.strip() for part in arguments.parts.split(",") if part.strip()]
    device = resolve_device(arguments.device)
    alone: tuple[tuple[str, Callable[[argparse.Namespace], None]], ...] = (
        (SCALE, _measure_scale),
        *((part, partial(_measure_one, part)) for part in ONE_RECORD),
    )
    for part, measure in alone:
        if part in wanted:
            measure(arguments)
            wanted.remove(part)
    if not wanted:
        return
    plan = Bench(wanted, device, quick=arguments.quick, data_dir=arguments.data_dir)
    out: Path | None = arguments.out
    record = run_bench(plan, out, lambda what: print(f"measuring {what}", file=sys.stderr))
    print(markdown(record))
    if out is not None:
        write_text_atomically(out / "bench.md", markdown(record) + "\n")
        if "scaling" in record:
            draw_scaling(record["scaling"], out / "scaling.png")


def _measure_scale(arguments: argparse.Namespace) -> None:
    """What many series cost: by itself, since a million take a while."""
    out: Path | None = arguments.out

    def write(record: dict[str, Any]) -> None:
        if out is not None:
            write_json_atomically(out / "scale.json", record)
            if "curve" in record:
                draw_curve(record["curve"], out / "scale.png")

    begun = {}
    if out is not None and (out / "scale.json").exists():
        begun = json.loads((out / "scale.json").read_text("utf-8"))
    record = scale_records(
        arguments.data_dir,
        record=begun,
        sizes=SIZES[:3] if arguments.quick else SIZES,
        rival_cases=None if arguments.quick else RIVAL_CASES,
        again=[step.strip() for step in arguments.again.split(",") if step.strip()],
        report=lambda what: print(f"measuring {what}", file=sys.stderr),
        write=write,
    )
    print(scale_table(record))


def _measure_one(part: str, arguments: argparse.Namespace) -> None:
    """A part that is one record and one table."""
    measure, in_markdown = ONE_RECORD[part]
    record = measure(lambda what: print(f"measuring {what}", file=sys.stderr))
    print(in_markdown(record))
    if arguments.out is not None:
        write_json_atomically(arguments.out / f"{part}.json", record)


if __name__ == "__main__":
    main()
