from .bench import MEASUREMENTS as MEASUREMENTS
from .bench import Bench as Bench
from .bench import run_bench as run_bench
