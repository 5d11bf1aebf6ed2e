"""A linear element in a network: described, and as a module with its trained coefficients."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from physembed._checks import is_number
from physembed.errors import InvalidInputError, UnknownNameError
from physembed.networks.coefficients import CoefficientModule, Trainable
from physembed.physics import CoefficientValues, Element, NaturalScale, TimeGrid


@dataclass(frozen=True)
class Component:
    """A linear element and its coefficients, described.

    Parameters
    ----------
    element : Element
    coefficients : mapping of str to Trainable or float
        In natural units; those with a default may be left out.

    Examples
    --------
    >>> import physembed as pe
    >>> lens = pe.Component(pe.Lens(), {"strength": pe.Trainable(1.0)})
    >>> medium = {"beta2": -1.0, "gamma": 0.0}
    >>> fibre = pe.Fibre(pe.NonlinearSchrodinger(), medium, n_layers=1, before=[lens])
    >>> network = pe.PhysicalEmbeddingNetwork([fibre], n_channels=1, n_timepoints=64, n_classes=2)
    >>> network.parameter_counts()["embedding"]  # the lens's curvature
    1
    """

    element: Element
    coefficients: Mapping[str, Trainable | float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.element, Element):
            raise InvalidInputError(f"element must be an Element, got {self.element!r}.")
        if not isinstance(self.coefficients, Mapping):
            raise InvalidInputError(
                f"coefficients must be a mapping of names to numbers, got {self.coefficients!r}."
            )
        known = self.element.coefficients
        owner = type(self.element).__name__
        for name, setting in self.coefficients.items():
            if name not in known:
                raise UnknownNameError(f"coefficient of {owner}", name, list(known))
            start = setting.start if isinstance(setting, Trainable) else setting
            if not is_number(start):
                raise InvalidInputError(
                    f"coefficient {name!r} of {owner} must be a finite number or Trainable of "
                    f"one, got {setting!r}."
                )
        missing = [k for k, v in known.items() if v.default is None and k not in self.coefficients]
        if missing:
            raise InvalidInputError(
                f"coefficient {missing[0]!r} ({known[missing[0]].description}) of {owner} is "
                "missing."
            )


class ComponentModule(CoefficientModule):
    """An element on a grid, as a module from field to field of the same shape.

    Trainable coefficients are real parameters of shape (1,) in natural units, frozen ones buffers.

    Parameters
    ----------
    component : Component
    grid : TimeGrid
    """

    def __init__(self, component: Component, grid: TimeGrid) -> None:
        super().__init__(component.element, component.coefficients, NaturalScale(grid), 1)
        self.element = component.element
        self.grid = grid

    @property
    def is_transfer(self) -> bool:
        """Whether the element multiplies the spectrum."""
        return self.element.domain == "frequency"

    def transfer(self, part: slice | None = None) -> Tensor:
        """H(ω) in FFT order, complex128, of an element that multiplies the spectrum.

        Parameters
        ----------
        part : slice or None, default=None
            Of the frequencies; None is all.
        """
        values = self.physical()
        device = next(iter(values.values())).device if values else None
        omega = self.element.axis(self.grid, device)
        if part is not None:
            omega = omega[part]
        factor = self.element.factor(omega, self.grid, CoefficientValues(**values))
        return factor.to(torch.complex128)

    def forward(self, field: Tensor) -> Tensor:
        return self.element(field, self.grid, self.physical())
