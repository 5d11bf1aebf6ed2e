"""What a description of a network says about it."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from physembed.networks.coefficients import Trainable


def _has_trainable(value: object) -> bool:
    """Whether a part, or anything in it, is :class:`Trainable` or has ``trainable=True``."""
    if isinstance(value, Trainable):
        return True
    if is_dataclass(value) and not isinstance(value, type):
        if getattr(value, "trainable", False) is True:
            return True
        return any(_has_trainable(getattr(value, f.name)) for f in fields(value))
    if isinstance(value, Mapping):
        return any(_has_trainable(v) for v in value.values())
    if isinstance(value, (list, tuple)):
        return any(_has_trainable(v) for v in value)
    return False
