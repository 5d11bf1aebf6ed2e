"""Detectors on one field, measured in a single pass over its samples where that pays.

The readable way is a detector's own, in PyTorch; it is taken where gradients are asked for, where
PyTorch traces or maps, in double precision, on a GPU, and for little work. Both agree to rounding.
"""

from array import array
from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

from physembed.networks.detectors.detector import DetectorModule
from physembed.networks.detectors.sweeping.measurements import Comparison, cosines
from physembed.networks.detectors.sweeping.plan import Plan
from physembed.propagation.kernels import resources
from physembed.propagation.kernels.transforms import Descriptor, transforms_are_at_hand

LEAST_WORK = 2**19
"""Points of all fields below which PyTorch is done before the compiled loops are loaded."""


def sweep_pays(
    n_points: int, dtype: torch.dtype, device: torch.device, *, at_any_size: bool = False
) -> bool:
    """Whether a sweep pays, and is possible.

    Parameters
    ----------
    n_points : int
        Points of all cases and ends of a fibre that are seen.
    dtype : torch.dtype
        Of the fields.
    device : torch.device
    at_any_size : bool, default=False
        Whether few points are swept too.
    """
    # first, and the number of cases last: a graph is made for any number of them
    if torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active():
        return False
    is_served = dtype == torch.complex64 and device.type == "cpu" and not torch.is_grad_enabled()
    return is_served and (at_any_size or n_points >= LEAST_WORK)


class Sweep:
    """What a module detects, in one pass what can be and the rest by itself.

    It is true of the module as it is now: made anew for every prediction.

    Parameters
    ----------
    module : DetectorModule
    n_points : int
        Of the fields that it is shown.
    """

    def __init__(self, module: DetectorModule, n_points: int) -> None:
        self.module = module
        self.n_points = n_points
        self.parts = module.side_by_side()
        asked = [part.measurements(n_points) for part in self.parts]
        # only one group of records is compared with each other
        rivals = [a is not None and a.comparison == Comparison.AMONG_ALL for a in asked]
        for number, (a, among) in enumerate(zip(asked, rivals, strict=True)):
            if a is not None and among and any(rivals[:number]):
                asked[number] = None
        self.is_measured = [a is not None for a in asked]
        measured = [a for a in asked if a is not None]
        self.measured = measured
        self.sizes = [len(a.lanes) for a in measured]
        self.plan = Plan.of(measured) if measured else None
        self.takes_spectra = all(self.is_measured) and transforms_are_at_hand()

    def __call__(self, field: Tensor) -> Tensor:
        """Features of fields (cases, channels, points), complex64, the points beside each other."""
        if self.plan is None:
            return self.module(field)
        # loops know neither a sign that is still to be taken nor points apart
        field = field.to(torch.complex64).resolve_conj()
        field = field if field.stride(-1) == 1 else field.contiguous()
        return self.features(self._measure(self.plan, field, field.stride()[:2]), field)

    def of_spectra(self, spectra: Tensor, channels: Tensor, transfer: Tensor) -> Tensor:
        """Features of what leaves linear arms; only where all that is detected is measured.

        Parameters
        ----------
        spectra : Tensor of shape (cases, channels, window), complex64
        channels : Tensor of shape (ends,), int64
            From which channel each end is fed.
        transfer : Tensor of shape (ends, window), complex64
        """
        assert self.plan is not None
        _, n_channels, window = spectra.shape
        n_ends = len(transfer)
        units = self._units(spectra)
        transfer = transfer.expand(n_ends, window)
        spectra, transfer = (
            x.to(torch.complex64).resolve_conj().contiguous() for x in (spectra, transfer)
        )
        work = torch.empty(units, n_ends, window, dtype=torch.complex64)
        more = [n_channels, n_ends, window, 0, inverse(window, n_ends).address]
        more += [tensor.data_ptr() for tensor in (channels, transfer, work)]
        # the fields of a case lie in its unit's work, an end after the other
        return self.features(self._measure(self.plan, spectra, (0, window), more))

    def features(self, raw: Sequence[Tensor], field: Tensor | None = None) -> Tensor:
        """What all parts make of their raw numbers (cases, measurements), or of the field."""
        numbers = iter(raw)
        return self.module.joined(
            [
                part.finish(next(numbers), self.n_points) if is_measured else part(field)
                for part, is_measured in zip(self.parts, self.is_measured, strict=True)
            ]
        )

    def _units(self, field: Tensor) -> int:
        return min(resources.team_size(field.numel()), max(len(field), 1))

    def _measure(
        self,
        plan: Plan,
        field: Tensor,
        strides: Sequence[int],
        of_spectra: Sequence[int] | None = None,
    ) -> Sequence[Tensor]:
        """The raw numbers of each part, (cases, measurements)."""
        references = cosines(plan.harmonics, self.n_points).float().contiguous()
        units = self._units(field)
        raw = measure(plan, field, strides, references, units=units, of_spectra=of_spectra)
        return raw.split(self.sizes, dim=1)


def measure(
    plan: Plan,
    field: Tensor,
    strides: Sequence[int],
    references: Tensor,
    *,
    units: int = 1,
    of_spectra: Sequence[int] | None = None,
) -> Tensor:
    """All that is planned on fields, (cases, measurements), float32.

    Parameters
    ----------
    plan : Plan
    field : Tensor of shape (cases, ends, points), complex64, the points beside each other
        Or spectra, where ``of_spectra`` tells how they become fields.
    strides : sequence of int
        Points from a case to the next, and from an end to the next.
    references : Tensor of shape (harmonics, points), float32, contiguous
    units : int, default=1
        Threads.
    of_spectra : sequence of int, optional
        The last places of the list that the compiled loops are given.
    """
    n_cases, n_points = len(field), references.shape[1]
    # numba is loaded only where there is much to do
    from physembed.networks.detectors.sweeping import loops

    scratch = torch.empty(units, loops.ROWS + plan.n_winners, n_points)
    # what is not read is nothing
    out = torch.zeros(n_cases, plan.n_raw)
    # in the order of the places that the loops name
    task = array(
        "q",
        [
            *(0, units, n_cases, *strides, n_points),
            *(len(plan.records), len(plan.comparators), len(plan.readings)),
            *(plan.n_winners, plan.harmonics, plan.n_raw, field.data_ptr()),
            *(table.ctypes.data for table in plan.tables),
            *(tensor.data_ptr() for tensor in (references, scratch, out)),
            *((0,) * 8 if of_spectra is None else of_spectra),
        ],
    )
    if of_spectra is None:
        function = loops.sweep
    else:
        # needs the transforms that PyTorch may carry
        from physembed.networks.detectors.sweeping.spectra import sweep_spectra as function
    resources.run(function.address, task.buffer_info()[0], units)
    if task[loops.STATUS]:
        raise RuntimeError(f"the Fourier transform failed (DFTI {task[loops.STATUS]}).")
    return out


@lru_cache(maxsize=32)
def inverse(window: int, n_ends: int) -> Descriptor:
    """The inverse transform of so many rows, in their place."""
    return Descriptor(window, n_ends, in_place=True, forward_scale=1.0, backward_scale=1 / window)
