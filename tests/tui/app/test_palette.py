"""Test the palette and the `:` line: ranking of matches, questions for each argument, shell syntax, and
completion with Tab.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from textual import events
from textual.widgets import Input

from milimo_tui.studio.registry import registry
from milimo_tui.studio.registry.args import list_alternatives, read_arguments
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.app import MilimoApp
from milimo_tui.tui.app.command_line import PANELS, CommandLine
from milimo_tui.tui.app.palette import Palette
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.keys.ranking import IN_ORDER, find_nearest_words, list_matching_entries, rank_match
from milimo_tui.tui.keys.synonyms import ACTION_SYNONYMS
from milimo_tui.tui.shell.overlay import Overlay
from tests.budget import thorough
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


async def _palette(stage: Stage, words: str = "") -> Palette:
    await stage.pilot.press("ctrl+p")
    await stage.until(lambda: isinstance(stage.app.screen, Palette))
    await stage.type(words)
    panel = stage.app.screen
    assert isinstance(panel, Palette)
    await stage.until(lambda: panel.query_one(Input).value == words)
    await stage.pilot.pause()
    return panel


def _entries() -> list[tuple[registry.Command, str, str]]:
    return [(entry, "", "") for entry in registry.list_commands().values()]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("next", "app.next"), ("nest", "cut.nest"), ("build", "app.build"), ("scene move", "scene.move"),
        ("clean", "app.clean"), ("join clips", "cut.join"), ("doctor", "app.doctor"), ("sc mo", "scene.move"),
        ("cut.split", "cut.split"), ("ripple del", "cut.ripple_delete"),
    ],
)  # fmt: skip
def test_best_match_is_first(typed: str, first: str) -> None:
    assert list_matching_entries(_entries(), typed)[0][0].id == first


@pytest.mark.long("screens")
def test_every_command_is_found_first_by_its_own_words() -> None:
    entries = _entries()
    for entry, _, _ in entries:
        for words in filter(None, (entry.cli, entry.id)):
            first = list_matching_entries(entries, words)[0][0]
            assert first.id in (entry.id, *_called(entries, words)), (words, first.id)


def _called(entries: list[tuple[registry.Command, str, str]], words: str) -> list[str]:
    """Return the commands whose title is exactly `words`."""
    return [entry.id for entry, _, _ in entries if entry.title.casefold() == words]


@pytest.mark.parametrize(
    ("typed", "first"),
    [("louder", "cut.louder"), ("cut in half", "cut.split"), ("slow motion", "cut.speed"),
     ("crossf", "cut.transition"), ("generate", "shot.make"), ("undel", "bin.restore")],
)  # fmt: skip
def test_action_is_found_by_its_common_names(typed: str, first: str) -> None:
    assert list_matching_entries(_entries(), typed)[0][0].id == first


def test_every_action_with_synonyms_exists() -> None:
    known = {binding.run for binding in keymap_file.load_keymap().bindings} | set(registry.list_commands())
    later = {"ui.level"}  # Synonyms already exist for these future actions.
    assert {run for run in ACTION_SYNONYMS if run not in known} <= later


def test_unavailable_command_comes_before_fuzzy_matches_only() -> None:
    entries = [
        (entry, "no film is open" if id == "cut.split" else "", "")
        for id, entry in registry.list_commands().items()
    ]
    ids = [entry.id for entry, _, _ in list_matching_entries(entries, "split")]
    assert ids.index("shot.split") < ids.index("cut.split")
    guesses = [
        each.id
        for each, _, _ in list_matching_entries(entries, "split")
        if rank_match(each, "split") == IN_ORDER
    ]
    assert not guesses or ids.index("cut.split") < ids.index(guesses[0])


@pytest.mark.parametrize(("typed", "near"), [("lowder", "louder"), ("splt it", "split"), ("rendr", "render")])
def test_unknown_word_suggests_the_nearest(typed: str, near: str) -> None:
    assert near in find_nearest_words(_entries(), typed) or list_matching_entries(_entries(), typed)


@pytest.mark.parametrize(
    ("typed", "id"),
    [
        ("kdenlive", "cut.export"),
        ("normalize", "film.render"),
        ("normalise", "mix.auto"),
        ("lufs", "mix.auto"),
        ("too loud", "film.render"),
        ("hiss", "mix.effect_add"),
        ("echo", "mix.effect_add"),
        ("lower thirds", "cut.title"),
        ("cc", "caption.make"),
        ("stems", "film.render"),
        ("burn", "film.render"),
    ],
)
def test_words_of_sound_find_their_command(typed: str, id: str) -> None:
    ids = [entry.id for entry, _, _ in list_matching_entries(_entries(), typed)]
    assert id in ids[:3]
    if typed == "burn":
        assert "caption.style" not in ids or ids.index(id) < ids.index("caption.style")


def test_nearest_word_is_never_the_typed_word() -> None:
    few = [entry for entry in _entries() if entry[0].id in ("cut.split", "cut.remove")]
    assert find_nearest_words(few, "normalize") != "normalize"


async def test_palette_reports_no_match_and_stays_open(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        panel = await _palette(stage, "lowder")
        await stage.until(lambda: "nearest: lower" in stage.text)
        await stage.pilot.press("enter")
        await stage.pilot.pause()
        assert stage.app.screen is panel
        await stage.pilot.press("ctrl+u")
        await stage.type("louder")
        await stage.until(lambda: panel.rows.key == "cut.louder")
        assert "level of a clip" in stage.text


@pytest.mark.long("screens")
async def test_unknown_command_stays_as_typed_with_the_nearest_ones(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press(":")
        await stage.type("lowder")
        await stage.press("enter")
        await stage.until(lambda: "nearest: louder" in stage.text)
        assert stage.screen.prompt.typed == "lowder"
        assert not stage.app.messages, "no word of verbs and shells"
        await stage.press("escape")
        assert not stage.screen.prompt.is_open
        await stage.press(":")
        await stage.type("scene mvoe 2")
        await stage.press("enter")
        assert "mvoe" in stage.said


@pytest.mark.long("screens")
async def test_actions_of_the_screen_are_in_the_palette_and_run_by_their_keys(studio: Studio) -> None:
    async with on(studio, "timeline", (110, 30)) as stage:
        panel = await _palette(stage, "whole film")
        await stage.until(lambda: panel.rows.key.startswith("keys:"))
        await stage.pilot.press("ctrl+u")
        await stage.type("add a marker")
        await stage.until(lambda: panel.rows.key == "keys:m m")
        await stage.pilot.press("enter")
        await stage.until(lambda: getattr(stage.screen, "prompt", None) and stage.screen.prompt.is_open)
        await stage.press("escape")


@pytest.mark.long("screens")
@pytest.mark.parametrize("id", thorough("screens", sorted(PANELS), 2))
async def test_list_with_a_panel_opens_the_panel(studio: Studio, id: str) -> None:
    registry.run_by_id(studio, "storyboard.commit")
    async with on(studio, "timeline", (100, 30)) as stage:
        panel = await _palette(stage, id)
        await stage.until(lambda: panel.rows.key == id)
        await stage.pilot.press("enter")
        app = stage.app
        await stage.until(lambda: len(app.screen_stack) > 1 and not isinstance(app.screen, Palette))
        assert PANELS[id].removeprefix("ui.").rstrip("s") in type(app.screen).__name__.casefold()


@pytest.mark.long("screens")
async def test_synonyms_find_actions_after_the_colon(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("w", ":")
        await stage.until(lambda: bool(stage.screen.prompt.above))
        await stage.until(lambda: "ctrl+f finder" in stage.text)
        await stage.type("louder")
        await stage.until(lambda: stage.screen.prompt.above[0].plain.startswith("cut louder"))
        await stage.press("enter")
        # The command uses the clip under the cursor, so it asks nothing.
        await stage.until(lambda: stage.said == "1B at +1 dB")


def test_subsequence_matches_and_the_last_used_comes_first() -> None:
    assert "cut.ripple_delete" in [entry.id for entry, _, _ in list_matching_entries(_entries(), "rpldel")]
    assert list_matching_entries(_entries(), "", ["scene.move"])[0][0].id == "scene.move"
    assert list_matching_entries(_entries(), "no such thing whatever") == []


@pytest.mark.long("screens")
async def test_cursor_moves_to_the_best_match_with_each_letter(studio: Studio) -> None:
    async with on(studio, "storyboard") as stage:
        panel = await _palette(stage)
        await stage.pilot.press("down", "down", "down")
        await stage.type("next")
        await stage.until(lambda: panel.rows.key == "app.next")
        assert panel.rows.cursor == 0


@pytest.mark.long("screens")
async def test_last_used_commands_are_stored_with_the_film(studio: Studio) -> None:
    async with on(studio, "storyboard") as stage:
        await _palette(stage, "next")
        await stage.pilot.press("enter")
        await stage.until(lambda: stage.app.used[:1] == ["app.next"])
    async with on(studio, "storyboard") as stage:
        panel = await _palette(stage)
        assert panel.rows.key == "app.next"


@pytest.mark.long("screens")
async def test_no_command_is_refused_for_an_argument_that_was_not_asked(studio: Studio) -> None:
    """Every command of the registry, chosen in the palette without arguments, asks for the arguments that it
    needs.
    """
    async with on(studio, "storyboard", (110, 30)) as stage:
        app = stage.app
        asked = 0
        for entry in registry.list_commands().values():
            needed = [name for name, item in read_arguments(entry.args).items() if item.required]
            here = app.screen.get_command_args(entry.id, _key_command()) or {}  # type: ignore[attr-defined]
            if not needed:
                registry.parse_command_args(entry, {})
            if not [name for name in needed if name not in here] and (
                not list_alternatives(entry.args)
                or any(name in here for name in list_alternatives(entry.args))
            ):
                continue
            app.run_in_background(partial(CommandLine(app, app.screen).run_chosen_command, entry.id), "acts")  # type: ignore[arg-type]
            await stage.until(partial(_asks_or_says, app))
            assert app.screen.prompt.is_open, (entry.id, stage.said)  # type: ignore[attr-defined]
            asked += 1
            await stage.press("escape")
        assert asked > 100
        assert not [message.text for message in app.messages if "is missing" in message.text]


def _key_command() -> object:
    from milimo_tui.tui.app.command_line import _NO_KEY

    return _NO_KEY


def _asks_or_says(app: MilimoApp) -> bool:
    prompt = getattr(app.screen, "prompt", None)
    return (prompt is not None and prompt.is_open) or app.shown_message is not None


@pytest.mark.long("screens")
async def test_arguments_are_asked_in_turn_with_choices_reasons_and_a_way_back(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await _palette(stage, "scene move")
        await stage.pilot.press("enter")
        await stage.until(lambda: getattr(stage.screen, "prompt", None) and stage.screen.prompt.is_open)
        assert "scene move  id" in stage.text
        assert "argument 1" in stage.text
        assert "INT. NOODLE BAR" in stage.text
        await stage.press("enter")
        assert "must be given" in stage.text
        await stage.press("escape")
        assert not stage.screen.prompt.is_open


@pytest.mark.long("screens")
async def test_one_of_several_optional_arguments_is_asked(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press("w")
        panel = await _palette(stage, "gain")
        assert panel.rows.key == "cut.set", "found by what it takes"
        await stage.pilot.press("enter")
        await stage.until(lambda: getattr(stage.screen, "prompt", None) and stage.screen.prompt.is_open)
        assert any("gain-db" in row and "in dB" in row for row in stage.lines())
        await stage.type("loudness")
        await stage.press("enter")
        assert "“loudness”" in stage.text
        await stage.press("ctrl+u")
        await stage.type("gain-db")
        await stage.press("enter")
        await stage.type("-6")
        await stage.press("enter")
        cut = studio.take_snapshot().cut
        assert cut is not None
        assert [clip.gain_db for clip in cut.clips if clip.gain_db] == [-6.0], stage.said
        await _palette(stage, "title")
        await stage.pilot.press("enter")
        await stage.until(lambda: getattr(stage.screen, "prompt", None) and stage.screen.prompt.is_open)
        assert "text of the title" in stage.text
        await stage.press("escape")


@pytest.mark.long("screens")
async def test_refused_line_is_offered_again_as_typed(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await _palette(stage, "cut use")
        await stage.pilot.press("enter")
        await stage.until(lambda: getattr(stage.screen, "prompt", None) and stage.screen.prompt.is_open)
        await stage.type("nowhere")
        await stage.press("enter")
        await stage.until(lambda: stage.screen.prompt.is_open and "cut “nowhere”" in stage.text)
        assert stage.screen.query_one(Input).value == "nowhere"
        await stage.press("escape")


def _two_elements(studio: Studio) -> list[str]:
    """Create two elements with the name Lamp and return their ids."""
    return [
        registry.run_by_id(
            studio, "element.add", {"name": "Lamp", "kind": "object", "trigger": trigger}
        ).data["id"]
        for trigger in ("@Lamp1", "@Lamp2")
    ]


@pytest.mark.long("screens")
@pytest.mark.parametrize("way", thorough("screens", ["palette", "colon"]))
async def test_ambiguous_name_is_asked_about_with_a_line_for_each(studio: Studio, way: str) -> None:
    first, second = _two_elements(studio)
    async with on(studio, "elements", (80, 24)) as stage:
        if way == "palette":
            await _palette(stage, "element reference list")
            await stage.pilot.press("enter")
            await stage.until(lambda: getattr(stage.screen, "prompt", None) and stage.screen.prompt.is_open)
            await stage.type("Lamp")
        else:
            await stage.press(":")
            await stage.type("element delete Lamp")
        await stage.press("enter")
        await stage.until(lambda: "called “Lamp”" in stage.text)
        rows = [row for row in stage.lines() if "@Lamp1" in row or "@Lamp2" in row]
        assert any(row.lstrip().startswith("1") and first in row for row in rows), rows
        assert any(row.lstrip().startswith("2") and second in row for row in rows), rows
        await stage.type("7")
        await stage.press("enter")
        await stage.until(lambda: "✕ “7”" in stage.text)
        assert stage.screen.prompt.typed == "7", "it stays as it was typed"
        await stage.press("ctrl+u")
        await stage.type("2")
        await stage.press("enter")
        await stage.until(lambda: "@Lamp2" in stage.said or "deleted" in stage.said)
        left = {element.id for element in studio.take_snapshot().story.elements}
        assert first in left
        assert (second in left) == (way == "palette")


@pytest.mark.long("screens")
async def test_question_about_names_can_be_cancelled(studio: Studio) -> None:
    ids = _two_elements(studio)
    async with on(studio, "elements", (80, 24)) as stage:
        await stage.press(":")
        await stage.type("element delete Lamp")
        await stage.press("enter")
        await stage.until(lambda: "which?" in stage.text)
        await stage.press("escape")
        assert not stage.screen.prompt.is_open
        assert {element.id for element in studio.take_snapshot().story.elements} >= set(ids)


@pytest.mark.long("screens")
async def test_shell_words_work_after_the_colon(studio: Studio) -> None:
    async with on(studio, "timeline", (80, 24)) as stage:
        await stage.press(":")
        await stage.type("scene move 2 1")
        await stage.press("enter")
        await stage.until(lambda: stage.app.shown_message is not None)
        scenes = studio.take_snapshot().story.live_scenes()
        assert scenes[-1].heading.startswith("INT. NOODLE BAR"), stage.said
        await stage.press(":")
        await stage.type("title The last night")
        await stage.press("enter")
        cut = studio.take_snapshot().cut
        assert cut is not None
        titles = [clip.effects.title.text for clip in cut.clips if clip.effects.title]
        assert titles == ["The last night"], stage.said
        await stage.press(":")
        await stage.type("next")
        await stage.press("enter")
        assert stage.app.messages[-1].kind != "error", stage.said


@pytest.mark.long("screens")
@pytest.mark.parametrize(
    "typed",
    [
        "shot rate 5 1A",
        "shot rte 1A 5",
        "rate shot 1A 5",
        "shot rate 1AA 5",
        "shot.rate 1A 5",
        "shot.rate id=1A rating=9",
    ],
)
async def test_refused_line_suggests_the_right_line(studio: Studio, typed: str) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press(":")
        await stage.type(typed)
        await stage.press("enter")
        await stage.until(lambda: stage.app.shown_message is not None)
        assert ":shot rate 1A 5" in stage.app.messages[-1].hint


@pytest.mark.long("screens")
async def test_long_answer_opens_in_a_panel(studio: Studio) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press(":")
        await stage.type("scene list")
        await stage.pilot.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, Overlay))
        assert "INT. NOODLE BAR" in stage.text
        await stage.pilot.press("q")
        await stage.until(lambda: not isinstance(stage.app.screen, Overlay))
        await stage.press(":")
        await stage.type("scene move --help")
        await stage.pilot.press("enter")
        await stage.until(lambda: isinstance(stage.app.screen, Overlay))


@pytest.mark.long("screens")
@pytest.mark.parametrize(
    ("typed", "tabs", "becomes"),
    thorough(
        "screens",
        [
            ("script imp", 1, "script import"),
            ("scene move ", 2, "scene move 2"),
            ("shot set 2A --movement pan", 1, "shot set 2A --movement pan"),
            ("scene mo", 1, "scene move"),
            ("scene move ", 1, "scene move 1"),
            ("shot pick 2", 1, "shot pick 2A"),
            ("shot pick 2", 2, "shot pick 2B"),
            ("shot set 2A --mov", 1, "shot set 2A --movement"),
            ("no such words", 1, "no such words"),
        ],
        quick=3,
    ),
)
async def test_tab_completes_and_never_erases(studio: Studio, typed: str, tabs: int, becomes: str) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press(":")
        await stage.until(lambda: stage.screen.prompt._lines is not None)
        await stage.type(typed)
        for _ in range(tabs):
            await stage.press("tab")
        await stage.until(lambda: stage.screen.query_one(Input).value.startswith(becomes))
        assert stage.screen.query_one(Input).value.startswith(typed)
        await stage.press("escape")


@pytest.mark.long("screens")
async def test_tab_completes_searches_and_paths(studio: Studio, tmp_path: Path) -> None:
    async with on(studio, "storyboard", (80, 24)) as stage:
        await stage.press("/")
        await stage.type("@M")
        await stage.press("tab")
        assert stage.screen.query_one(Input).value == "@Mar"
        await stage.press("tab")
        assert stage.screen.query_one(Input).value in ("@Mara", "@Market")
        await stage.press("escape")
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "rain-market.fountain").write_text("x")
    (folder / "salt road.txt").write_text("x")
    async with on(studio, "home", (80, 24)) as stage:
        await stage.press("a")
        await stage.type(f"{tmp_path}/scr")
        await stage.press("tab")
        assert stage.screen.query_one(Input).value == f"{folder}/"
        # The folder contains a single matching file, so that Tab completes its name.
        await stage.press("tab")
        assert stage.screen.query_one(Input).value == f"{folder}/rain-market.fountain"


@pytest.mark.long("screens")
async def test_keys_after_the_one_that_opens_a_panel_go_to_the_panel(studio: Studio) -> None:
    """A panel is prepared in threads. In the past Escape had no effect during that time, and the panel opened
    over another screen.
    """
    async with on(studio, "storyboard") as stage:
        for opened in ("ctrl+p", "question_mark"):
            for key in (opened, "escape", "g", "s"):  # Without a pause between the keys.
                stage.app.post_message(events.Key(key, {"question_mark": "?", "g": "g", "s": "s"}.get(key)))
            await stage.until(lambda: stage.app.current_mode == "script")
            await stage.settle()
            assert stage.screen.MODE == "script", opened
            await stage.press("g", "b")


@pytest.mark.long("screens")
async def test_commands_are_listed_with_keys_and_those_of_the_screen_first(studio: Studio) -> None:
    async with on(studio, "storyboard") as stage:
        await stage.pilot.press(":")
        await stage.until(lambda: "shot make" in stage.text)
        rows = [row.plain for row in stage.screen.prompt.above]
        assert rows[0].startswith("shot make")
        assert rows[0].rstrip().endswith("c c")
        await stage.type("scene mo")
        await stage.until(lambda: stage.screen.prompt.above[0].plain.startswith("scene move"))
        await stage.type("ve ")
        await stage.until(lambda: len(stage.screen.prompt.above) == 1)
        assert stage.screen.prompt.above[0].plain.startswith("scene move ID BY")
        await stage.press("escape")
        assert "scene move" not in stage.text
        await stage.pilot.press(":")
        await stage.until(lambda: bool(stage.screen.prompt.above))
        await stage.type("1:12")
        await stage.until(lambda: not stage.screen.prompt.above)


@pytest.mark.parametrize("key", ["colon", "ctrl+p"])
async def test_commands_are_offered_although_the_film_was_closed(studio: Studio, key: str) -> None:
    """Another thread closes the film, and the app has not read this yet."""
    async with on(studio, "storyboard") as stage:
        studio.close_project()
        (studio.home.root / "current").unlink(missing_ok=True)
        await stage.pilot.press(key, "r", "e")
        await stage.until(lambda: stage.app.screen.query_one(Input).value == "re")
        assert await stage.app.list_recent_commands() == []
