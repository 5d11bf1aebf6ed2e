"""The passes in plain PyTorch: any device, any dtype, and the oracle of the other kernels."""

import torch
from torch import Tensor


class EagerKernel:
    """One PyTorch operation after another."""

    name = "eager"

    def serves(self, field: Tensor) -> bool:
        return True

    def n_parts(self, field: Tensor) -> int:
        return 1

    def multiply(self, spectrum: Tensor, transfer: Tensor, out: Tensor) -> Tensor:
        return torch.mul(spectrum, transfer.unsqueeze(1), out=out)

    def turn(self, field: Tensor, turn: Tensor, out: Tensor) -> Tensor:
        return torch.mul(field, _rotation(field, turn), out=out)

    def multiply_adjoint(
        self, grad: Tensor, spectrum: Tensor, transfer: Tensor, d_transfer: Tensor
    ) -> Tensor:
        d_transfer[0] += (grad * spectrum.conj()).sum(dim=1)
        return grad.mul_(transfer.conj().unsqueeze(1))

    def turn_adjoint(
        self,
        grad: Tensor,
        field: Tensor,
        turn: Tensor,
        d_turn: Tensor,
    ) -> Tensor:
        rotation = _rotation(field, turn)
        return _pull_back(grad, field, rotation, turn, d_turn)

    def divide_adjoint(
        self, grad: Tensor, spectrum: Tensor, transfer: Tensor, d_transfer: Tensor
    ) -> Tensor:
        spectrum.div_(transfer.unsqueeze(1))
        return self.multiply_adjoint(grad, spectrum, transfer, d_transfer)

    def unturn_adjoint(
        self,
        grad: Tensor,
        field: Tensor,
        turn: Tensor,
        d_turn: Tensor,
    ) -> Tensor:
        rotation = _rotation(field, turn)
        field.mul_(rotation.conj())
        return _pull_back(grad, field, rotation, turn, d_turn)


def _rotation(field: Tensor, turn: Tensor) -> Tensor:
    at_rest, slope = turn.unsqueeze(1).unbind(-1)
    phase = at_rest + slope * (field.real**2 + field.imag**2)
    return torch.complex(torch.cos(phase), torch.sin(phase))


def _pull_back(
    grad: Tensor, field: Tensor, rotation: Tensor, turn: Tensor, d_turn: Tensor
) -> Tensor:
    # w = g exp(-i φ), and Im(w conj(E)) = ∂L/∂φ; through |E|² the field turns itself besides
    grad.mul_(rotation.conj())
    torque = grad.imag * field.real - grad.real * field.imag
    d_turn[0, ..., 0] += torque.sum(dim=1)
    d_turn[0, ..., 1] += (torque * (field.real**2 + field.imag**2)).sum(dim=1)
    return grad.add_(2 * turn[..., 1].unsqueeze(1) * torque * field)
