"""Which scheme suits which equation: the error of each against closed forms, in equal steps.

An equation without a closed form is compared with :data:`FINER` times as many steps of etdrk4.

``python -m studies.zoo_schemes`` writes ``results/zoo/schemes.json``.
"""

from pathlib import Path

import torch

from physembed._files import write_json_atomically
from physembed.errors import InvalidInputError
from physembed.physics import ZOO, CoefficientValues
from physembed.propagation import propagate
from physembed.propagation.coefficient_values import checked_coefficients
from physembed.propagation.example_medium import relative_error, smooth_field
from physembed.propagation.schedule import ALL_SCHEMES

PLACE = Path("results/zoo/schemes.json")

FINER = 32


def measure() -> list[dict[str, object]]:
    """Relative errors of every scheme, with the steps of each equation's example; None: lost."""
    rows: list[dict[str, object]] = []
    for name, kind in ZOO.items():
        equation, example = kind(), kind.example
        assert example is not None
        values, _ = checked_coefficients(equation, example.coefficients, torch.device("cpu"))
        c = CoefficientValues(**values)
        start = equation.exact_solution(example.grid, 0.0, c)
        end = equation.exact_solution(example.grid, example.length, c)
        if start is None or end is None:
            start = smooth_field(equation, example.grid)
            end = propagate(
                start,
                equation,
                values,
                example.grid,
                layer_length=example.length,
                steps_per_layer=FINER * example.steps,
                scheme="etdrk4",
                check_sampling=False,
            )
        errors: dict[str, float | None] = {}
        for scheme in ALL_SCHEMES:
            try:
                out = propagate(
                    start,
                    equation,
                    values,
                    example.grid,
                    layer_length=example.length,
                    steps_per_layer=example.steps,
                    scheme=scheme,
                    check_sampling=False,
                )
                errors[scheme] = relative_error(out, end)
            except InvalidInputError:
                errors[scheme] = None
        rows.append({"equation": name, "steps": example.steps, "errors": errors})
        print(name, errors, flush=True)
    return rows


if __name__ == "__main__":
    write_json_atomically(PLACE, measure())
