"""Test the Script screen: reading and writing, the live outline, kinds of lines, saving, committing, and the
external editor.
"""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.story.screenplay.fountain import parse
from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.story.shots.committed import CommittedShots
from milimo_tui.story.shots.outline import TITLE_PAGE, make_outline
from milimo_tui.story.values.film import Project, Shot, Story
from milimo_tui.story.values.shot_words import Size, name_framing
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.script.element_kinds import guess_kind
from milimo_tui.tui.script.screen import ScriptScreen
from tests.tui.studio_setup import SCRIPT, make_studio, opened, press, screen_text, settle, until


@pytest.fixture(autouse=True)
def truecolour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("TMUX", raising=False)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def script(app: MilimoApp) -> ScriptScreen:
    assert isinstance(app.screen, ScriptScreen)
    return app.screen


async def test_text_and_outline_are_side_by_side(studio: Studio) -> None:
    async with opened(studio, mode="script", size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: "1A" in screen_text(pilot))
        text = screen_text(pilot)
        assert "Rain on tin roofs." in text
        assert "2 " in text
        assert script(app).editor.kind_at(0) == TITLE_PAGE
        assert script(app).editor.kind_at(3) == ScriptElementKind.HEADING
        rows = SCRIPT.splitlines()
        assert script(app).editor.kind_at(rows.index("MARA")) == ScriptElementKind.CUE
        assert script(app).editor.kind_at(rows.index("You are late.")) == ScriptElementKind.DIALOGUE
        assert script(app).editor.kind_at(rows.index("(smiling)")) == ScriptElementKind.PARENTHETICAL
        assert script(app).editor.kind_at(rows.index("CUT TO:")) == ScriptElementKind.TRANSITION


async def test_letters_act_while_reading_and_type_while_writing(studio: Studio) -> None:
    async with opened(studio, mode="script") as (app, pilot):
        await until(pilot, lambda: bool(script(app).editor.kinds))
        await press(pilot, "j j j")
        assert script(app).editor.cursor_location[0] == 3
        assert script(app).text == SCRIPT
        await press(pilot, 'i "gb escape')
        assert app.current_mode == "script"
        assert script(app).text != SCRIPT
        assert "not saved" in screen_text(pilot)
        await press(pilot, "u")
        await until(pilot, lambda: script(app).text == SCRIPT)


async def test_changed_line_is_committed_and_every_other_shot_stays(studio: Studio) -> None:
    before = {shot.id: shot for shot in studio.take_snapshot().story.live_shots()}
    async with opened(studio, mode="script") as (app, pilot):
        await until(pilot, lambda: bool(script(app).editor.kinds))
        row = SCRIPT.splitlines().index("I was never coming.")
        script(app).go_to_line(row + 1)
        await press(pilot, 'i end "_Ever. escape')
        await until(pilot, lambda: "to commit" in screen_text(pilot))
        await press(pilot, "c c")
        await until(
            pilot, lambda: "to commit" not in screen_text(pilot) and "not saved" not in screen_text(pilot)
        )
        assert app.film is not None
        after = {shot.id: shot for shot in app.film.story.live_shots()}
        assert after.keys() == before.keys()
        changed = [id for id, shot in after.items() if shot.dialogue != before[id].dialogue]
        assert len(changed) == 1
        assert after[changed[0]].dialogue[0].text == "I was never coming. Ever."


async def test_longer_line_in_an_edited_cut_is_asked_about(studio: Studio) -> None:
    registry.run_by_id(studio, "cut.trim_out", {"clip": "1A", "by": -5})
    async with opened(studio, mode="script") as (app, pilot):
        await until(pilot, lambda: bool(script(app).editor.kinds))
        script(app).go_to_line(SCRIPT.splitlines().index("You are late.") + 1)
        await press(pilot, 'i end "_I_sat_here_since_the_rain_began_and_they_want_to_close. escape')
        await until(pilot, lambda: "to commit" in screen_text(pilot))
        await pilot.press("c", "c")
        await until(pilot, lambda: "1 clip of" in screen_text(pilot))
        await press(pilot, "y")
        await until(pilot, lambda: "the new length" in screen_text(pilot))
    cut = studio.take_snapshot().cut
    assert cut is not None
    assert cut.markers == ()


