"""Scripts of `bench/` import one another by their bare names, and so do their tests."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "bench"))
