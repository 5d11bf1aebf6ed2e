"""What is looked at before and after a propagation, so that nothing goes wrong in silence."""

from dataclasses import dataclass, field

from torch import Tensor

from physembed.propagation.bounds import EXACT_LIMIT, KERR
from physembed.propagation.edges import PEAK, FieldNumbers, warn_of_field
from physembed.propagation.noise import Noise
from physembed.propagation.sampling import (
    is_driven,
    warn_of_delay,
    warn_of_last_step,
    warn_of_steps,
)
from physembed.propagation.step_error import FixedSteps


@dataclass
class Watch:
    """The warnings of one call of :func:`~physembed.propagate`.

    What the sizes of the coefficients tell to be impossible is not looked for.

    Parameters
    ----------
    steps : FixedSteps
    inverse : bool
    is_adaptive : bool
        Whether the steps are chosen as the field asks for, in place of these.
    """

    steps: FixedSteps
    inverse: bool
    is_adaptive: bool
    resonates: bool = field(default=False, init=False)
    are_long: bool = field(default=False, init=False)
    """Whether of the steps a phase has been told that is too large."""

    def before(self, entered: Tensor, numbers: FieldNumbers | None) -> None:
        """Of what enters: pulses that will walk off, steps that are too long or resonate."""
        steps = self.steps
        bounds, lengths, n_layers = steps.bounds, steps.lengths, len(steps.lengths)
        stays, is_short = self.inverse, self.is_adaptive
        if bounds is not None and numbers is not None:
            stays = stays or bounds.delay(lengths) <= 1 / 2
            is_short = is_short or bounds.are_short(numbers.most[PEAK], lengths, steps.per_layer)
        if stays and is_short:
            return
        n_members = len(steps.layers) // n_layers
        for member in range(n_members):
            one = entered[member] if n_members > 1 else entered
            layers = steps.layers[member * n_layers : (member + 1) * n_layers]
            if not stays:
                warn_of_delay(one, steps.equation, steps.grid, layers, lengths)
            if not is_short:
                seen = warn_of_steps(
                    one,
                    steps.equation,
                    steps.grid,
                    layers,
                    scheme=steps.scheme,
                    lengths=lengths,
                    steps=steps.per_layer,
                    numbers=numbers,
                )
                self.resonates |= seen.resonate
                self.are_long |= seen.are_long

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
        steps, n_layers = self.steps, len(self.steps.lengths)
        last = 0 if self.inverse else n_layers - 1
        length = steps.lengths[last] / steps.per_layer
        bounds, left = steps.bounds, numbers[1]
        is_short = self.is_adaptive
        if bounds is not None and left is not None:
            phase = float(bounds.of_layers[last, KERR]) * left.most[PEAK] * length
            is_short = is_short or phase <= EXACT_LIMIT
        if not is_short:
            self.are_long |= warn_of_last_step(
                result,
                steps.equation,
                steps.grid,
                steps.layers[last::n_layers],
                entered=entered,
                layer=last + 1,
                step=length,
                steps=steps.per_layer,
                n_layers=n_layers,
                numbers=left,
            )
        warn_of_field(entered, steps.grid, "that enters", numbers=numbers[0])
        self_made = not steps.equation.is_conservative
        warn_of_field(
            fields,
            steps.grid,
            "that leaves" if fields is result else "between layers",
            entered=entered.expand_as(fields),
            driven=self_made and is_driven(steps.equation, steps.grid, steps.layers, entered),
            noise=0.0 if noise is None else n_layers * noise.mean_square(steps.grid),
            resonates=self.resonates,
            numbers=left if fields is result else None,
        )
