"""The coefficients of a network as tables: their values, and the lengths that follow from them."""

import math
from collections.abc import Sequence

import torch

from physembed.explain.measures.optics import LayerOptics
from physembed.explain.measures.variation import Knob, elements, origin
from physembed.explain.report import Table
from physembed.explain.subject import Subject


def values_table(subject: Subject) -> Table:
    """Every stated coefficient of every layer and element."""
    rows = []
    for fibre, (_, medium) in enumerate(subject.fibres):
        natural, physical = medium.dimensionless(), medium.physical()
        if set(medium.lengths) != {1.0}:
            rows += [
                (f"fibre {fibre + 1}, layer {k}, length", f"{length:.4g}", "", "layer", "fixed")
                for k, length in enumerate(medium.lengths, start=1)
            ]
        for name in medium.stated:
            unit = medium.equation.coefficients[name].unit
            for layer in range(medium.n_layers):
                knob = Knob(fibre, layer, name)
                rows.append(
                    (
                        knob.label,
                        f"{float(natural[name][layer]):.4g}",
                        f"{float(physical[name][layer]):.4g}",
                        unit,
                        origin(subject, knob),
                    )
                )
        for place, element in elements(subject, fibre).items():
            for name in element.stated:
                knob = Knob(fibre, -1, name, place)
                rows.append(
                    (
                        knob.label,
                        f"{float(element.dimensionless()[name]):.4g}",
                        f"{float(element.physical()[name]):.4g}",
                        element.element.coefficients[name].unit,
                        origin(subject, knob),
                    )
                )
    return Table(
        "Every coefficient, in natural units and with the timepoint and the layer as units; as "
        "designed is what training was free to move, and left where it began.",
        ("Coefficient", "Natural", "Value", "Unit", "Came about"),
        rows,
    )


def lengths_table(layers: Sequence[tuple[str, LayerOptics]]) -> Table:
    """Dispersion length, nonlinear length, their ratio, B-integral and broadening by layer."""
    return Table(
        "Lengths in layers. N² is dispersion length over nonlinear length: far below one a layer "
        "is linear, far above one it is nonlinear before it disperses.",
        ("Layer", "Dispersion length", "Nonlinear length", "N²", "B / rad", "Broadening"),
        [
            (
                f"{label.split(' (')[0]}, layer {k + 1}",
                _number(o.dispersion_length[k]),
                _number(o.nonlinear_length[k]),
                _number(o.ratio[k]),
                _number(o.b_integral[k]),
                _number(o.broadening[k]),
            )
            for label, o in layers
            for k in range(len(o.b_integral))
        ],
    )


def _number(value: torch.Tensor) -> str:
    return f"{float(value):.3g}" if math.isfinite(float(value)) else "∞"
