"""The page's modules in Node.js, asked for numbers."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import physembed

MODULES = Path(physembed.__file__).parent / "explore" / "browser"

ASKED = """
import * as module from "{module}";
import {{ readFileSync }} from "node:fs";
const given = JSON.parse(readFileSync(0, "utf8"));
const plain = (key, value) => ArrayBuffer.isView(value) ? [...value] : value;
process.stdout.write(JSON.stringify(({function})(module, given), plain));
"""


def in_node(module: str, function: str, given: Any = None) -> Any:
    """What a function ``(module, given) => ...`` of JavaScript returns; both ways as JSON.

    Skips the test where Node.js is not installed.
    """
    program = shutil.which("node")
    if program is None:
        pytest.skip("no Node.js on this machine, in which the page's arithmetic is tested")
    text = ASKED.format(module=(MODULES / f"{module}.mjs").as_uri(), function=function)
    done = subprocess.run(
        [program, "--input-type=module", "--eval", text],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
