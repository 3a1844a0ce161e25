"""Test that the studio process imports neither a model library nor PyAV, after every mode and every edit."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.front_door import Milimo

SCRIPT = """
import asyncio, sys, traceback

heavy = ("torch", "diffusers", "transformers", "av", "sqlmodel", "numpy", "PIL")


class ImportRecorder:
    "Record the importer of each heavy module."

    def find_spec(self, name, path=None, target=None):
        if name in heavy:
            traceback.print_stack()


sys.meta_path.insert(0, ImportRecorder())

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.app.modes import SCREENS

studio = Studio.open(actor="terminal-1")


def run(command, /, **values):
    return registry.run_by_id(studio, command, values)


def edits():
    def first(track="V1"):
        tracks = {item["name"]: item["clips"] for item in run("cut.show").data["tracks"]}
        return tracks[track][0]["id"]

    shot = run("shot.list").data[0]["id"]
    added = run("cut.overwrite", track="V2", at="5", shot=shot, frames=10).data["added"][0]
    values = {
        "cut.append": {"shot": shot},
        "cut.insert": {"shot": shot, "at": "10"},
        "cut.overwrite": {"shot": shot, "at": "0", "track": "V2", "frames": 5},
        "cut.replace": {"clip": added, "shot": shot},
        "cut.move": {"clip": added, "by": 3},
        "cut.trim_in": {"clip": added, "by": 1},
        "cut.trim_out": {"clip": added, "by": -1},
        "cut.split": {"at": "20"},
        "cut.lift": lambda: {"clip": first()},
        "cut.remove": lambda: {"clip": first()},
        "cut.duplicate": lambda: {"clip": first()},
        "cut.connect": {"clip": added},
        "cut.disconnect": {"clip": added},
        "cut.lift_range": {"start": "2", "end": "6"},
        "cut.extract": {"start": "2", "end": "6"},
        "cut.gap": {"frames": 5, "at": "0"},
        "cut.set": {"clip": added, "gain_db": -3.0},
        "cut.marker": {"at": "3", "text": "here"},
        "cut.track_add": {"kind": "audio"},
        "cut.track_set": {"track": "A2", "toggle": "muted"},
        "cut.track_delete": {"track": "A3"},
        "cut.playhead": {"frame": 4},
        "cut.marks": {"mark_in": 1, "mark_out": 9},
        "cut.new": {"name": "teaser"},
        "shot.set": {"id": shot, "seed": 7},
        "shot.add": {"scene": "1", "action": "A hand."},
        "shot.split": {"id": shot},
        "element.add": {"name": "Lamp", "kind": "object"},
        "storyboard.commit": {},
        "script.check": {},
    }
    values["cut.disconnect"] = {"clip": added}
    for id in ("cut.connect", "cut.disconnect", *[id for id in values if "connect" not in id]):
        given = values[id]
        run(id, **(given() if callable(given) else given))
    run("cut.use", name="main")
    run("cut.undo")
    run("cut.redo")
    run("film.render", plan=True)
    run("shot.make", missing=True, dry_run=True)


async def modes():
    app = MilimoApp(studio)
    async with app.run_test(size=(80, 24)) as pilot:
        while app.film is None:
            await pilot.pause(0.1)
        for mode in SCREENS:
            await app.go_to_mode(mode)
            await pilot.pause(0.3)
        await asyncio.to_thread(edits)
        await pilot.pause(0.5)


asyncio.run(modes())
print(sorted(name for name in heavy if name in sys.modules))
"""


@pytest.mark.long("screens")
def test_no_heavy_module_is_loaded_after_every_mode_and_edit(film: Milimo) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**film.env, "TERM": "xterm-256color"},
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:].decode()
    assert done.stdout.decode().strip().splitlines()[-1] == "[]", done.stderr[-5000:].decode()
