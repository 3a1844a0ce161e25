"""A panel over the Jobs screen for editing a job's spec as text. A spec with errors is not saved; the panel
stays open and shows the error.

The panel begins in writing mode, in which keys type text and Esc leaves the text. Then w or Enter saves, E
opens $EDITOR, and q closes the panel.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.screen import ModalScreen

from milimo_tui.core.errors import BadInput, MilimoError
from milimo_tui.studio.queue.spec_changes import diff_specs
from milimo_tui.tui.jobs import spec_text as jobs_spec
from milimo_tui.tui.jobs.spec_field import SpecText
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell import handover
from milimo_tui.tui.shell.ports import get_studio_app
from milimo_tui.tui.terminal.theme import FAILED, TextStyles
from milimo_tui.tui.widgets.empty import TooSmall
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.ports import StudioApp

# A function that saves the changes. It raises MilimoError if they are refused.
Save = Callable[[Mapping[str, Any]], Awaitable[None]]


class SpecPanel(ModalScreen[bool]):
    """A panel for editing a job's spec. Dismisses with True if changes were saved, otherwise with False."""

    CSS_PATH = "spec_panel.tcss"

    def __init__(self, heading: str, spec: Mapping[str, Any], save: Save, *, verb: str = "saves") -> None:
        """Create a panel. `heading` is its title, and `spec` the spec to edit. `save` is called with the
        changes as a JSON merge patch. `verb` describes the effect of saving, and is shown after the key that
        saves.
        """
        super().__init__()
        self.heading, self.spec, self.save, self.verb = heading, dict(spec), save, verb
        self.problem = ""
        self._asked = False  # True after the user was warned that leaving discards the changes.
        self._is_saving = False

    @property
    def contexts(self) -> tuple[str, ...]:
        return ("spec_writing",) if self.typing else ("spec",)

    @property
    def typing(self) -> bool:
        return self.field.is_writing

    @property
    def studio_app(self) -> StudioApp:
        return get_studio_app(self)

    @property
    def ink(self) -> TextStyles:
        return self.studio_app.ink

    @property
    def field(self) -> SpecText:
        return self.query_one(SpecText)

    def compose(self) -> ComposeResult:
        with Vertical(id="spec-panel"):
            yield Line(id="spec-head")
            yield SpecText(jobs_spec.format_spec(self.spec), id="spec-text")
            yield Line(id="spec-foot")
            yield Line(id="spec-keys")
        yield TooSmall()

    def on_mount(self) -> None:
        self.field.focus()
        self.refresh_lines()

    def refresh_lines(self) -> None:
        """Draw the heading, the error and the line of keys."""
        ink = self.ink
        self.query_one("#spec-head", Line).show_line(join_line((self.heading, ink.strong)))
        hints = [("{ui.out}", "leaves the text")]
        if not self.typing:
            hints = [
                ("{ui.save}", self.verb), ("{ui.write}", "writes"), ("{ui.editor}", "in $EDITOR"),
                ("{ui.out}", "leaves"),
            ]  # fmt: skip
        keys = [
            part
            for key, note in hints
            for part in ((self._fill_spec_keys(key), ink.key), (f" {note}   ", ink.muted))
        ]
        self.query_one("#spec-keys", Line).show_line(join_line(*keys))
        trouble = join_line((f"{FAILED} {self.problem}", ink.failed)) if self.problem else Text()
        self.query_one("#spec-foot", Line).show_line(trouble)

    def _fill_spec_keys(self, words: str) -> str:
        return self.studio_app.keyboard.keymap.with_keys(words, self.contexts)

    def make_patch(self) -> dict[str, Any]:
        """Return the changes to the spec as a JSON merge patch. Raises BadInput, which names the line with an
        error.
        """
        return diff_specs(self.spec, jobs_spec.parse_spec(self.field.text))

    def dismiss(self, result: bool | None = None) -> AwaitComplete:
        """Close the panel, unless it is already closed. The user may close it during a save; a second call
        would close the screen below.
        """
        return super().dismiss(result) if self.is_active else AwaitComplete()

    @action
    def act_write(self, key_command: KeyCommand) -> None:
        self._asked = False
        self.field.read_only = False
        self.field.focus()
        self.refresh_lines()

    @action
    def act_out(self, key_command: KeyCommand) -> None:
        """Leave writing mode; outside it, close the panel. If there are unsaved changes, the first press only
        shows a warning, and the second closes the panel.
        """
        if self.typing:
            self.field.read_only = True
            self.problem = ""
            self.refresh_lines()
            return
        if self.field.text != jobs_spec.format_spec(self.spec) and not self._asked:
            self._asked = True
            self.problem = self._fill_spec_keys(
                "it is not saved: {ui.save} saves it, {ui.out} again leaves without"
            )
            self.refresh_lines()
            return
        self.dismiss(False)

    @action
    async def act_save(self, key_command: KeyCommand) -> None:
        if self._is_saving:
            return
        self._is_saving = True
        try:
            patch = self.make_patch()
            await self.save(patch)
        except MilimoError as error:
            self._show_spec_error(error)
            return
        finally:
            self._is_saving = False
        self.dismiss(True)

    def _show_spec_error(self, error: MilimoError) -> None:
        """Show an error and move the cursor to its line. The text stays as typed."""
        words = error.message
        number = jobs_spec.find_field_line(self.field.text, words)
        if isinstance(error, BadInput) and words.startswith("line "):
            number = int(words.split()[1].strip(","))
        elif number:
            words = f"line {number}: {words.removeprefix('bad spec: ')}"
        self.problem = self.studio_app.replace_commands_with_keys(f"{words}   {error.hint}".strip())
        if number:
            self.field.go_to_spec_line(number)
        self.refresh_lines()

    @action
    async def act_editor(self, key_command: KeyCommand) -> None:
        """Open the text in the user's editor, and replace the text by the result. The result can be undone
        like typed text.
        """
        try:
            text = await handover.edit_in_editor(self.studio_app, self.field.text, "spec.json")
        except MilimoError as error:
            self._show_spec_error(error)
            return
        document = self.field.document
        self.field.replace(text, document.start, document.end)
        self.refresh_lines()

    def _move_cursor_by(self, rows: int) -> None:
        self.field.go_to_spec_line(self.field.cursor_location[0] + 1 + rows)

    @action
    def act_down(self, key_command: KeyCommand) -> None:
        self._move_cursor_by(key_command.times)

    @action
    def act_up(self, key_command: KeyCommand) -> None:
        self._move_cursor_by(-key_command.times)
