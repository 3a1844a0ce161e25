"""The studio while it closes."""

from __future__ import annotations

from pathlib import Path

from tests.tui.house import make_studio, opened


async def test_what_changes_while_screens_are_being_closed_is_shown_on_none(tmp_path: Path) -> None:
    made = make_studio(tmp_path / "home")
    async with opened(made) as (app, _):
        board = app.screen
        app._prune(board)  # as Textual does when an app ends: a job may end just then
        for child in list(board.children):
            await child._close_messages()
        board._nodes._clear()
        app.queue = app.queue.__class__()
        app.catch_up()
    made.close()
