"""Fused passes for complex64 fields on the CPU: one reading and one writing of memory each."""

from array import array

import torch
from torch import Tensor

from physembed.propagation.kernels import resources


class FusedKernel:
    """Compiled by numba at the first call, kept on disk, shared by PyTorch's own threads."""

    name = "fused"

    def serves(self, field: Tensor) -> bool:
        """Whether the field is of the one kind that the loops are written for."""
        return field.device.type == "cpu" and field.dtype == torch.complex64

    def n_parts(self, field: Tensor) -> int:
        return resources.team_size(field.numel())

    def multiply(self, spectrum: Tensor, transfer: Tensor, out: Tensor) -> Tensor:
        self._run("multiply", spectrum, transfer, out)
        return out

    def turn(self, field: Tensor, turn: Tensor, out: Tensor) -> Tensor:
        self._run("turn", field, turn, out)
        return out

    def multiply_adjoint(
        self, grad: Tensor, spectrum: Tensor, transfer: Tensor, d_transfer: Tensor
    ) -> Tensor:
        self._run("multiply_adjoint", grad, spectrum, transfer, d_transfer)
        return grad

    def turn_adjoint(
        self,
        grad: Tensor,
        field: Tensor,
        turn: Tensor,
        d_turn: Tensor,
    ) -> Tensor:
        self._run("turn_adjoint", grad, field, turn, d_turn)
        return grad

    def divide_adjoint(
        self, grad: Tensor, spectrum: Tensor, transfer: Tensor, d_transfer: Tensor
    ) -> Tensor:
        self._run("divide_adjoint", grad, spectrum, transfer, d_transfer)
        return grad

    def unturn_adjoint(
        self,
        grad: Tensor,
        field: Tensor,
        turn: Tensor,
        d_turn: Tensor,
    ) -> Tensor:
        self._run("unturn_adjoint", grad, field, turn, d_turn)
        return grad

    def _run(self, name: str, field: Tensor, *others: Tensor) -> None:
        n_members, n_rows = field.shape[:2]
        rows = n_members * n_rows
        points = field.numel() // rows
        size = resources.team_size(field.numel())
        scratch = torch.empty(size, 2 * resources.TILE)
        # in the order of the places that loops names; a pass that is no adjoint leaves the scratch
        arrays = [tensor.data_ptr() for tensor in (field, *others, scratch)]
        task = array("q", [0, size, rows >= size, rows, n_rows, points, *arrays])
        from physembed.propagation.kernels import loops

        resources.run(getattr(loops, name).address, task.buffer_info()[0], size)