async def test_outline_shows_framings_and_lengths_of_the_film(studio: Studio) -> None:
    registry.run_by_id(studio, "shot.set", {"id": "1A", "size": "ECU", "length": "217f"})
    registry.run_by_id(studio, "storyboard.reorder", {"id": "2A", "by": 1})
    async with opened(studio, mode="script", size=(120, 40)) as (_, pilot):
        await until(pilot, lambda: "1A  ECU" in screen_text(pilot))
        assert "8.7s" in screen_text(pilot)
        story = studio.take_snapshot().story
        text = " ".join(screen_text(pilot).split())
        for shot in story.live_shots():
            assert f"{story.numbers[shot.id]} {name_framing(shot.size, shot.function)} " in text
        registry.run_by_id(studio, "shot.set", {"id": "1A", "size": "WS"})
        await until(pilot, lambda: "1A  WS" in screen_text(pilot))


def test_shots_with_equal_words_are_distinguished_by_their_line() -> None:
    text = "INT. BAR - NIGHT\n\nA coin spins.\n\nEXT. STREET - DAY\n\nRain.\n\nA coin spins.\n"
    found = make_outline(text, len(text.splitlines()), Fraction(25))
    first, _, last = found.shots
    assert first.digest == last.digest
    shots = [
        Shot(id=id, scene="s", order=id, digest=first.digest, line=line, size=size)
        for id, line, size in (("a", 3, Size.ECU), ("b", 9, Size.EWS))
    ]
    story = Story(project=Project(id="p", name="Film"), shots=tuple(shots), numbers={"a": "1A", "b": "7C"})
    committed = CommittedShots(story)
    shown = [committed.apply_film_values(read, scene.line) for scene in found.scenes for read in scene.shots]
    assert [(one.number, one.size) for one in (shown[0], shown[2])] == [("1A", Size.ECU), ("7C", Size.EWS)]
    assert shown[1] == found.shots[1], "what is not committed is shown as it is read"


async def test_saving_alone_commits_nothing(studio: Studio) -> None:
    async with opened(studio, mode="script") as (app, pilot):
        await until(pilot, lambda: bool(script(app).editor.kinds))
        shots = len(studio.take_snapshot().story.live_shots())
        await press(pilot, 'G i ctrl+end enter enter "A_door_closes. escape ctrl+s')
        assert app.film is not None
        assert app.film.story.project.script.endswith("A door closes.")
        assert len(app.film.story.live_shots()) == shots
        await until(pilot, lambda: "1 to commit" in screen_text(pilot))


async def test_mixed_line_ends_and_odd_characters_survive_an_edit(tmp_path: Path) -> None:
    text = SCRIPT.replace("\n", "\r\n", 5) + "\x0cA page later.\n"
    made = make_studio(tmp_path / "home", text)
    async with opened(made, mode="script") as (app, pilot):
        await until(pilot, lambda: bool(script(app).editor.kinds))
        assert script(app).text == text
        row = SCRIPT.splitlines().index("You are late.")
        script(app).go_to_line(row + 1)
        await press(pilot, 'i end "_So_late. escape ctrl+s')
        assert app.film is not None
        assert app.film.story.project.script == text.replace("You are late.", "You are late. So late.")
    made.close()


@pytest.mark.long("screens")
async def test_quitting_with_unsaved_text_asks(studio: Studio) -> None:
    async with opened(studio, mode="script") as (app, pilot):
        await until(pilot, lambda: bool(script(app).editor.kinds))
        await press(pilot, 'i "x escape')
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "Leave without saving?" in screen_text(pilot))
        await press(pilot, "n")
        assert app.is_running
        assert not app.leaving.farewell
        await press(pilot, "?")  # A help panel covers the unsaved text.
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "Leave without saving?" in screen_text(pilot))
        await pilot.press("ctrl+q")  # Pressing the keys while the question is open asks the question again.
        await pilot.pause(0.05)
        assert "Leave without saving?" in screen_text(pilot)
        await press(pilot, "y")
        await until(pilot, lambda: bool(app.leaving.farewell))


async def test_all_words_are_shown_after_the_terminal_was_resized(studio: Studio) -> None:
    words = [f"word{at}" for at in range(40)]
    async with opened(studio, mode="script") as (app, pilot):
        editor = script(app).editor
        editor.text = SCRIPT.replace("Rain on tin roofs.", " ".join(words))
        await until(pilot, lambda: editor.kind_at(5) == ScriptElementKind.ACTION)
        for width, height in ((200, 50), (80, 24), (60, 15), (120, 36), (80, 24)):
            await pilot.resize_terminal(width, height)
            await settle(pilot)
            shown = " ".join(strip.text for strip in editor.render_lines(editor.size.region))
            assert re.findall(r"word\d+", shown) == (words if width >= 80 else [])


