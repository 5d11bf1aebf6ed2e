"""The data sets that physembed knows by name. Importing this loads nothing heavy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from physembed.data.location import (
    bundled_ucr_folder,
    find_spoken_digits,
    resolve_data_dir,
    ucr_names_in,
)
from physembed.errors import InvalidInputError

#: Where a data set can be had: in the data folder, inside aeon, made when it is loaded, or from
#: its server.
Availability: TypeAlias = Literal["folder", "bundled", "simulated", "download"]

_OFFICIAL_ONLY: Mapping[str, int] = {"official": 1}


@dataclass(frozen=True)
class CatalogueEntry:
    """What is known of a data set before it is read.

    Parameters
    ----------
    name, summary : str
        Its name and one line about it.
    n_train, n_test, n_channels, n_classes : int
        Sizes of the official split.
    n_timepoints : int or None
        None where the lengths of the series differ.
    bundled : bool
        Whether it ships inside aeon.
    simulated : bool
        Whether it is no measurement, and made when it is loaded.
    splits : mapping of str to int
        The ways to divide it, and how many folds each has.
    """

    name: str
    summary: str
    n_train: int
    n_test: int
    n_channels: int
    n_timepoints: int | None
    n_classes: int
    bundled: bool = False
    simulated: bool = False
    splits: Mapping[str, int] = field(default_factory=lambda: _OFFICIAL_ONLY)


_ENTRIES = (
    CatalogueEntry(
        "SpokenDigits",
        "ten spoken digits, six speakers, 8 kHz (Free Spoken Digit Dataset, CC BY-SA 4.0)",
        *(2700, 300, 1, 5120, 10),
        splits={"official": 1, "10-fold": 10, "leave-one-speaker-out": 6},
    ),
    CatalogueEntry("StarLightCurves", "brightness of variable stars", 1000, 8236, 1, 1024, 3),
    CatalogueEntry(
        "SimulatedLightCurves",
        "stands in for StarLightCurves: published shapes of variable stars, simulated",
        *(1000, 2000, 1, 1024, 3),
        simulated=True,
    ),
    CatalogueEntry("FordA", "engine noise, fault or none", 3601, 1320, 1, 500, 2),
    CatalogueEntry("FordB", "engine noise, fault or none, test under noise", 3636, 810, 1, 500, 2),
    CatalogueEntry("OSULeaf", "leaf outlines", 200, 242, 1, 427, 6, bundled=True),
    CatalogueEntry("GunPoint", "hand drawing a gun or pointing", 50, 150, 1, 150, 2, bundled=True),
    CatalogueEntry("ArrowHead", "outlines of arrowheads", 36, 175, 1, 251, 3, bundled=True),
    CatalogueEntry("ItalyPowerDemand", "electricity by day", 67, 1029, 1, 24, 2, bundled=True),
    CatalogueEntry("ACSF1", "power of home appliances", 100, 100, 1, 1460, 10, bundled=True),
    CatalogueEntry("JapaneseVowels", "two vowels, 9 speakers", 270, 370, 12, None, 9, bundled=True),
)

#: Every data set known by name, in the order in which `physembed datasets list` shows them.
CATALOGUE: dict[str, CatalogueEntry] = {entry.name: entry for entry in _ENTRIES}


def dataset_names(data_dir: Path | str | None = None) -> dict[str, Availability]:
    """Return the names of the data sets that can be used, and where each would come from.

    Parameters
    ----------
    data_dir : path, optional
        See `resolve_data_dir`.

    Returns
    -------
    dict of str to {"folder", "bundled", "simulated", "download"}
        The catalogue first, then the other UCR sets found in the data folder. A copy in the
        data folder comes before a bundled one. Any other UCR set can be fetched by its name.
    """
    folder = resolve_data_dir(data_dir)
    in_folder = ucr_names_in(folder)
    if find_spoken_digits(folder) is not None:
        in_folder.append("SpokenDigits")
    names: dict[str, Availability] = {}
    for entry in CATALOGUE.values():
        if entry.name in in_folder:
            names[entry.name] = "folder"
        elif entry.bundled and bundled_ucr_folder(entry.name) is not None:
            names[entry.name] = "bundled"
        elif entry.simulated:
            names[entry.name] = "simulated"
        else:
            names[entry.name] = "download"
    return names | {name: "folder" for name in in_folder if name not in names}


def splits_of(name: str) -> Mapping[str, int]:
    """Return the splits of a data set and how many folds each has."""
    entry = CATALOGUE.get(name)
    return entry.splits if entry is not None else _OFFICIAL_ONLY


def check_dataset_name(name: object) -> str:
    """Return ``name`` if it can be a data set's name, so that it is safe in a path and a URL."""
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*", name):
        raise InvalidInputError(
            f"name={name!r} cannot be a data set's name; "
            "letters, digits, '_' and '-' are accepted, as in 'SpokenDigits'."
        )
    return name
