"""A brief as a sequence of planned shots, each value with its rule; edited with keys, then added to the
board.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import clock, plural
from milimo_tui.story.sequences import tables
from milimo_tui.story.sequences.brief import MOST, Asked
from milimo_tui.story.sequences.sequence_plan import SequencePlan, SequenceShot
from milimo_tui.story.values.film import framed_as
from milimo_tui.studio.project.next_here import Place
from milimo_tui.studio.writing import sequences
from milimo_tui.tui.fields.form_field import FormField, Kind, choices_of
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit, line, wrapped

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import Snapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand

NUMBER, FRAMING, LENGTH = 4, 10, 7  # Column widths in cells.


class SequenceScreen(PanedScreen):
    """The planned shots, and the rules of the shot under the cursor. Enter adds them to the board, Esc
    cancels.
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
        self._asked = Asked()
        self._plan: SequencePlan | None = None

    def body(self) -> Iterable[Widget]:
        yield Split(Rows(id="shots"), Rows(id="rules", quiet=True), id="sequence", wide=110)

    @property
    def shots(self) -> Rows:
        """The list of planned shots."""
        return self.query_one("#shots", Rows)

    @property
    def here(self) -> SequenceShot | None:
        """The planned shot under the cursor."""
        key = self.shots.key
        return self._plan.shots[int(key)] if self._plan is not None and key else None

    # -- planning and drawing ----------------------------------------------------------------------

    def show_film(self, film: Snapshot | None) -> None:
        self._replan(self._asked)

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw)

    def _replan(self, asked: Asked) -> bool:
        """Plan with these requests; on an error show a message, keep the old plan and return False."""
        film = self.film
        try:
            self._plan = sequences.planned(film.story if film is not None else None, self._brief, asked)
        except MilimoError as error:
            self.studio_app.say_error(error)
            return False
        self._asked = asked
        self._draw()
        return True

    def _draw(self) -> None:
        plan, ink = self._plan, self.ink
        if plan is None:
            return
        width = max(12, (self.shots.size.width or 60) - NUMBER - FRAMING - LENGTH - 4)
        rows = [
            Row(
                str(at),
                line(
                    (f"{at + 1:<{NUMBER}}", ink.strong),
                    (f"{framed_as(shot.framing.size, shot.framing.function):<{FRAMING}}", ink.text),
                    (f"{float(shot.seconds):g} s".ljust(LENGTH), ink.muted),
                    (fit(shot.action, width), ink.text),
                ),
            )
            for at, shot in enumerate(plan.shots)
        ]
        self.shots.show(rows)
        self._draw_rules()
        self.refresh_lines()

    def _draw_rules(self) -> None:
        plan, shot, ink = self._plan, self.here, self.ink
        pane = self.query_one("#rules", Rows)
        width = max(24, (pane.size.width or 78) - 4)
        rules = [*(shot.rules if shot is not None else ()), None, *(plan.rules if plan is not None else ())]
        rows: list[Text] = []
        for one in rules:
            if one is None:
                rows.append(Text())
                continue
            pieces = wrapped(f"{one.value}   {one.rule}", width - NUMBER - FRAMING)
            for nth, piece in enumerate(pieces):
                rows.append(line((fit("" if nth else one.field, FRAMING), ink.muted), (piece, ink.text)))
        pane.show([Row(str(at), row) for at, row in enumerate(rows)])

    def next_place(self) -> Place:
        return Place(self.MODE, is_quiet=True)

    def heading(self) -> Text:
        return line(("Sequence  ", self.ink.strong), (self._brief, self.ink.text))

    def facts(self) -> Text | str:
        plan = self._plan
        if plan is None:
            return ""
        words = (
            plan.mood,
            plan.kind,
            plan.brief.style,
            plural(len(plan.shots), "shot"),
            clock(float(plan.seconds)),
        )
        return "   ".join(filter(None, words))

    # -- actions -----------------------------------------------------------------------------------

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.shots:
            self._draw_rules()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        self.background(self._add, "add", exclusive=True)

    async def _add(self) -> None:
        await self._is_added()

    async def _is_added(self, **more: Any) -> bool:
        """Add the plan to the board and close the page; return True if that was done."""
        asked = self._asked
        given: dict[str, Any] = {"brief": self._brief, "after": self._after}
        people = None if asked.people is None else ", ".join(asked.people) or "nobody"
        values = {"shots": asked.shots, "people": people}
        words = {"mood": asked.mood, "kind": asked.kind, "style": asked.style}
        both: dict[str, Any] = {**values, **words}
        given |= {name: value for name, value in both.items() if value}
        if await self.command("sequence.add", **given, **more) is None:
            return False
        self.dismiss()
        return True

    async def act_add_and_make(self, key_command: KeyCommand) -> None:
        """c c: add to the board, and queue a take of each shot as one batch."""
        await self._is_added(make=True, detach=True)

    def act_more(self, key_command: KeyCommand) -> None:
        self._count(key_command.count or 1)

    def act_less(self, key_command: KeyCommand) -> None:
        self._count(-(key_command.count or 1))

    def _count(self, by: int) -> None:
        """Plan with more or fewer shots."""
        if self._plan is not None:
            self._replan(self._with(shots=max(1, min(MOST, len(self._plan.shots) + by))))

    def _with(self, **changes: Any) -> Asked:
        fields = ("shots", "mood", "kind", "style", "people")
        return Asked(**{name: changes.get(name, getattr(self._asked, name)) for name in fields})

    async def act_mood(self, key_command: KeyCommand) -> None:
        """m: set the mood."""
        await self._choose("mood", "It feels:", {one.name: one.palette for one in tables.moods().values()})

    async def act_style(self, key_command: KeyCommand) -> None:
        """S: set the filming style; free text is allowed."""
        await self._choose(
            "style", "It is filmed as:", {one.name: one.prompt for one in tables.styles().values()}
        )

    async def act_kind(self, key_command: KeyCommand) -> None:
        """f: set the function of the sequence."""
        await self._choose("kind", "It is:", {one.name: one.why for one in tables.kinds().values()})

    async def _choose(self, name: str, label: str, notes: dict[str, str]) -> None:
        plan = self._plan
        now = (
            {"mood": plan.mood, "style": plan.brief.style, "kind": plan.kind}[name]
            if plan is not None
            else ""
        )
        field = FormField(
            key=name,
            label=label,
            kind=Kind.CHOICE,
            text=now,
            choices=choices_of(notes, notes),
            is_free=name == "style",
        )
        word = await self.ask_field(field, name=name.upper())
        if word is not None and word != now:
            self._replan(self._with(**{name: word}))

    async def act_people(self, key_command: KeyCommand) -> None:
        """w: set the people in the sequence."""
        now = ", ".join(self._plan.brief.people) if self._plan is not None else ""
        names = await self.ask("Who is in it (nobody: places alone)?", now, name="PEOPLE")
        if names is not None and names != now:
            people = tuple(name.strip() for name in names.split(",") if name.strip())
            self._replan(self._with(people=() if people == ("nobody",) else people))

    async def act_edit(self, key_command: KeyCommand) -> None:
        """e: change the brief; values set with keys stay."""
        before = self._brief
        brief = await self.ask("Brief:", before, name="BRIEF")
        if brief and brief.strip():
            self._brief = brief.strip()
            if not self._replan(self._asked):
                self._brief = before
