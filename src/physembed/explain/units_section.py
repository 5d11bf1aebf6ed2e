"""The section of a report that says what one would have to order."""

import math

from physembed.explain.measures.arms import in_words
from physembed.explain.measures.optics import layer_optics
from physembed.explain.measures.variation import Knob, elements
from physembed.explain.media import (
    CONDENSATES,
    OPTICAL_MEDIA,
    BuiltLayer,
    condensate_layers,
    optical_layers,
)
from physembed.explain.media.bill import Item, bill_of_materials, in_a_sentence
from physembed.explain.media.elements import FIBRE_INDEX, NITRIDE_INDEX, built_element
from physembed.explain.media.layer import in_units
from physembed.explain.report import Section, Table
from physembed.explain.request import Request
from physembed.explain.subject import Subject
from physembed.physics import GrossPitaevskii


def unit_sections(subject: Subject, request: Request) -> list[Section]:
    """Tables of every fibre in every medium of the catalogue, and in a condensate if it is one."""
    tau = request.time_scale
    fibres = [k for k in range(len(subject.fibres)) if not subject.is_empty(k)]
    optics = {k: layer_optics(subject, k) for k in fibres}
    tables: list[Table] = []
    in_media: dict[str, list[tuple[str, BuiltLayer]]] = {}
    for real in OPTICAL_MEDIA.values():
        built = [
            (
                k,
                optical_layers(
                    subject.fibres[k][1],
                    real,
                    time_scale=tau,
                    peak=float(optics[k].peak.max()),
                    bandwidth=float(optics[k].bandwidth.max()),
                ),
            )
            for k in fibres
        ]
        tables.append(_table(real.name, built, real.source))
        in_media[real.name] = _named(built)
    bill = bill_of_materials(in_media)
    if bill:
        tables.insert(0, _bill_table(bill))
    trapped = [k for k in fibres if isinstance(subject.fibres[k][1].equation, GrossPitaevskii)]
    for atoms in CONDENSATES.values() if trapped else ():
        built = [
            (k, condensate_layers(subject.fibres[k][1], atoms, length_scale=request.length_scale))
            for k in trapped
        ]
        tables.append(_table(atoms.name, built, atoms.source))
    text = [
        f"One timepoint of the series is taken for {in_units(tau, 's')} of light (--time-scale), "
        f"or for {in_units(request.length_scale, 'm')} of a condensate (--length-scale). The "
        "length of each layer follows from its dispersion, the power from its nonlinearity: the "
        "power is that of the light where |E|² is one, the mean of a normalised series. Layers "
        "follow each other with amplifiers and attenuators between them, which set the power anew.",
        "A potential in time is a phase modulator; a positive amplifier is gain that no passive "
        "medium has. Values of the media are typical ones.",
    ]
    if bill:
        text.append(
            "The bill of materials takes for every layer the medium in which least stands in the "
            f"way, with amplifiers behind it where it needs any. {in_a_sentence(bill)}"
        )
    if any(subject.has_elements(k) for k in range(len(subject.fibres))):
        tables.append(_elements_table(subject, tau))
        text.append(
            "Where arms interfere, a delay must also keep its optical phase: 0.1 rad at 1550 nm is "
            f"{in_units(0.1 * 1.55e-6 / (2 * math.pi * FIBRE_INDEX), 'm')} of fibre, which "
            "is a matter of stabilisation, not of the tolerances above. Detectors and comparators "
            f"must follow {in_units(1 / (2 * tau), 'Hz')}, half a cycle per timepoint; the "
            "counters behind them need not."
        )
    if subject.sampling_interval:
        interval = subject.sampling_interval
        text.append(
            f"The series was sampled every {in_units(interval, 's')}. Lengths go with the square "
            f"of the time scale: to disperse it at its own pace they would be "
            f"{(interval / tau) ** 2:.2g} times as long, which is why a slow signal is first "
            "modulated onto fast light."
        )
    title = "In units: what one would have to order"
    return [Section(title, text, tables=tables, folded=True)]


def _table(name: str, built: list[tuple[int, list[BuiltLayer]]], source: str) -> Table:
    """Rows for the layers of all fibres, without those that have no counterpart."""
    layers = _named(built)
    columns = list(dict.fromkeys(key for _, layer in layers for key in layer.quantities))
    rows = [
        (
            place,
            *(layer.quantities.get(column, "none") for column in columns),
            "; ".join(layer.impossible) or "can be built",
        )
        for place, layer in layers
    ]
    return Table(
        f"In {name} ({source})",
        ("Layer", *(column.capitalize() for column in columns), "What stands in the way"),
        rows,
    )


def _named(built: list[tuple[int, list[BuiltLayer]]]) -> list[tuple[str, BuiltLayer]]:
    """The layers of all fibres, each with its place."""
    return [
        (f"fibre {fibre + 1}, layer {k}", layer)
        for fibre, of in built
        for k, layer in enumerate(of, start=1)
    ]


def _bill_table(bill: list[Item]) -> Table:
    """What to order for every layer, or why it cannot be built anywhere."""
    columns = ("length", "mean power", "peak power", "phase modulation")
    rows = [
        (
            item.layer,
            item.medium,
            *(item.built.quantities.get(column, "none") for column in columns),
            f"{item.n_amplifiers}, {item.built.gain:+.3g} dB" if item.n_amplifiers else "none",
            "; ".join(item.built.in_the_way) or "can be built",
        )
        for item in bill
    ]
    return Table(
        "Bill of materials",
        ("Layer", "Medium", *(c.capitalize() for c in columns), "Amplifiers", "Can it be built"),
        rows,
    )


def _elements_table(subject: Subject, tau: float) -> Table:
    """Every element with a delay, a phase or a mask."""
    built = [
        (fibre, place, element, built_element(element, tau))
        for fibre in range(len(subject.fibres))
        for place, element in elements(subject, fibre).items()
    ]
    columns = list(dict.fromkeys(key for *_, layer in built for key in layer.quantities))
    rows = [
        (
            f"fibre {fibre + 1}, {Knob(fibre, -1, '', place).place}",
            in_words(element),
            *(layer.quantities.get(column, "none") for column in columns),
            "; ".join(layer.impossible) or "can be built",
        )
        for fibre, place, element, layer in built
    ]
    return Table(
        f"Elements, with group indices of {FIBRE_INDEX} in fibre and {NITRIDE_INDEX} in silicon "
        "nitride",
        ("Element", "What it is", *(c.capitalize() for c in columns), "What stands in the way"),
        rows,
    )