async def test_foreign_change_is_loaded_and_a_conflict_asked_about(studio: Studio, tmp_path: Path) -> None:
    other = Studio.open(home=str(tmp_path / "home"), actor="other")
    async with opened(studio, mode="script") as (app, pilot):
        await until(pilot, lambda: bool(script(app).editor.kinds))
        registry.run_by_id(other, "script.save", {"text": SCRIPT + "\nMore.\n"})
        await until(pilot, lambda: script(app).text.endswith("More.\n"))
        await press(pilot, 'i "mine_ escape')
        registry.run_by_id(other, "script.save", {"text": SCRIPT + "\nTheirs.\n"})
        await until(pilot, lambda: any("elsewhere" in message.text for message in app.messages))
        assert script(app).text.startswith("mine ")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Overwrite that version?" in screen_text(pilot))
        await press(pilot, "y")
        assert app.film is not None
        assert app.film.story.project.script.startswith("mine ")
    other.close()


async def test_own_save_is_not_taken_for_a_foreign_change(studio: Studio, tmp_path: Path) -> None:
    """The studio's own save is not reported as a foreign change, even if the film is reloaded before the
    action that saved the text has ended.
    """
    other = Studio.open(home=str(tmp_path / "home"), actor="other")
    async with opened(studio, mode="script") as (app, pilot):
        await until(pilot, lambda: bool(script(app).editor.kinds))
        await press(pilot, 'i "mine_ escape')
        mine, event = script(app).text, threading.Event()
        app.editing.run(event.wait)  # The held action delays the save that follows.
        await pilot.press("ctrl+s")
        await until(pilot, lambda: script(app)._saving == [mine])
        try:
            registry.run_by_id(other, "script.save", {"text": mine})
            await until(pilot, lambda: app.film is not None and app.film.story.project.script == mine)
        finally:
            event.set()
        await until(pilot, lambda: not script(app)._saving)
        assert not any("elsewhere" in message.text for message in app.messages)
        assert "not saved" not in screen_text(pilot)
        await press(pilot, 'i "more_ escape')
        registry.run_by_id(other, "script.save", {"text": SCRIPT + "\nTheirs.\n"})
        await until(pilot, lambda: any("elsewhere" in message.text for message in app.messages))
    other.close()


async def test_outline_leads_to_the_line_and_the_line_to_its_shot(studio: Studio) -> None:
    from milimo_tui.tui.storyboard.storyboard import StoryboardScreen

    async with opened(studio, mode="script") as (app, pilot):
        await until(pilot, lambda: len(script(app).outline_rows.rows) > 5)
        await press(pilot, "tab")
        assert script(app).outline_rows.has_focus
        script(app).outline_rows.move_to(0)
        wanted = next(
            index for index, row in enumerate(script(app).outline_rows.rows) if "coming" in row.left.plain
        )
        script(app).outline_rows.move_to(wanted)
        await press(pilot, "enter")
        assert script(app).editor.has_focus
        line = SCRIPT.splitlines()[script(app).editor.cursor_location[0]]
        assert line in ("JUN", "I was never coming.", "(smiling)")
        await press(pilot, "g d")
        assert isinstance(app.screen, StoryboardScreen)
        board = app.screen
        await until(pilot, lambda: bool(board.cards.key))
        state = board.get_shot_state(board.cards.key)
        assert state is not None
        assert state.shot.dialogue[0].text == "I was never coming."
        await press(pilot, "g d")
        assert SCRIPT.splitlines()[script(app).editor.cursor_location[0]] in (
            "JUN",
            "(smiling)",
            "I was never coming.",
        )


async def test_name_is_completed_while_typing(studio: Studio) -> None:
    async with opened(studio, mode="script") as (app, pilot):
        await until(pilot, lambda: bool(script(app).editor.names))
        await press(pilot, 'G i ctrl+end enter enter "MA')
        assert script(app).editor.suggestion == "RA"
        await press(pilot, "right")
        assert script(app).text.endswith("MARA")
        await press(pilot, "escape")


async def test_work_that_outlives_its_widgets_ends_with_the_screen(studio: Studio) -> None:
    looks = 0

    async with opened(studio, mode="script") as (app, pilot):
        screen = script(app)

        async def look() -> None:
            nonlocal looks
            while True:
                assert screen.editor.text
                looks += 1
                await asyncio.sleep(0)

        screen.run_in_background(look)
        await until(pilot, lambda: looks > 0)


