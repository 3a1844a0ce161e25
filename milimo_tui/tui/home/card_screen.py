"""The test card: samples of characters, colours and a picture, with a yes/no question for each, and
measurements of the terminal.

When the screen opens, it queries the terminal's capabilities. It also fills the connection a few times for a
short while, to measure the data rate. Settings that follow from the answers are only written when the user
asks for it (`w`).
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip
from textual.widget import Widget

from milimo_tui.core.config_file import write_settings
from milimo_tui.core.errors import MilimoError
from milimo_tui.studio.machine.tmux import run_tmux
from milimo_tui.tui.home import card_facts, card_questions
from milimo_tui.tui.home.card_picture import make_test_png
from milimo_tui.tui.home.card_questions import CardQuestion, Sample
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.shell.modes import EscapeStep
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.terminal.capabilities import Terminal
from milimo_tui.tui.terminal.row_filters import wants_ascii
from milimo_tui.tui.terminal.theme import CURSOR
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.picture import Picture
from milimo_tui.tui.widgets.text import fit_to_cells, join_line

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

# Keys to test, because some terminals or programs such as tmux do not pass them on.
KEYS = ("ctrl+o", "shift+left", "ctrl+z")
LOOK_SECONDS = 0.5
MOST_LOOKS = 8
# The connection is filled with data at these half-second updates of the card (counted from 1), if it is idle,
# to measure its data rate.
FILLED_AT = (2, 4, 6)
WORDS_WIDE = 38  # Width in cells of the column with the questions; the samples follow.


class CardSheet(Widget):
    """A widget that paints rows of styled text without any change. Textual would blend the colours of
    ordinary text.
    """

    can_focus = False

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._rows: Sample = []

    def show_styled_rows(self, rows: Sample) -> None:
        """Replace the rows. Repaint only if they differ from the present ones."""
        if rows != self._rows:
            self._rows = rows
            self.styles.height = len(rows)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        base, width = self.visual_style.rich_style, self.size.width
        if y >= len(self._rows):
            return Strip.blank(width, base)
        return Strip([Segment(words, base + style) for words, style in self._rows[y]]).adjust_cell_length(
            width, base
        )


class CardScreen(StudioScreen):
    """The test card screen: the list of questions, the test picture and the measurements. Only `w` changes
    settings.
    """

    MODE = "card"
    TITLE = "Test card"
    NEEDS_FILM = False
    CONTEXTS: ClassVar[tuple[str, ...]] = ("card",)
    CSS_PATH = "card_screen.tcss"

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, bool] = {}
        self._at = 0
        self._came = dict.fromkeys(KEYS, False)
        self._escape: float | None = None
        self._tmux = ""
        self._looks = 0
        self._drawn_for: Terminal | None = None
        self._file: Path | None = None
        self.modes = self.stack_modes(
            EscapeStep(
                lambda: self._escape is None and self.studio_app.line.read_at is not None,
                self._measure_escape_delay,
            )
        )

    def compose_body(self) -> Iterable[Widget]:
        yield CardSheet(id="questions")
        yield Picture(id="card-picture")
        yield Line(id="answers")
        yield Line(id="keys")
        yield Line(id="measured")

    def on_mount(self) -> None:
        self.studio_app.known_terminal.query_terminal()
        self._timer = self.set_interval(LOOK_SECONDS, self._update_measurements)
        self.run_in_background(self._read_tmux_escape_time, "card")

    def on_unmount(self) -> None:
        if self._file is not None:
            with suppress(OSError):
                self._file.unlink()

    async def _read_tmux_escape_time(self) -> None:
        """Read from tmux how long it waits after Esc for the rest of an escape sequence."""
        if self.studio_app.terminal.inside == "tmux":
            wait = await self.in_thread(lambda: run_tmux("show-options", "-sv", "escape-time"))
            self._tmux = f"{wait} ms" if wait else ""
            self._draw_card()

    def _update_measurements(self) -> None:
        """Show the measurements that exist so far. A timer calls this method a few times. In the calls whose
        numbers are in `FILLED_AT`, it also fills the connection with data, so that the data rate can be
        measured.
        """
        app = self.studio_app
        self._looks += 1
        measured = app.line.measured
        if self._looks in FILLED_AT and not measured.unanswered and not measured.mute:
            app.line.fill_connection()
        self._draw_card()
        if self._looks >= MOST_LOOKS:
            self._timer.stop()  # Stop after a few updates, because an idle screen must send nothing.

    @property
    def _questions(self) -> list[CardQuestion]:
        is_ascii = wants_ascii(self.studio_app.studio.settings.signs, os.environ)
        return card_questions.list_card_questions(self.studio_app.terminal, ascii_only=is_ascii)

    @property
    def _question_here(self) -> CardQuestion | None:
        """The question under the cursor; None if there are no questions for this terminal."""
        found = self._questions
        return found[min(self._at, len(found) - 1)] if found else None

    def format_header_title(self) -> Text:
        found = self._questions
        at = f"   {min(self._at + 1, len(found))} of {len(found)}" if found else ""
        return join_line((self.TITLE, self.ink.strong), (at, self.ink.muted))

    def format_header_facts(self) -> Text | str:
        app = self.studio_app
        return card_facts.format_terminal_name(
            app.terminal, os.environ.get("TERM", ""), app.known_terminal.answers
        )

    def catch_up(self) -> None:
        """Redraw for the terminal's capabilities found so far."""
        super().catch_up()
        if self.is_mounted:
            self._draw_card()
            if self._drawn_for != self.studio_app.terminal:
                self._drawn_for = self.studio_app.terminal
                self.run_in_background(self._load_card_picture, "picture", exclusive=True)

    def _draw_card(self) -> None:
        app, ink = self.studio_app, self.ink
        rows: Sample = []
        here = self._question_here
        for question in self._questions:
            answer, is_here = self._seen.get(question.name), question == here
            mark = (
                ("? ", ink.muted) if answer is None else ("✓ ", ink.picked) if answer else ("✕ ", ink.failed)
            )
            words = (fit_to_cells(question.words, WORDS_WIDE), ink.strong if is_here else ink.text)
            head = [(" " + (CURSOR if is_here else " ") + " ", ink.accent), mark, words]
            first, *more = card_questions.make_question_sample(
                question.name, app.terminal.colours, ink.text
            ) or [[]]
            rows.append([*head, *first])
            rows += [[(" " * (WORDS_WIDE + 5), Style()), *row] for row in more]
        self.query_one("#questions", CardSheet).show_styled_rows(rows)
        self.query_one("#card-picture").display = app.terminal.pictures != "off"
        is_asked_all = not (app.terminal.plain or (app.terminal.inside == "tmux" and not app.terminal.wrap))
        answers = app.known_terminal.answers
        known = answers if is_asked_all else None
        self._show_card_line(
            "answers", card_facts.format_terminal_answers(app.terminal, answers, is_asked_all=is_asked_all)
        )
        self._show_card_line("keys", card_facts.format_key_facts(self._came, self._escape, self._tmux, known))
        self._show_card_line("measured", card_facts.format_connection_facts(app.line.measured, app.terminal))
        self.refresh_header()

    def _show_card_line(self, id: str, words: str) -> None:
        self.query_one(f"#{id}", Line).show_line(join_line((words, self.ink.muted)))

    def on_picture_resized(self, event: Picture.Resized) -> None:
        self.run_in_background(self._load_card_picture, "picture", exclusive=True)

    def _write_card_picture_file(self) -> Path:
        """Return the path of the file with the test picture. The first call writes the file. Call this method
        only in the reading thread, which runs one task at a time.
        """
        if self._file is None:
            handle, name = tempfile.mkstemp(prefix="milimo-card-", suffix=".png")
            self._file = Path(name)
            with open(handle, "wb") as file:
                file.write(make_test_png())
        return self._file

    async def _load_card_picture(self) -> None:
        """Draw the test picture with the picture protocol that was detected for the terminal."""
        shown = self.query_one("#card-picture", Picture)
        if self.studio_app.terminal.pictures == "off" or not shown.size:
            return
        try:
            file = await self.in_thread(self._write_card_picture_file)
        except OSError as error:
            shown.show_own_drawing(None, f"no picture to look at: {error.strerror}")
            return
        drawing = await self.studio_app.pictures.draw_file(file, shown.size.width, shown.size.height)
        shown.show_shared_drawing(drawing, "" if drawing else "the picture could not be drawn")

    @action
    def act_yes(self, key_command: KeyCommand) -> None:
        if self.question.is_open:
            super().act_yes(key_command)
        else:
            self._answer_question(seen=True)

    @action
    def act_no(self, key_command: KeyCommand) -> None:
        if self.question.is_open:
            super().act_no(key_command)
        else:
            self._answer_question(seen=False)

    def _answer_question(self, *, seen: bool) -> None:
        here = self._question_here
        if here is None:
            self.show_message("there is no question for this terminal")
            return
        self._seen[here.name] = seen
        self._move_to_question(1)
        left = [question for question in self._questions if question.name not in self._seen]
        if not left:
            found = self._list_wanted_settings()
            words = ", ".join(f"{name} = {value}" for name, value in found.items())
            if found:
                self.show_message(
                    f"settings from your answers: {words}", hint="{ui.write_settings} saves them"
                )
            else:
                self.show_message("everything is displayed correctly: nothing to write", "good")

    @action
    def act_next_item(self, key_command: KeyCommand) -> None:
        self._move_to_question(1)

    @action
    def act_previous_item(self, key_command: KeyCommand) -> None:
        self._move_to_question(-1)

    def _move_to_question(self, step: int) -> None:
        self._at = max(0, min(self._at + step, len(self._questions) - 1))
        self._draw_card()

    @action
    def act_note_key(self, key_command: KeyCommand) -> None:
        """Record that a test key arrived in the studio."""
        self._came[key_command.typed[-1]] = True
        self._draw_card()

    def _measure_escape_delay(self, key_command: KeyCommand) -> None:
        """Measure how long the studio takes to recognise Esc as a key, because other keys begin with the same
        byte. The next Esc leaves the card.
        """
        read_at = self.studio_app.line.read_at
        if read_at is not None:
            self._escape = time.monotonic() - read_at
            self._draw_card()
            self.show_message(
                f"Esc was recognised after {self._escape * 1000:.0f} ms", hint="Esc again leaves"
            )

    def _list_wanted_settings(self) -> dict[str, str]:
        app = self.studio_app
        return card_questions.list_settings_from_answers(self._seen, app.terminal, app.studio.settings)

    @action
    async def act_write_settings(self, key_command: KeyCommand) -> None:
        """Write the settings that follow from the answers into config.toml."""
        values = self._list_wanted_settings()
        if not values:
            self.show_message(
                "nothing to write",
                hint="answer with {ui.yes} or {ui.no}; a complete picture needs no setting",
            )
            return

        def write() -> list[str]:
            write_settings(values)
            origin = self.studio_app.studio.read_home_settings()[1]
            return [origin[name] for name in values if origin[name] != "config.toml"]

        try:
            overruled = await self.in_thread(write)
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        words = ", ".join(f"{name} = {value}" for name, value in values.items())
        if overruled:
            self.show_message(
                f"config.toml: {words}", "warn", f"{', '.join(overruled)} has priority over the file"
            )
        else:
            self.show_message(f"config.toml: {words}; from the next start on", "good")
