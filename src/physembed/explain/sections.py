"""Which sections a report of a run has, and what is measured for each."""

import math
from collections.abc import Callable, Sequence

import torch

from physembed.explain.choices import Request, chosen_cases, chosen_pair
from physembed.explain.figures.classes import (
    adjoint_chart,
    attribution_chart,
    plane_chart,
    separability_chart,
)
from physembed.explain.figures.coefficients import (
    identifiability_chart,
    importance_chart,
    optics_chart,
    tolerance_chart,
)
from physembed.explain.figures.watching import (
    case_chart,
    class_chart,
    difference_chart,
    moving_chart,
)
from physembed.explain.measures.attribution import adjoint_passage, attribute, deletion
from physembed.explain.measures.identifiability import identifiability
from physembed.explain.measures.importance import importance
from physembed.explain.measures.optics import layer_optics
from physembed.explain.measures.separability import separability
from physembed.explain.measures.tolerance import tolerance
from physembed.explain.measures.watching import watch_case, watch_classes
from physembed.explain.report import Section, Table
from physembed.explain.subject import Subject
from physembed.explain.units_section import unit_sections

EMPTY = "All coefficients of this fibre are zero: the series meets the detector as it is."
MOST_PROJECTIONS = 3
"""Fibres whose test cases are drawn as points, and whose adjoint field is; the others are alike."""


def watching_sections(subject: Subject, request: Request) -> list[Section]:
    """One section for each fibre: a case, the classes, and the difference of two."""
    cases, pair = chosen_cases(subject, request), chosen_pair(subject, request)
    sections = []
    for fibre in range(len(subject.fibres)):
        name = subject.name(fibre)
        charts = []
        for case in cases:
            passage = watch_case(subject, fibre, subject.x_test[case])
            label = int(subject.y_test[case])
            words = f"test case {case} (class {subject.classes[label] if label >= 0 else '?'})"
            for channel in range(subject.network.n_channels):
                suffix = f"-channel-{channel + 1}" if subject.network.n_channels > 1 else ""
                of = f", channel {channel + 1}" if suffix else ""
                stem = f"fibre-{fibre + 1}-case-{case}{suffix}"
                charts.append(
                    case_chart(passage, name=stem, fibre=name, case=words + of, channel=channel)
                )
                if fibre == 0 and case == cases[0] and channel == 0:
                    charts.append(
                        moving_chart(passage, name=f"{stem}-moving", fibre=name, case=words + of)
                    )
        if subject.is_empty(fibre):
            sections.append(Section(f"Watch {name}", [EMPTY], charts))
            continue
        passages = watch_classes(subject, fibre)
        stem = f"fibre-{fibre + 1}"
        charts.append(class_chart(passages, subject.classes, name=f"{stem}-classes", fibre=name))
        charts.append(
            difference_chart(passages, subject.classes, pair, name=f"{stem}-difference", fibre=name)
        )
        sections.append(Section(f"Watch {name}", charts=charts))
    return sections


def coefficient_sections(subject: Subject, request: Request) -> list[Section]:
    """What each coefficient is and does, and how precise and how well known it is."""
    layers = [
        (subject.name(k), layer_optics(subject, k))
        for k in range(len(subject.fibres))
        if not subject.is_empty(k)
    ]
    rows = []
    for fibre, (_, medium) in enumerate(subject.fibres):
        natural, physical = medium.dimensionless(), medium.physical()
        for name in medium.stated:
            kind = "trained" if name in medium.trainable else "frozen"
            unit = medium.equation.coefficients[name].unit
            for layer in range(medium.n_layers):
                rows.append(
                    (
                        f"fibre {fibre + 1}, layer {layer + 1}, {name}",
                        f"{float(natural[name][layer]):.4g}",
                        f"{float(physical[name][layer]):.4g}",
                        unit,
                        kind,
                    )
                )
    table = Table(
        "Every coefficient, in natural units and with the timepoint and the layer as units.",
        ("Coefficient", "Natural", "Value", "Unit", "Kind"),
        rows,
    )
    if not layers:
        return [Section("The coefficients", [EMPTY], tables=[table])]
    optics = Table(
        "Lengths in layers. N² is dispersion length over nonlinear length: far below one a layer "
        "is linear, far above one it is nonlinear before it disperses.",
        ("Layer", "Dispersion length", "Nonlinear length", "N²", "B / rad", "Broadening"),
        [
            (
                f"{label.split(' (')[0]}, layer {k + 1}",
                _length(o.dispersion_length[k]),
                _length(o.nonlinear_length[k]),
                f"{float(o.ratio[k]):.3g}" if math.isfinite(float(o.ratio[k])) else "∞",
                f"{float(o.b_integral[k]):.3g}",
                f"{float(o.broadening[k]):.3g}",
            )
            for label, o in layers
            for k in range(len(o.b_integral))
        ],
    )
    measured = importance(subject)
    charts = [optics_chart(layers), importance_chart(measured), tolerance_chart(tolerance(subject))]
    charts.append(identifiability_chart(identifiability(measured)))
    return [Section("The coefficients", charts=charts, tables=[table, optics])]


def class_sections(subject: Subject, request: Request) -> list[Section]:
    """Where the classes part, and what the readout looks at."""
    parted = [
        (subject.name(k), separability(subject, k))
        for k in range(len(subject.fibres))
        if not subject.is_empty(k)
    ]
    charts = [separability_chart(parted)] if parted else []
    for k, (name, found) in enumerate(parted[:MOST_PROJECTIONS]):
        charts.append(plane_chart(f"plane-{k + 1}", name, found, subject.classes))
    cases = chosen_cases(subject, request)
    some = subject.few_test[subject.y_test[subject.few_test] >= 0]
    looked_at = torch.cat([some, torch.tensor([c for c in cases if c not in some.tolist()])]).long()
    shares = attribute(subject, looked_at)
    within = torch.isin(looked_at, some)
    tested = deletion(
        subject, type(shares)(some, shares.shares[within], shares.score[within],
                              shares.chosen[within])
    )  # fmt: skip
    charts.append(
        attribution_chart(
            subject.x_test,
            shares,
            tested,
            labels=subject.y_test[looked_at],
            classes=subject.classes,
            cases=cases,
        )
    )
    shown = [k for k in range(len(subject.fibres)) if not subject.is_empty(k)][:MOST_PROJECTIONS]
    for k in shown:
        _, adjoint = adjoint_passage(subject, k, subject.x_test[cases[0]])
        t = subject.fibres[k][1].grid.coordinates[0]
        charts.append(adjoint_chart(f"adjoint-{k + 1}", subject.name(k), cases[0], t, adjoint))
    return [Section("The classes", charts=charts)]


def _length(layers: torch.Tensor) -> str:
    return f"{float(layers):.3g}" if math.isfinite(float(layers)) else "∞"


BUILDERS: Sequence[Callable[[Subject, Request], list[Section]]] = (
    coefficient_sections,
    class_sections,
    unit_sections,
    watching_sections,
)
"""What a report consists of, in order."""


def report_sections(subject: Subject, request: Request) -> list[Section]:
    """Every section of a report, measured and drawn."""
    return [section for build in BUILDERS for section in build(subject, request)]
