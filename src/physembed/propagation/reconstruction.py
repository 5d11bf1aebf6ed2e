"""How well the layers of a cascade can be run backwards."""

from collections.abc import Mapping, Sequence

from torch import Tensor

from physembed.errors import InvalidInputError
from physembed.physics import Grid, MasterEquation
from physembed.physics.coefficient import count_members, of_member
from physembed.propagation.argument_checks import checked_arguments
from physembed.propagation.bounds import bounds_of, coefficient_rows
from physembed.propagation.gradients import worst_reconstruction
from physembed.propagation.growth import check_growth
from physembed.propagation.schedule import make_schedule


def reconstruction_error(
    field: Tensor,
    equation: MasterEquation,
    coefficients: Mapping[str, float | Tensor],
    grid: Grid,
    *,
    layer_length: float | Sequence[float] = 1.0,
    steps_per_layer: int = 1,
    scheme: str = "lie",
) -> float:
    """How far the fields that ``gradient="reversible"`` computes again are from the true ones.

    The cascade is run forwards and, from every field that is kept to the one before it, backwards:
    E <- E exp(-i phi h), then E <- F^-1[exp(-L(omega) h) F[E]]. Fields are kept only where loss or
    gain would amplify the rounding of the fields between them.

    Parameters
    ----------
    field, equation, coefficients, grid, layer_length, steps_per_layer, scheme
        As in :func:`~physembed.propagate`.

    Returns
    -------
    float
        The largest ‖reconstructed - true‖ / ‖true‖ at the fields that are kept and at the one that
        enters, over all cases. Of the order of the rounding of ``field``'s dtype times the number
        of passes, unless the medium is chaotic.

    Raises
    ------
    InvalidInputError
        As :func:`~physembed.propagate`, and if the local law is not a phase.
    """
    field, values, lengths, _ = checked_arguments(
        field,
        equation,
        coefficients,
        grid,
        layer_length=layer_length,
        steps_per_layer=steps_per_layer,
        scheme=scheme,
    )
    if not equation.is_conservative:
        raise InvalidInputError(
            f"equation must have a local law that is a phase, and that of {type(equation).__name__}"
            " is none: its layers cannot be run backwards."
        )
    schedule = make_schedule(
        scheme,
        len(lengths),
        layer_length=lengths,
        steps_per_layer=int(steps_per_layer),
    )
    bounds = bounds_of(equation, coefficient_rows(values, len(lengths)), tuple(values), grid)
    check_growth(equation, values, grid, schedule, field.dtype, bounds=bounds)
    if not field.numel():
        return 0.0
    if equation.local_phase_is_affine:
        field = field.reshape(max(1, count_members(values)), -1, *grid.shape)
        return worst_reconstruction(field, equation, values, grid, schedule)
    members = count_members(values)
    each = [(field[k], of_member(values, k)) for k in range(members)] or [(field, values)]
    return max(worst_reconstruction(one, equation, c, grid, schedule) for one, c in each)
