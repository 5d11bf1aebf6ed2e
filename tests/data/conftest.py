"""The text of small .ts files, which several folders of these tests write."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
