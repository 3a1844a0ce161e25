"""Paints the screens of `docs/screens.md` on the sample film, and writes the page.

    python -m tools.screens_page [HOME]

Without a studio home it makes the film first, in a folder of its own, which takes minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from itertools import groupby
from pathlib import Path

from tests.tui.painter import save
from tests.tui.screens import CHOSEN, PICTURES, SIZES, page, picture_path, visit

PATIENT = 2.5  # seconds without a byte: the best that a picture becomes has come
ROOT = Path(__file__).parents[1]
# The sample film and some work on it, so that no list is empty.
WORK = (
    ("demo",),
    (
        "asset",
        "add",
        str(ROOT / "docs/pictures/boards.jpg"),
        str(ROOT / "docs/pictures/timeline.png"),
    ),
    ("cut", "marker", "--at", "100", "--text", "hold the sign two frames longer"),
    ("cut", "marker", "--at", "480", "--text", "rain louder here"),
    ("cut", "trim-out", "1B", "-6"),
    ("cut", "name-state", "for the first screening"),
    ("cut", "trim-out", "2D", "-12"),
)


def main() -> int:
    """Write pictures and page; returns the exit code."""
    with tempfile.TemporaryDirectory(prefix="milimo-") as folder:
        # Of whoever paints it nothing is seen.
        os.environ |= {"HOME": folder, "LOGNAME": "you", "MILIMO_GPU_PROBE": "0", "MILIMO_HANDLES": "0"}
        home = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(folder) / "milimo"
        if not home.exists():
            for words in WORK:
                command = [sys.executable, "-m", "milimo_tui.cli.main", "--home", home, *words]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        paint(home)
    (PICTURES.parents[1] / "screens.md").write_text(page())
    return 0


def paint(home: Path) -> None:
    """Paint the chosen screens of the film in a studio home; those of before are gone."""
    for _ in visit(home, SIZES[-1], "256", quiet=PATIENT):
        pass  # posters and thumbnails are made when they are seen first, and kept
    PICTURES.mkdir(exist_ok=True)
    for path in PICTURES.glob("*.png"):
        path.unlink()
    for (size, kind), _ in groupby(CHOSEN, key=lambda chosen: chosen[:2]):
        names = [chosen[2] for chosen in CHOSEN if chosen[:2] == (size, kind)]
        for name, shown, _ in visit(home, size, kind, names, PATIENT):
            save(shown.paint(), picture_path(size, kind, name))


if __name__ == "__main__":
    sys.exit(main())
