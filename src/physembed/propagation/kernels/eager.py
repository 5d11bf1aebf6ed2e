"""The passes in plain PyTorch: any device, any dtype, and the oracle of the other kernels."""

import torch
from torch import Tensor


class EagerKernel:
    """One PyTorch operation after another."""

    name = "eager"

    def n_parts(self, field: Tensor) -> int:
        return 1

    def multiply(self, spectrum: Tensor, transfer: Tensor, out: Tensor) -> Tensor:
        return torch.mul(spectrum, transfer.unsqueeze(1), out=out)

    def turn(self, field: Tensor, turn: Tensor, slope: Tensor, out: Tensor) -> Tensor:
        return torch.mul(field, _rotation(field, turn, slope), out=out)

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
        slope: Tensor,
        d_turn: Tensor,
        d_slope: Tensor,
    ) -> Tensor:
        rotation = _rotation(field, turn, slope)
        return _pull_back(grad, field, rotation, slope, d_turn, d_slope)

    def divide_adjoint(
        self, grad: Tensor, spectrum: Tensor, transfer: Tensor, inverse: Tensor, d_transfer: Tensor
    ) -> Tensor:
        spectrum.mul_(inverse.unsqueeze(1))
        return self.multiply_adjoint(grad, spectrum, transfer, d_transfer)

    def unturn_adjoint(
        self,
        grad: Tensor,
        field: Tensor,
        turn: Tensor,
        slope: Tensor,
        d_turn: Tensor,
        d_slope: Tensor,
    ) -> Tensor:
        rotation = _rotation(field, turn, slope)
        field.mul_(rotation.conj())
        return _pull_back(grad, field, rotation, slope, d_turn, d_slope)


def _rotation(field: Tensor, turn: Tensor, slope: Tensor) -> Tensor:
    phase = turn.unsqueeze(1) + slope.unsqueeze(1) * (field.real**2 + field.imag**2)
    return torch.complex(torch.cos(phase), torch.sin(phase))


def _pull_back(
    grad: Tensor, field: Tensor, rotation: Tensor, slope: Tensor, d_turn: Tensor, d_slope: Tensor
) -> Tensor:
    grad.mul_(rotation.conj())
    torque = grad.imag * field.real - grad.real * field.imag
    d_turn[0] += torque.sum(dim=1)
    d_slope[0] += (torque * (field.real**2 + field.imag**2)).sum(dim=1)
    return grad.add_(2 * slope.unsqueeze(1) * torque * field)
