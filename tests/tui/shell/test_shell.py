"""Test the shell of the studio: modes, keys, prompts, command palette, log, help, small terminals, quitting,
and imports.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from rich.style import Style
from textual import events
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.app.modes import SCREENS
from milimo_tui.tui.app.palette import Palette
from milimo_tui.tui.home.own_keys_screen import OwnKeysScreen
from milimo_tui.tui.keys.command_words import parse_command_values, split_list_values
from milimo_tui.tui.script.screen import ScriptScreen
from milimo_tui.tui.shell.command_questions import ScreenQuestions
from milimo_tui.tui.shell.overlay import Overlay
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.storyboard.storyboard import StoryboardScreen
from milimo_tui.tui.terminal.palettes import ANSI
from milimo_tui.tui.terminal.theme import TextStyles
from milimo_tui.tui.widgets.empty import TooSmall
from milimo_tui.tui.widgets.hints import Hints
from milimo_tui.tui.widgets.lines import StatusLine
from milimo_tui.tui.widgets.text import wrap_words
from tests.budget import thorough
from tests.tui.stage import on
from tests.tui.studio_setup import PATIENCE, make_studio, opened, press, screen_text, settle, until


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


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home", None)
    yield made
    made.close()


async def test_film_opens_on_the_storyboard_and_an_empty_home_on_home(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        assert app.current_mode == "storyboard"
        await until(pilot, lambda: "NOODLE BAR" in screen_text(pilot))


async def test_home_without_a_film_explains_itself(empty: Studio) -> None:
    async with opened(empty) as (app, pilot):
        assert app.current_mode == "home"
        await until(pilot, lambda: "Start a film" in screen_text(pilot))


@pytest.mark.long("screens")
async def test_every_mode_is_entered_and_left_by_its_keys(studio: Studio) -> None:
    keys = {
        "home": "g h", "script": "g s", "timeline": "g t", "elements": "g e", "media": "g m", "review": "g v",
        "jobs": "g j", "models": "g w", "film": "g f", "storyboard": "g b",
    }  # fmt: skip
    assert set(keys) == set(SCREENS)
    async with opened(studio) as (app, pilot):
        for mode, typed in keys.items():
            await press(pilot, typed)
            assert app.current_mode == mode
            assert isinstance(app.screen, StudioScreen)
            assert app.screen.CONTEXTS[-1] == "global"
        await press(pilot, "backspace")
        assert app.current_mode == "film"
        await press(pilot, "ctrl+o")
        assert app.current_mode == "models"


@pytest.mark.long("screens")
async def test_every_screen_without_a_film_explains_itself(empty: Studio) -> None:
    async with opened(empty) as (app, pilot):
        for mode in SCREENS:
            await app.go_to_mode(mode)
            await settle(pilot)
            body = "\n".join(screen_text(pilot).splitlines()[2:-2]).strip()
            assert len(body) > 40, f"{mode} says nothing:\n{screen_text(pilot)}"


async def test_open_screen_survives_a_restart(studio: Studio) -> None:
    async with opened(studio) as (_, pilot):
        await press(pilot, "g e")
    async with opened(studio) as (app, _):
        assert app.current_mode == "elements"


async def test_partial_chord_lists_its_continuations_after_a_moment(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        # A long delay lets the test type the chord before the hints appear, even on a slow machine.
        app.keyboard.hints_after = 3600.0
        await pilot.press("g")
        assert not app.screen.query_one(Hints).display
        assert "g" in screen_text(pilot).splitlines()[-1]
        await press(pilot, "escape")
        app.keyboard.hints_after = 0.05
        await pilot.press("g")
        await until(pilot, lambda: app.screen.query_one(Hints).display)
        assert "open Timeline" in screen_text(pilot)
        await pilot.press("escape")
        assert not app.screen.query_one(Hints).display
        assert app.current_mode == "storyboard"


async def test_excess_hints_are_counted(studio: Studio) -> None:
    async with opened(studio) as (app, _pilot):
        hints = app.screen.query_one(Hints)
        rows = [(str(number), "what it does") for number in range(40)]
        hints.show_hints("d", rows, app.ink, 80)
        told = hints.render().plain
        assert "…" in told
        more = int(told.rpartition("…")[2].split()[0])
        assert told.count("what it does") + more == 40


async def test_escape_and_q_never_quit(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await press(pilot, "escape escape q escape q")
        assert app.is_running
        assert app.last_message is not None
        assert ":q" in app.last_message.text


async def test_quitting_explains_how_to_come_back(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await pilot.press("colon", "q", "enter")
        await until(pilot, lambda: bool(app.leaving.farewell))
    assert app.return_code == 0
    assert any("Type milimo" in words for words in app.leaving.farewell)


@pytest.mark.long("screens")
async def test_closed_studio_leaves_no_thread(studio: Studio) -> None:
    before = set(threading.enumerate())
    async with on(studio, "storyboard"):
        ours = {thread for thread in threading.enumerate() if thread.name.startswith(("follow", "studio-"))}
        assert ours - before
    end = time.monotonic() + PATIENCE
    while left := (ours - before) & set(threading.enumerate()):
        assert time.monotonic() < end, left
        await asyncio.sleep(0.02)


async def test_ctrl_c_twice_offers_to_quit_and_no_stays(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        app.twice_seconds = 3600.0  # A long interval makes the second Ctrl+C count on a slow machine too.
        await press(pilot, "ctrl+c")
        assert app.is_running
        await pilot.press("ctrl+c")
        await until(pilot, lambda: "Leave the studio?" in screen_text(pilot))
        await press(pilot, "n")
        assert app.is_running
        assert not app.leaving.farewell


async def test_help_lists_the_keys_of_the_screen(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await press(pilot, "question_mark")
        assert isinstance(app.screen, Overlay)
        shown = [row.left.plain for row in app.screen.rows.rows]
        assert any("c c" in line and "make a take" in line for line in shown)
        assert any("g l" in line for line in shown)
        await press(pilot, "q")
        assert len(app.screen_stack) == 1


async def test_palette_runs_a_command_and_explains_a_disabled_one(empty: Studio) -> None:
    async with opened(empty) as (app, pilot):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, Palette))
        await press(pilot, '"shot.make')
        assert "no film" in screen_text(pilot)
        await press(pilot, "escape")
        assert isinstance(app.screen, StudioScreen)


@pytest.mark.long("screens")
async def test_command_line_runs_commands_with_values(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await press(pilot, 'colon "project.rename_name=Fog enter')
        await until(pilot, lambda: app.film is not None and app.film.story.project.name == "Fog")
        await press(pilot, 'colon "nothing.such enter')
        assert app.last_message is not None
        assert app.last_message.kind == "error"
        await press(pilot, 'colon "jobs enter')
        assert app.current_mode == "jobs"


async def test_failed_command_is_one_line_with_a_hint(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        assert isinstance(app.screen, StudioScreen)
        app.screen.run_command("cut.use", {"name": "nowhere"})
        await settle(pilot)
        assert app.last_message is not None
        assert "nowhere" in app.last_message.text
        assert any(row.startswith(" ✕") for row in screen_text(pilot).splitlines()[-7:-1])


async def test_empty_log_is_explained_and_no_key_waits_after_it(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        app.messages.clear()
        await press(pilot, "g l")
        assert "Nothing yet" in screen_text(pilot)
        assert app.screen_stack[0].query_one(StatusLine).render().plain.split()[:2] != ["NORMAL", "g"]


async def test_message_log_keeps_messages(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        app.show_message("one thing happened")
        app.show_message("another thing", "warn", "do this")
        await press(pilot, "g l")
        assert isinstance(app.screen, Overlay)
        text = screen_text(pilot)
        assert "one thing happened" in text
        assert "do this" in text


async def test_edits_of_the_project_are_undone_and_redone(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await press(pilot, 'colon "project.rename_name=Fog enter')
        await press(pilot, "u")
        assert app.film is not None
        assert app.film.story.project.name == "Rain Market"
        await press(pilot, "U")
        assert app.film.story.project.name == "Fog"


async def test_foreign_change_is_shown(studio: Studio, tmp_path: Path) -> None:
    other = Studio.open(home=str(tmp_path / "home"), actor="other")
    async with opened(studio) as (app, pilot):
        registry.run_by_id(other, "project.rename", {"name": "Elsewhere"})
        await until(pilot, lambda: "Elsewhere" in screen_text(pilot).splitlines()[0])
        assert app.is_running
    other.close()


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", [(79, 24), (80, 23), (40, 10), (10, 3)])
async def test_too_small_terminal_is_reported_and_recovers(studio: Studio, size: tuple[int, int]) -> None:
    async with opened(studio) as (app, pilot):
        assert not app.screen.query_one(TooSmall).display
        await pilot.resize_terminal(*size)
        await until(pilot, lambda: app.screen.query_one(TooSmall).display)
        if size[0] >= 20:
            assert "80 × 24" in screen_text(pilot)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: not app.screen.query_one(TooSmall).display)
        await until(pilot, lambda: "NOODLE BAR" in screen_text(pilot))


@pytest.mark.long("screens")
async def test_window_of_a_few_cells_crashes_nothing(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        for mode in ("timeline", "storyboard", "elements", "jobs", "review"):
            await app.go_to_mode(mode)
            app.show_message("more words than a window of a few cells has room for", "warn", "and a hint")
            for size in ((30, 8), (4, 3), (2, 1), (1, 1), (80, 24)):
                await pilot.resize_terminal(*size)
                await pilot.pause()
        await settle(pilot)
        assert app.current_mode == "review"
        assert not app.screen.query_one(TooSmall).display


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (120, 40), (200, 50), (300, 80)], one=True))
async def test_every_screen_keeps_its_frame_at_every_size(studio: Studio, size: tuple[int, int]) -> None:
    async with opened(studio, size=size) as (app, pilot):
        for mode in SCREENS:
            await app.go_to_mode(mode)
            await settle(pilot)
            lines = screen_text(pilot).splitlines()
            assert len(lines) == size[1]
            assert lines[-1].strip(), f"{mode}: no status line"
            assert lines[0].strip(), f"{mode}: no header"


async def test_text_field_types_and_escape_leaves_it(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await press(pilot, 'slash "gq')
        field = app.screen.query_one(Input)
        assert field.value == "gq"
        await press(pilot, "escape")
        assert app.current_mode == "storyboard"
        assert not app.screen.typing if isinstance(app.screen, StudioScreen) else False


async def test_input_line_closes_with_its_page(studio: Studio) -> None:
    """An action that reads data first may ask its question after its page was closed."""
    async with on(studio, "timeline") as stage:
        await stage.press("g", "c")
        page = stage.screen
        assert type(page).__name__ == "CutsScreen"
        await stage.press("escape")
        assert stage.screen is not page
        assert await page.ask_text("the cut's name") is None
        assert not page.prompt.is_open


async def test_search_finds_and_n_continues(studio: Studio) -> None:
    from milimo_tui.tui.storyboard.storyboard import StoryboardScreen

    async with opened(studio) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, StoryboardScreen)
        await until(pilot, lambda: bool(screen.cards.key))
        await press(pilot, 'slash "coin enter')
        found = screen.get_shot_state(screen.cards.key)
        assert found is not None
        assert "coin" in found.shot.action
        await press(pilot, "n")
        assert screen.cards.key == found.shot.id


def test_typed_command_becomes_id_and_values() -> None:
    assert parse_command_values('cut.new name="two words" copy-of=x') == (
        "cut.new",
        {"name": "two words", "copy_of": "x"},
    )


def test_several_ids_are_a_list() -> None:
    model = registry.find_command("shot.make").args
    assert split_list_values({"ids": "1A,1B", "takes": "2"}, model) == {"ids": ["1A", "1B"], "takes": "2"}


HEAVY = ("torch", "diffusers", "transformers", "av", "sqlmodel", "sqlalchemy", "numpy", "PIL")


@pytest.mark.long("screens")
def test_ui_process_loads_no_heavy_module_on_any_screen(tmp_path: Path) -> None:
    """A separate process opens a film, visits every mode and makes a few edits. Then its imported modules are
    checked.
    """
    make_studio(tmp_path / "home").close()
    script = f"""
