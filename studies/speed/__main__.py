"""``python -m studies.speed``: what a step of training costs on this machine, shown and written."""

import argparse
import sys
from pathlib import Path

from physembed._files import write_text_atomically
from physembed.propagation.self_check import resolve_device
from studies.speed.bench import MEASUREMENTS, Bench, run_bench
from studies.speed.bench_tables import markdown
from studies.speed.figure import draw_scaling


def main() -> None:
    """Measure time and memory of training against the Fourier transforms that it needs."""
    parser = argparse.ArgumentParser(prog="python -m studies.speed", description=main.__doc__)
    parser.add_argument(
        "--parts",
        default=",".join(MEASUREMENTS),
        metavar="A,B,...",
        help=f"of {', '.join(MEASUREMENTS)} (default: all); the last two need Spoken Digits",
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
    plan = Bench(wanted, device, quick=arguments.quick, data_dir=arguments.data_dir)
    out: Path | None = arguments.out
    record = run_bench(plan, out, lambda what: print(f"measuring {what}", file=sys.stderr))
    print(markdown(record))
    if out is not None:
        write_text_atomically(out / "bench.md", markdown(record) + "\n")
        if "scaling" in record:
            draw_scaling(record["scaling"], out / "scaling.png")


if __name__ == "__main__":
    main()
