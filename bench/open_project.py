"""Measure the time to open a film whose cut has 10,000 clips, compared with a film whose cut is empty.

Both run in turn in a pty of 120×40. The first paint of the large film may take at most 1.5 times as long. The
figure `seen` is the time until the timeline shows its clips, compared with the time until the empty film
shows that its cut is empty.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pyte
from result import measure_in_turn, print_report
from startup import has_first_frame, time_until_screen

from milimo_tui.core.ids import new_id
from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.core.paths import HOME_MARK, Home
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Project, Scene, Shot

ROUNDS = 9
CLIPS, SHOTS = 10_000, 200
EMPTY, FULL = "is empty", "quartzlamp"


def create_bench_film(home: Home, slug: str, clips: int) -> None:
    """Create a film of 200 shots whose cut has `clips` clips of these shots. The film opens on the
    timeline.
    """
    scene = Scene(id=new_id("scn"), order="V", number="1", heading="INT. ROOM - NIGHT")
    shots = [
        Shot(id=new_id("shot"), scene=scene.id, order=key, action=f"A {FULL} turns slowly.")
        for key in create_spread_keys(SHOTS)
    ]
    cut = new_cuts.create_cut("Long", new_id=new_id)
    track = next(track for track in cut.tracks if track.magnetic).id
    placed = tuple(
        Clip(
            id=new_id("clip"),
            cut=cut.id,
            track=track,
            source=ClipSource(SourceKind.SHOT, shots[index % SHOTS].id),
            frames=50,
            order=key,
            label=FULL,
        )
        for index, key in enumerate(create_spread_keys(clips))
    )
    full: Cut = replace(cut, clips=placed)
    with ProjectFile.create(home.get_project_paths(slug), Project(id=new_id("prj"), name=slug)) as film:
        film.write_edit("begin", scope="project", actor="bench", before=[], after=[scene, *shots, full])
        film.ui.set("mode", "timeline")


def shows_words(words: str, data: bytes, screen: pyte.Screen) -> bool:
    """Return True if the screen shows the words."""
    return any(words in line for line in screen.display)


def main() -> int:
    """Run the benchmark and return the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "home"
        home = Home(root)
        home.projects.mkdir(parents=True)
        (root / HOME_MARK).write_text("bench\n")
        (Path(folder) / "run").mkdir(mode=0o700)
        env = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "MILIMO_HOME": str(root),
            "XDG_RUNTIME_DIR": str(Path(folder) / "run"),
            "XDG_CONFIG_HOME": str(Path(folder) / "config"),
        }
        env.pop("TMUX", None)
        create_bench_film(home, "empty", 0)
        create_bench_film(home, "full", CLIPS)
        milimo = [sys.executable, "-m", "milimo_tui.cli.main"]
        open_empty, open_full = ([*milimo, "--project", slug] for slug in ("empty", "full"))
        subprocess.run([*milimo, "supervisor", "start"], env=env, check=True, capture_output=True)
        try:
            empty, full, empty_seen, full_seen = measure_in_turn(
                ROUNDS,
                lambda: time_until_screen(open_empty, env, has_first_frame),
                lambda: time_until_screen(open_full, env, has_first_frame),
                lambda: time_until_screen(
                    open_empty, env, lambda _, screen: any(EMPTY in line for line in screen.display)
                ),
                lambda: time_until_screen(
                    open_full, env, lambda _, screen: any(FULL in line for line in screen.display)
                ),
            )
        finally:
            subprocess.run([*milimo, "supervisor", "stop", "--now"], env=env, check=True, capture_output=True)
    figures = {
        "empty_first_paint_s": empty,
        "full_first_paint_s": full,
        "empty_seen_s": empty_seen,
        "full_seen_s": full_seen,
    }
    ratios = {"first_paint": full / empty, "seen": full_seen / empty_seen}
    return print_report("open_project", figures, ratios, {"first_paint": 1.5})


if __name__ == "__main__":
    sys.exit(main())
