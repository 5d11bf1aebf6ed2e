"""Descriptions of equations, encoders, detectors and fibres as plain JSON, and back.

Only the classes listed or registered here can come out of a file, whatever the file says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from typing import Any

from physembed.errors import InvalidInputError
from physembed.networks.coefficients import Trainable
from physembed.networks.component import Component
from physembed.networks.detectors.named_detectors import DETECTORS
from physembed.networks.encoders.series_encoder import SeriesEncoder
from physembed.networks.fibre import Fibre
from physembed.networks.tap import Tap
from physembed.physics import ALL_EQUATIONS, ELEMENTS, POTENTIALS, TextEquation

PARTS: dict[str, type] = {
    part.__name__: part
    for part in (
        *ALL_EQUATIONS.values(),
        *POTENTIALS.values(),
        *ELEMENTS.values(),
        *DETECTORS.values(),
        SeriesEncoder,
        Trainable,
        Component,
        Tap,
        Fibre,
    )
} | {"TextEquation": TextEquation}


MAPPING = "mapping"
"""The type under which mappings are written whose keys are no names, as pairs."""


def register_part(part: type) -> type:
    """Let saved models name an equation, potential or detector of your own; a class decorator.

    The class becomes a frozen dataclass if it is none. Loading such a model needs the module
    that registers the class to be imported first: nothing is ever imported at a file's word.

    Raises
    ------
    InvalidInputError
        If another class of that name is registered.

    Examples
    --------
    >>> import physembed as pe
    >>> @pe.register_part
    ... class SoftTrap(pe.HarmonicTrap):
    ...     label = "soft_trap"
    >>> SoftTrap()
    SoftTrap()
    """
    if PARTS.get(part.__name__, part) is not part or part.__name__ == MAPPING:
        raise InvalidInputError(f"a part named {part.__name__!r} is registered already.")
    PARTS[part.__name__] = part if is_dataclass(part) else dataclass(frozen=True)(part)
    return PARTS[part.__name__]


def to_configuration(value: Any, *, defaults: bool = True) -> Any:
    """A part, or numbers, strings, sequences and mappings of them, as JSON-ready data.

    Keys of mappings may be numbers and strings; they come back as they were.
    Without ``defaults``, arguments at their default are left out: what is then the same is the
    same part, also where an argument has been added since.
    """
    part = PARTS.get(type(value).__name__)
    if part is not None and type(value) is part:
        arguments = {
            f.name: to_configuration(getattr(value, f.name), defaults=defaults)
            for f in fields(part)
            if defaults or not _is_default(f, getattr(value, f.name))
        }
        return {"type": part.__name__, **arguments}
    if isinstance(value, Mapping):
        pairs = [
            [to_configuration(k), to_configuration(v, defaults=defaults)] for k, v in value.items()
        ]
        if all(isinstance(key, str) and key != "type" for key, _ in pairs):
            return dict(pairs)
        # labels may be numbers, which JSON makes text of, or be called "type"
        return {"type": MAPPING, "items": pairs}
    if isinstance(value, (list, tuple)):
        return [to_configuration(v, defaults=defaults) for v in value]
    if hasattr(value, "tolist"):
        # numpy's scalars and arrays
        return to_configuration(value.tolist(), defaults=defaults)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise InvalidInputError(
        f"{value!r} cannot be written to a configuration; decorate its class with "
        "physembed.register_part."
    )


def _is_default(field: "Field[Any]", value: object) -> bool:
    if field.default is not MISSING:
        default = field.default
    elif field.default_factory is not MISSING:
        default = field.default_factory()
    else:
        return False
    return bool(to_configuration(value) == to_configuration(default))


def from_configuration(data: Any) -> Any:
    """What :func:`to_configuration` wrote.

    Raises
    ------
    InvalidInputError
        If a type is unknown or its arguments are not those it takes.
    """
    if isinstance(data, Mapping):
        entries = {k: from_configuration(v) for k, v in data.items() if k != "type"}
        return _build(data["type"], entries) if "type" in data else entries
    if isinstance(data, Sequence) and not isinstance(data, str):
        return [from_configuration(v) for v in data]
    return data


def _build(name: Any, arguments: dict[str, Any]) -> Any:
    if name == MAPPING:
        return dict(arguments["items"])
    if not isinstance(name, str) or name not in PARTS:
        raise InvalidInputError(f"unknown part {name!r}; known: {', '.join(PARTS)}.")
    part = PARTS[name]
    accepted = {f.name: f for f in fields(part)}
    required = {
        k for k, f in accepted.items() if f.default is MISSING and f.default_factory is MISSING
    }
    if not required <= arguments.keys() <= accepted.keys():
        raise InvalidInputError(
            f"{name} takes {', '.join(accepted) or 'no arguments'}; "
            f"got {', '.join(arguments) or 'none'}."
        )
    return part(**arguments)
