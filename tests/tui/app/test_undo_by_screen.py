"""Test `u` and `U` by a table: each screen undoes its own edits and names an edit that belongs to another
screen.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from milimo_tui.store.rows.stored_values import PROJECT_SCOPE
from milimo_tui.story.values.film import Shot, Take
from milimo_tui.studio.registry.registry import run_by_id
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.app.modes import SCREENS
from milimo_tui.tui.keys.key_parser import KeyCommand
from milimo_tui.tui.keys.keymap_file import load_keymap
from tests.tui import studio_setup
from tests.tui.rain_market import add_take, make_studio
from tests.tui.stage import Stage, on


def two_takes(studio: Studio) -> tuple[Shot, Take, Take]:
    """Return the first shot of the film with two takes. The program, not a person, picked the first take."""
    shot = studio.take_snapshot().story.shots[0]
    first, second = (add_take(studio.require_project(), shot, seed=seed) for seed in (40, 41))
    return shot, first, second


def picked(studio: Studio) -> str:
    return studio.take_snapshot().story.shots[0].take


def rating(studio: Studio, take: Take) -> tuple[int, bool]:
    [found] = [each for each in studio.take_snapshot().story.takes if each.id == take.id]
    return found.rating, found.rejected


async def go(stage: Stage, mode: str) -> None:
    await stage.app.go_to_mode(mode)
    await stage.until(lambda: stage.app.current_mode == mode and stage.screen.is_mounted)
    await stage.settle()


@pytest.mark.long("screens")
async def test_review_undoes_rejection_and_rating_and_names_the_commit(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    _, first, second = two_takes(studio)
    run_by_id(
        studio, "script.save", {"text": studio.take_snapshot().story.project.script + "\n\nRain falls."}
    )
    run_by_id(studio, "storyboard.commit", place="script")
    shots = len(studio.take_snapshot().story.live_shots())
    async with on(studio, "review") as stage:
        await stage.until(lambda: stage.screen.review is not None and stage.screen.review.items)
        await stage.settle()
        stars = first.rating
        await stage.press("x")
        assert rating(studio, first) == (stars, True)
        assert picked(studio) == second.id, "the film shows no rejected take"
        await stage.press("u")
        assert (rating(studio, first), picked(studio)) == ((stars, False), first.id)
        await stage.press("U")
        assert (rating(studio, first), picked(studio)) == ((stars, True), second.id)
        await stage.press("u", "*", "3")
        assert rating(studio, first) == (3, False)
        await stage.press("u")
        assert rating(studio, first) == (stars, False)
        await stage.press("u")
        assert "“commit: 1 new” on the Script  g s, g u, u" in stage.said
        assert len(studio.take_snapshot().story.live_shots()) == shots
        await go(stage, "script")
        stage.screen.set_focus(None)
        await stage.press("u")
        assert len(studio.take_snapshot().story.live_shots()) == shots, "on Script, undo is of the text only"
        await stage.press("g", "u", "u")
        assert len(studio.take_snapshot().story.live_shots()) < shots


@pytest.mark.long("screens")
async def test_pick_on_the_timeline_is_named_elsewhere_and_undone_there_only(
    tmp_path: Path,
) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    _, first, second = two_takes(studio)
    async with on(studio, "timeline") as stage:
        await stage.press(")")
        assert picked(studio) == second.id
        for mode in ("storyboard", "review", "elements"):
            await go(stage, mode)
            await stage.press("u")
            assert "the last edit is “pick take 2 of 1A” on the Timeline  g t, u" in stage.said, mode
            assert picked(studio) == second.id, mode
        await go(stage, "timeline")
        await stage.press("u")
        assert picked(studio) == first.id
        await go(stage, "storyboard")
        await stage.press("U")
        assert "the next edit to redo is “pick take 2 of 1A” on the Timeline  g t, U" in stage.said
        await go(stage, "timeline")
        await stage.press("U")
        assert picked(studio) == second.id


@pytest.mark.long("screens")
async def test_timeline_does_not_undo_edits_of_other_screens(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    _, first, second = two_takes(studio)
    async with on(studio, "timeline") as stage:
        began = len(stage.screen.cut.clips)
        await stage.press("1", "0", "l", "s", ")")
        run_by_id(studio, "shot.rate", {"id": "1A", "take": second.id, "rating": 4}, place="review")
        await stage.press("u")
        assert "the last edit is “4 stars for take 2 of 1A” on Review  g v, u" in stage.said
        assert picked(studio) == second.id
        await go(stage, "review")
        await stage.press("u")
        assert rating(studio, second) == (second.rating, False)
        await go(stage, "timeline")
        await stage.press("u", "u")
        assert picked(studio) == first.id
        assert len(stage.screen.cut.clips) == began


@pytest.mark.long("screens")
async def test_deleted_shot_is_restored_by_the_key_in_the_message(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    shots = len(studio.take_snapshot().story.live_shots())
    async with on(studio, "timeline") as stage:
        clips = len(stage.screen.cut.clips)
        await go(stage, "storyboard")
        outcome = await stage.app.run_and_wait("shot.delete", {"id": "1A"})
        assert outcome is not None
        assert outcome.message == "1A is in the bin; u brings it back"
        assert len(studio.take_snapshot().story.live_shots()) == shots - 1
        await go(stage, "timeline")
        await stage.press("u")
        assert "the last edit is “delete shot 1A” on the Storyboard  g b, u" in stage.said
        await go(stage, "elements")
        await stage.press("u")
        assert len(studio.take_snapshot().story.live_shots()) == shots
        await go(stage, "timeline")
        assert len(stage.screen.cut.clips) == clips


async def test_edit_of_another_terminal_is_named_and_not_undone(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    other = make_studio(tmp_path / "home", actor="terminal-b")
    _, first, second = two_takes(studio)
    run_by_id(studio, "shot.set", {"id": "1B", "action": "A cat sleeps."})
    run_by_id(studio, "shot.rate", {"id": "1A", "take": first.id, "rating": 2}, place="review")
    run_by_id(other, "shot.pick", {"id": "1A", "take": second.id}, place="review")
    async with on(studio, "review") as stage:
        await stage.press("u")
        assert "undone: 2 stars for take 1 of 1A" in stage.said, "its own, though the other's came later"
        assert picked(studio) == second.id
        await stage.press("u")
        assert "the last edit is “pick take 2 of 1A”, by terminal-b" in stage.said
        assert "on the Storyboard: g b, u" in stage.said, "the terminal's own last edit"
        assert picked(studio) == second.id
        await go(stage, "script")
        stage.screen.set_focus(None)
        await stage.press("u")
        assert picked(studio) == second.id
    run_by_id(other, "cut.undo", {"place": "review"})
    assert picked(other) == first.id


async def test_take_picked_by_the_program_is_not_undone(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    shot, _, second = two_takes(studio)
    after = replace(shot, take=second.id)
    now = studio.take_snapshot().story.shots[0]
    studio.require_project().write_edit(
        "pick the new take of 1A", scope="project", actor="box", before=[now], after=[after]
    )
    async with on(studio, "review") as stage:
        await stage.press("u")
        assert "the last edit is “pick the new take of 1A”, by the box" in stage.said
        assert picked(studio) == second.id


def test_command_line_undoes_what_its_message_names(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False, actor="cli")
    shots = len(studio.take_snapshot().story.live_shots())
    message = run_by_id(studio, "shot.delete", {"id": "1A"}).message
    assert message == "1A is in the bin; milimo cut undo --whole-project brings it back"
    run_by_id(studio, "cut.undo", {"whole_project": True})
    assert len(studio.take_snapshot().story.live_shots()) == shots


@pytest.mark.long("screens")
async def test_edits_in_lists_of_the_cut_belong_to_the_cut(tmp_path: Path) -> None:
    from milimo_tui.tui.cuts.notes import NotesScreen

    studio = make_studio(tmp_path / "home", takes=False)
    async with on(studio, "storyboard") as stage:
        await stage.app.push_screen(NotesScreen())
        await stage.until(lambda: stage.screen.is_mounted)
        await stage.settle()
        assert await stage.app.run_and_wait("cut.note_add", {"text": "hold longer", "at": "10"}) is not None
        cut = studio.take_snapshot().cut
        assert cut is not None
        assert [marker.text for marker in cut.markers] == ["hold longer"]
        await stage.press("u")
        cut = studio.take_snapshot().cut
        assert cut is not None
        assert cut.markers == ()


def count_edits(studio: Studio) -> int:
    """Count the applied edits of the film and of its cut."""
    file, cut = studio.require_project(), studio.take_snapshot().cut
    scopes = (PROJECT_SCOPE, *((cut.id,) if cut is not None else ()))
    return sum(edit.applied for scope in scopes for edit in file.list_history(scope))


@pytest.mark.long("screens")
async def test_script_undoes_typing_and_stops_before_the_commit(tmp_path: Path) -> None:
    studio = studio_setup.make_studio(tmp_path / "home")
    async with on(studio, "script", (80, 24)) as stage:
        texts = [stage.screen.text]
        for line in ("Rain.", "Snow."):
            await stage.press("G", "o", *line, "escape")
            texts.append(stage.screen.text)
        await stage.press("c", "c")
        await stage.until(lambda: "new" in stage.said)
        for line in ("Hail.", "Sleet."):
            await stage.press("G", "o", *line, "escape")
            texts.append(stage.screen.text)
        edits = count_edits(studio)
        for text in reversed(texts[:-1]):
            await stage.press("u")
            assert stage.screen.text == text
        for keys in (("u",), ("1", "0", "u")):
            await stage.press(*keys)
            assert "g u" in stage.said, "the message names the history"
            assert stage.screen.text == texts[0]
        assert count_edits(studio) == edits
        for text in texts[1:]:
            await stage.press("U")
            assert stage.screen.text == text
        await stage.press("U")
        assert stage.screen.text == texts[-1]
        assert count_edits(studio) == edits
        await stage.press("ctrl+s", "g", "u", "u", "u")
        assert count_edits(studio) < edits + 1, "the history goes further"


@pytest.mark.long("screens")
async def test_other_version_of_the_screenplay_is_loaded_by_a_line_and_undone(tmp_path: Path) -> None:
    studio = studio_setup.make_studio(tmp_path / "home")
    other = Studio.open(home=str(tmp_path / "home"), actor="terminal-b")
    theirs = studio.take_snapshot().story.project.script + "\nTheirs.\n"
    async with on(studio, "script", (80, 24)) as stage:
        await stage.press("G", "o", *"Mine.", "escape")
        mine = stage.screen.text
        run_by_id(other, "script.save", {"text": theirs})
        await stage.until(lambda: ":e loads theirs" in stage.said)
        await stage.press(":", "e", "enter")
        assert stage.screen.text == theirs
        await stage.press("u")
        assert stage.screen.text == mine
        await stage.press("U")
        assert stage.screen.text == theirs
        assert not stage.screen.has_unsaved_text


@pytest.mark.long("screens")
async def test_no_screen_but_the_timeline_undoes_an_edit_of_the_cut(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home", takes=False)
    undo = next(binding for binding in load_keymap("default").bindings if binding.run == "ui.undo")
    async with on(studio, "timeline") as stage:
        began = len(stage.screen.cut.clips)
        await stage.press("1", "0", "l", "s")
        assert len(stage.screen.cut.clips) == began + 1
        edits = count_edits(studio)
        for mode in sorted(SCREENS, reverse=True):
            if mode in ("timeline", "home"):
                continue
            await go(stage, mode)
            stage.screen.set_focus(None)
            await stage.press("u")
            assert count_edits(studio) == edits, mode
            await stage.press("g", "l")  # The message log is a panel over the screen.
            await stage.app.act_undo(KeyCommand(undo))
            await stage.settle()
            assert count_edits(studio) == edits, mode
            await stage.press("escape", ":", "c", "u", "t", "space", "u", "n", "d", "o", "enter")
            assert count_edits(studio) == edits, mode
        await stage.press("ctrl+p", *"undo", "enter")  # the first row of the palette
        assert count_edits(studio) == edits
        await go(stage, "timeline")
        await stage.press("u")
        assert len(stage.screen.cut.clips) == began


async def test_terminal_without_edits_does_not_undo_an_edit_of_a_shell(tmp_path: Path) -> None:
    make_studio(tmp_path / "home", takes=False, actor="cli").close()
    shell = make_studio(tmp_path / "home", actor="cli")
    run_by_id(shell, "shot.set", {"id": "1A", "action": "A dog barks."})
    shell.close()
    studio = make_studio(tmp_path / "home", actor="terminal-1")
    edits = count_edits(studio)
    async with on(studio, "storyboard") as stage:
        await stage.press("u")
        assert "by the command line" in stage.said
        assert count_edits(studio) == edits
    run_by_id(studio, "shot.set", {"id": "1B", "action": "A cat sleeps."})
    studio.close()
    shell = make_studio(tmp_path / "home", actor="cli")
    run_by_id(shell, "shot.set", {"id": "2A", "action": "A door shuts."})
    shell.close()
    again = make_studio(tmp_path / "home", actor="terminal-2")
    assert run_by_id(again, "cut.undo", {"place": "film"}).data["label"].endswith("1B")
    actions = {shot.action for shot in again.take_snapshot().story.live_shots()}
    assert {"A dog barks.", "A door shuts."} <= actions
    assert "A cat sleeps." not in actions
