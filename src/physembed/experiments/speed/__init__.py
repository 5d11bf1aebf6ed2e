"""What a step of training costs, measured against the floor: its own Fourier transforms.

``physembed bench`` measures, writes a record, and draws; the page docs/performance.md is written
from the committed record.
"""

from physembed.experiments.speed.bench import MEASUREMENTS, Bench, run_bench

__all__ = ["MEASUREMENTS", "Bench", "run_bench"]