@pytest.mark.long("screens")
async def test_text_is_searched(studio: Studio) -> None:
    async with opened(studio, mode="script") as (app, pilot):
        await until(pilot, lambda: bool(script(app).editor.kinds))
        await press(pilot, 'slash "mara enter')
        first = script(app).editor.cursor_location
        assert SCRIPT.splitlines()[first[0]].casefold().find("mara") == first[1]
        await press(pilot, "n")
        assert script(app).editor.cursor_location != first
        await press(pilot, "N")
        assert script(app).editor.cursor_location == first


async def test_empty_film_gets_a_page_to_start_from(tmp_path: Path) -> None:
    made = make_studio(tmp_path / "home", None)
    registry.run_by_id(made, "project.new", {"name": "Blank"})
    async with opened(made, mode="script") as (app, pilot):
        await press(pilot, "i escape")
        assert script(app).text.startswith("Title: Blank")
        await press(pilot, "c c")
        await until(pilot, lambda: app.film is not None and len(app.film.story.live_shots()) > 0)
    made.close()


@pytest.mark.long("screens")
async def test_screenplay_of_4600_lines_opens_and_accepts_keys_without_delay(tmp_path: Path) -> None:
    scene = "INT. ROOM {n} - DAY\n\nSomething happens in room {n}.\n\nMARA\nLine number {n} of the talk.\n\n"
    long = "Title: Long\n\n" + "".join(scene.format(n=n) for n in range(660))
    assert long.count("\n") > 4600
    made = make_studio(tmp_path / "home", None)
    registry.run_by_id(made, "project.new", {"name": "Long"})
    registry.run_by_id(made, "script.save", {"text": long})
    async with opened(made, mode="script", size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: len(script(app).editor.kinds) > 4600)
        await press(pilot, "2 0 0 0 j i")
        began = time.process_time()
        parse(long.encode())
        whole = time.process_time() - began
        taken = []
        for character in "typing":
            began = time.process_time()
            script(app).editor.insert(character)
            taken.append(time.process_time() - began)
        assert min(taken) < whole / 2, "a letter does not read the whole text again"
        await press(pilot, "escape")
        assert "typing" in script(app).text
    made.close()


async def test_external_editor_gets_the_text_and_returns_it(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = tmp_path / "editor.sh"
    editor.write_text('#!/bin/sh\nprintf "\\nThe end.\\n" >> "$1"\n')
    editor.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(editor))
    from milimo_tui.studio.machine import editor_program

    assert editor_program.read_editor_command({"VISUAL": "nano -w"}) == ["nano", "-w"]
    async with opened(studio, mode="script") as (app, pilot):
        await until(pilot, lambda: bool(script(app).editor.kinds))
        # A test has no terminal to hand over to an editor. The handling of the edited text is the same.
        script(app).take_edited_text(SCRIPT + "\nThe end.\n")
        await until(pilot, lambda: "not saved" in screen_text(pilot))
        await press(pilot, "ctrl+s")
        assert app.film is not None
        assert app.film.story.project.script == SCRIPT + "\nThe end.\n"


def test_missing_editor_setting_is_one_sentence() -> None:
    from milimo_tui.core.errors import Unavailable
    from milimo_tui.studio.machine import editor_program

    with pytest.raises(Unavailable, match="no editor"):
        editor_program.read_editor_command({})


@pytest.mark.parametrize(
    ("line", "before", "kind"),
    [
        ("INT. ROOM - DAY", None, ScriptElementKind.HEADING),
        ("MARA", None, ScriptElementKind.CUE),
        ("You are late.", ScriptElementKind.CUE, ScriptElementKind.DIALOGUE),
        ("(smiling)", ScriptElementKind.CUE, ScriptElementKind.PARENTHETICAL),
        ("CUT TO:", None, ScriptElementKind.TRANSITION),
        ("Rain.", None, ScriptElementKind.ACTION),
        ("   ", ScriptElementKind.CUE, None),
    ],
)
def test_line_is_estimated_by_its_own_words(line: str, before: str | None, kind: str | None) -> None:
    assert guess_kind(line, before) == kind


def test_outline_of_an_unreadable_text_shows_the_reason() -> None:
    from fractions import Fraction

    assert make_outline("", 1, Fraction(25)).problem