import asyncio, sys
from pathlib import Path
from milimo_tui.studio.session.studio import Studio
from tests.tui.studio_setup import opened, press
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.app.modes import SCREENS
async def main():
    studio = Studio.open(home={str(tmp_path / "home")!r}, actor="test")
    async with opened(studio) as (app, pilot):
        for mode in SCREENS:
            await app.go_to_mode(mode)
            await press(pilot, "j k")
        await press(pilot, "g b enter escape J u")
    studio.close()
    loaded = [name for name in {HEAVY!r} if name in sys.modules]
    print("LOADED", loaded)
asyncio.run(main())
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=Path(__file__).parents[3],
    )
    assert done.returncode == 0, done.stderr
    assert "LOADED []" in done.stdout


def test_first_frame_needs_no_database_and_no_pydantic_models() -> None:
    code = (
        "import sys, milimo_tui.tui.app.running;"
        "print(*(name for name in ('sqlite3', 'pydantic') if name in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout.strip() == ""


async def test_damaged_keymap_is_reported_and_the_preset_works(studio: Studio, tmp_path: Path) -> None:
    folder = tmp_path / "config" / "milimo"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('keymap = "nle"\n')
    line = '{ on = "Y", run = "ui.move", args = { to = "nowhere" }, note = "no such place" }'
    (folder / "keymap.toml").write_text(f"[timeline]\nkeys = [{line}]\n")
    again = Studio.open(home=str(studio.home.root), actor="again")
    async with opened(again) as (app, pilot):
        assert any("nowhere" in message.text for message in app.messages)
        assert app.keyboard.keymap.by_context["timeline"]["b",].note == "blade"
        await press(pilot, "g e")
        assert app.current_mode == "elements"
    again.close()


async def test_line_typed_ahead_is_edited_and_accepted_in_order(studio: Studio) -> None:
    """All keys arrive in one burst: they open the field, empty it, type a text, accept it, and edit the next
    text.
    """
    from textual import events

    async with opened(studio) as (app, pilot):
        await until(pilot, lambda: app.film is not None and "1A" in screen_text(pilot))
        for words in ("one", "two", "three", "four", "five"):
            for key in ("e", "ctrl+u", *words, "enter"):
                app.post_message(events.Key(key, key if len(key) == 1 else None))
            await until(pilot, partial(_first_is, app, words))


def _first_is(app: MilimoApp, action: str) -> bool:
    return app.film is not None and app.film.story.live_shots()[0].action == action


async def test_keys_typed_right_after_the_colon_go_into_the_line(studio: Studio) -> None:
    from textual import events

    async with opened(studio) as (app, pilot):
        for key, character in ((":", ":"), ("g", "g"), ("j", "j"), ("q", "q")):
            app.post_message(events.Key("colon" if key == ":" else key, character))
        await until(pilot, lambda: app.screen.query_one(Input).value == "gjq")
        assert app.current_mode == "storyboard"


def test_each_terminal_is_an_actor_and_the_next_takes_over_the_last_closed(tmp_path: Path) -> None:
    from milimo_tui.core.paths import Home
    from milimo_tui.tui.terminal.actor import claim_actor_name

    home = Home(tmp_path)
    with claim_actor_name(home) as one, claim_actor_name(home) as two:
        assert (one, two) == ("terminal-1", "terminal-2")
    with claim_actor_name(home) as again:
        assert again == "terminal-1"
    with claim_actor_name(Home(tmp_path / "nowhere")) as nobody:
        assert nobody == "terminal-0"


async def test_damaged_film_is_one_sentence_and_home_stays_open(studio: Studio, tmp_path: Path) -> None:
    paths = studio.require_project().paths
    studio.close_project()
    for path in paths.root.glob("project.db*"):
        path.unlink()
    paths.db.write_bytes(b"this is no database" * 100)
    async with opened(studio) as (app, pilot):
        assert app.current_mode == "home"
        assert any("damaged" in message.text for message in app.messages), [
            message.text for message in app.messages
        ]
        assert any(row.startswith(" ✕") for row in screen_text(pilot).splitlines()[-7:-1])
        await until(pilot, lambda: "✕ rain-market" in screen_text(pilot))
    assert paths.db.read_bytes().startswith(b"this is no database")


async def test_read_only_film_opens_with_a_message(studio: Studio) -> None:
    from milimo_tui.store.project.project_file import ProjectFile

    paths = studio.require_project().paths
    studio.close_project()
    with ProjectFile.open(paths) as file:
        version = file.read_revision()
    assert version
    paths.db.chmod(0o444)
    paths.root.chmod(0o555)
    try:
        async with opened(studio) as (app, pilot):
            await until(pilot, lambda: "NOODLE BAR" in screen_text(pilot))
            if studio.require_project().read_only:
                assert any("not changed" in message.text for message in app.messages)
            await press(pilot, "g e")
            assert app.current_mode == "elements"
    finally:
        paths.root.chmod(0o755)


async def test_long_message_takes_the_whole_line(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        app.show_message("a sentence that says in so many words why that can't be done here", "warn")
        await settle(pilot)
        line = screen_text(pilot).splitlines()[-2]
        assert "be done here" in line
        assert "main" not in line
        app.show_message("short")
        await settle(pilot)
        assert "00:00:00:00" in screen_text(pilot).splitlines()[-2]


async def test_long_message_grows_over_the_screen_until_the_next_key(studio: Studio) -> None:
    async with opened(studio, size=(80, 24)) as (app, pilot):

        def foot() -> list[str]:
            return [row.rstrip() for row in screen_text(pilot).splitlines()[-5:-1]]

        await until(pilot, lambda: "→" in screen_text(pilot))  # The screen shows the next step.
        rows = screen_text(pilot).splitlines()
        app.show_message(
            "x" * 30 + " " + "y" * 60 + " the end", "error", "a hint that tells the way out of it"
        )
        await settle(pilot)
        above, *whole = foot()
        assert above == rows[-5].rstrip()
        assert whole == [
            " ✕ " + "x" * 30,
            "   " + "y" * 60 + " the end",
            "   a hint that tells the way out of it",
        ]
        await press(pilot, "escape")
        assert foot() == [row.rstrip() for row in rows[-5:-1]]
        screen = app.studio_screen
        assert screen is not None
        asked = app.run_worker(screen.confirm("z" * 40 + " " + "q" * 40 + "?"))
        await settle(pilot)
        assert foot()[-2:] == [" " + "q" * 40 + "?", " y yes   n no"]
        await press(pilot, "n")
        assert await asked.wait() is False
        assert foot()[-2] == rows[-3].rstrip()


@pytest.mark.long("screens")
async def test_question_waits_for_the_input_line_and_then_gets_the_keys(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await press(pilot, "g w /")
        screen = app.studio_screen
        assert screen is not None
        assert screen.prompt.is_open
        asked = app.run_worker(screen.confirm("Go on?"))
        await settle(pilot)
        await press(pilot, "n y")
        assert screen.prompt.typed == "ny"
        assert "Go on?" not in screen_text(pilot)
        await press(pilot, "escape")
        await settle(pilot)
        assert "Go on?" in screen_text(pilot)
        typed = app.run_worker(screen.ask_text("name"))
        await settle(pilot)
        await press(pilot, "y")
        assert await asked.wait() is True
        await settle(pilot)
        await press(pilot, "y escape")
        assert await typed.wait() is None


@pytest.mark.long("screens")
async def test_up_recalls_earlier_lines_and_down_the_current_one(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        screen = app.studio_screen
        assert screen is not None
        for words in ("o n e", "t w o"):
            earlier = app.run_worker(screen.ask_text("name"))
            await settle(pilot)
            await press(pilot, f"{words} enter")
            await earlier.wait()
        app.run_worker(screen.ask_text("name"))
        await settle(pilot)
        await press(pilot, "n e w down")
        assert screen.prompt.typed == "new"
        seen = []
        for key in ("up", "up", "up", "down", "down"):
            await press(pilot, key)
            seen.append(screen.prompt.typed)
        assert seen == ["two", "one", "one", "two", "new"]


async def test_input_line_keeps_its_keys(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await press(pilot, "g b /")
        screen = app.screen
        assert isinstance(screen, StoryboardScreen)
        cards = screen.cards
        for wants in (cards.focus, lambda: screen.set_focus(None), cards.focus):
            wants()
            await settle(pilot)
            await press(pilot, "n")
        assert screen.prompt.typed == "nnn"
        await press(pilot, "escape")
        assert not screen.prompt.is_open
        assert screen.focused is cards


async def test_question_gets_the_keys_while_typing(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await press(pilot, "g s i x")
        screen = app.screen
        assert isinstance(screen, ScriptScreen)
        assert screen.typing
        written = screen.editor.text
        asked = app.run_worker(screen.confirm("Go on?"))
        await settle(pilot)
        await press(pilot, "a n")
        assert await asked.wait() is False
        assert screen.editor.text == written
        await press(pilot, "z")
        assert screen.editor.text != written


async def test_command_that_asks_waits_for_the_opening_screen(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        coming = app.push_screen(OwnKeysScreen(("global",)))
        task = asyncio.create_task(ScreenQuestions(app)._ask_secret("a token"))
        await coming
        await until(pilot, lambda: "a token:" in screen_text(pilot))
        await press(pilot, "x y enter")
        assert await task == "xy"


@pytest.mark.long("screens")
@pytest.mark.parametrize("mode", thorough("screens", tuple(SCREENS), quick=3))
async def test_film_deleted_while_a_screen_is_drawn_is_reported(studio: Studio, mode: str) -> None:
    async with on(studio, mode) as stage:
        registry.run_by_id(studio, "project.bin", {"name": "rain-market"})
        for _ in range(3):  # These redraws happen before the follower has noticed the deletion.
            stage.screen.mark_for_redraw()
            stage.screen.catch_up()
            await stage.press("j", "l")
        await stage.until(lambda: stage.app.film is None)
        assert stage.app.is_running


@pytest.mark.long("screens")
async def test_message_disappears_with_the_next_key_or_screen(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        for keys in ("j", "g t", "g b", "escape"):
            app.show_message("something was said here")
            await settle(pilot)
            assert "something was said here" in screen_text(pilot)
            await press(pilot, keys)
            assert "something was said here" not in screen_text(pilot), keys
        app.show_message("something was said here")
        await press(pilot, "g t g b g t")
        assert "something was said here" not in screen_text(pilot)
        await press(pilot, "g l")
        assert "something was said here" in screen_text(pilot)


@pytest.mark.parametrize("mode", thorough("screens", [mode for mode in SCREENS if mode != "timeline"]))
async def test_notes_cuts_and_waiting_shots_open_over_every_screen(studio: Studio, mode: str) -> None:
    async with opened(studio, mode=mode) as (app, pilot):
        for keys, title in (("g n", "Notes"), ("g c", "Cuts"), ("g p", "To place"), ("g i", "Mixer")):
            await press(pilot, keys)
            await until(pilot, partial(_head_says, pilot, f"· {title}"))
            assert len(app.screen_stack) == 2, "one list at a time"
        await press(pilot, "escape")
        assert (app.current_mode, len(app.screen_stack)) == (mode, 1)


def _head_says(pilot: Pilot[int], words: str) -> bool:
    return words in screen_text(pilot).splitlines()[0]


async def test_note_found_on_the_storyboard_opens_on_the_timeline(studio: Studio) -> None:
    registry.run_by_id(studio, "cut.note_add", {"text": "hold on her", "at": "40"})
    async with opened(studio, mode="storyboard") as (app, pilot):
        await press(pilot, "g n")
        await until(pilot, lambda: "hold on her" in screen_text(pilot))
        await press(pilot, "enter")
        await until(pilot, lambda: app.current_mode == "timeline" and len(app.screen_stack) == 1)
        await until(pilot, lambda: getattr(app.screen, "playhead", 0) == 40)


async def test_lists_of_the_cut_without_a_film_say_so(empty: Studio) -> None:
    async with opened(empty) as (app, pilot):
        await press(pilot, "g n")
        assert len(app.screen_stack) == 1
        assert app.last_message is not None
        assert "no film" in app.last_message.text


def test_words_are_wrapped_by_cells() -> None:
    assert wrap_words("a hint that tells", 8) == ["a hint", "that", "tells"]
    assert wrap_words("雨の市場の 夜", 6) == ["雨の市", "場の", "夜"]
    assert wrap_words("  one two", 6, indent="  ") == ["  one", "  two"]
    assert wrap_words("abcdef", 1, indent="    ") == ["ab", "cd", "ef"]
    assert wrap_words(" \n", 9) == []


async def test_log_shows_long_messages_in_full(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        app.show_message(
            "x" * 30 + " " + "y" * 40 + " the end", "error", "a hint of some length, at the foot of it"
        )
        await press(pilot, "g l")
        text = screen_text(pilot)
        assert "the end" in text
        assert "at the foot of it" in text


@pytest.mark.parametrize(
    ("mode", "key"), [("timeline", "s"), ("storyboard", "e"), ("script", "i"), ("film", "R")]
)
async def test_keys_of_a_screen_without_a_film_say_so(empty: Studio, mode: str, key: str) -> None:
    async with opened(empty, mode=mode) as (app, pilot):
        assert "NORMAL   ? keys" in screen_text(pilot).splitlines()[-1]
        await press(pilot, key)
        assert app.last_message is not None
        assert "no film" in app.last_message.text


async def test_removed_folder_is_reported_and_nothing_is_written(studio: Studio, tmp_path: Path) -> None:
    async with opened(studio, mode="storyboard") as (app, pilot):
        root = studio.require_project().paths.root
        root.rename(tmp_path / "elsewhere")
        await press(pilot, "J")
        assert app.last_message is not None
        assert "folder is gone" in app.last_message.text
        (tmp_path / "elsewhere").rename(root)
        await press(pilot, "J")
        assert "move" in app.last_message.text


def test_selected_rows_are_one_reversed_block() -> None:
    ink = TextStyles(ANSI)
    assert ink.combine_styles(Style(reverse=True), ink.muted).color is None
    assert ink.combine_styles(Style(), ink.muted).color == ink.muted.color


async def test_g_d_goes_to_the_script_line_and_back_to_the_clip(studio: Studio) -> None:
    async with opened(studio, mode="timeline") as (app, pilot):
        await press(pilot, "w w")
        before = getattr(app.screen, "playhead", -1)
        assert before > 0
        await press(pilot, "g d")
        assert app.current_mode == "script"
        await until(pilot, lambda: "shots" in screen_text(pilot).splitlines()[0])
        await pilot.pause(0.4)
        await press(pilot, "g d")
        assert app.current_mode == "timeline"
        assert getattr(app.screen, "playhead", -1) == before


async def test_key_typed_after_the_one_that_opens_a_panel_goes_to_the_panel(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        for _ in range(3):
            app.type_keys("gl")
            await app.on_event(events.Key("escape", "\x1b"))
            await settle(pilot)
        assert app.studio_screen is not None


async def test_panel_closes_only_itself(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await press(pilot, "g l")
        panel = app.screen
        assert isinstance(panel, Overlay)
        panel.dismiss("")
        panel.dismiss("")  # Dismiss the panel again, as when a row is chosen twice in quick succession.
        await settle(pilot)
        assert app.studio_screen is not None
        assert len(app.screen_stack) == 1


async def stood(app: MilimoApp) -> list[Strip]:
    """Return the rows of the screen after they have not changed for a second, so that all pictures have
    arrived.
    """
    before, same = app.screen._compositor.render_strips(), 0
    while same < 10:
        await asyncio.sleep(0.1)
        now = app.screen._compositor.render_strips()
        before, same = now, same + 1 if now == before else 0
    return before


@pytest.mark.long("screens")
async def test_focus_events_of_the_terminal_change_nothing(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        for keys in ("g b", "g s", "g h", "g j", "g t"):
            await press(pilot, keys)
            had = app.focused
            for window in (events.AppBlur(), events.AppFocus()):
                for _ in range(3):  # On a busy machine, a late picture can change the screen once.
                    before = await stood(app)
                    app.post_message(window)
                    await settle(pilot)
                    assert app.focused is had
                    if app.screen._compositor.render_strips() == before:
                        break
                else:
                    pytest.fail(f"{keys}: the screen changes with the terminal's window")
