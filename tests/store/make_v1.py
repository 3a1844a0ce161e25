"""Makes `data/v1.db`: a small film in the first schema, as the first release wrote it.

Run once, when version 1 was current (`python -m tests.store.make_v1`); the file is checked in and stays.
Only its pages are made smaller than the studio's, to keep the checkout small.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.store.rows.stored_values import Render
from milimo_tui.story.values.film import AssetKind, Element, ElementKind
from tests.store.samples import PROJECT, asset, cut, scenes, shots, take

TARGET = Path(__file__).parent / "data" / "v1.db"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        paths = ProjectPaths(Path(folder) / "film")
        with ProjectFile.create(paths, PROJECT) as film:
            film.edit(
                "commit the script", scope="project", actor="a", before=[], after=[*scenes(2), *shots(6, 3)]
            )
            sound = asset(
                "song", kind=AssetKind.SOUND, seconds=Fraction(1001, 1000), sample_rate=48000, created=2.0
            )
            film.facts.add_asset(sound)
            film.facts.add_take(
                take("a", "shot_0", previs=True, created=3.0),
                asset("a", rate=Fraction(25), frames=100, created=3.0),
            )
            made = film.story().takes[0]
            film.edit("4 stars", scope="project", actor="a", before=[made], after=[replace(made, rating=4)])
            film.facts.add_board("shot_1", asset("board", kind=AssetKind.PICTURE, created=4.0), "job_board")
            maya = Element(
                id="element_maya", kind=ElementKind.CHARACTER, name="Maya", trigger="@Maya",
                references=("asset_board",), seed=7,
            )  # fmt: skip
            film.edit("add Maya", scope="project", actor="a", before=[], after=[maya])
            main_cut = cut("cut_main", [f"shot_{i}" for i in range(6)])
            film.edit("first cut", scope="project", actor="a", before=[], after=[main_cut])
            clips = (replace(main_cut.clips[0], frames=80), *main_cut.clips[1:])
            trimmed = replace(main_cut, clips=clips)
            film.edit("trim", scope="cut_main", actor="a", before=[main_cut], after=[trimmed])
            shot = film.story().shots[2]
            film.edit("longer", scope="project", actor="a", before=[shot], after=[replace(shot, frames=250)])
            film.undo("project", "a")
            film.facts.set_cut_state("cut_main", playhead=12, mark_in=5)
            film.ui.set("screen", {"mode": "timeline"})
            film.facts.add_render(
                Render(
                    id="render_1", cut="cut_main", path="renders/a.mp4", frames=580, job="job_r", created=5.0
                )
            )
        connection = sqlite3.connect(paths.db)
        connection.executescript("PRAGMA journal_mode = DELETE; PRAGMA page_size = 512; VACUUM;")
        connection.close()
        shutil.copyfile(paths.db, TARGET)


if __name__ == "__main__":
    main()
