"""Which sections a report of a run has, and what is measured for each."""

from collections.abc import Iterator
from dataclasses import replace

import torch

from physembed.explain.coefficient_tables import lengths_table, values_table
from physembed.explain.figures.arms import arms_chart, transfer_chart
from physembed.explain.figures.classes import (
    adjoint_chart,
    attribution_chart,
    plane_chart,
    separability_chart,
)
from physembed.explain.figures.coefficients import (
    importance_chart,
    optics_chart,
    tolerance_chart,
)
from physembed.explain.figures.identifiability import identifiability_chart
from physembed.explain.figures.readout import classes_chart, parts_chart, readout_chart
from physembed.explain.figures.watching import (
    case_chart,
    class_chart,
    difference_chart,
    moving_chart,
)
from physembed.explain.measures.arms import arm_names, watch_arms
from physembed.explain.measures.attribution import adjoint_passage, attribute, deletion, occluded
from physembed.explain.measures.identifiability import identifiability
from physembed.explain.measures.importance import importance
from physembed.explain.measures.optics import layer_optics
from physembed.explain.measures.readout import ReadoutUse, readout_use
from physembed.explain.measures.separability import separability
from physembed.explain.measures.tolerance import Tolerance, tolerance
from physembed.explain.measures.watching import watch_case, watch_classes
from physembed.explain.report import Section
from physembed.explain.request import Request, chosen_cases, chosen_pair
from physembed.explain.subject import Subject
from physembed.explain.units_section import unit_sections
from physembed.networks.feature_names import channel_names

EMPTY = "All coefficients of this fibre are zero: the series meets the detector as it is."
UNTOUCHED = "The medium leaves energy, duration and spectrum of a field as they enter it."
NOTHING_TOLD = (
    "At the readout as it is, the cases tell no coefficient, and no combination of them: a change "
    "by one natural unit of any would go unnoticed."
)
MOST_DRAWN = 6
"""Fibres that are all drawn. Of more, which are a bank of one kind, the few that the readout
listens to most."""

FEW_DRAWN = 3
MOST_PROJECTIONS = 3
"""Fibres whose cases are drawn as points, and whose adjoint field is; the others are alike."""


def report_sections(
    subject: Subject, request: Request, disturbed: Tolerance | None = None
) -> Iterator[Section]:
    """Every section of a report, measured when it is asked for, unless it was before."""
    use = readout_use(subject)
    drawn = drawn_fibres(subject, use)
    yield from coefficient_sections(subject, disturbed)
    yield from readout_sections(subject, use)
    yield from class_sections(subject, request, drawn)
    yield from unit_sections(subject, request)
    yield from watching_sections(subject, request, drawn)


def drawn_fibres(subject: Subject, use: ReadoutUse) -> list[int]:
    """The fibres that are drawn one by one, in their order."""
    fibres = range(len(subject.fibres))
    if len(fibres) <= MOST_DRAWN:
        return list(fibres)
    push = [
        abs(sum(p for f, p in zip(use.features, use.push, strict=True) if f.fibre == k))
        for k in fibres
    ]
    return sorted(sorted(fibres, key=lambda k: -push[k])[:FEW_DRAWN])


def coefficient_sections(subject: Subject, disturbed: Tolerance | None = None) -> list[Section]:
    """What each coefficient is and does, and how precise and how well known it is."""
    layers = [
        (subject.name(k), layer_optics(subject, k))
        for k in range(len(subject.fibres))
        if not subject.is_empty(k)
    ]
    table = values_table(subject)
    if not layers:
        return [Section("The coefficients", [EMPTY], tables=[table], folded=True)]
    charts = [optics_chart(layers)]
    text = [] if charts[0].panels else [UNTOUCHED]
    measured = importance(subject)
    disturbed = tolerance(subject) if disturbed is None else disturbed
    if measured.knobs:
        charts.append(importance_chart(measured))
    if disturbed.names:
        text.append(disturbed.sentence())
        charts.append(tolerance_chart([disturbed]))
    if measured.knobs:
        told = identifiability(measured)
        if told.n_flat < len(told.knobs):
            charts.append(identifiability_chart(told))
        else:
            text.append(NOTHING_TOLD)
    drawn = [chart for chart in charts if chart.panels]
    return [Section("The coefficients", text, drawn, [table, lengths_table(layers)], folded=True)]


