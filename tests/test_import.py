"""What a first import loads: PyTorch, scikit-learn, aeon's base, and nothing dear beside them."""

import subprocess
import sys

import pytest

COMPILER = ("torch._dynamo", "torch._inductor", "triton")
LATER = ("lightning", "matplotlib", "plotly", "captum", "ray", "typer")


@pytest.mark.slow
@pytest.mark.parametrize(
    "statement",
    ["from physembed import PhysicalEmbeddingClassifier", "from physembed import load_dataset"],
)
def test_neither_the_compiler_nor_what_comes_later_is_loaded(statement: str) -> None:
    """The compiler alone takes as long as the rest; bench measures the whole."""
    code = f"import sys; {statement}; print(*(set({COMPILER + LATER!r}) & set(sys.modules)))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert loaded.split() == []


@pytest.mark.slow
def test_a_physics_room_loads_no_estimator() -> None:
    code = (
        "import sys; from physembed.physics import NonlinearSchrodinger;"
        "print(*({'aeon', 'sklearn', 'numba'} & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    ).stdout
    assert loaded.split() == []
