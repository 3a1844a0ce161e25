"""Test that a film with a kind of transition that this version does not know opens on the Timeline."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from milimo_tui.cut.values.cut import Transition
from milimo_tui.cut.values.transition_kinds import TRANSITIONS
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import make_studio
from tests.tui.stage import Stage, on


def rename_stored_kind(studio: Studio, kind: str) -> None:
    with sqlite3.connect(studio.require_project().paths.db) as connection:
        connection.execute("UPDATE transition SET kind = ?", (kind,))


def read_inspector(stage: Stage) -> str:
    inspector = stage.screen.inspector_part.inspector
    return "\n".join(inspector.render_line(y).text for y in range(inspector.size.height))


def load_transitions(stage: Stage) -> tuple[Transition, ...]:
    return stage.app.studio.require_project().load_cut(stage.screen.cut.id).transitions


async def test_unknown_transition_is_shown_by_its_name(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    run_by_id(studio, "cut.transition", {"clip": "1A", "kind": "dip", "frames": 12})
    rename_stored_kind(studio, "sparkle")
    studio.close()
    studio = make_studio(tmp_path / "home", takes=False)
    studio.use_project(studio.home.get_project_paths("rain-market"))
    async with on(studio, "timeline", (110, 32)) as stage:
        await stage.press("enter")
        await stage.press("/")
        await stage.type("transition")
        await stage.press("enter")
        assert "sparkle" in read_inspector(stage)
        assert "sp" in stage.text
        await stage.press("j", "8", "enter")
        [join] = load_transitions(stage)
        assert (str(join.kind), join.frames) == ("sparkle", 8)
        await stage.press("k", "l", "j")
        assert all(each.kind in TRANSITIONS for each in load_transitions(stage))
