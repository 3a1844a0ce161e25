"""The form for a new film: script, name, template, format, rate and style, with a preview of the script's
first scene.

Enter in a text field goes to the format of the film, which is then in sight. Enter there starts the film as
soon as the script was read. If the format was seen already, Enter in a text field starts the film. Tab goes
to the next field. A refused text stays as typed, with the reason next to it. Esc leaves the form; the typed
texts are there when the form is opened again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Container
from textual.types import CSSPathType
from textual.widget import Widget

from milimo_tui.core.format import format_clock_duration
from milimo_tui.studio.script.first_look import ScriptSummary, format_script_size
from milimo_tui.tui.fields.form_field import FieldKind, FormField
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import run_form_command
from milimo_tui.tui.forms.form_list import FormList
from milimo_tui.tui.forms.form_screen import Foot, FormScreen
from milimo_tui.tui.home.new_film_fields import (
    FORMAT,
    SCRIPT,
    NewScriptSource,
    make_new_film_fields,
    make_new_film_values,
    strip_path_quotes,
)
from milimo_tui.tui.home.script_reader import STOPPED, ScriptReader
from milimo_tui.tui.shell.modes import EscapeStep
from milimo_tui.tui.terminal.theme import FAILED
from milimo_tui.tui.widgets.facts import FactLine, Facts
from milimo_tui.tui.widgets.prompt import Prompt
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import wrap_words

if TYPE_CHECKING:
    from milimo_tui.studio.project.templates import Template

EXAMPLE = (
    "INT. NOODLE BAR - NIGHT",
    "",
    "Steam fills the bar. JUN sets down two bowls.",
    "",
    "          JUN",
    "     You are late.",
)
BESIDE = 110  # From this screen width in columns, the preview is next to the fields instead of below them.
TICK = "✓"
TYPED = (FieldKind.TEXT, FieldKind.PATH)


class NewFilmScreen(FormScreen):
    """The form for a new film, opened over Home. When the form is closed, the result of its future `done` is
    True if a film was started.
    """

    MODE = "new_film"
    TITLE = "Start a film"
    CONTEXTS: ClassVar[tuple[str, ...]] = ("new_film", "form", "list")
    CSS_PATH: ClassVar[CSSPathType | None] = ["../forms/form.tcss", "new_film.tcss"]
    NORMAL_NAME: ClassVar[str] = "START"
    OUT: ClassVar[str] = "Esc leaves and keeps the input"

    def __init__(
        self,
        *,
        script: str = "",
        text: str = "",
        here: Sequence[str] = (),
        typed: Mapping[str, str] | None = None,
        templates: Sequence[Template] = (),
    ) -> None:
        """Create the form.

        - `script` is the first text of the field for the script's path.
        - `text` is a pasted screenplay.
        - `here` lists paths of scripts that the field offers.
        - `typed` holds the texts from an earlier form that the user left.
        - `templates` are the templates that can be chosen.
        """
        self._templates = templates
        form = Form(
            "Start a film",
            self._list_film_fields,
            self._start_film,
            verb="starts the film",
            whole=True,
            typed=typed,
        )
        super().__init__(form)
        self._source = NewScriptSource(script, text, here)
        self._reader = ScriptReader()
        self._reading: asyncio.Task[None] | None = None
        # Path and text of the script that was read last, or is being read. `_look` and `_problem` describe
        # this script.
        self._read_of = ("", "")
        self._look: ScriptSummary | None = None
        self._problem = ""
        self._is_pasting = False
        self._is_starting = False
        self._answered = SCRIPT if script or text or (typed or {}).get(SCRIPT) else ""
        # True after the cursor was on the format. The list of paths can cover this field.
        self._is_format_seen = FORMAT in (typed or {})
        self.modes = self.stack_modes(
            EscapeStep(lambda: self._is_starting, lambda _: self.studio_app.intake_progress.stop_intake()),
            EscapeStep(lambda: self._is_keeping, lambda _: self._reader.stop_reading()),
        )

    def compose_body(self) -> Iterable[Widget]:
        yield Container(FormList(self._can_drag_field, id="form"), Facts(id="preview"), id="columns")
        yield Foot(id="form-foot")

    @property
    def contexts(self) -> tuple[str, ...]:
        opened = self.prompt.opened
        is_line = self.prompt.is_open and opened is not None and opened.field.kind in TYPED
        return ("new_film_line", *super().contexts) if is_line else super().contexts

    @property
    def unfinished_input(self) -> tuple[dict[str, str], str]:
        """The typed texts and the pasted screenplay, so that the form can be opened with them again. Empty
        texts are left out: a field that the user left empty is not an error of the next form.
        """
        return {key: text for key, text in self.form.typed_texts.items() if text}, self._source.text

    def on_mount(self) -> None:
        if self._script_path or self._source.text:
            self.run_in_background(self._read_script, "look")

    def on_unmount(self) -> None:
        self._reader.end_script_reader()

    def _list_film_fields(self, texts: Mapping[str, str]) -> Sequence[FormField]:
        title = self._look.title if self._look is not None else ""
        return make_new_film_fields(
            self._source,
            title,
            self._describe_script_path,
            self._explain_script_problem,
            texts,
            self._templates,
        )

    @property
    def _script_path(self) -> str:
        """The path in the field for the script; empty if the screenplay was pasted."""
        field = self.form.get_field(SCRIPT)
        return strip_path_quotes(self.form.get_field_text(field)) if field is not None else ""

    async def _describe_script_path(self, typed: str) -> str:
        """Read the script at a typed path, and return the description that is shown next to the field. Return
        an empty text if the path is that of a folder.
        """
        if typed.endswith("/"):
            return ""
        await self._read_script(strip_path_quotes(typed))
        if self._look is None:
            return f"{FAILED} {self._problem}"
        return f"{TICK} {format_script_size(self._look, format_clock_duration(self._look.seconds))}"

    def _explain_script_problem(self, typed: str) -> str:
        """Return the reason why the script at a typed path can't be read; empty if it can be read. The reason
        is only known for the script that was read last. For any other path, return an empty text.
        """
        return self._problem if self._read_of == (strip_path_quotes(typed), "") else ""

    async def _read_script(self, path: str | None = None) -> None:
        """Read a script and show its beginning, unless the script was read already. If `path` is None, read
        the script given in the form.
        """
        own = (self._script_path, "") if self._script_path else ("", self._source.text)
        wanted = own if path is None else (path, "")
        if wanted != self._read_of or self._reading is None:
            self._read_of, self._look, self._problem = wanted, None, ""
            self._reading = asyncio.ensure_future(self._read_new_script(*wanted))
        await asyncio.shield(self._reading)

    async def _read_new_script(self, path: str, text: str) -> None:
        found = await self._reader.read(path, text)
        if (path, text) != self._read_of:
            return
        if isinstance(found, ScriptSummary):
            self._look = found
            self.form.foreseen = f"{TICK} {format_script_size(found, format_clock_duration(found.seconds))}"
        else:
            self._problem = found
        if self.is_attached:
            self._draw_form()

    def on_prompt_pasted(self, event: Prompt.Pasted) -> None:
        """Use the text as the screenplay if a long text was pasted into the field for the script's path."""
        self._source = NewScriptSource(text=event.text, offered=self._source.offered)
        field = self.form.get_field(SCRIPT)
        if field is not None:
            self.form.reset_field(field)
        self._answered = SCRIPT
        self._is_pasting = True
        self.prompt.leave_unanswered()
        self.run_in_background(self._read_script, "look")

    async def _open_field(self, typed: str | None = None, *, by_itself: bool = False) -> None:
        self._is_pasting = False
        await super()._open_field(typed, by_itself=by_itself)

    def _closes_with_field(self, field: FormField) -> bool:
        """Store the text of the open field. Return True, so that Esc also closes the form, unless the field
        was closed because a screenplay was pasted.
        """
        if self._is_pasting:
            return False
        if self.prompt.typed.strip() != self.form.get_field_text(field).strip():
            self.form.set_field_answer(field, self.prompt.typed)
        return True

    def _go_to_next_field(self, field: FormField) -> None:
        """Start the film if Enter was pressed in a text or path field and the form is complete; otherwise go
        to the next field. If the format was not seen yet, go to the format, so that the film does not get
        an unknown size.
        """
        if field.key == SCRIPT and self.form.get_field_text(field):
            self._source = NewScriptSource(self._source.path, "", self._source.offered)
        if self._then or field.kind not in TYPED or not self.form.is_complete:
            super()._go_to_next_field(field)
        else:
            self.run_in_background(self._open_or_save)

    async def _open_or_save(self) -> None:
        is_typed = self._field_here is not None and self._field_here.kind in TYPED
        if self._is_format_seen or not (self._can_save_now and is_typed):
            await super()._open_or_save()
            return
        await self._read_script()
        if self._look is None:
            await self._save_form()  # It shows the reason why the script can't be read.
            return
        self.list.show_rows(self.list.rows, FORMAT)
        self._is_format_seen, self._answered = True, FORMAT
        self._draw_form()

    def on_rows_moved(self, event: Rows.Moved) -> None:
        # Textual also calls the method of this name in the base class.
        self._is_format_seen = self._is_format_seen or event.key == FORMAT

    def _move_field_cursor(self, step: int) -> None:
        super()._move_field_cursor(step)
        here = self._field_here
        if here is not None and here.kind in TYPED:
            self.call_after_refresh(self._open_field_here)

    def _draw_form(self) -> None:
        if not self.query("#preview"):
            return
        columns, preview = self.query_one("#columns"), self.query_one("#preview", Facts)
        columns.set_class(self.size.width >= BESIDE, "-beside")
        preview.show_fact_lines(self._build_preview_facts(max(20, preview.content_size.width)))
        super()._draw_form()

    def _build_preview_facts(self, cells: int) -> list[FactLine]:
        """Return the preview: the beginning of the script's first scene, in lines of at most `cells` cells.
        Without a script, return an example of a screenplay.
        """
        look = self._look
        if look is None:
            if self._script_path or self._source.text:
                return []
            return [
                FactLine("", "How to write a screenplay", strong=True),
                *(FactLine("", row) for row in EXAMPLE),
            ]
        facts = [FactLine("", row, strong=True) for row in wrap_words(look.heading or "the beginning", cells)]
        for paragraph in look.words.split("\n"):
            facts += [FactLine("", row) for row in wrap_words(paragraph, cells)]
        return facts

    async def _start_film(self, texts: Mapping[str, str]) -> str:
        """Start the film as soon as the script was read. Return the reason if this is refused; empty if the
        film was started.
        """
        await self._read_script()
        if self._look is None:
            problem = self._problem
            # The user stopped the reading. Forget the script, so that Enter reads the script again.
            if problem == STOPPED:
                self._reading, self._read_of, self._problem = None, ("", ""), ""
                self.show_message(problem, "warn", "Enter reads the script again")
            return problem
        self._is_starting = True
        try:
            return await run_form_command(self, "project.new", make_new_film_values(texts, self._source.text))
        finally:
            self._is_starting = False
