"""What is looked at before and after a propagation, so that nothing goes wrong in silence."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Tensor

from physembed.physics import CoefficientValues, Grid, MasterEquation
from physembed.propagation.noise import Noise
from physembed.propagation.sampling import (
    is_driven,
    warn_of_delay,
    warn_of_field,
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
    n_layers : int
    layer_length : float
    scheme : str or None
        None: the steps are chosen as the field asks for.
    steps_per_layer : int
    inverse : bool
    """

    equation: MasterEquation
    grid: Grid
    layers: Sequence[CoefficientValues]
    n_layers: int
    layer_length: float
    scheme: str | None
    steps_per_layer: int
    inverse: bool
    resonates: bool = field(default=False, init=False)

    def before(self, entered: Tensor) -> None:
        """Of what enters: pulses that will walk off, steps that are too long or resonate."""
        n_members = len(self.layers) // self.n_layers
        for member in range(n_members):
            one = entered[member] if n_members > 1 else entered
            layers = self.layers[member * self.n_layers : (member + 1) * self.n_layers]
            if not self.inverse:
                warn_of_delay(one, self.equation, self.grid, layers, self.layer_length)
            if self.scheme is not None:
                self.resonates |= warn_of_steps(
                    one,
                    self.equation,
                    self.grid,
                    layers,
                    scheme=self.scheme,
                    layer_length=self.layer_length,
                    steps=self.steps_per_layer,
                )

    def after(
        self, entered: Tensor, result: Tensor, fields: Tensor, *, noise: Noise | None
    ) -> None:
        """Of what left: steps that have become too long, edges that were reached.

        Parameters
        ----------
        entered, result : Tensor
        fields : Tensor
            The result, or the fields of all layers.
        noise : Noise or None
        """
        last = 0 if self.inverse else self.n_layers - 1
        if self.scheme is not None:
            warn_of_last_step(
                result,
                self.equation,
                self.grid,
                self.layers[last :: self.n_layers],
                entered=entered,
                layer=last + 1,
                step=self.layer_length / self.steps_per_layer,
                steps=self.steps_per_layer,
            )
        warn_of_field(entered, self.grid, "that enters")
        self_made = not self.equation.is_conservative
        warn_of_field(
            fields,
            self.grid,
            "that leaves" if fields is result else "between layers",
            entered=entered.expand_as(fields),
            driven=self_made and is_driven(self.equation, self.grid, self.layers, entered),
            noise=0.0 if noise is None else self.n_layers * noise.mean_square(self.grid),
            resonates=self.resonates,
        )
