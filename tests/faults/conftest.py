"""The helpers of this folder are shared with the long version, ``run.py``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
