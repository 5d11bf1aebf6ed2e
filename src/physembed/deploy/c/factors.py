"""Factors as rows of a table of structures."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from physembed.deploy.c.constants import literal, plain
from physembed.deploy.c.program import Program, floats, turn
from physembed.deploy.factor import Factor, Piece, whole_turns

QUADRATIC = 3
"""Coefficients of a phase that two rotations lead from one place to the next."""


class FactorTable:
    """Rows of ``FACTORS``, whose structure has what any of them needs."""

    def __init__(self) -> None:
        self.factors: list[tuple[Factor, float, bool]] = []
        self.pieces: dict[tuple[Piece, ...], int] = {}

    def row(self, factor: Factor, points: int, *, gain: float, half: bool) -> str:
        """The expression of a factor times a gain; ``half``: for the frequencies from 0 on."""
        if factor.is_tabulated:
            values = factor.values(points) * gain
            stored = values[points // 2 :] if half else values
            nyquist = float(values[0].real)
            factor, gain = Factor(table=stored, nyquist=nyquist if half else None), 1.0
        elif half:
            assert factor.nyquist is not None
            factor = replace(
                factor,
                phase=tuple(Piece(0, piece.turns) for piece in factor.phase),
                nyquist=factor.nyquist * gain,
            )
        elif factor.phase:
            # no piece begins before the first place
            begins = Piece(-(points // 2), factor.phase[0].turns)
            factor = replace(factor, phase=(begins, *factor.phase[1:]))
        self.factors.append((factor, gain, half))
        return f"&FACTORS[⟨{len(self.factors) - 1}⟩]"

    def write(self, program: Program) -> None:
        """Enter the rows into the program's tables."""
        if not self.factors:
            return
        all_factors = [factor for factor, _, _ in self.factors]
        phases = [len(p.turns) for factor in all_factors for p in factor.phase]
        orders = {
            "COSINE_ORDER": max(((len(f.cosine) + 1) // 2 for f in all_factors), default=0),
            "PHASE_ORDER": max(phases, default=0),
            "DELAYS": max(len(f.sines) + len(f.versines) for f in all_factors),
        }
        program.orders = {name: order for name, order in orders.items() if order}
        names = {"COSINE_ORDER": "COSINE", "PHASE_ORDER": "PHASE", "DELAYS": "DELAYS"}
        program.want(*(names[name] for name in program.orders))
        only = {"COSINE_ORDER": 2, "PHASE_ORDER": 0, "DELAYS": 1}
        if orders == only and all(half and f.table is None for f, _, half in self.factors):
            # dispersion and an interferometer: sums and turns in place of products
            program.want("QUADRATIC")
        elif self._are_quadratic(orders["PHASE_ORDER"]) and "HALF_FULL" not in program.wanted:
            # quadratic phases alone, gone through in order: turns in place of sines
            program.want("STEPS")
            program.orders["PHASE_ORDER"] = QUADRATIC
        else:
            program.want("AT", *(["COSINE_AT"] if orders["COSINE_ORDER"] else []))
        if any(len(factor.phase) > 1 for factor in all_factors):
            program.want("PIECES")
        if any(factor.table is not None for factor in all_factors):
            program.want("TABLE")
        if any(half for _, _, half in self.factors):
            program.want("NYQUIST")
        for factor, gain, _ in self.factors:
            program.tables.row("FACTORS", "factor", self._row(program, factor, gain))

    def _are_quadratic(self, order: int) -> bool:
        """Whether factors are nothing but phases, of at most so many coefficients."""
        return 0 < order <= QUADRATIC and all(
            f.phase and f.table is None and not (half or f.cosine or f.sines or f.versines)
            for f, _, half in self.factors
        )

    def _first_piece(self, program: Program, phase: tuple[Piece, ...]) -> int:
        """The row in which a phase begins; the same ones share theirs."""
        if phase and phase not in self.pieces:
            order, in_steps = program.orders["PHASE_ORDER"], "STEPS" in program.wanted
            rows = []
            for part in phase:
                turns = whole_turns(part.turns)
                # polynomials, or their differences
                numbers = _differences(turns, part.first) if in_steps else turns
                rows.append(f"{{{_turns(numbers, order)}}}")
            self.pieces[phase] = int(plain(program.tables.row("PIECES", "piece", *rows)))
            if "PIECES" in program.wanted:
                program.tables.row("FIRSTS", "int16_t", *(str(part.first) for part in phase))
        return self.pieces.get(phase, 0)

    def _row(self, program: Program, factor: Factor, gain: float) -> str:
        """One structure; its members in the order of the template."""
        members = []
        orders = program.orders
        if "COSINE_ORDER" in orders:
            # of even powers alone
            members.append(_turns(whole_turns(factor.cosine[::2]), orders["COSINE_ORDER"]))
        delays = [(1, a) for a in factor.sines] + [(2, b) for b in factor.versines]
        if "DELAYS" in orders:
            steps = whole_turns([value for _, value in delays])
            members.append(_turns(steps, orders["DELAYS"]))
        if "PHASE_ORDER" in orders:
            first = self._first_piece(program, factor.phase)
        if "TABLE" in program.wanted:
            members.append(_table(program, factor))
        members.append(literal(factor.gain * gain))
        if "NYQUIST" in program.wanted:
            members.append(literal(factor.nyquist or 0.0))
        if "PHASE_ORDER" in orders:
            members += [str(first), str(len(factor.phase))]
        if "DELAYS" in orders:
            kinds = [kind for kind, _ in delays]
            members.append(f"{{{', '.join(map(str, kinds or [0]))}}}")
        return f"{{{', '.join(members)}}}"


def _differences(polynomial: tuple[int, ...], first: int) -> tuple[int, ...]:
    """Of a polynomial of integers at its first place, of all orders."""
    values = [
        sum(c * k**power for power, c in enumerate(polynomial))
        for k in range(first, first + len(polynomial))
    ]
    told = []
    while values:
        told.append(values[0] % 2**64)
        values = [b - a for a, b in pairwise(values)]
    return tuple(told)


def _turns(values: tuple[int, ...], order: int) -> str:
    return f"{{{', '.join(turn(value) for value in (*values, *[0] * (order - len(values))))}}}"


def _table(program: Program, factor: Factor) -> str:
    if factor.table is None:
        return "0"
    interleaved = np.stack([factor.table.real, factor.table.imag], axis=1).ravel()
    first = program.tables.row("FACTOR_VALUES", "float", *floats(interleaved.tolist()))
    return f"&FACTOR_VALUES[{plain(first)}]"
