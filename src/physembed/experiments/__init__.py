"""Grids of runs that survive a kill, and the tables and figures that come out of them.

Knows models and data sets by name only; what is heavy is loaded when the first run begins.
"""

from physembed.experiments.ablation import ablate
from physembed.experiments.attempt import Outcome
from physembed.experiments.benchmark import Skipped, benchmark
from physembed.experiments.compare import Comparison, Reporter, compare
from physembed.experiments.evaluation import Evaluation, evaluate
from physembed.experiments.grid import Run, plan
from physembed.experiments.single import train_one
from physembed.experiments.variant import Variant

__all__ = [
    "Comparison",
    "Evaluation",
    "Outcome",
    "Reporter",
    "Run",
    "Skipped",
    "Variant",
    "ablate",
    "benchmark",
    "compare",
    "evaluate",
    "plan",
    "train_one",
]