def readout_sections(subject: Subject, use: ReadoutUse) -> list[Section]:
    """Which of the features the readout makes use of."""
    charts = [readout_chart(use)]
    if use.groupings:
        charts += [parts_chart(use), classes_chart(use, subject.classes)]
    drawn = [chart for chart in charts if chart.panels]
    return [Section("The readout", charts=drawn, folded=True)]


def class_sections(subject: Subject, request: Request, drawn: list[int]) -> list[Section]:
    """Where the classes part, and which part of the input decided."""
    parted = {k: separability(subject, k) for k in drawn if not subject.is_empty(k)}
    named = [(subject.name(k), of_fibre) for k, of_fibre in parted.items()]
    charts = [separability_chart(named)] if named else []
    shown = list(parted)[:MOST_PROJECTIONS]
    for k in shown:
        charts.append(plane_chart(f"plane-{k + 1}", subject.name(k), parted[k], subject.classes))
    cases = chosen_cases(subject, request)
    some = subject.few_sloped
    looked_at = torch.cat([some, torch.tensor([c for c in cases if c not in some.tolist()])]).long()
    shares = attribute(subject, looked_at)
    within = torch.isin(looked_at, some)
    tested = deletion(
        subject,
        replace(
            shares,
            cases=some,
            shares=shares.shares[within],
            score=shares.score[within],
            chosen=shares.chosen[within],
        ),
    )
    charts.append(
        attribution_chart(
            subject.x_test,
            shares,
            tested,
            labels=subject.y_test[looked_at],
            classes=subject.classes,
            covered={case: occluded(subject, case) for case in cases},
        )
    )
    for k in shown:
        passage = adjoint_passage(subject, k, subject.x_test[cases[0]])
        t = subject.fibres[k][1].grid.coordinates[0]
        charts.append(
            adjoint_chart(
                t,
                passage,
                arm_names(subject, k),
                name=f"adjoint-{k + 1}",
                fibre=subject.name(k),
                case=cases[0],
            )
        )
    return [Section("The classes", charts=charts, folded=True)]


def watching_sections(subject: Subject, request: Request, drawn: list[int]) -> Iterator[Section]:
    """One section for each fibre drawn: a case, the arms, the classes, the difference of two."""
    cases, pair = chosen_cases(subject, request), chosen_pair(subject, request)
    for fibre in drawn:
        name, stem = subject.name(fibre), f"fibre-{fibre + 1}"
        text = [EMPTY] if subject.is_empty(fibre) else []
        if len(drawn) < len(subject.fibres):
            text.append(
                f"Of {len(subject.fibres)} fibres, those {len(drawn)} are drawn to which the "
                "readout listens most."
            )
        charts = []
        for case in cases:
            passage = watch_case(subject, fibre, subject.x_test[case])
            label = int(subject.y_test[case])
            words = f"case {case} (class {subject.classes[label] if label >= 0 else '?'})"
            names = channel_names(subject.network.fibres[fibre], subject.network.n_channels)
            for channel, of_channel in enumerate(names):
                several = subject.network.n_channels > 1
                of = f"{words}, channel {of_channel}" if several else words
                place = f"{stem}-case-{case}" + (f"-channel-{channel + 1}" if several else "")
                charts.append(case_chart(passage, name=place, fibre=name, case=of, channel=channel))
                if fibre == drawn[0] and case == cases[0] and channel == 0:
                    charts.append(
                        moving_chart(passage, name=f"{place}-moving", fibre=name, case=of)
                    )
                if subject.has_elements(fibre):
                    arms = watch_arms(subject, fibre, subject.x_test[case], channel=channel)
                    transfer = transfer_chart(arms, name=f"{stem}-transfer", fibre=name)
                    if transfer is not None and case == cases[0] and channel == 0:
                        charts.append(transfer)
                    charts.append(arms_chart(arms, name=f"{place}-arms", fibre=name, case=of))
        if not subject.is_empty(fibre):
            passages = watch_classes(subject, fibre)
            charts.append(
                class_chart(passages, subject.classes, name=f"{stem}-classes", fibre=name)
            )
            charts.append(
                difference_chart(
                    passages, subject.classes, pair, name=f"{stem}-difference", fibre=name
                )
            )
        yield Section(f"Watch {name}", text, charts, folded=True)
