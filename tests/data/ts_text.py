"""Small .ts files for tests."""

from pathlib import Path

HEADER = """# a comment
@problemName Toy
@timeStamps false
@missing false
@univariate true
@equalLength true
@seriesLength 4
@classLabel true a b
@data
"""
DATA_LINE = HEADER.count("\n")
CASES = "1,2,3,4:a\n5,6,7,8.5:b\n-1,0,0,0:a\n"


def write_ucr_set(folder: Path, name: str, train: str = CASES, test: str = CASES) -> Path:
    """Write ``folder/<name>_{TRAIN,TEST}.ts`` under the toy header."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}_TRAIN.ts").write_text(HEADER + train)
    (folder / f"{name}_TEST.ts").write_text(HEADER + test)
    return folder
