"""Keys for the marks of the screenplay, which are questions about possible contradictions. One key goes to
the next mark and shows its reason; another dismisses the mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.format import format_count
from milimo_tui.tui.keys.actions import action

if TYPE_CHECKING:
    from milimo_tui.story.consistency.marks import ConsistencyMark
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.script.screen import ScriptScreen


class MarkWalk:
    """The part of the Script screen that goes from mark to mark. It saves the text first, because marks are
    computed from the saved screenplay.
    """

    def __init__(self, screen: ScriptScreen) -> None:
        self._screen = screen
        self._here = ""  # Key of the mark that was shown last; empty for none.

    async def _load_open_marks(self) -> tuple[ConsistencyMark, ...] | None:
        """Return the marks that are not dismissed, read in a thread. Return None if there is no film or the
        text could not be saved.
        """
        screen = self._screen
        if screen.film is None or not await screen.ensure_saved():
            return None

        def read() -> tuple[ConsistencyMark, ...]:
            from milimo_tui.studio.writing.story_marks import list_open_marks

            return list_open_marks(screen.studio_app.studio)

        return await screen.in_thread(read)

    @action
    async def act_next_mark(self, key_command: KeyCommand) -> None:
        """Go to the next mark (`Z n`). After the last mark, continue with the first."""
        await self._walk_marks(1, key_command.times)

    @action
    async def act_mark_before(self, key_command: KeyCommand) -> None:
        """Go to the previous mark (`Z N`)."""
        await self._walk_marks(-1, key_command.times)

    async def _walk_marks(self, step: int, times: int) -> None:
        marks = await self._load_open_marks()
        if marks is None:
            return
        if not marks:
            self._screen.show_message("there are no marks in the screenplay", "good")
            return
        line = self._screen.editor.cursor_location[0] + 1
        keys = [mark.stable_key for mark in marks]
        if self._here in keys and marks[keys.index(self._here)].line == line:
            at = keys.index(self._here) + step * times
        elif step > 0:
            at = next((at for at, mark in enumerate(marks) if mark.line >= line), 0) + times - 1
        else:
            at = next((at for at in reversed(range(len(marks))) if marks[at].line <= line), -1) + 1 - times
        self._visit_mark(marks, at % len(marks))

    def _visit_mark(self, marks: tuple[ConsistencyMark, ...], at: int) -> None:
        mark = marks[at]
        self._here = mark.stable_key
        self._screen.go_to_line(mark.line)
        other_line = f", see line {mark.other}" if mark.other else ""
        by = "" if mark.by == "rules" else f" ({mark.by})"
        words = f"{at + 1} of {len(marks)}  {mark.sentence}{other_line}{by}"
        self._screen.show_message(words, "warn", "{ui.dismiss_mark} dismisses it")

    @action
    async def act_dismiss_mark(self, key_command: KeyCommand) -> None:
        """Dismiss the mark that was shown last, or the mark on the cursor's line, because it is not a mistake
        (`Z x`).
        """
        marks = await self._load_open_marks()
        if marks is None:
            return
        line = self._screen.editor.cursor_location[0] + 1
        here = [mark for mark in marks if mark.line == line]
        wanted = next((mark for mark in here if mark.stable_key == self._here), here[0] if here else None)
        if wanted is None:
            self._screen.show_message(
                "there is no mark on this line", "warn", "{ui.next_mark} goes to the next"
            )
            return
        if await self._screen.run_and_wait("script.dismiss", mark=wanted.stable_key) is not None:
            left = format_count(len(marks) - 1, "mark")
            self._screen.show_message(f"dismissed the mark, {left} left", "good", "{ui.undo} brings it back")
