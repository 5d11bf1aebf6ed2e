"""What is said of a part that no plan describes."""

from physembed.errors import InvalidInputError


class NoLoweringError(InvalidInputError):
    """A part has no lowering, so the model that holds it cannot leave Python.

    Parameters
    ----------
    part : object
        The part, or its class.
    instead : str
        What to use, as a clause that follows "use".
    """

    def __init__(self, part: object, instead: str) -> None:
        name = (part if isinstance(part, type) else type(part)).__name__
        super().__init__(f"{name} has no lowering, so it cannot be exported; use {instead}.")

    def __reduce__(self) -> "tuple[object, ...]":
        return (InvalidInputError, self.args)
