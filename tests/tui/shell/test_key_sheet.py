"""Test the sheet of keys: as many columns as fit, no row cut off, and a link to the page of the screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.text import Text

from milimo_tui.core.paths import DOCS
from milimo_tui.studio.session.studio import Studio
from milimo_tui.tui.keys import keymap_file
from milimo_tui.tui.widgets.column_rows import ColumnRows, split_into_columns
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Row
from tests.tui.stage import on
from tests.tui.studio_setup import make_studio


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = make_studio(tmp_path / "home")
    yield made
    made.close()


def _rows(*words: str) -> list[Row]:
    """Return a row for each word. A capitalised word is a heading, and an empty word is a blank row."""
    return [Row("" if not each or each[0].isupper() else each, Text(each)) for each in words]


def test_columns_are_balanced_and_no_heading_is_last() -> None:
    rows = _rows("A", "a", "b", "c", "", "D", "d", "e")
    for across in range(1, 6):
        columns = split_into_columns(rows, across)
        assert len(columns) <= across
        shown = [rows[index].left.plain for column in columns for index in column]
        assert [words for words in shown if words] == ["A", "a", "b", "c", "D", "d", "e"]
        for column in columns:
            assert rows[column[-1]].key or column[-1] == len(rows) - 1, across
            assert rows[column[0]].left.plain, "a column begins with words"
    assert [len(column) for column in split_into_columns(rows, 2)] == [4, 3]
    assert split_into_columns([], 3) == []


@pytest.mark.long("screens")
@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50)])
async def test_every_key_is_complete_and_wide_terminals_have_more_columns(
    studio: Studio, size: tuple[int, int]
) -> None:
    async with on(studio, "timeline", size) as stage:
        await stage.press("?")
        sheet = stage.screen.query_one(ColumnRows)
        await stage.until(lambda: bool(sheet.virtual_size.height))
        across = {80: 2, 120: 3, 200: 5}[size[0]]
        assert sheet.virtual_size.height >= len(sheet.rows) // across
        assert sheet.virtual_size.height < len(sheet.rows) // across + 12
        for index, row in enumerate(sheet.rows):
            column = sheet.find_row_position(index)[0]
            assert row.left.cell_len + 3 <= sheet.widths[column], row.left.plain
        if size[0] == 200:
            assert sheet.virtual_size.height <= 1.1 * sheet.size.height, (
                "all of it on little more than a page"
            )
            await stage.press("l")
            assert sheet.find_row_position(sheet.cursor) == (1, sheet.find_row_position(sheet.cursor)[1])
            await stage.press("h", "j")
            assert sheet.find_row_position(sheet.cursor)[0] == 0
        foot = stage.screen.query_one("#panel-foot", Line)
        (span,) = [span for span in foot.left.spans if getattr(span.style, "link", None)]
        assert span.style.link.endswith("/docs/timeline.md")
        assert "docs/timeline.md" in stage.text


def test_every_screen_has_its_page_of_keys() -> None:
    pages = keymap_file.load_keymap().pages
    assert len(pages) > 20
    for context, page in pages.items():
        assert (DOCS / page).is_file(), context
