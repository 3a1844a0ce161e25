"""Walk through the marks of the screenplay: a key goes to the next mark and shows its reason, another key
dismisses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.format import plural

if TYPE_CHECKING:
    from milimo_tui.story.consistency.marks import Mark
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.script.screen import ScriptScreen


class MarkWalk:
    """Goes from mark to mark of the screenplay on a screen; saves the text before it is checked."""

    def __init__(self, screen: ScriptScreen) -> None:
        self._screen = screen
        self._here = ""  # Key of the mark shown last.

    async def _marks(self) -> tuple[Mark, ...] | None:
        """Return the open marks; None if there is no film or saving failed. Reads in a thread."""
        screen = self._screen
        if screen.film is None or not await screen.is_saved():
            return None

        def read() -> tuple[Mark, ...]:
            from milimo_tui.studio.writing.story_marks import open_marks

            return open_marks(screen.studio_app.studio)

        return await screen.in_thread(read)

    async def act_next_mark(self, key_command: KeyCommand) -> None:
        """Z n: go to the next mark; after the last, to the first."""
        await self._go(1, key_command.times)

    async def act_mark_before(self, key_command: KeyCommand) -> None:
        """Z N: go to the previous mark."""
        await self._go(-1, key_command.times)

    async def _go(self, step: int, times: int) -> None:
        marks = await self._marks()
        if marks is None:
            return
        if not marks:
            self._screen.say("nothing in the screenplay is marked", "good")
            return
        line = self._screen.editor.cursor_location[0] + 1
        keys = [mark.key for mark in marks]
        if self._here in keys and marks[keys.index(self._here)].line == line:
            at = keys.index(self._here) + step * times
        elif step > 0:
            at = next((at for at, mark in enumerate(marks) if mark.line >= line), 0) + times - 1
        else:
            at = next((at for at in reversed(range(len(marks))) if marks[at].line <= line), -1) + 1 - times
        self._show(marks, at % len(marks))

    def _show(self, marks: tuple[Mark, ...], at: int) -> None:
        mark = marks[at]
        self._here = mark.key
        self._screen.go_to_line(mark.line)
        beside = f", see line {mark.other}" if mark.other else ""
        by = "" if mark.by == "rules" else f" ({mark.by})"
        words = f"{at + 1} of {len(marks)}  {mark.sentence}{beside}{by}"
        self._screen.say(words, "warn", "{ui.dismiss_mark} dismisses it")

    async def act_dismiss_mark(self, key_command: KeyCommand) -> None:
        """Z x: dismiss the mark shown last, or the mark on this line, as not a mistake."""
        marks = await self._marks()
        if marks is None:
            return
        line = self._screen.editor.cursor_location[0] + 1
        here = [mark for mark in marks if mark.line == line]
        wanted = next((mark for mark in here if mark.key == self._here), here[0] if here else None)
        if wanted is None:
            self._screen.say("no mark is on this line", "warn", "{ui.next_mark} goes to the next")
            return
        if await self._screen.command("script.dismiss", mark=wanted.key) is not None:
            left = plural(len(marks) - 1, "mark")
            self._screen.say(f"dismissed, {left} left", "good", "{ui.undo} brings it back")
