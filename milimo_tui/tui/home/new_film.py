"""Starting a film: its screenplay, name, format, rate and style, with a first look at what the script holds.

Enter starts it from wherever the cursor is, once the script was read. Wrong input stays as typed, with the
reason below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from milimo_tui.core.format import clock, plural
from milimo_tui.engines.contract.fitting import ASPECTS, RASTERS
from milimo_tui.studio.script.first_look import FirstLook, look_text
from milimo_tui.tui.home.new_film_fields import ChoiceLine, FieldName, PathSuggester, TextLine
from milimo_tui.tui.home.script_reader import ScriptReader
from milimo_tui.tui.shell.screen import StudioScreen
from milimo_tui.tui.terminal.theme import FAILED, WORKING
from milimo_tui.tui.widgets.facts import Fact, Facts
from milimo_tui.tui.widgets.prompt import Prompt
from milimo_tui.tui.widgets.text import line, wrapped

if TYPE_CHECKING:
    from milimo_tui.tui.keys.key_parser import KeyCommand

SCRIPT, NAME, FORMAT, RATE, STYLE = "script", "name", "format", "rate", "style"
# What is shown, and what the command takes.
FORMATS = (
    ("landscape 3:2", "landscape"), ("wide 16:9", "wide"), ("cinema 1.85:1", "cinema"),
    ("scope 2.39:1", "2.39:1"), ("classic 4:3", "4:3"), ("square 1:1", "1:1"),
    ("portrait 2:3", "portrait"), ("upright 9:16", "9:16"),
)  # fmt: skip
EXAMPLE = (
    "INT. NOODLE BAR - NIGHT",
    "",
    "Steam fills the bar. JUN sets down two bowls.",
    "",
    "          JUN",
    "     You are late.",
)
RATES = ("24", "25", "30", "50", "60", "23.976", "29.97")
REST_SECONDS = 0.15  # without a key, before what is typed is looked at
SLOW_SECONDS = 0.3  # what takes longer is told of
TICK = "✓"


def size_text(value: str) -> str:
    """Return the pixels of a format: `1024 × 576`."""
    width, height = RASTERS.get(value) or ASPECTS[value]
    return f"{width} × {height}"


class NewFilmScreen(StudioScreen):
    """The form, over Home."""

    MODE = "new_film"
    TITLE = "Start a film"
    NEEDS_FILM = False
    CONTEXTS: ClassVar[tuple[str, ...]] = ("new_film", "global")
    CSS_PATH = "new_film.tcss"
    AUTO_FOCUS = "#script"

    def __init__(self, *, script: str = "", text: str = "", here: Sequence[Path] = ()) -> None:
        """`script`: a path to begin with; `text`: a screenplay that was pasted; `here`: scripts to offer."""
        super().__init__()
        self._text, self._first, self._here = text, script, tuple(here)
        self._reader = ScriptReader()
        self._look: FirstLook | None = None
        self._problem = ""
        self._is_reading = self._is_starting = self._wants_start = False
        self._timer: Timer | None = None
        self._slow: Timer | None = None

    def body(self) -> Iterable[Widget]:
        script = TextLine(id=SCRIPT, value=self._first, suggester=PathSuggester(self.in_thread))
        script.placeholder = self._pasted_words() or "a path, or paste the text"
        formats = ChoiceLine(FORMATS, about=size_text, id=FORMAT)
        rates = ChoiceLine([(rate, rate) for rate in RATES], value="25", id=RATE, shows_all=True)
        style = TextLine(id=STYLE)
        style.placeholder = "words that head every prompt"
        fields = (
            (SCRIPT, script),
            (NAME, TextLine(id=NAME)),
            (FORMAT, formats),
            (RATE, rates),
            (STYLE, style),
        )
        rows = [Horizontal(FieldName(name), field, classes="row") for name, field in fields]
        yield Horizontal(
            Vertical(*rows, Static(id="verdict", markup=False), id="fields"), Facts(id="preview"), id="form"
        )

    def heading(self) -> Text:
        return line(("Start a film", self.ink.strong))

    def mode_name(self) -> str:
        return "START" if not self.prompt.is_open else super().mode_name()

    def on_mount(self) -> None:
        super().on_mount()
        self._draw()
        if self._text or self._first:
            self._look_soon()

    def on_unmount(self) -> None:
        self._reader.end()

    # -- reading the script ------------------------------------------------------------------------

    @property
    def _script(self) -> str:
        return self.query_one(f"#{SCRIPT}", TextLine).value.strip().strip("'\"")

    def _pasted_words(self) -> str:
        return (
            f"the text that was pasted, {plural(self._text.count(chr(10)) + 1, 'line')}" if self._text else ""
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id != SCRIPT or (self._first and event.value == self._first):
            return
        self._first = ""
        if event.value:
            self._text = ""
        self._look_soon()

    def on_prompt_pasted(self, event: Prompt.Pasted) -> None:
        """Take a screenplay that was pasted where its path is asked for."""
        self.take_text(event.text)

    def take_text(self, text: str) -> None:
        """Take a pasted screenplay in place of a file."""
        self._text = text
        script = self.query_one(f"#{SCRIPT}", TextLine)
        script.value, script.placeholder = "", self._pasted_words()
        self._look_soon()

    def _look_soon(self) -> None:
        self._look, self._problem, self._is_reading = None, "", bool(self._script or self._text)
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(REST_SECONDS, self._begin_look)
        self._draw()

    def _begin_look(self) -> None:
        self._timer = None
        if self._script or self._text:
            self.background(self._read, "look", exclusive=True)

    async def _read(self) -> None:
        """Read the script; where it takes long, that is told."""
        script, text = self._script, self._text
        self._slow = self.set_timer(SLOW_SECONDS, self._tell_slow)
        found = await self._reader.read(script, text)
        if self._slow is not None:
            self._slow.stop()
            self._slow = None
        if (script, text) != (self._script, self._text):
            return
        self._is_reading = False
        self._look = found if isinstance(found, FirstLook) else None
        self._problem = found if isinstance(found, str) else ""
        if self._look is not None:
            self.query_one(f"#{NAME}", TextLine).placeholder = self._look.title
        wants, self._wants_start = self._wants_start, False
        self._draw()
        if wants and self._look is not None:
            self.studio_app.background(self._start, "acts")

    def _tell_slow(self) -> None:
        self._slow = None
        self._draw()

    # -- drawing -----------------------------------------------------------------------------------

    def on_descendant_focus(self) -> None:
        super().on_descendant_focus()
        self._draw()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        if not self.query("#verdict"):
            return
        ink, here = self.ink, self.focused.id if self.focused is not None else ""
        for label in self.query(FieldName):
            label.show(ink, here == label.of)
        self.query_one("#verdict", Static).update(self._verdict())
        preview = self.query_one("#preview", Facts)
        cells = max(20, preview.content_size.width)
        preview.show(self._formats() if here == FORMAT else self._preview(cells))

    def _verdict(self) -> Text:
        ink = self.ink
        if self._is_starting:
            return line((f"{WORKING} starting the film", ink.working), ("   Esc stops", ink.muted))
        if self._problem:
            return line((f"{FAILED} {self._problem}", ink.failed))
        if self._is_reading:
            slow = self._timer is None and (self._slow is None or self._wants_start)
            return (
                line((f"{WORKING} reading", ink.working), ("   Esc stops", ink.muted)) if slow else line("")
            )
        if self._look is not None:
            return line(
                (f"{TICK} ", ink.picked), (look_text(self._look, clock(self._look.seconds)), ink.text)
            )
        return line(("a screenplay is enough: .fountain or plain text", ink.muted))

    def _formats(self) -> list[Fact]:
        """Return every format with its pixels, the one that is taken in front."""
        taken = self.query_one(f"#{FORMAT}", ChoiceLine).value
        return [
            Fact("", f"{words:<16}{size_text(value)}", "text" if value == taken else "muted", value == taken)
            for words, value in FORMATS
        ]

    def _preview(self, cells: int) -> list[Fact]:
        """Return how the first scene begins; without a script what lies here, and how one is written."""
        look = self._look
        if look is None:
            if self._script or self._text:
                return []
            names = [Fact("", path.name, "text") for path in self._here]
            here = [Fact("", "Scripts here", strong=True), *names, Fact("", "")] if names else []
            return [
                *here,
                Fact("", "A script is written so", strong=True),
                *(Fact("", row) for row in EXAMPLE),
            ]
        facts = [Fact("", f"{row}", strong=True) for row in wrapped(look.heading or "the beginning", cells)]
        for paragraph in look.words.split("\n"):
            facts += [Fact("", row) for row in wrapped(paragraph, cells)]
        return facts

    # -- acts --------------------------------------------------------------------------------------

    async def act_enter(self, key_command: KeyCommand) -> None:
        """Start the film, as soon as its script was read."""
        if self._is_starting:
            return
        if not (self._script or self._text):
            self._problem = "name a screenplay, or paste one"
            self.set_focus(self.query_one(f"#{SCRIPT}"))
            self._draw()
        elif self._look is not None:
            await self._start()
        elif self._is_reading:
            self._wants_start = True
            self._draw()

    async def _start(self) -> None:
        values = {
            "script": "" if self._text else self._script,
            "text": self._text,
            "name": self.query_one(f"#{NAME}", TextLine).value.strip(),
            "size": self.query_one(f"#{FORMAT}", ChoiceLine).value,
            "rate": self.query_one(f"#{RATE}", ChoiceLine).value,
            "style": self.query_one(f"#{STYLE}", TextLine).value.strip(),
        }
        self._is_starting = True
        self._draw()
        try:
            made = await self.command("project.new", **values)
        finally:
            self._is_starting = False
            if self.is_attached:
                self._draw()
        if made is not None:
            app = self.studio_app
            self.dismiss()
            await app.go("storyboard")

    def act_out(self, key_command: KeyCommand) -> None:
        """Stop what is under way, else leave the form."""
        if self._is_starting:
            self.studio_app.intake_progress.stop()
        elif self._is_reading and self._timer is None and self._slow is None:
            self._reader.stop()
            self._wants_start = False
        else:
            self.dismiss()

    def act_right(self, key_command: KeyCommand) -> None:
        self._step(key_command.times)

    def act_left(self, key_command: KeyCommand) -> None:
        self._step(-key_command.times)

    def _step(self, by: int) -> None:
        if isinstance(self.focused, ChoiceLine):
            self.focused.step(by)
            self._draw()
