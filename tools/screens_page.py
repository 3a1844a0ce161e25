"""Painter of the screens of `docs/screens.md` on the sample film, and generator of that page.

    python -m tools.screens_page [HOME]

Without a studio home the film is made first, in a temporary folder, which takes minutes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from milimo_tui.interchange.skeletons.bones import JOINTS
from milimo_tui.interchange.skeletons.person_skeleton import Skeleton
from milimo_tui.studio.pictures import masks, skeletons
from milimo_tui.studio.session.studio import Studio
from tests.tui.painter import save
from tests.tui.screens import EVERY, PICTURES, SIZES, TERMINALS, TOUR, page, picture_path, visit

PATIENT = 2.5  # seconds without output, after which every picture is in its best quality
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
    ("shot", "make", "1A", "--takes", "2"),
    ("cut", "marker", "--at", "100", "--text", "hold the sign two frames longer"),
    ("cut", "marker", "--at", "480", "--text", "rain louder here"),
    ("cut", "trim-out", "1B", "-6"),
    ("cut", "name-state", "for the first screening"),
    ("cut", "trim-out", "2D", "-12"),
)

MARA_IN = "1C"
MARA = {  # pixel positions of Mara's joints in that shot
    "nose": (329.0, 162.0), "left_eye": (368.0, 135.0), "left_ear": (432.0, 157.0),
    "left_shoulder": (452.0, 296.0), "right_shoulder": (376.0, 286.0),
    "left_elbow": (462.0, 402.0), "left_wrist": (440.0, 492.0), "left_hip": (478.0, 508.0),
}  # fmt: skip


def main() -> int:
    """Write the pictures and the page. Return the exit code."""
    with tempfile.TemporaryDirectory(prefix="milimo-") as folder:
        home = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else Path(folder) / "milimo"
        # Nothing about the person who paints is shown: the studio's folder is the home folder, `~`.
        os.environ |= {"HOME": str(home.parent), "LOGNAME": "you"}
        os.environ |= {"MILIMO_GPU_PROBE": "0", "MILIMO_HANDLES": "0"}
        if not home.exists():
            for words in WORK:
                command = [sys.executable, "-m", "milimo_tui.cli.main", "--home", home, *words]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            save_mara_skeleton(home)
        paint_all_terminals(home, Path(folder))
    (PICTURES.parents[1] / "screens.md").write_text(page())
    return 0


def save_mara_skeleton(home: Path) -> None:
    """Save a skeleton of Mara in 1C as a model would detect it. A real detection would need weights."""
    studio = Studio.open(home=str(home))
    try:
        source = masks.find_mask_source(studio, MARA_IN, lambda found: None)
        seen = tuple((*MARA[name], 0.9) if name in MARA else (0.0, 0.0, 0.0) for name in JOINTS)
        person = Skeleton(
            name="mara", source=str(source.path), frame=0, width=source.width, height=source.height, seen=seen
        )
        skeletons.store_skeleton(studio, person)
    finally:
        studio.close()


def paint_all_terminals(home: Path, folder: Path) -> None:
    """Paint every screen of the film in each terminal. Pictures of earlier runs are deleted.

    Each terminal uses a copy of the home below `folder`, because the tour opens a film of its own.
    """
    for _ in visit(home, SIZES[-1], "256", [name for name in EVERY if name != TOUR], PATIENT):
        pass  # The first visit makes and caches posters and thumbnails.
    PICTURES.mkdir(exist_ok=True)
    for path in PICTURES.glob("*.png"):
        path.unlink()
    # More processes than cores, as they mostly wait.
    with ProcessPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        for painted in [pool.submit(paint_terminal, home, folder, *each) for each in TERMINALS]:
            painted.result()


def paint_terminal(home: Path, folder: Path, size: str, kind: str) -> None:
    """Paint every screen in one terminal."""
    mine = folder / f"{size}-{kind}" / "milimo"
    shutil.copytree(home, mine, ignore=shutil.ignore_patterns("supervisor.*"))
    os.environ["HOME"] = str(mine.parent)
    for name, shown, _ in visit(mine, size, kind, quiet=PATIENT):
        refuse_private_paths(name, shown.text)
        save(shown.paint(), picture_path(size, kind, name))
    # The supervisor may be exiting at this moment and delete files too.
    shutil.rmtree(mine, ignore_errors=True)


def refuse_private_paths(name: str, text: str) -> None:
    """Check a screen's text. Raises ValueError if it shows a path of this machine."""
    if found := re.search(r"(?<![\w~.])/(?:tmp|home|root|work|Users|var)/\S*", text):
        raise ValueError(f"the picture of {name} would show a path of this machine: {found[0]}")


if __name__ == "__main__":
    sys.exit(main())
