"""Fields as an ``xarray.Dataset`` of real numbers, and as netCDF, out and in.

A netCDF file of version 3, which SciPy reads and writes, holds no complex numbers: a field E stands
there as ``E_real`` and ``E_imag``. Nothing in such a file can be executed.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from physembed._files import file_replaced_atomically
from physembed.errors import InvalidInputError
from physembed.physics import TimeGrid

Variable: TypeAlias = tuple[str | tuple[str, ...], NDArray[Any], dict[str, str]]
"""Names of its axes, values, and attributes such as its unit."""

LARGEST = 2**31 - 4
"""Bytes of one variable of a netCDF file of version 3."""


def xarray_module() -> Any:
    """xarray, or what to install.

    Raises
    ------
    InvalidInputError
        If it is not installed.
    """
    try:
        import xarray
    except ImportError as error:
        raise InvalidInputError(
            "axes with units and netCDF need xarray: pip install physembed[optics]."
        ) from error
    return xarray


def as_pair(name: str, axes: tuple[str, ...], values: NDArray[Any], unit: str) -> dict[str, Any]:
    """Variables of a field: its real and imaginary part, or itself where it is real."""
    if not np.iscomplexobj(values):
        return {name: (axes, values, {"units": unit})}
    return {
        f"{name}_real": (axes, values.real, {"units": unit}),
        f"{name}_imag": (axes, values.imag, {"units": unit}),
    }


def from_pair(dataset: Any, name: str) -> NDArray[Any]:
    """The field that :func:`as_pair` put there."""
    if name in dataset:
        return np.ascontiguousarray(_native(dataset[name]))
    return np.asarray(_native(dataset[f"{name}_real"]) + 1j * _native(dataset[f"{name}_imag"]))


def _native(variable: Any) -> NDArray[Any]:
    """Values in this machine's order of bytes; a file of version 3 has the other one."""
    values = np.asarray(variable.values)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def make_dataset(
    kind: str,
    grid: TimeGrid,
    variables: Mapping[str, Variable],
    coordinates: Mapping[str, Variable],
    attributes: Mapping[str, float | str],
) -> Any:
    """A dataset that says what it is of.

    Parameters
    ----------
    kind : str
        Of which class it tells.
    grid : TimeGrid
        Of the axis "t".
    variables, coordinates : mapping of str to (axes, values, attributes)
    attributes : mapping of str to float or str
    """
    head = {"physembed": kind, "spacing": grid.spacing}
    return xarray_module().Dataset(
        dict(variables), coords=dict(coordinates), attrs=head | dict(attributes)
    )


def check_dataset(dataset: Any, kind: str, names: Sequence[str]) -> TimeGrid:
    """The grid of a dataset that :func:`make_dataset` made.

    Raises
    ------
    InvalidInputError
        If it is of another kind, lacks a variable, or its times are no longer those of the grid.
    """
    attributes = getattr(dataset, "attrs", {})
    if attributes.get("physembed") != kind:
        raise InvalidInputError(
            f"dataset must be one that {kind}.to_xarray() made, got one whose attribute physembed "
            f"is {attributes.get('physembed')!r}."
        )
    lacking = [name for name in names if name not in dataset and name not in attributes]
    has_field = "E" in dataset or {"E_real", "E_imag"} <= set(dataset)
    lacking += [] if has_field else ["E"]
    if lacking:
        raise InvalidInputError(f"dataset must have {', '.join(lacking)}, as {kind} writes them.")
    times = np.asarray(dataset["t"].values)
    grid = TimeGrid(len(times), float(attributes["spacing"]))
    if not np.allclose(times, grid.t.numpy(), rtol=0, atol=1e-9 * grid.spacing):
        raise InvalidInputError(
            f"dataset must have all of the grid's times; its {len(times)} values of t are no grid "
            f"of spacing {grid.spacing:g} about zero."
        )
    return grid


def write_netcdf(dataset: Any, path: str | Path) -> None:
    """Write a dataset as netCDF of version 3; the file is there whole or not at all.

    Raises
    ------
    InvalidInputError
        If a variable is larger than such a file holds.
    RunFolderError
        If the file cannot be written.
    """
    for name, variable in dataset.variables.items():
        if variable.nbytes > LARGEST:
            raise InvalidInputError(
                f"{name} has {variable.nbytes / 1e9:.2g} GB, and netCDF of version 3 holds 2 GB of "
                "a variable; keep fewer frames or cases."
            )
    with file_replaced_atomically(Path(path)) as temporary:
        dataset.to_netcdf(temporary, engine="scipy")


def read_netcdf(path: str | Path) -> Any:
    """The dataset of a file, whole in memory, whichever netCDF library wrote it.

    Raises
    ------
    InvalidInputError
        If there is no such file, or nothing that is installed reads it.
    """
    if not Path(path).is_file():
        raise InvalidInputError(f"there is no file {path}.")
    try:
        return xarray_module().load_dataset(path)
    # what a reader says of bytes that are none of its own differs from reader to reader
    except (OSError, ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InvalidInputError(f"{path} cannot be read as netCDF: {reason}") from error


class InNetcdf(ABC):
    """What is a dataset of xarray, written to a file and read from it."""

    @abstractmethod
    def to_xarray(self) -> Any:
        """The dataset."""

    @classmethod
    @abstractmethod
    def from_xarray(cls, dataset: Any) -> Self:
        """What :meth:`to_xarray` gave."""

    def to_netcdf(self, path: str | Path) -> None:
        """Write :meth:`to_xarray` to a file, which :meth:`from_netcdf` reads."""
        write_netcdf(self.to_xarray(), path)

    @classmethod
    def from_netcdf(cls, path: str | Path) -> Self:
        """What :meth:`to_netcdf` wrote.

        Raises
        ------
        InvalidInputError
            If it is no such file.
        """
        return cls.from_xarray(read_netcdf(path))
