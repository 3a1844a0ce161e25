"""Make the scripts of `bench/` importable by their plain names, because they import each other like this."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "bench"))
