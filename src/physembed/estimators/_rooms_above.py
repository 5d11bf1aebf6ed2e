"""The one way up: methods of an estimator that rooms above it do the work of."""

from importlib import import_module
from types import ModuleType
from typing import Literal


def room_above(name: Literal["deploy", "explain"]) -> ModuleType:
    """A room that stands on estimators and that a method of theirs is a door to.

    ``classifier.export`` and ``classifier.explain`` are what users look for on the object they
    hold; the rooms themselves import estimators. So they are looked up when the method is called,
    and nothing here depends on them.
    """
    return import_module(f"physembed.{name}")
