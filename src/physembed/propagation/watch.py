"""What is looked at before and after a propagation, so that nothing goes wrong in silence."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.propagation.edges import FieldNumbers, warn_of_field
from physembed.propagation.noise import Noise
from physembed.propagation.sampling import (
    is_driven,
    warn_of_delay,
    warn_of_last_step,
    warn_of_steps,
)


@dataclass
class Watch:
    """The warnings of one call of :func:`~physembed.propagate`.

    Parameters
    ----------
    equation : MasterEquation
    grid : Grid
    layers : sequence of CoefficientValues
        Of every layer, and of every member of an ensemble one after the other.
    lengths : sequence of float
        Of every layer of a medium.
    scheme : str or None
        None: the steps are chosen as the field asks for.
    steps_per_layer : int
    inverse : bool
    """

    equation: MasterEquation
    grid: Grid
    layers: Sequence[CoefficientValues]
    lengths: Sequence[float]
    scheme: str | None
    steps_per_layer: int
    inverse: bool
    resonates: bool = field(default=False, init=False)

    def before(self, entered: Tensor, numbers: FieldNumbers | None) -> None:
        """Of what enters: pulses that will walk off, steps that are too long or resonate."""
        n_layers = len(self.lengths)
        n_members = len(self.layers) // n_layers
        for member in range(n_members):
            one = entered[member] if n_members > 1 else entered
            layers = self.layers[member * n_layers : (member + 1) * n_layers]
            if not self.inverse:
                warn_of_delay(one, self.equation, self.grid, layers, self.lengths)
            if self.scheme is not None:
                self.resonates |= warn_of_steps(
                    one,
                    self.equation,
                    self.grid,
                    layers,
                    scheme=self.scheme,
                    lengths=self.lengths,
                    steps=self.steps_per_layer,
                    numbers=numbers,
                )

    def after(
        self,
        entered: Tensor,
        result: Tensor,
        fields: Tensor,
        *,
        numbers: tuple[FieldNumbers | None, FieldNumbers | None],
        noise: Noise | None,
    ) -> None:
        """Of what left: steps that have become too long, edges that were reached.

        Parameters
        ----------
        entered, result : Tensor
        fields : Tensor
            The result, or the fields of all layers.
        numbers : (FieldNumbers or None, FieldNumbers or None)
            Of what entered, and of the result.
        noise : Noise or None
        """
        n_layers = len(self.lengths)
        last = 0 if self.inverse else n_layers - 1
        if self.scheme is not None:
            warn_of_last_step(
                result,
                self.equation,
                self.grid,
                self.layers[last::n_layers],
                entered=entered,
                layer=last + 1,
                step=self.lengths[last] / self.steps_per_layer,
                steps=self.steps_per_layer,
                numbers=numbers[1],
            )
        warn_of_field(entered, self.grid, "that enters", numbers=numbers[0])
        self_made = not self.equation.is_conservative
        warn_of_field(
            fields,
            self.grid,
            "that leaves" if fields is result else "between layers",
            entered=entered.expand_as(fields),
            driven=self_made and is_driven(self.equation, self.grid, self.layers, entered),
            noise=0.0 if noise is None else n_layers * noise.mean_square(self.grid),
            resonates=self.resonates,
            numbers=numbers[1] if fields is result else None,
        )
