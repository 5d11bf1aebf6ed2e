"""Where the trained numbers of a network may be looked for."""

from dataclasses import dataclass

from torch import nn

from physembed._checks import check_number
from physembed.networks.component import ComponentModule
from physembed.networks.medium import Medium


@dataclass(frozen=True)
class SearchSpace:
    """The range of a trained number that makes sense, in its natural unit.

    A module declares its own parameters' by an attribute ``declared_spaces``, a mapping from their
    names. What is not declared has the default; those of media and elements follow from their
    coefficients.

    Parameters
    ----------
    low, high : float, default=-2, 2
        Starts of a search are drawn between them; it may leave them by half their distance. The
        rate of a search is in proportion to that distance.
    stage : int, default=0
        When a search begins to move it. Scalars come first; masks of free form, for which starts
        at random lead nowhere, stay at their start until the scalars are found.
    as_one : bool, default=False
        Whether all entries of the parameter start at one number, as those of equal layers do.
    least : float or None, default=None
        What a search must not go below, where a number below it has no meaning, as of a diffusion
        that would make short waves explode.

    Examples
    --------
    >>> import physembed as pe
    >>> phase = pe.SearchSpace(low=-3.14, high=3.14, stage=1)  # moves when the others are found
    >>> phase.high - phase.low
    6.28
    """

    low: float = -2.0
    high: float = 2.0
    stage: int = 0
    as_one: bool = False
    least: float | None = None

    def __post_init__(self) -> None:
        check_number("low", self.low)
        check_number("high", self.high, above=self.low)

    @property
    def width(self) -> float:
        """high - low."""
        return self.high - self.low


def declared_search_spaces(network: nn.Module) -> dict[str, SearchSpace]:
    """The search space of every trainable parameter of a module, by its full name."""
    spaces: dict[str, SearchSpace] = {}
    for place, module in network.named_modules():
        prefix = f"{place}." if place else ""
        if isinstance(module, Medium):
            spaces |= {f"{prefix}trainable.{k}": v for k, v in _of_medium(module).items()}
            continue
        if isinstance(module, ComponentModule):
            spaces |= {f"{prefix}trainable.{k}": v for k, v in _of_element(module).items()}
            continue
        declared = getattr(module, "declared_spaces", {})
        for name, parameter in module.named_parameters(recurse=False):
            if parameter.requires_grad:
                spaces.setdefault(f"{prefix}{name}", declared.get(name, SearchSpace()))
    return spaces


def _of_medium(medium: Medium) -> dict[str, SearchSpace]:
    """Layers add up, so each has its share of the range that the cascade has."""
    spaces = {}
    for name in medium.trainable:
        low, high = (limit / sum(medium.lengths) for limit in medium.spans[name])
        coefficient = medium.equation.coefficients[name]
        least = 0.0 if coefficient.span[0] >= 0 else None
        stage = int(coefficient.free_form)
        spaces[name] = SearchSpace(low, high, stage=stage, as_one=True, least=least)
    return spaces


def _of_element(module: ComponentModule) -> dict[str, SearchSpace]:
    spaces = {}
    for name in module.trainable:
        low, high = module.spans[name]
        stage = int(module.element.coefficients[name].free_form)
        spaces[name] = SearchSpace(low, high, stage=stage)
    return spaces
