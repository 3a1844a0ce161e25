"""Test typing on the Script screen: operators and motions, undo, changing the kind of a line with Tab, and
plain editing.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.studio.machine.editor_program import build_editor_command
from milimo_tui.studio.session.studio import Studio
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import SCRIPT, make_studio

ROWS = SCRIPT.splitlines()
LATE = ROWS.index("You are late.")
KEYS = [
    *"hjklwbe0$(){}xXDJ~pPuU.;,vVoOaAiI", "d w", "d d", "d }", "c w", "c i w", "d i d", "d a s", "y y",
    "y i p", "3 x", "2 d d", "r z", "f e", "t a", "S", "C", "s", "g g", "G", "m a", "' a", "d ' a", "escape",
    "d (", "c a w", "y y", "y )", "2 .", "W", "B", "*", "d j", "d k", "d G", "d g g",
    '" b y w', '" b p', "d f e",
]  # fmt: skip
TYPED = ["RAIN", "Low.", "int. r", " (", "x", "é漢"]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


async def at_line(stage: Stage, row: int) -> None:
    """Put the cursor at the start of line `row` (from 0), after the kinds of all lines are known."""
    await stage.until(lambda: bool(stage.screen.editor.kinds))
    stage.screen.go_to_line(row + 1)
    await stage.settle()


def lines(stage: Stage) -> list[str]:
    return list(stage.screen.editor.document.lines)


@pytest.mark.long("screens")
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_undoing_everything_restores_the_text(studio: Studio, seed: int) -> None:
    dice = random.Random(seed)
    async with on(studio, "script", (80, 24)) as stage:
        await at_line(stage, LATE)
        editor = stage.screen.editor
        for _ in range(60):
            await stage.press(*dice.choice(KEYS).split())
            if editor.is_writing:
                for _ in range(dice.randint(0, 2)):
                    await stage.type(dice.choice(TYPED))
                    await stage.press(
                        *dice.choice(["enter", "tab", "backspace", "left", "up", "right"]).split()
                    )
                await stage.press("escape")
            wrapped = editor.wrapped_document
            assert wrapped.height == sum(len(offsets) + 1 for offsets in wrapped._wrap_offsets)
            assert len(wrapped._wrap_offsets) == editor.document.line_count == len(editor.kinds)
        after = editor.text
        await stage.press("escape", "escape")
        undone = 0
        while editor.groups.undo_stack:
            editor.undo()
            undone += 1
        assert editor.text == "\n".join(lines(stage)) == "\n".join(ROWS) + "\n"
        for _ in range(undone):
            editor.redo()
        assert editor.text == after
        assert len(editor.wrapped_document._wrap_offsets) == editor.document.line_count


@pytest.mark.long("screens")
async def test_operators_take_motions_objects_and_counts(studio: Studio) -> None:
    async with on(studio, "script") as stage:
        await at_line(stage, LATE)
        await stage.press("w", "d", "w")
        assert lines(stage)[LATE] == "You late."
        await stage.press("u")
        assert lines(stage)[LATE] == "You are late."
        await stage.press("0", "c", "w")
        await stage.type("We")
        await stage.press("escape")
        assert lines(stage)[LATE] == "We are late."
        await stage.press("w", ".", "u", "u")
        assert lines(stage) == [*ROWS, ""], "what was written is one undo with the key that began it"
        await stage.press("d", "a", "d")
        assert "MARA" not in lines(stage)
        assert lines(stage)[LATE - 1] == "JUN"
        await stage.press("P")
        assert lines(stage)[LATE - 1 : LATE + 1] == ["MARA", "You are late."]
        await stage.press("2", "d", "d", "u", "D", "u", "x", "u")
        assert lines(stage) == [*ROWS, ""]
        await stage.press("{", "d", "}")
        assert "INT. NOODLE BAR - NIGHT" not in lines(stage)
        await stage.press("u", "g", "g", "}", "d", "i", "s")
        assert lines(stage)[4] == "INT. NOODLE BAR - NIGHT"


async def test_operator_acts_on_the_selection(studio: Studio) -> None:
    async with on(studio, "script") as stage:
        await at_line(stage, LATE)
        await stage.press("v", "e")
        assert "VISUAL" in stage.lines()[-1]
        assert stage.screen.editor.selected_text == "Yo", "and the letter that the cursor is on"
        await stage.press("d")
        assert lines(stage)[LATE] == " are late."
        await stage.press("u", "V", "k", "y", "G", "p")
        assert lines(stage)[-2:] == ["MARA", "You are late."]
        await stage.press("u", "v", "i", "w", "~", "escape")
        assert stage.screen.get_mode_name() == "NORMAL"


@pytest.mark.long("screens")
async def test_marks_registers_and_letters_work(studio: Studio) -> None:
    async with on(studio, "script") as stage:
        await at_line(stage, LATE)
        await stage.press("m", "a", '"', "k", "y", "y", "g", "g", "O")
        await stage.type("Draft: 2")
        await stage.press("escape", "'", "a")
        assert lines(stage)[stage.screen.editor.cursor_location[0]] == "You are late.", "marks move along"
        await stage.press("f", "l", "x", "d", "d", '"', "k", "P")
        assert lines(stage)[LATE + 1] == "You are late."
        await stage.press("'", "z")
        assert "no mark z" in stage.said
        await stage.press("slash")
        await stage.type("roof")
        await stage.press("enter")
        row = stage.screen.editor.cursor_location[0]
        await stage.press("n")
        assert stage.screen.editor.cursor_location[0] != row
        await stage.press("d", "N")
        assert "no match" not in stage.said


@pytest.mark.long("screens")
async def test_lines_stand_in_columns_while_typing_and_tab_changes_their_kind(
    studio: Studio,
) -> None:
    def column(text: str) -> int:
        page = [line[:68] for line in stage.lines()]
        return next(line.index(text) for line in page if text in line)

    async with on(studio, "script", (120, 36)) as stage:
        await stage.until(lambda: bool(stage.screen.editor.kinds))
        cue, said, plain = column("MARA  "), column("You are late."), column("Steam fills")
        assert plain < said < cue
        await stage.press("G", "o", "enter", "tab")
        assert stage.screen.editor.as_written[1] == ScriptElementKind.CUE
        await stage.type("tam")
        assert column("TAM") == cue, "in capitals, where people's names stand"
        await stage.press("enter")
        await stage.type("Hm.")
        assert column("Hm.") == said
        await stage.press("enter", "tab")
        await stage.type("to her")
        assert "(to her)" in stage.text
        await stage.press("end", "enter", "enter", "tab", "tab")
        await stage.type("the roof")
        await stage.press("enter", "enter")
        await stage.type("INT. NO")
        assert stage.screen.editor.suggestion == "ODLE BAR"
        await stage.press("tab")
        await stage.type(" - N")
        await stage.press("right", "escape")
        end = ["TAM", "Hm.", "(to her)", "", ".THE ROOF", "", "INT. NOODLE BAR - NIGHT"]
        assert lines(stage)[-len(end) :] == end
        await stage.until(lambda: stage.screen.editor.kinds[-3] == ScriptElementKind.HEADING)
        await stage.press("g", "g")


async def test_edited_line_stays_in_place_when_the_text_is_parsed(studio: Studio) -> None:
    async with on(studio, "script", (120, 36)) as stage:
        await at_line(stage, len(ROWS) - 1)
        await stage.press("o", "enter")
        await stage.type("TAM")
        row = stage.screen.editor.cursor_location[0]
        outline = stage.screen._outline
        await stage.until(lambda: stage.screen._outline is not outline)
        assert stage.screen.editor.kind_at(row) == ScriptElementKind.CUE, "nobody has said anything yet"
        await stage.press("enter")
        assert stage.screen.editor.kind_at(row + 1) == ScriptElementKind.DIALOGUE
        await stage.press("escape")


@pytest.mark.long("screens")
async def test_plain_preset_types_at_once_with_the_keys_of_any_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_SCRIPT_KEYS", "plain")
    made = make_studio(tmp_path / "home")
    async with on(made, "script") as stage:
        await stage.until(lambda: stage.screen.editor.is_writing)
        await stage.press("ctrl+home")
        stage.screen.go_to_line(LATE + 1)
        await stage.press("shift+right", "shift+right", "shift+right", "ctrl+c", "ctrl+x")
        assert lines(stage)[LATE] == " are late."
        await stage.type("We")
        assert lines(stage)[LATE] == "We are late."
        await stage.press("ctrl+z", "ctrl+z")
        assert lines(stage)[LATE] == "You are late."
        await stage.press("ctrl+y", "ctrl+y", "end", "ctrl+v")
        assert lines(stage)[LATE] == "We are late.You"
        await stage.press("ctrl+s")
        await stage.until(lambda: "We are late.You" in made.take_snapshot().story.project.script)
        await stage.press("escape")
        assert stage.screen.get_mode_name() == "NORMAL"
        await stage.press("g", "t")
        assert stage.app.current_mode == "timeline"
    made.close()


async def test_y_copies_the_line_without_a_selection(studio: Studio) -> None:
    async with on(studio, "script") as stage:
        stage.screen.go_to_line(LATE + 1)
        await stage.press("Y")
        assert stage.said == "copied: You are late."


async def test_external_editor_is_used_where_the_setting_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MILIMO_SCRIPT_KEYS", "editor")
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    made = make_studio(tmp_path / "home")
    async with on(made, "script") as stage:
        await at_line(stage, LATE)
        await stage.press("o")
        assert "no editor" in stage.said
        assert not stage.screen.editor.is_writing
        assert lines(stage) == [*ROWS, ""]
    made.close()


def test_known_editor_opens_at_the_line() -> None:
    path = Path("film.fountain")
    assert build_editor_command(["nano", "-w"], path, 12) == ["nano", "-w", "+12", "film.fountain"]
    assert build_editor_command(["/usr/bin/hx"], path, 12) == ["/usr/bin/hx", "film.fountain:12"]
    assert build_editor_command(["ghost"], path, 12) == ["ghost", "film.fountain"]
