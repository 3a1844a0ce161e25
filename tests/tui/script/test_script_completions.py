"""Test completions while a screenplay is written: the list appears at the cursor and never blocks typing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.geometry import Offset, Size

from milimo_tui.story.screenplay.screenplay import ScriptElementKind
from milimo_tui.studio.registry import registry
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.script.offer_list import MAX_OFFER_ROWS, OfferList
from milimo_tui.tui.script.word_offers import KnownWords, Speakers, find_completed_part, list_line_offers
from tests.budget import thorough
from tests.tui.stage import Stage, on
from tests.tui.studio_setup import SCRIPT, make_studio

TALK = "\nMARTIN\nNo.\n\nMARTIN\nYes.\n\nMAX\nNo.\n"
SCENE = "\nINT. NOODLE BAR - DAY\n\nMara waits. MARLENE nods.\n"
SAID = "\nMARLENE\nYes?\n\nMAX\nOh.\n\nMAX\nOh!\n\nA pause.\n"
KNOWN = KnownWords.from_names(["ANNA", "EXT. QUAY - DUSK", "INT. SHED - NIGHT"], ["Carl"], ["Lighthouse"])


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home", SCRIPT + TALK + SCENE + SAID)
    registry.run_by_id(made, "storyboard.commit")
    yield made
    made.close()


def listed(stage: Stage) -> list[str]:
    """Return the rows of the completion list as the screen shows them. The list is empty if it is closed."""
    editor = stage.screen.editor
    at, seen = editor.offers_region(), editor.writing.offered
    if not seen.is_open:
        return []
    there = [line[editor.region.x + at.x :] for line in stage.lines()[editor.region.y + at.y :][: at.height]]
    assert [row[: at.width] for row in there] == [
        seen.format_offer_row(place, at.width) for place in seen.get_visible_range()
    ]
    return [row[: at.width].strip(" ▸") for row in there]


async def _begin(stage: Stage) -> None:
    await stage.until(lambda: bool(stage.screen.editor.names))
    await stage.press("G", "A", "enter", "enter")


@pytest.mark.parametrize("size", thorough("screens", [(80, 24), (200, 50)], one=True))
async def test_people_of_the_scene_come_first_and_the_most_talkative_before_others(
    studio: Studio, size: tuple[int, int]
) -> None:
    async with on(studio, "script", size) as stage:
        await _begin(stage)
        await stage.type("MA")
        await stage.settle()
        assert listed(stage) == ["MAX", "MARLENE", "MARA", "MARTIN", "MATCH CUT TO:"]
        assert stage.screen.editor.suggestion == "X"
        await stage.press("ctrl+n", "ctrl+n", "ctrl+p")
        assert stage.screen.editor.suggestion == "RLENE"
        await stage.press("tab")
        assert stage.screen.text.endswith("\n\nMARLENE")
        assert not stage.screen.editor.writing.offered.is_open


async def test_heading_is_completed_part_by_part(studio: Studio) -> None:
    async with on(studio, "script", (120, 40)) as stage:
        await _begin(stage)
        await stage.type("EX")
        await stage.settle()
        assert stage.screen.editor.suggestion == "T. "
        await stage.press("tab")
        assert stage.screen.text.endswith("\n\nEXT. ")
        assert "NOODLE BAR" in listed(stage), "a place of the film, whatever its setting was"
        await stage.type("NO")
        await stage.press("tab")
        await stage.type(" - ")
        await stage.settle()
        assert listed(stage)[:2] == ["NIGHT", "DAWN"], "times of this film come first"
        await stage.press("tab")
        assert stage.screen.text.endswith("\n\nEXT. NOODLE BAR - NIGHT")


async def test_plain_typing_never_opens_the_list(studio: Studio) -> None:
    async with on(studio, "script", (80, 24)) as stage:
        await _begin(stage)
        await stage.type("MA")
        await stage.press("enter")
        assert stage.screen.text.endswith("\n\nMA\n"), "Enter is a new line"
        await stage.press("backspace")
        assert stage.screen.editor.writing.offered.is_open
        await stage.press("up")
        assert not stage.screen.editor.writing.offered.is_open
        await stage.press("down", "end", "backspace")
        await stage.type("A")
        assert stage.screen.editor.writing.offered.is_open
        await stage.press("escape")
        assert stage.screen.get_mode_name() == "NORMAL", "a list that was merely shown takes no key"


async def test_esc_closes_the_list_and_typing_continues(studio: Studio) -> None:
    async with on(studio, "script", (80, 24)) as stage:
        await _begin(stage)
        await stage.press("ctrl+n")
        assert listed(stage)[0] == "MARLENE", "asked for in an empty line: who spoke before the last one"
        assert len(listed(stage)) == MAX_OFFER_ROWS
        await stage.press("escape")
        assert stage.screen.get_mode_name() == "WRITING"
        assert not stage.screen.editor.writing.offered.is_open
        await stage.type("MA")
        assert "ctrl+n next" in stage.lines()[-1]
        await stage.press("escape")
        assert stage.screen.get_mode_name() == "NORMAL"


async def test_palette_key_is_free_while_no_list_is_open(studio: Studio) -> None:
    async with on(studio, "script", (80, 24)) as stage:
        await _begin(stage)
        await stage.pilot.press("ctrl+p")
        await stage.until(lambda: type(stage.screen).__name__ == "Palette")


async def test_list_repaints_only_its_own_rows(studio: Studio) -> None:
    async with on(studio, "script", (80, 24)) as stage:
        await _begin(stage)
        await stage.type("M")
        before = stage.lines()
        await stage.type("A")
        await stage.settle()
        at, editor = stage.screen.editor.offers_region(), stage.screen.editor
        rows = range(editor.region.y + at.y, editor.region.y + at.bottom)
        columns = range(editor.region.x + at.x, editor.region.x + at.right)
        after, row, page = stage.lines(), editor.cursor_screen_offset.y, editor.region
        for y in set(range(page.y, page.bottom)) - {row}:  # The row that is being typed may change.
            # The outline next to the text may be updated in the meantime, so only the columns of the editor
            # are compared.
            old, new = before[y], after[y]
            changed = {x for x in range(page.x, page.right) if old[x] != new[x]}
            assert not changed or (y in rows and changed <= set(columns)), (y, old, new)


async def test_cursor_is_in_the_window_and_in_the_column_of_its_kind(studio: Studio) -> None:
    async with on(studio, "script", (80, 24)) as stage:
        await _begin(stage)
        editor = stage.screen.editor
        for _ in range(3):
            await stage.press("enter")
            assert editor.cursor_screen_offset in editor.content_region, "the line in hand is seen"
        columns = []
        for _ in range(4):  # the kinds character, heading, transition and action
            await stage.press("tab")
            columns.append(editor.cursor_screen_offset.x - editor.content_region.x - editor.gutter_width)
        assert columns[1] == columns[3] == 0 < columns[0] < columns[2]


@pytest.mark.parametrize("y", range(12))
@pytest.mark.parametrize("count", [2, 4, 9])
def test_list_is_next_to_its_line_inside_the_window(y: int, count: int) -> None:
    window, left = Size(50, 12), 7
    found = OfferList(tuple(f"INT. PLACE {number}" for number in range(count)), 5)
    for x in (left, 20, 49):
        at = found.compute_list_region(Offset(x, y), "INT. PL", window, left)
        assert at.height == min(MAX_OFFER_ROWS, count)
        assert at.x >= left
        assert at.right <= window.width
        assert y not in range(at.y, at.bottom)
        assert at.y >= 0
        assert at.bottom <= window.height
    for _ in range(count):
        rows = [found.format_offer_row(place, at.width) for place in found.get_visible_range()]
        assert all(cell_len(row) == at.width for row in rows)
        assert sum(row.startswith("▸") for row in rows) == 1
        found = found.with_next_chosen(1)
    assert found.at == 0, "round the end"


def test_places_and_people_outside_the_lines_are_offered_too() -> None:
    assert list_line_offers("INT. L", None, KNOWN, Speakers(), asked=False) == ["INT. LIGHTHOUSE"]
    assert list_line_offers("EXT. S", None, KNOWN, Speakers(), asked=False) == ["EXT. SHED"]
    assert list_line_offers("", ScriptElementKind.CUE, KNOWN, Speakers((), ("CARL",)), asked=True) == [
        "CARL",
        "ANNA",
    ]
    assert [find_completed_part(line) for line in ("ANNA", "  AN", "INT. SH", "INT. SHED - N")] == [
        0,
        2,
        5,
        12,
    ]
