"""The columns of a table by the names that they had in training, wherever they stand."""

import re
from dataclasses import dataclass, replace

from physembed.data.own.description import Description
from physembed.data.own.labelled import Labelled
from physembed.data.own.table import Table, listed
from physembed.errors import DatasetError

_GIVEN_BY_US = re.compile(r"\d+|(column|channel) \d+|value")
"""What is called so had no name, or may have had none: of arrays, or without a header."""


@dataclass(frozen=True)
class NamesOfTraining:
    """What the columns that were trained on are called, in the order in which they were read.

    Parameters
    ----------
    channels : tuple of str
    columns : tuple of str, default=()
        Of a table of a case a row, those of its timepoints.
    """

    channels: tuple[str, ...]
    columns: tuple[str, ...] = ()

    @classmethod
    def of(cls, cases: Labelled) -> "NamesOfTraining":
        """Those of cases that are trained on."""
        return cls(cases.channels, cases.columns)

    def said_of(self, table: Table, description: Description, layout: str) -> Description:
        """A description of a table that names these columns, and so leaves out all others.

        It stays as it is where names tell nothing, so that columns count by their order: of a
        table without a header, of columns that had no names in training, and of a table of a case
        a row none of whose timepoints is called as one of training.

        Raises
        ------
        DatasetError
            If a column is not there, with its name.
        """
        known = self.columns if layout == "wide" else self.channels
        if not known or table.names == [str(k) for k in range(1, len(table.names) + 1)]:
            return description
        there = {name: table.named(name) for name in known}
        named_here = tuple(name for name in there.values() if name is not None)
        if len(named_here) == len(known):
            return replace(description, channels=named_here)
        if all(map(_GIVEN_BY_US.fullmatch, known)) or (layout == "wide" and not named_here):
            return description
        missing = next(name for name, here in there.items() if here is None)
        raise DatasetError(
            f"{table.path} has no column {missing!r}, which was trained on; it has "
            f"{listed(table.names)}. Columns are found by their names: call them "
            f"{listed(known)}, in any order."
        )

    def check_order(self, cases: Labelled, where: str = "in training") -> None:
        """Refuse channels or timepoints that are called as in training, but stand otherwise.

        ``where`` are those that are known from elsewhere.

        Raises
        ------
        DatasetError
        """
        for mine, trained in ((cases.columns, self.columns), (cases.channels, self.channels)):
            if mine != trained and sorted(mine) == sorted(trained):
                pairs = zip(mine, trained, strict=True)
                here, there = next((a, b) for a, b in pairs if a != b)
                raise DatasetError(
                    f"{cases.source} has {here!r} where {there!r} stood {where}; put its "
                    "columns, or what --channels names, in the same order."
                )
