"""What a model takes on a small processor, told from its plan alone: no compiler is asked.

The card of a model shows these figures. Sizes are near what a cross-compiler gives (an export
measures them where it finds one); operations, times and energies are estimates, of which the
assumptions are told.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from physembed.deploy.c.integers import write_integer_source
from physembed.deploy.c.sampling import Sampling
from physembed.deploy.c.size import sizes
from physembed.deploy.c.source import write_source
from physembed.deploy.integers.integer_plan import IntegerPlan, integer_plan
from physembed.deploy.integers.whole_plan import WholePlan, whole_if_possible
from physembed.deploy.operations import of_whole, operations
from physembed.deploy.plan import Plan
from physembed.deploy.rounding import rounded

INSTRUCTIONS_PER_OPERATION = 2.9
"""What QEMU counts on a Cortex-M4F at -Os; from 2.1 to 3.8 over ten models."""
CYCLES_PER_INSTRUCTION = 1.3
"""A load takes two cycles there, a division 14, most others one."""


@dataclass(frozen=True)
class Processor:
    """A part with a floating-point unit, as its data sheet has it.

    Parameters
    ----------
    name : str
    megahertz : float
        Its full speed.
    milliwatts : float
        Drawn at that speed while it runs from flash, typical, peripherals off.
    """

    name: str
    megahertz: float
    milliwatts: float


PROCESSORS = (
    # 52 uA/MHz at 3 V (product specification, CoreMark from flash with the DC/DC converter)
    Processor("nRF52840 (Cortex-M4F, 64 MHz)", 64.0, 10.0),
    # 100 uA/MHz at 3.3 V (data sheet, run mode)
    Processor("STM32F411 (Cortex-M4F, 100 MHz)", 100.0, 33.0),
)


@dataclass(frozen=True)
class Footprint:
    """What a model takes, window by window.

    Parameters
    ----------
    stored_bytes : int
        All numbers of the model and of its design, as they are stored.
    stored_bytes_int8 : int
        The same with a readout of 8 bits a weight, where that has more than one row.
    readout_bytes : int
        Of the readout in single precision.
    flash_bytes : int or None
        Code and constants on a Cortex-M4F, to about a tenth; None where there is no program.
    ram_bytes : int
        What a prediction works in, the series itself and the stack apart.
    series_bytes : int
        Of a window, of single precision or of samples of 16 bits.
    operations : int
        Additions and multiplications of a window, to about a fifth; comparisons are additions.
    """

    stored_bytes: int
    stored_bytes_int8: int
    readout_bytes: int
    flash_bytes: int | None
    ram_bytes: int
    series_bytes: int
    operations: int

    def milliseconds(self, processor: Processor) -> float:
        """Of a window, to about a third: 2.9 instructions an operation of 1.3 cycles each."""
        cycles = self.operations * INSTRUCTIONS_PER_OPERATION * CYCLES_PER_INSTRUCTION
        return cycles / (1e3 * processor.megahertz)

    def microjoules(self, processor: Processor) -> float:
        """Of a window, while the processor runs at its full speed."""
        return self.milliseconds(processor) * processor.milliwatts

    def record(self) -> dict[str, Any]:
        """As JSON-ready data, with time and energy on every processor that is named."""
        processors = [
            {
                "name": processor.name,
                "milliseconds": round(self.milliseconds(processor), 1),
                "microjoules": round(self.microjoules(processor)),
            }
            for processor in PROCESSORS
        ]
        return asdict(self) | {"processors": processors}


def footprint(plan: Plan, *, number: str | None = None) -> Footprint:
    """What a lowered model takes: ``footprint(lower(estimator))``.

    Parameters
    ----------
    plan : Plan
    number : {"float32", "int16"} or None, default=None
        What it computes in; None is whole numbers for whole filters, else single precision.

    Raises
    ------
    InvalidInputError
        If a window is too long for a program of C.
    """
    integers: IntegerPlan | None = None
    bits = 8 if plan.readout.bits == 8 else 16
    if number != "float32":
        integers = whole_if_possible(plan) if number is None else integer_plan(plan, bits)
    if integers is not None:
        n_operations = of_whole(integers) if isinstance(integers, WholePlan) else operations(plan)
        return _in_integers(integers, n_operations)
    source = write_source(plan, "model")
    code, constants = sizes(source.body)
    # the constants of the readout stand in the code
    stored = constants + 4 * len(plan.readout.bias)
    several = len(plan.readout.bias) > 1 and plan.readout.scales is None
    saved = source.readout_bytes - rounded(plan, "int8").readout.n_bytes if several else 0
    return Footprint(
        stored_bytes=stored,
        stored_bytes_int8=stored - saved,
        readout_bytes=source.readout_bytes,
        flash_bytes=code + constants,
        ram_bytes=source.memory_bytes,
        series_bytes=4 * plan.n_channels * plan.n_timepoints,
        operations=operations(plan),
    )


def _in_integers(whole: IntegerPlan, n_operations: int) -> Footprint:
    source = write_integer_source(whole, "model", Sampling("int16"))
    code, constants = sizes(source.body, whole=True)
    stored = constants + 4 * len(whole.bias)
    return Footprint(
        stored_bytes=stored,
        stored_bytes_int8=stored,
        readout_bytes=source.readout_bytes,
        flash_bytes=code + constants,
        ram_bytes=source.memory_bytes,
        series_bytes=2 * whole.n_channels * whole.n_timepoints,
        operations=n_operations,
    )


MINIROCKET_FEATURES = 9_996
MINIROCKET_KERNELS = 84
MINIROCKET_DILATIONS = 32


def minirocket_footprint(n_channels: int, n_timepoints: int, n_classes: int) -> Footprint:
    """What MiniRocket takes for the same task, from its definition.

    Of every feature a bias, and one weight of a row for two classes or one of each class. For
    every dilation nine shifted series are added up for the kernels' common part and nine are kept;
    a kernel adds three of them; a feature compares with its bias and counts. Twelve series are
    held at a time.

    Parameters
    ----------
    n_channels, n_timepoints : int
    n_classes : int
        1 for a regression.

    Notes
    -----
    Dempster, Schmidt, Webb, "MiniRocket" (KDD 2021), section 3.
    """
    rows = 1 if n_classes <= 2 else n_classes
    most = np.log2(max(1.0, (n_timepoints - 1) / 8))
    dilations = len(np.unique(2 ** np.linspace(0, most, MINIROCKET_DILATIONS) // 1))
    readout = 4 * rows * (MINIROCKET_FEATURES + 1)
    convolutions = dilations * (18 * n_channels + 3 * MINIROCKET_KERNELS)
    return Footprint(
        stored_bytes=readout + 4 * (MINIROCKET_FEATURES + dilations),
        stored_bytes_int8=readout // 4 + 4 * (MINIROCKET_FEATURES + dilations),
        readout_bytes=readout,
        flash_bytes=None,
        ram_bytes=4 * 12 * n_channels * n_timepoints,
        series_bytes=4 * n_channels * n_timepoints,
        operations=n_timepoints * (convolutions + 2 * MINIROCKET_FEATURES)
        + 2 * rows * MINIROCKET_FEATURES,
    )
