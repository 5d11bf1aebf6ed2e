"""The interaction picture of a glass, step by step in compiled loops: where no gradient is asked
for, on the CPU."""

from array import array
from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from physembed.errors import PhysembedError
from physembed.physics import Grid, MasterEquation, TimeGrid
from physembed.physics.transforms import REAL_OF, is_dual
from physembed.propagation.interaction_picture import InteractionPicture
from physembed.propagation.kernels import resources
from physembed.propagation.kernels.transforms import Descriptor, transforms_are_at_hand

FEWEST_POINTS = 64
"""Below, a call takes longer than what is computed."""


def picture_of(
    equation: MasterEquation,
    values: Mapping[str, Tensor],
    layer: int,
    grid: Grid,
    spectrum: Tensor,
) -> InteractionPicture:
    """The quickest picture that serves these spectra, which are followed without a gradient."""
    general = InteractionPicture(equation, values, layer, grid, spectrum.dtype)
    serves = (
        isinstance(grid, TimeGrid)
        and spectrum.device.type == "cpu"
        and spectrum.ndim == 2
        and grid.n_points >= FEWEST_POINTS
        and not is_dual(spectrum, *values.values())
        and transforms_are_at_hand()
    )
    if not serves or equation.kerr_law(grid, general.c, spectrum.dtype) is None:
        return general
    return CompiledPicture(equation, values, layer, grid, spectrum.dtype)


class CompiledPicture(InteractionPicture):
    """That of an equation with a :class:`~physembed.physics.kerr_law.KerrLaw`."""

    def __init__(
        self,
        equation: MasterEquation,
        values: Mapping[str, Tensor],
        layer: int,
        grid: Grid,
        dtype: torch.dtype,
    ) -> None:
        detached = {name: value.detach() for name, value in values.items()}
        super().__init__(equation, detached, layer, grid, dtype)
        law = equation.kerr_law(grid, self.c, dtype)
        assert law is not None
        n = grid.shape[0]
        half_band = n // 2 + 1
        self._response = None if law.response is None else _row(law.response, half_band, dtype)
        self._strength = _row(law.strength, n, REAL_OF[dtype])
        self._phase = _row(self.symbol.imag, n, torch.float64)
        growth = torch.zeros(1) if self.growth is None else self.growth
        self._gain = _row(growth, n, torch.float64)
        self._grows = 0 if self.growth is None else 1 if self.growth.numel() == 1 else 2

    def trial(
        self, spectrum: Tensor, rate: Tensor, lengths: "np.ndarray"
    ) -> tuple[Tensor, Tensor, "np.ndarray"]:
        from physembed.propagation.kernels import kerr_step

        rows, n = spectrum.shape
        spectrum, rate = (
            x.to(self.dtype).expand(rows, n).resolve_conj().contiguous() for x in (spectrum, rate)
        )
        end, next_rate = torch.empty_like(spectrum), torch.empty_like(spectrum)
        lengths = np.ascontiguousarray(np.broadcast_to(lengths, rows), dtype=np.float64)
        error = np.empty(rows)
        units = min(rows, resources.team_size(spectrum.numel()))
        scratch = torch.empty(units * kerr_step.scratch_size(n), dtype=REAL_OF[self.dtype])
        tables = (self._phase, self._gain, self._response, self._strength)
        addresses = [0 if table is None else table.data_ptr() for table in tables]
        fields = [x.data_ptr() for x in (spectrum, rate, end, next_rate)]
        task = array("q", [
            0, units, 0, rows, n, int(self._response is not None), self._grows,
            *(plan.address for plan in _plans(n, self.dtype)), *addresses, lengths.ctypes.data,
            *fields, error.ctypes.data, scratch.data_ptr(),
        ])  # fmt: skip
        step = kerr_step.single if self.dtype == torch.complex64 else kerr_step.double
        resources.run(step.address, task.buffer_info()[0], units)
        if task[kerr_step.STATUS]:
            raise PhysembedError(f"a Fourier transform failed (DFTI {task[kerr_step.STATUS]}).")
        return end, next_rate, error


def _row(numbers: Tensor, n: int, dtype: torch.dtype) -> Tensor:
    """As loops read them, which know neither broadcasting nor a sign that is still to be taken."""
    return numbers.to(dtype).resolve_conj().resolve_neg().flatten().expand(n).contiguous()


@lru_cache(maxsize=16)
def _plans(n: int, dtype: torch.dtype) -> tuple[Descriptor, ...]:
    """Of a spectrum in its place, and of real numbers to half a band and back."""

    def plan(*, in_place: bool, real: bool) -> Descriptor:
        return Descriptor(
            n, 1, in_place=in_place, forward_scale=1.0, backward_scale=1 / n, dtype=dtype, real=real
        )

    return (
        plan(in_place=True, real=False),
        plan(in_place=False, real=True),
        plan(in_place=False, real=True),
    )
