"""``python -m studies.documents``: write every generated block and picture of the documents anew.

A test fails where the documents and what writes them disagree.
"""

from collections.abc import Callable
from pathlib import Path

from studies.documents import (
    architecture_picture,
    belief_tables,
    compact_tables,
    disturbance_tables,
    embedded_tables,
    equation_tables,
    frontier_picture,
    frontier_tables,
    novelty_tables,
    packed_tables,
    question_tables,
    result_tables,
    rival_tables,
    teacher_tables,
    zoo_tables,
)
from studies.documents.generated_blocks import replace_block


def all_blocks(root: Path) -> dict[tuple[Path, str], Callable[[], str]]:
    """What writes every generated block below ``root``, by page and name."""
    equations = root / "docs" / "equations.md"
    return {
        **result_tables.blocks(root),
        **result_tables.interpretation_blocks(root),
        **result_tables.hardware_blocks(root),
        **result_tables.light_blocks(root),
        **result_tables.house_blocks(root),
        **embedded_tables.blocks(root),
        **frontier_tables.blocks(root),
        **compact_tables.blocks(root),
        **novelty_tables.blocks(root),
        **belief_tables.blocks(root),
        **packed_tables.blocks(root),
        **rival_tables.blocks(root),
        **teacher_tables.blocks(root),
        **question_tables.blocks(root),
        **disturbance_tables.blocks(root),
        **zoo_tables.blocks(root),
        **{(equations, name): write for name, write in equation_tables.blocks().items()},
    }


if __name__ == "__main__":
    for (page, name), write in all_blocks(Path.cwd()).items():
        replace_block(page, name, write())
    architecture_picture.write_picture(Path.cwd())
    frontier_picture.write_picture(Path.cwd())
    disturbance_tables.write_picture(Path.cwd())
