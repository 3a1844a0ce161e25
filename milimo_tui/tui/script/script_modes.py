"""The modes of the Script screen in addition to reading: writing, and selecting text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.tui.shell.modes import Mode

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.script.screen import ScriptScreen


class WritingMode(Mode):
    """The mode of the Script screen while the user writes: keys type text instead of running commands."""

    def __init__(self, screen: ScriptScreen) -> None:
        self._screen = screen

    @property
    def is_on(self) -> bool:
        return self._screen.typing

    def extend_contexts(self, below: tuple[str, ...]) -> tuple[str, ...]:
        offered = ("writing_offers",) if self._screen.editor.writing.offered.is_open else ()
        plain = ("writing_plain",) if self._screen.writing_mode == "plain" else ()
        return (*offered, *plain, "writing", "global")

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        """Close the list of completions (Esc). If no list is open, return to reading."""
        editor = self._screen.editor
        if not editor.writing.leave_offers():
            editor.read_only = True
            editor.writing.close_offers()
            editor.writing.finish_line()
            editor.normal.end_writing(steps_back=self._screen.writing_mode != "plain")
            self._screen.refresh_lines()
        return True


class SelectingMode(Mode):
    """The modes VISUAL and VISUAL LINE of the Script screen, in which motions select letters or complete
    lines.
    """

    CONTEXTS = ("script_visual",)

    def __init__(self, screen: ScriptScreen) -> None:
        self._screen = screen

    @property
    def is_on(self) -> bool:
        return self._screen.editor.normal.visual is not None

    @property
    def mode_name(self) -> str:
        visual = self._screen.editor.normal.visual
        return "VISUAL LINE" if visual is not None and visual.lines else "VISUAL"

    def leave_by_escape(self, key_command: KeyCommand) -> bool:
        self._screen.editor.normal.leave_visual()
        return True
