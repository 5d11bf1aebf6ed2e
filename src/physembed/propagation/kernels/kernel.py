"""What every kernel can do."""

from typing import Protocol

from torch import Tensor


class Kernel(Protocol):
    """The pointwise passes of a cascade and their adjoints.

    Fields, spectra and gradients are contiguous and complex, of shape (members, rows, *grid);
    tables have shape (members, *grid), that of V and s (members, *grid, 2). A method overwrites
    and returns what is named ``out`` or ``grad``; gradients of tables are added to sums in double
    precision, of shape
    (parts, members, *grid) with ``n_parts`` of the field, so that several threads may add at once.
    Gradients follow PyTorch: dL = Re(conj(grad) dE).
    """

    name: str

    def serves(self, field: Tensor) -> bool:
        """Whether it computes fields of this device and dtype."""
        ...

    def n_parts(self, field: Tensor) -> int:
        """The number of partial sums that an adjoint pass over ``field`` writes."""
        ...

    def multiply(self, spectrum: Tensor, transfer: Tensor, out: Tensor) -> Tensor:
        """H Ê; ``out`` may be the spectrum itself."""
        ...

    def turn(self, field: Tensor, turn: Tensor, out: Tensor) -> Tensor:
        """E exp(i (V + s |E|^2)); ``out`` may be the field itself."""
        ...

    def multiply_adjoint(
        self, grad: Tensor, spectrum: Tensor, transfer: Tensor, d_transfer: Tensor
    ) -> Tensor:
        """conj(H) g, and g conj(Ê) summed over rows, for the spectrum that entered."""
        ...

    def turn_adjoint(
        self,
        grad: Tensor,
        field: Tensor,
        turn: Tensor,
        d_turn: Tensor,
    ) -> Tensor:
        """w + 2 s q E with w = g exp(-i phase), q = Im(w conj(E)); sums of q and of q |E|^2.

        The field is the one that entered the pass.
        """
        ...

    def divide_adjoint(
        self, grad: Tensor, spectrum: Tensor, transfer: Tensor, d_transfer: Tensor
    ) -> Tensor:
        """As ``multiply_adjoint`` for the spectrum that left, which becomes what entered."""
        ...

    def unturn_adjoint(
        self,
        grad: Tensor,
        field: Tensor,
        turn: Tensor,
        d_turn: Tensor,
    ) -> Tensor:
        """As ``turn_adjoint`` for the field that left, which becomes the one that entered."""
        ...
