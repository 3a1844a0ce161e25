"""Shows a sequence of shots planned from a brief (one sentence that asks for a sequence), with the rule that
gave each value. The user changes the plan with keys, then adds it to the storyboard.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_clock_duration, format_count
from milimo_tui.story.sequences import tables
from milimo_tui.story.sequences.brief import MOST, BriefOptions
from milimo_tui.story.sequences.sequence_plan import SequencePlan, SequenceShot
from milimo_tui.story.values.shot_words import name_framing
from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.studio.writing import sequences
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

NUMBER, FRAMING, LENGTH = 4, 10, 7  # Column widths in cells.


class SequenceScreen(PanedScreen):
    """The screen with the planned shots, and the rules that gave the shot under the cursor its values. Enter
    adds the shots to the storyboard, Esc cancels.
    """

    MODE = "sequence"
    TITLE = "Sequence"
    CONTEXTS = ("sequence", "panes", "list", "global")
    CSS_PATH = "sequence.tcss"
    AUTO_FOCUS = "#shots"

    def __init__(self, brief: str, after: str) -> None:
        """Create the screen. `after` is the id of the scene after which the new scene is inserted; empty
        means at the end.
        """
        super().__init__()
        self._brief, self._after = brief, after
        self._asked = BriefOptions()
        self._plan: SequencePlan | None = None

    def compose_body(self) -> Iterable[Widget]:
        yield Split(Rows(id="shots"), Rows(id="rules", quiet=True), id="sequence", wide=110)

    @property
    def shots(self) -> Rows:
        """The list of planned shots."""
        return self.query_one("#shots", Rows)

    @property
    def current_shot(self) -> SequenceShot | None:
        """The planned shot under the cursor."""
        key = self.shots.key
        return self._plan.shots[int(key)] if self._plan is not None and key else None

    def show_film(self, film: FilmSnapshot | None) -> None:
        self._replan(self._asked)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_sequence)

    def _replan(self, options: BriefOptions) -> bool:
        """Plan the brief again with the options `options`. On an error show a message, keep the old plan and
        return False.
        """
        film = self.film
        try:
            self._plan = sequences.plan_brief(film.story if film is not None else None, self._brief, options)
        except MilimoError as error:
            self.studio_app.show_error(error)
            return False
        self._asked = options
        self._draw_sequence()
        return True

    def _draw_sequence(self) -> None:
        plan, ink = self._plan, self.ink
        if plan is None:
            return
        width = max(12, (self.shots.size.width or 60) - NUMBER - FRAMING - LENGTH - 4)
        rows = [
            Row(
                str(at),
                join_line(
                    (f"{at + 1:<{NUMBER}}", ink.strong),
                    (f"{name_framing(shot.framing.size, shot.framing.function):<{FRAMING}}", ink.text),
                    (f"{float(shot.seconds):g} s".ljust(LENGTH), ink.muted),
                    (fit_to_cells(shot.action, width), ink.text),
                ),
            )
            for at, shot in enumerate(plan.shots)
        ]
        self.shots.show_rows(rows)
        self._draw_rules()
        self.refresh_lines()

    def _draw_rules(self) -> None:
        plan, shot, ink = self._plan, self.current_shot, self.ink
        pane = self.query_one("#rules", Rows)
        width = max(24, (pane.size.width or 78) - 4)
        rules = [*(shot.rules if shot is not None else ()), None, *(plan.rules if plan is not None else ())]
        rows: list[Text] = []
        for one in rules:
            if one is None:
                rows.append(Text())
                continue
            pieces = wrap_words(f"{one.value}   {one.rule}", width - NUMBER - FRAMING)
            for nth, piece in enumerate(pieces):
                rows.append(
                    join_line((fit_to_cells("" if nth else one.field, FRAMING), ink.muted), (piece, ink.text))
                )
        pane.show_rows([Row(str(at), row) for at, row in enumerate(rows)])

    def get_current_place(self) -> ScreenPlace:
        return ScreenPlace(self.MODE, is_quiet=True)

    def format_header_title(self) -> Text:
        return join_line(("Sequence  ", self.ink.strong), (self._brief, self.ink.text))

    def format_header_facts(self) -> Text | str:
        plan = self._plan
        if plan is None:
            return ""
        words = (
            plan.mood,
            plan.kind,
            plan.brief.style,
            format_count(len(plan.shots), "shot"),
            format_clock_duration(float(plan.total_seconds)),
        )
        return "   ".join(filter(None, words))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.shots:
            self._draw_rules()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        self.run_in_background(self._try_add_sequence, "add", exclusive=True)

    async def _try_add_sequence(self, **more: Any) -> bool:
        """Add the planned shots to the storyboard and close the screen. `more` has further arguments of
        `sequence.add`. Return True on success.
        """
        options = self._asked
        given: dict[str, Any] = {"brief": self._brief, "after": self._after}
        people = None if options.people is None else ", ".join(options.people) or "nobody"
        values = {"shots": options.shots, "people": people}
        words = {"mood": options.mood, "kind": options.kind, "style": options.style}
        both: dict[str, Any] = {**values, **words}
        given |= {name: value for name, value in both.items() if value}
        if await self.run_and_wait("sequence.add", **given, **more) is None:
            return False
        self.dismiss()
        return True

    @action
    async def act_add_and_make(self, key_command: KeyCommand) -> None:
        """c c: add the planned shots to the storyboard, and queue a take of each shot as one batch of
        jobs.
        """
        await self._try_add_sequence(make=True, detach=True)

    @action
    def act_more(self, key_command: KeyCommand) -> None:
        self._change_shot_count(key_command.count or 1)

    @action
    def act_less(self, key_command: KeyCommand) -> None:
        self._change_shot_count(-(key_command.count or 1))

    def _change_shot_count(self, by: int) -> None:
        """Plan the brief again with `by` more shots (fewer if negative)."""
        if self._plan is not None:
            self._replan(self._make_changed_request(shots=max(1, min(MOST, len(self._plan.shots) + by))))

    def _make_changed_request(self, **changes: Any) -> BriefOptions:
        fields = ("shots", "mood", "kind", "style", "people")
        return BriefOptions(**{name: changes.get(name, getattr(self._asked, name)) for name in fields})

    @action
    async def act_mood(self, key_command: KeyCommand) -> None:
        """m: choose the mood of the sequence."""
        await self._choose_value(
            "mood", "It feels:", {one.name: one.palette for one in tables.read_moods().values()}
        )

    @action
    async def act_style(self, key_command: KeyCommand) -> None:
        """S: choose the filming style of the sequence; the user may also type any text."""
        await self._choose_value(
            "style", "Filming style:", {one.name: one.prompt for one in tables.read_styles().values()}
        )

    @action
    async def act_kind(self, key_command: KeyCommand) -> None:
        """f: choose the kind of sequence, which is its function in the film."""
        await self._choose_value(
            "kind", "It is:", {one.name: one.why for one in tables.read_sequence_kinds().values()}
        )

    async def _choose_value(self, name: str, label: str, notes: dict[str, str]) -> None:
        plan = self._plan
        now = (
            {"mood": plan.mood, "style": plan.brief.style, "kind": plan.kind}[name]
            if plan is not None
            else ""
        )
        field = FormField(
            key=name,
            label=label,
            kind=FieldKind.CHOICE,
            text=now,
            choices=make_choices(notes, notes),
            is_free=name == "style",
        )
        word = await self.ask_field(field, name=name.upper())
        if word is not None and word != now:
            self._replan(self._make_changed_request(**{name: word}))

    @action
    async def act_people(self, key_command: KeyCommand) -> None:
        """w: edit the characters in the sequence; an empty answer plans a sequence without people."""
        now = ", ".join(self._plan.brief.people) if self._plan is not None else ""
        names = await self.ask_text("Characters (empty: places without characters)?", now, name="PEOPLE")
        if names is not None and names != now:
            people = tuple(name.strip() for name in names.split(",") if name.strip())
            self._replan(self._make_changed_request(people=() if people == ("nobody",) else people))

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """e: edit the brief and plan the sequence again. Values that the user chose with other keys, such as
        the mood, stay unchanged.
        """
        before = self._brief
        brief = await self.ask_text("Brief:", before, name="BRIEF")
        if brief and brief.strip():
            self._brief = brief.strip()
            if not self._replan(self._asked):
                self._brief = before
