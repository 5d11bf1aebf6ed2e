"""Three Strang steps whose third-order errors cancel (Yoshida, Phys. Lett. A 150, 262, 1990)."""

from physembed.propagation.schemes.splitting_scheme import SplittingScheme

_OUTER = 1 / (2 - 2 ** (1 / 3))
_INNER = 1 - 2 * _OUTER

YOSHIDA4 = SplittingScheme(
    "yoshida4",
    order=4,
    stages=(
        (_OUTER / 2, _OUTER),
        ((_OUTER + _INNER) / 2, _INNER),
        ((_INNER + _OUTER) / 2, _OUTER),
    ),
    closing=_OUTER / 2,
)
