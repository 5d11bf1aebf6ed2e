"""Run the README's examples, from whatever folder holds nothing of the source.

``make dist`` runs this in an environment into which nothing but the wheel was installed.
"""

import os
import tempfile
from pathlib import Path

import physembed

ROOT = Path(__file__).parents[2]


def main() -> None:
    """One namespace for all blocks, as a reader would go through them."""
    package = Path(physembed.__file__)
    if ROOT / "src" in package.parents:
        raise SystemExit(f"physembed comes from {package}, not from a wheel.")
    blocks = (ROOT / "README.md").read_text(encoding="utf-8").split("```python\n")[1:]
    names: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for block in blocks:
            exec(compile(block.partition("```")[0], "README.md", "exec"), names)  # noqa: S102
    print(f"{len(blocks)} examples of the README ran from {package.parent}")


if __name__ == "__main__":
    main()
