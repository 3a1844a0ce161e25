"""The page that offers unsaved text of a studio that was killed or crashed. It shows the changes of each
recovery copy, compared with the saved screenplay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.studio.script.unsaved_text import (
    ComparedLine,
    UnsavedText,
    compare_with_saved,
    describe_line_counts,
    is_script_changed_since,
    list_film_recoveries,
)
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand
    from milimo_tui.tui.shell.ports import StudioApp
    from milimo_tui.tui.terminal.theme import TextStyles

SCRIPT_CONTEXTS = ("script", "global")


async def find_recoveries(app: StudioApp) -> list[UnsavedText]:
    """Return the recovery copies of the open film. Return none if the film or the copies can't be read."""

    def read() -> list[UnsavedText]:
        try:
            return list_film_recoveries(app.studio)
        except MilimoError:  # The thread that follows the film reports problems with it.
            return []

    return await app.reading.run(read)


class RecoveryScreen(PanedScreen):
    """The page with the recovery copies of the film. Enter loads the text of the copy under the cursor into
    the Script screen; `x` discards the copy; Esc leaves the copies for later.
    """

    MODE = "recovery"
    TITLE = "Unsaved text"
    CONTEXTS = ("recovery", "panes", "list", "global")
    CSS_PATH = "recovery.tcss"
    AUTO_FOCUS = "#copies"

    def __init__(self, copies: Sequence[UnsavedText]) -> None:
        super().__init__()
        self._copies = list(copies)
        # The comparisons of the copies with the saved screenplay (`_saved`), by the id of the copy.
        self._compared: dict[str, list[ComparedLine]] = {}
        self._saved = ""

    def compose_body(self) -> Iterable[Widget]:
        yield Split(Rows(id="copies"), Rows(id="changes", quiet=True), id="recovery", wide=130)

    @property
    def copy_list(self) -> Rows:
        """The list of recovery copies."""
        return self.query_one("#copies", Rows)

    @property
    def _copy(self) -> UnsavedText | None:
        """The recovery copy under the cursor; None if there is none."""
        key = self.copy_list.key
        return next((copy for copy in self._copies if copy.id == key), None)

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.studio_app.run_in_background(self._leave_out_answered_copies, "recovery")

    async def _leave_out_answered_copies(self) -> None:
        """Leave out copies that were recovered or discarded while another screen was in front. If no copy is
        left, close this page.
        """
        left = {copy.id for copy in await find_recoveries(self.studio_app)}
        if all(copy.id in left for copy in self._copies):
            return
        self._copies = [copy for copy in self._copies if copy.id in left]
        if self._copies and self.is_mounted:
            self._draw_copies()
        else:
            self.dismiss()

    def show_film(self, film: object) -> None:
        if self.film is None or self.film.story.project.id not in {copy.film for copy in self._copies}:
            # Another film was opened on another screen.
            self.dismiss()
            return
        saved = self.film.story.project.script
        if saved != self._saved or not self._compared:
            self._saved = saved
            self._compared = {copy.id: compare_with_saved(saved, copy.text) for copy in self._copies}
        self._draw_copies()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_copies)

    def _draw_copies(self) -> None:
        rows = []
        for copy in self._copies:
            counts = describe_line_counts(self._compared.get(copy.id, ()))
            left = join_line((copy.time_text, self.ink.strong), (f"   {counts}", self.ink.text))
            since = "screenplay changed since" if is_script_changed_since(copy, self._saved) else ""
            rows.append(Row(copy.id, left, join_line((since, self.ink.stale))))
        self.copy_list.show_rows(rows)
        self._draw_changes()
        self.refresh_lines()

    def _draw_changes(self) -> None:
        changes = self.query_one("#changes", Rows)
        width = max(20, (changes.size.width or self.size.width) - 4)
        lines = self._compared.get(self._copy.id, []) if self._copy is not None else []
        changes.show_rows(build_change_rows(lines, self.ink, width))

    def get_current_place(self) -> ScreenPlace:
        # No next step is proposed, because this page shows its keys.
        return ScreenPlace(self.MODE, is_quiet=True)

    def format_header_facts(self) -> Text | str:
        return "left behind by a studio that ended"

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.copy_list:
            self._draw_changes()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        copy = self._copy
        if copy is not None:
            # The app runs this work, because Textual cancels the work of a screen that closes.
            self.studio_app.run_in_background(partial(self._recover_copy, copy), "recovery")

    async def _recover_copy(self, copy: UnsavedText) -> None:
        """Close this page, and load the text of a recovery copy into the Script screen."""
        app = self.studio_app
        if copy.id not in {each.id for each in await find_recoveries(app)}:
            app.show_message("this text was recovered or discarded in another studio", "warn")
            return
        await self.dismiss()
        await app.recover_script_text(copy)

    @action
    async def act_discard(self, key_command: KeyCommand) -> None:
        """Delete the recovery copy under the cursor, after a question."""
        copy = self._copy
        if copy is None or not await self.confirm(f"Delete the unsaved text of {copy.time_text}?"):
            return
        if await self.run_and_wait("script.recover", number=copy.id, discard=True) is None:
            return
        self._copies.remove(copy)
        if self._copies:
            self._draw_copies()
        else:
            self.dismiss()

    def leave_screen(self) -> None:
        app = self.studio_app
        app.show_message("the unsaved text stays for later", hint=format_recovery_keys(app))
        super().leave_screen()


def build_change_rows(lines: Sequence[ComparedLine], ink: TextStyles, width: int) -> list[Row]:
    """Return rows that show a comparison of two texts. Long lines are wrapped at `width` columns."""
    styles = {"+": ink.picked, "-": ink.stale, " ": ink.text}
    rows = list[Row]()
    for line in lines:
        if line.mark == "@":
            rows += [Row("", Text())] if rows else []
            rows.append(Row("", join_line((f"line {line.text}", ink.muted))))
            continue
        for piece in wrap_words(line.text, width) or [""]:
            rows.append(Row("", join_line((f"{line.mark} {piece}", styles[line.mark])), whole=line.text))
    return rows


def format_recovery_keys(app: StudioApp) -> str:
    """Return a hint with the keys that show the recovery copies. They are keys of the Script screen, which
    may not be the current screen.
    """
    chord = app.keyboard.keymap.find_chord("ui.recover", SCRIPT_CONTEXTS)
    return f"{{ui.mode script}}, {chord} shows it" if chord else "{ui.mode script} opens the screenplay"


async def offer_recoveries(app: StudioApp) -> None:
    """Open the page with the recovery copies of the film, if there are any. If the user is busy with a panel
    or a question, show a message instead.
    """
    copies = await find_recoveries(app)
    if not copies:
        return
    screen = app.studio_screen
    if screen is None or len(screen.app.screen_stack) > 1 or screen.prompt.is_open or screen.question.is_open:
        app.show_message("unsaved text was found", "warn", format_recovery_keys(app))
    else:
        app.open_on_top(RecoveryScreen(copies))
