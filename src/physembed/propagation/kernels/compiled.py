"""The passes as real-valued PyTorch code, fused by torch.compile: for GPUs.

torch.compile does not fuse complex arithmetic, so the parts of the numbers are written out. A field
is read and written once a pass.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor


class CompiledKernel:
    """One compiled function a pass; the first call of each compiles it."""

    name = "compiled"

    def serves(self, field: Tensor) -> bool:
        """Whether the field is complex64 on a GPU."""
        return field.device.type == "cuda" and field.dtype == torch.complex64

    def n_parts(self, field: Tensor) -> int:
        return 1

    def multiply(self, spectrum: Tensor, transfer: Tensor, out: Tensor) -> Tensor:
        return _write(out, _compiled(_multiply)(_parts(spectrum), _table(transfer)))

    def turn(self, field: Tensor, turn: Tensor, out: Tensor) -> Tensor:
        return _write(out, _compiled(_turn)(_parts(field), turn.unsqueeze(1)))

    def multiply_adjoint(
        self, grad: Tensor, spectrum: Tensor, transfer: Tensor, d_transfer: Tensor
    ) -> Tensor:
        pulled, total = _compiled(_multiply_adjoint)(
            _parts(grad), _parts(spectrum), _table(transfer)
        )
        torch.view_as_real(d_transfer)[0].add_(total)
        return _write(grad, pulled)

    def turn_adjoint(self, grad: Tensor, field: Tensor, turn: Tensor, d_turn: Tensor) -> Tensor:
        pulled, total = _compiled(_turn_adjoint)(_parts(grad), _parts(field), turn.unsqueeze(1))
        d_turn[0].add_(total)
        return _write(grad, pulled)

    def divide_adjoint(
        self, grad: Tensor, spectrum: Tensor, transfer: Tensor, d_transfer: Tensor
    ) -> Tensor:
        _write(spectrum, _compiled(_divide)(_parts(spectrum), _table(transfer)))
        return self.multiply_adjoint(grad, spectrum, transfer, d_transfer)

    def unturn_adjoint(self, grad: Tensor, field: Tensor, turn: Tensor, d_turn: Tensor) -> Tensor:
        _write(field, _compiled(_turn)(_parts(field), -turn.unsqueeze(1)))
        return self.turn_adjoint(grad, field, turn, d_turn)


@cache
def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    # of any shape: another number of cases or points would cost another compilation
    return torch.compile(function, dynamic=True)


def _parts(field: Tensor) -> Tensor:
    return torch.view_as_real(field)


def _table(transfer: Tensor) -> Tensor:
    return torch.view_as_real(transfer).unsqueeze(1)


def _write(out: Tensor, parts: Tensor) -> Tensor:
    torch.view_as_real(out).copy_(parts)
    return out


def _product(a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> Tensor:
    """The parts of (a + ib)(c + id)."""
    return torch.stack([a * c - b * d, a * d + b * c], dim=-1)


def _multiply(spectrum: Tensor, transfer: Tensor) -> Tensor:
    a, b = spectrum.unbind(-1)
    h, k = transfer.unbind(-1)
    return _product(a, b, h, k)


def _divide(spectrum: Tensor, transfer: Tensor) -> Tensor:
    h, k = transfer.unbind(-1)
    size = h * h + k * k
    a, b = spectrum.unbind(-1)
    return _product(a, b, h / size, -k / size)


def _turn(field: Tensor, turn: Tensor) -> Tensor:
    a, b = field.unbind(-1)
    at_rest, slope = turn.unbind(-1)
    phase = at_rest + slope * (a * a + b * b)
    return _product(a, b, torch.cos(phase), torch.sin(phase))


def _multiply_adjoint(grad: Tensor, spectrum: Tensor, transfer: Tensor) -> tuple[Tensor, Tensor]:
    x, y = grad.unbind(-1)
    p, q = spectrum.unbind(-1)
    h, k = transfer.unbind(-1)
    return _product(x, y, h, -k), _product(x, y, p, -q).double().sum(dim=1)


def _turn_adjoint(grad: Tensor, field: Tensor, turn: Tensor) -> tuple[Tensor, Tensor]:
    a, b = field.unbind(-1)
    at_rest, slope = turn.unbind(-1)
    intensity = a * a + b * b
    phase = at_rest + slope * intensity
    x, y = grad.unbind(-1)
    # w = g exp(-i φ), and Im(w conj(E)) = ∂L/∂φ; through |E|² the field turns itself besides
    real, imaginary = _product(x, y, torch.cos(phase), -torch.sin(phase)).unbind(-1)
    torque = imaginary * a - real * b
    push = 2 * slope * torque
    total = torch.stack([torque, torque * intensity], dim=-1).double().sum(dim=1)
    return torch.stack([real + push * a, imaginary + push * b], dim=-1), total
