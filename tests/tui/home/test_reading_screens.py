"""Test Home, Storyboard, Shot, Elements and Weights with keys, on a real film."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import read_arguments
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.home.film_cards import format_relative_day
from milimo_tui.tui.home.home import HomeScreen
from milimo_tui.tui.keys.key_parser import KeyCommand
from milimo_tui.tui.shot.shot import ShotScreen
from milimo_tui.tui.shot.shot_details import TAKE
from milimo_tui.tui.storyboard.elements import ElementsScreen
from milimo_tui.tui.storyboard.storyboard import StoryboardScreen
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.rows import Rows
from tests.studio.test_shot_requests import lora_file
from tests.tui.studio_setup import add_take, make_studio, opened, press, screen_text, settle, until


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


async def test_home_lists_films_and_opens_one(studio: Studio) -> None:
    registry.run_by_id(studio, "project.new", {"name": "Second"})
    async with opened(studio, mode="home") as (app, pilot):
        await until(pilot, lambda: "Second" in screen_text(pilot))
        screen = app.screen
        assert isinstance(screen, HomeScreen)
        await until(pilot, lambda: screen.wall.keys == ["second", "rain-market"])
        await press(pilot, "l enter")
        await until(pilot, lambda: app.current_mode == "storyboard")
        assert app.film is not None
        assert app.film.story.project.name == "Rain Market"


async def test_doctor_is_opened_by_one_key(empty: Studio) -> None:
    async with opened(empty) as (_, pilot):
        await press(pilot, "d")
        await until(pilot, lambda: "This terminal" in screen_text(pilot) and "python" in screen_text(pilot))


def test_days_are_shown_in_everyday_words() -> None:
    day = 86400.0
    now = time.mktime((2027, 1, 15, 12, 0, 0, 0, 0, -1))
    assert format_relative_day(now - 60, now).startswith("today")
    assert format_relative_day(now + 2 * day, now).startswith("today"), "a clock that was put back"
    new_year = time.mktime((2029, 1, 1, 12, 0, 0, 0, 0, -1))
    assert format_relative_day(new_year - day, new_year) == "yesterday"
    assert format_relative_day(new_year - 7 * day, new_year) == "7 days ago"
    assert format_relative_day(now - day, now) == "yesterday"
    assert format_relative_day(now - 3 * day, now) == "3 days ago"
    assert format_relative_day(now - 30 * day, now).count("-") == 2


def board(app: MilimoApp) -> StoryboardScreen:
    assert isinstance(app.screen, StoryboardScreen)
    return app.screen


async def test_storyboard_shows_scenes_and_shots(studio: Studio) -> None:
    async with opened(studio, size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: bool(board(app).cards.key))
        text = screen_text(pilot)
        for heading in ("EXT. MARKET STREET", "INT. NOODLE BAR", "EXT. ROOFTOP"):
            assert heading in text
        assert "1A" in text
        assert "no take" in text
        assert "3 scenes" in text.splitlines()[0]


async def test_cursor_moves_over_the_cards(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await until(pilot, lambda: bool(board(app).cards.key))
        assert app.film is not None
        shots = [shot.id for shot in app.film.story.live_shots()]
        cards = board(app).cards
        await press(pilot, "l")
        assert cards.key == shots[1]
        await press(pilot, "h h h")
        assert cards.key == shots[0]
        await press(pilot, "j")
        assert cards.key != shots[0]
        await press(pilot, "G")
        assert cards.key == shots[-1]
        await press(pilot, "g g")
        assert cards.key == shots[0]
        await press(pilot, "2 l")
        assert cards.key == shots[2]
        await press(pilot, "right_parenthesis")
        state = board(app).get_shot_state(cards.key)
        assert state is not None
        assert state.number.endswith("A")


async def test_stale_shots_are_built_by_keys(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await until(pilot, lambda: bool(board(app).cards.key))
        await press(pilot, "c s")
        await until(pilot, lambda: "nothing is stale" in screen_text(pilot))


@pytest.mark.long("screens")
async def test_shot_is_reordered_and_undo_restores_it(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await until(pilot, lambda: bool(board(app).cards.key))
        assert app.film is not None
        before = [shot.id for shot in app.film.story.live_shots()]
        await press(pilot, "J")
        assert [shot.id for shot in app.film.story.live_shots()][:2] == [before[1], before[0]]
        assert board(app).cards.key == before[0]
        await press(pilot, "K")
        assert [shot.id for shot in app.film.story.live_shots()] == before
        await press(pilot, "J u")
        assert [shot.id for shot in app.film.story.live_shots()] == before


@pytest.mark.long("screens")
async def test_shot_is_edited_added_and_deleted(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await until(pilot, lambda: bool(board(app).cards.key))
        assert app.film is not None
        count = len(app.film.story.live_shots())
        await press(pilot, 'e ctrl+u "The_lanterns_go_out. enter')
        first = app.film.story.live_shots()[0]
        assert first.action == "The lanterns go out."
        await press(pilot, 'a "A_dog_barks. enter')
        assert len(app.film.story.live_shots()) == count + 1
        assert app.film.story.live_shots()[1].action == "A dog barks."
        assert board(app).cards.key == app.film.story.live_shots()[1].id
        await press(pilot, "x")
        assert len(app.film.story.live_shots()) == count


async def test_take_is_queued_with_a_message(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await until(pilot, lambda: bool(board(app).cards.key))
        board(app).run_command("shot.make", {"ids": (board(app).cards.key,), "dry_run": True})
        await settle(pilot)
        assert app.last_message is not None
        assert "1 take" in app.last_message.text


async def test_each_command_key_of_board_and_inspector_fits_its_command(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await until(pilot, lambda: bool(board(app).cards.key))
        for _ in range(2):
            screen = app.studio_screen
            assert screen is not None
            bound = [
                binding
                for binding in app.keyboard.keymap.list_bindings_in_reach(screen.CONTEXTS)
                if not binding.is_ui
            ]
            assert bound
            for binding in bound:
                args = screen.get_command_args(binding.run, KeyCommand(binding, argument="3")) or {}
                known = read_arguments(registry.list_commands()[binding.run].args)
                assert {*binding.args, *args} <= {*known, "step"}, binding
            await press(pilot, "enter")


async def test_keys_act_on_selected_shots(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await until(pilot, lambda: bool(board(app).cards.key))
        await press(pilot, "space space")
        assert app.film is not None
        assert board(app).selected == tuple(shot.id for shot in app.film.story.live_shots()[:2])


async def test_inspector_shows_what_is_sent(studio: Studio) -> None:
    async with opened(studio, size=(120, 40)) as (app, pilot):
        await until(pilot, lambda: bool(board(app).cards.key))
        await press(pilot, "enter")
        assert isinstance(app.screen, ShotScreen)
        await until(pilot, lambda: "prompt" in screen_text(pilot))
        text = screen_text(pilot)
        for word in ("wanted", "framing", "prompt", "seed", "made by", "animatic", "Takes", "none yet"):
            assert word in text, word
        await press(pilot, "escape")
        assert len(app.screen_stack) == 1


@pytest.mark.long("screens")
async def test_fields_of_a_shot_are_edited_in_place(studio: Studio) -> None:
    async with opened(studio) as (app, pilot):
        await until(pilot, lambda: bool(board(app).cards.key))
        await press(pilot, "enter")
        screen = app.screen
        assert isinstance(screen, ShotScreen)
        await until(pilot, lambda: screen.details is not None and bool(screen.query_one(Rows).key))
        rows = screen.query_one(Rows)
        rows.move_to(next(index for index, row in enumerate(rows.rows) if row.key == "length"))
        await press(pilot, 'enter ctrl+u "2s enter')
        assert app.film is not None
        assert app.film.story.live_shots()[0].frames == 50
        await press(pilot, 'e ctrl+u "my_own_words enter')
        assert app.film.story.live_shots()[0].prompt == "my own words"
        await until(pilot, lambda: "my own words" in screen_text(pilot))
        await press(pilot, "semicolon")
        assert screen.shot == app.film.story.live_shots()[1].id
        await press(pilot, "p")
        await until(pilot, lambda: "[" in screen_text(pilot))


@pytest.mark.long("screens")
async def test_takes_are_picked_rated_and_rejected(studio: Studio) -> None:
    story = studio.take_snapshot().story
    shot = story.live_shots()[0]
    takes = [add_take(studio, shot.id, f"job{n}", seed=n) for n in (1, 2)]
    async with opened(studio) as (app, pilot):
        await until(pilot, lambda: bool(board(app).cards.key))
        await press(pilot, "enter")
        screen = app.screen
        assert isinstance(screen, ShotScreen)
        await until(pilot, lambda: screen.details is not None and len(screen.details.state.takes) == 2)
        rows = screen.take_list.rows
        assert [row.key for row in rows if row.key.startswith(TAKE)] == [TAKE + id for id in reversed(takes)]
        await press(pilot, "right_parenthesis")
        assert app.film is not None
        assert app.film.story.live_shots()[0].take in takes
        picked = app.film.story.live_shots()[0].take
        await press(pilot, "right_parenthesis")
        assert app.film.story.live_shots()[0].take != picked
        await press(pilot, "asterisk 4")
        assert max(take.rating for take in app.film.story.takes) == 4
        await press(pilot, "tab G x")
        assert any(take.rejected for take in app.film.story.takes)


def elements(app: MilimoApp) -> ElementsScreen:
    assert isinstance(app.screen, ElementsScreen)
    return app.screen


async def test_elements_come_from_the_screenplay_and_are_edited(studio: Studio) -> None:
    async with opened(studio, mode="elements") as (app, pilot):
        await until(pilot, lambda: "@Mara" in screen_text(pilot))
        assert elements(app).element is not None
        await press(pilot, 'e ctrl+u "grey_coat,_wet_hair enter')
        assert app.film is not None
        assert any(one.description == "grey coat, wet hair" for one in app.film.story.elements)
        await until(pilot, lambda: "grey coat" in screen_text(pilot))


async def test_media_of_an_element_are_added_by_keys_and_shown(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # File names are typed letter by letter, so short relative names are used.
    Image.new("RGB", (96, 64), (200, 40, 40)).save(tmp_path / "mara.png")
    lora_file(tmp_path)
    async with opened(studio, mode="elements") as (app, pilot):
        await until(pilot, lambda: "@Mara" in screen_text(pilot))
        rows = elements(app).list
        story = studio.take_snapshot().story
        mara = next(one.id for one in story.elements if one.trigger == "@Mara")
        rows.move_to(next(index for index, row in enumerate(rows.rows) if row.key == mara))
        await until(pilot, lambda: "L adds one" in screen_text(pilot))
        await press(pilot, 'c f "mara.png enter')
        await press(pilot, 'L "mara.safetensors tab enter "0.8 enter')
        await until(pilot, lambda: "mara.safetensors 0.8" in screen_text(pilot))
        assert "1 picture" in screen_text(pilot)
        await until(pilot, lambda: elements(app).query_one(Picture).drawing is not None)


async def test_element_is_drawn_by_key_and_missing_parts_are_named(studio: Studio) -> None:
    async with opened(studio, mode="elements") as (app, pilot):
        await until(pilot, lambda: "c c draw" in screen_text(pilot))
        await press(pilot, 'e ctrl+u "grey_coat enter')
        await press(pilot, "c c")
        await until(pilot, lambda: app.last_message is not None and app.last_message.kind == "error")
        assert app.last_message is not None
        assert "weights of FLUX.2" in app.last_message.text


@pytest.mark.long("screens")
async def test_element_is_added_with_a_checked_trigger_and_deleted(studio: Studio) -> None:
    async with opened(studio, mode="elements") as (app, pilot):
        await until(pilot, lambda: "@Mara" in screen_text(pilot))
        await press(pilot, 'a "Old_Radio enter "object tab "brass,_one_knob enter')
        assert app.film is not None
        await until(pilot, lambda: "Old Radio" in screen_text(pilot))
        assert any(one.trigger == "@OldRadio" for one in app.film.story.elements)
        added = elements(app).element
        assert added is not None
        assert added.name == "Old Radio", "the last answer adds it, and the cursor is on it"
        count = len(app.film.story.elements)
        await press(pilot, 'a "Mara enter')
        assert len(app.film.story.elements) == count
        assert "@Mara is" in screen_text(pilot), "beside the field"
        await press(pilot, "escape")
        assert elements(app).element == added, "what was refused is left, the cursor is where it was"
        await press(pilot, "x")
        await until(pilot, lambda: len(app.film.story.elements) == count - 1 if app.film else False)
        await press(pilot, "u")
        assert len(app.film.story.elements) == count


async def test_missing_weights_are_shown_with_size_and_command(studio: Studio) -> None:
    async with opened(studio, mode="models") as (app, pilot):
        await until(pilot, lambda: "LTX-2" in screen_text(pilot))
        text = screen_text(pilot)
        assert "71.9 GB" in text
        assert "missing" in text
        await press(pilot, "y")
        assert app.clipboard.startswith("milimo model")


async def test_used_trigger_is_reported_before_the_next_question(studio: Studio) -> None:
    async with opened(studio, mode="elements") as (_app, pilot):
        await press(pilot, 'a "Mara enter')
        await until(pilot, lambda: "trigger word of" in screen_text(pilot))


async def test_input_line_names_its_keys(studio: Studio) -> None:
    async with opened(studio, mode="script") as (_app, pilot):
        await press(pilot, "i")
        status = screen_text(pilot).splitlines()[-1]
        assert "Esc" in status
        assert "? keys" not in status
