"""``python -m studies.speed``: what a step of training costs on this machine, shown and written."""

import argparse
import json
import sys
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
from studies.speed.scale import RIVAL_CASES, SIZES, scale_records
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


def main() -> None:
    """Measure time and memory of training against the Fourier transforms that it needs."""
    parser = argparse.ArgumentParser(prog="python -m studies.speed", description=main.__doc__)
    parser.add_argument(
        "--parts",
        default=",".join(MEASUREMENTS),
        metavar="A,B,...",
        help=f"of {', '.join(MEASUREMENTS)} (default: all), of which the last "
        f"two need Spoken Digits; or {SCALE}: ten thousand to a million series, half an hour; or "
        f"{FELT}: many short series and a long one beside MiniRocket; or {RECORDING}: ten minutes "
        f"at 8 kHz, from CSV to card; or {BUSY}: small work beside other processes; "
        f"or {EXPLORER}: from a slider's move to the drawn field, in Chromium",
    )
    parser.add_argument("--quick", action="store_true", help="fewer sizes: about a minute")
    parser.add_argument("--device", default="cpu", help="where steps are measured: cpu or cuda")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="folder with data sets")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write bench.json, bench.md and scaling.png there"
    )
    arguments = parser.parse_args()
    wanted = [part.strip() for part in arguments.parts.split(",") if part.strip()]
    device = resolve_device(arguments.device)
    alone = (
        (SCALE, _measure_scale),
        (FELT, _measure_felt),
        (RECORDING, _measure_recording),
        (BUSY, _measure_busy),
        (EXPLORER, _measure_explorer),
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

    begun = {}
    if out is not None and (out / "scale.json").exists():
        begun = json.loads((out / "scale.json").read_text("utf-8"))
    record = scale_records(
        arguments.data_dir,
        record=begun,
        sizes=SIZES[:2] if arguments.quick else SIZES,
        rival_cases=None if arguments.quick else RIVAL_CASES,
        report=lambda what: print(f"measuring {what}", file=sys.stderr),
        write=write,
    )
    print(scale_table(record))


def _measure_felt(arguments: argparse.Namespace) -> None:
    """What people wait for."""
    record = felt_record(lambda what: print(f"measuring {what}", file=sys.stderr))
    print(felt_table(record))
    if arguments.out is not None:
        write_json_atomically(arguments.out / "felt.json", record)


def _measure_recording(arguments: argparse.Namespace) -> None:
    """From a recording to a model and its card."""
    record = recording_record(lambda what: print(f"measuring {what}", file=sys.stderr))
    print(recording_table(record))
    if arguments.out is not None:
        write_json_atomically(arguments.out / "recording.json", record)


def _measure_busy(arguments: argparse.Namespace) -> None:
    """Small work on a busy machine."""
    record = busy_record(lambda what: print(f"measuring {what}", file=sys.stderr))
    print(busy_table(record))
    if arguments.out is not None:
        write_json_atomically(arguments.out / "busy.json", record)


def _measure_explorer(arguments: argparse.Namespace) -> None:
    """From a slider's move to the drawn field."""
    record = explorer_record(lambda what: print(f"measuring {what}", file=sys.stderr))
    print(explorer_table(record))
    if arguments.out is not None:
        write_json_atomically(arguments.out / "explorer.json", record)


if __name__ == "__main__":
    main()
