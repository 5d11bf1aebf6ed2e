"""Starts through exponax, in a process of its own: JAX and its threads stay out of the tests'.

``python by_exponax.py STARTS.npz RESULTS.npz EXTENT LENGTH STEPS``: each start through the stepper
of its name, in double precision and fourth order.
"""

import sys

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)

import exponax as ex  # noqa: E402

FOURTH = {"order": 4}
STEPPERS = {
    "burgers": lambda *grid: ex.stepper.Burgers(
        *grid, convection_scale=0.8, diffusivity=0.5, **FOURTH
    ),
    "kuramoto-sivashinsky": lambda *grid: ex.stepper.KuramotoSivashinskyConservative(
        *grid, convection_scale=0.7, second_order_scale=0.9, fourth_order_scale=0.6, **FOURTH
    ),
    "fisher-kpp": lambda *grid: ex.stepper.reaction.FisherKPP(
        *grid, diffusivity=0.6, reactivity=0.8, **FOURTH
    ),
    "allen-cahn": lambda *grid: ex.stepper.reaction.AllenCahn(
        *grid,
        diffusivity=0.6,
        first_order_coefficient=0.8,
        third_order_coefficient=-0.8,
        **FOURTH,
    ),
    "cahn-hilliard": lambda *grid: ex.stepper.reaction.CahnHilliard(
        *grid,
        diffusivity=1.0,
        gamma=0.5,
        first_order_coefficient=-0.7,
        third_order_coefficient=0.7,
        **FOURTH,
    ),
    "swift-hohenberg": lambda *grid: ex.stepper.reaction.SwiftHohenberg(
        *grid,
        reactivity=0.6,
        critical_number=0.8,
        polynomial_coefficients=(0.0, 0.0, 0.4, -0.9),
        **FOURTH,
    ),
    "gray-scott": lambda *grid: ex.stepper.reaction.GrayScott(
        *grid, diffusivity_1=0.7, diffusivity_2=0.4, feed_rate=0.3, kill_rate=0.2, **FOURTH
    ),
    "telegraph": lambda *grid: ex.stepper.Wave(*grid, speed_of_sound=0.9),
}


def main(starts: str, results: str, extent: float, length: float, steps: int) -> None:
    ended = {}
    for label, start in np.load(starts).items():
        grid = (start.ndim - 1, extent, start.shape[-1], length / steps)
        stepper = STEPPERS[label.removesuffix(" in the plane")](*grid)
        ended[label] = np.asarray(ex.repeat(stepper, steps)(start))
    np.savez(results, **ended)


if __name__ == "__main__":
    main(*sys.argv[1:3], float(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5]))
