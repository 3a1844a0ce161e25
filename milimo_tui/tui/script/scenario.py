"""The page on which the user reviews a scenario, the analysis of a prose story, before it becomes the
screenplay. Each item is shown with the words of the story that it comes from.

Nothing in the film changes until the user presses Enter. If the film already has a screenplay, the user is
asked what to do with it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_count
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.story.scenario.left_out import list_story_words
from milimo_tui.story.scenario.scenario import RULES, ItemKind, Scenario, ScenarioItem
from milimo_tui.studio.project.screen_next_step import ScreenPlace
from milimo_tui.studio.writing.text_engine_choice import AUTO
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.forms.form import Form
from milimo_tui.tui.forms.form_dialogs import ask_form
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.widgets.rows import Row, Rows
from milimo_tui.tui.widgets.text import fit_to_cells, join_line, wrap_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.background.queue_feed import LiveQueue
    from milimo_tui.tui.keys.key_parser import KeyCommand

KIND = 10  # Width of the column with the item's kind, in cells.
BY_RULES = "English, French and Japanese, by rules alone"
ADD, REPLACE = "after it", "in its place"
SUFFIXES = (".txt", ".md", ".text")


class ScenarioScreen(PanedScreen):
    """The screen with a scenario: its items, and next to them (or below) the source words and the scene of
    the item under the cursor.
    """

    MODE = "scenario"
    TITLE = "Scenario"
    CONTEXTS = ("scenario", "panes", "list", "global")
    CSS_PATH = "scenario.tcss"
    AUTO_FOCUS = "#items"

    def __init__(self) -> None:
        super().__init__()
        self._scenario: Scenario | None = None
        self._kind: ItemKind | None = None  # Kind of the items that are listed; None for all kinds.
        self._stage = ""  # Current stage of the job that analyses a story; empty if no job runs.
        self._job = ""

    def compose_body(self) -> Iterable[Widget]:
        yield Split(Rows(id="items"), Rows(id="words", quiet=True), id="scenario", wide=110)

    @property
    def items(self) -> Rows:
        """The list of items."""
        return self.query_one("#items", Rows)

    @property
    def current_item(self) -> ScenarioItem | None:
        """The item under the cursor; None if there is none."""
        scenario, key = self._scenario, self.items.key
        return next((item for item in scenario.items if item.key == key), None) if scenario else None

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is not None:
            self.run_in_background(self._load_scenario, "read", exclusive=True)

    async def _load_scenario(self) -> None:
        """Load the scenario that is stored in the film, if there is one."""
        from milimo_tui.studio.writing import scenarios

        studio = self.studio_app.studio
        try:
            self._scenario = await self.in_thread(lambda: scenarios.load_scenario(studio.require_project()))
        except MilimoError:
            self._scenario = None
        self._draw_items()

    def show_queue(self, queue: LiveQueue) -> None:
        """Show the progress of the job that analyses a story, and its result when it is done."""
        job = next((job for job in queue.jobs if job.id == self._job), None)
        if job is None:
            return
        self._stage = "" if job.state in ENDED else job.stage or "waiting"
        if job.state in ENDED:
            self._job = ""
            self.run_in_background(self._load_scenario, "read", exclusive=True)
        self.refresh_lines()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_items)

    def _draw_items(self) -> None:
        scenario = self._scenario
        items = scenario.items if scenario is not None else ()
        shown = [item for item in items if self._kind is None or item.kind is self._kind]
        width = max(20, (self.items.size.width or 60) - KIND - 6)
        self.items.show_rows([self._draw_item_row(item, width) for item in shown])
        self._draw_words()
        self.refresh_lines()

    def _draw_item_row(self, item: ScenarioItem, width: int) -> Row:
        ink = self.ink
        sign, style = ("○", ink.muted) if not item.is_on else ("●", ink.picked)
        left = join_line(
            (f"{sign} ", style),
            (f"{item.kind.value:<{KIND}}", ink.muted),
            (fit_to_cells(item.text, width), ink.text if item.is_on else ink.muted),
        )
        return Row(item.key, left, join_line(("" if item.stands else "✕ ", ink.stale)))

    def _draw_words(self) -> None:
        item, pane, ink = self.current_item, self.query_one("#words", Rows), self.ink
        width = max(24, (pane.size.width or 78) - 4)
        rows: list[Text] = []
        if item is None:
            scenario = self._scenario
            notes = scenario.notes if scenario is not None else ("no story was read yet: a reads one",)
            rows = [join_line((piece, ink.muted)) for note in notes for piece in wrap_words(note, width)]
            pane.show_rows([Row(str(at), row) for at, row in enumerate(rows)])
            return
        words = " ".join(item.words.split())
        if item.stands:
            rows += [join_line((piece, ink.text)) for piece in wrap_words(f"“{words}”", width)]
        else:
            message = f"✕ not in the story: “{words}”" if words else "✕ without a quote from the story"
            rows += [join_line((piece, ink.stale)) for piece in wrap_words(message, width)]
        rows += (
            [join_line((piece, ink.muted)) for piece in wrap_words(item.detail, width)] if item.detail else []
        )
        rows.append(join_line((f"read by {item.by}", ink.muted)))
        for beat in item.beats:
            rows.append(Text())
            if beat.speaker:
                rows.append(join_line((beat.speaker.upper(), ink.strong)))
            rows += [join_line((piece, ink.text)) for piece in wrap_words(" ".join(beat.text.split()), width)]
        pane.show_rows([Row(str(at), row) for at, row in enumerate(rows)])

    def get_current_place(self) -> ScreenPlace:
        return ScreenPlace(self.MODE, is_quiet=True)

    def format_header_title(self) -> Text:
        name = self._scenario.name if self._scenario is not None else ""
        working = f"  ▒ {self._stage}" if self._stage else ""
        return join_line((f"Scenario  {name}".strip(), self.ink.strong), (working, self.ink.working))

    def format_header_facts(self) -> Text | str:
        scenario = self._scenario
        if scenario is None:
            return ""
        untold = sum(not item.stands for item in scenario.items)
        people, places, scenes = (
            len(scenario.list_items_of_kind(kind))
            for kind in (ItemKind.PERSON, ItemKind.PLACE, ItemKind.SCENE)
        )
        counts = (f"{people or 'no'} people", format_count(places, "place"), format_count(scenes, "scene"))
        left_out = sum(len(list_story_words(text)) for text in scenario.left_out)
        facts = (
            f"✕ {untold} not in the story" if untold else "",
            f"{format_count(left_out, 'word')} left out" if left_out else "",
        )
        return "   ".join(filter(None, (*counts, *facts)))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows is self.items:
            self._draw_words()

    def on_rows_chosen(self, event: Rows.Chosen) -> None:
        self.run_in_background(self._accept_and_close, "accept", exclusive=True)

    async def _accept_and_close(self) -> None:
        """Write the scenario as the film's screenplay, and close the page. If there is a screenplay already,
        ask first.
        """
        film = self.film
        values: dict[str, Any] = {}
        if film is not None and film.story.project.script.strip():
            field = FormField(
                key="where",
                label="The film has a screenplay already. Add or replace:",
                kind=FieldKind.CHOICE,
                text=ADD,
                choices=make_choices((ADD, REPLACE), {ADD: "it stays", REPLACE: "undo brings it back"}),
                is_needed=True,
            )
            where = await self.ask_field(field, name="SCRIPT")
            if where not in (ADD, REPLACE):
                return
            values = {"append": where == ADD, "replace": where == REPLACE}
        if await self.run_and_wait("scenario.accept", **values) is not None:
            self.dismiss()

    @action
    async def act_toggle(self, key_command: KeyCommand) -> None:
        """Include the item under the cursor in the screenplay, or leave it out."""
        if item := self.current_item:
            await self._change_scenario_item(item, to="off" if item.is_on else "on")

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """Edit the wording of the item: a name, a heading or a title."""
        item = self.current_item
        if item is None:
            self.show_message("there is nothing to edit", "warn", "{ui.add} reads a story")
            return
        words = await self.ask_text(f"{item.kind.value}:", item.text, name="WORDS")
        if words and words.strip() and words.strip() != item.text:
            await self._change_scenario_item(item, words=words.strip())

    async def _change_scenario_item(self, item: ScenarioItem, **values: str) -> None:
        if await self.run_and_wait("scenario.set", item=item.key, **values) is not None:
            await self._load_scenario()

    @action
    def act_filter(self, key_command: KeyCommand) -> None:
        """Show only the next kind of items. After the last kind, show all items."""
        scenario = self._scenario
        kinds: list[ItemKind | None] = [None]
        kinds += dict.fromkeys(item.kind for item in (scenario.items if scenario else ()))
        self._kind = kinds[(kinds.index(self._kind) + 1) % len(kinds)] if self._kind in kinds else None
        self._draw_items()

    @action
    async def act_add(self, key_command: KeyCommand) -> None:
        """Ask for the file of a story and the method to analyse it, then analyse it."""
        await self.read_story()

    async def read_story(self) -> None:
        """Ask for a story and analyse it, either at once by rules, or by an engine in a job that can be
        cancelled.
        """
        from milimo_tui.engines.registry import engine_registry

        engine = self.studio_app.studio.settings.text_engine
        writers = [row for row in engine_registry.rows() if "write" in row.kinds]
        by_engine = {row.name: row.title.partition(": ")[2] or row.title for row in writers}
        readers = {RULES: BY_RULES, AUTO: "by the best engine that is ready", **by_engine}
        fields = [
            FormField(key="story", label="story", kind=FieldKind.PATH, suffixes=SUFFIXES, is_needed=True),
            FormField(
                key="engine",
                label="reader",
                kind=FieldKind.CHOICE,
                text=RULES,
                choices=make_choices(readers, readers | {engine: f"{readers.get(engine, '')}; chosen now"}),
                is_needed=True,
            ),
        ]
        await ask_form(self, Form("A story in prose", fields, self._request_story_reading))
        await self._load_scenario()

    async def _request_story_reading(self, values: Mapping[str, str]) -> str:
        """Start to analyse a story, with the values from the form. Return the reason if this is refused,
        otherwise an empty string.
        """
        from milimo_tui.tui.forms.form_dialogs import run_form_command

        outcomes: list[Any] = []
        given: dict[str, Any] = {"engine": RULES, **values}
        refused = await run_form_command(
            self, "script.transform", {**given, "detach": given["engine"] != RULES}, outcomes
        )
        if not refused and outcomes and "job" in outcomes[0].data:
            self._job, self._stage = outcomes[0].data["job"], "waiting"
        return refused


def open_scenario(screen: PanedScreen) -> None:
    """Open the scenario page over a screen. If no scenario is stored, the page asks for a story."""
    page = ScenarioScreen()
    screen.app.push_screen(page)
    from milimo_tui.studio.writing import scenarios

    file = screen.studio_app.studio.require_project()
    if file.ui.get(scenarios.SCENARIO_KEY) is None:
        page.call_after_refresh(partial(page.run_in_background, page.read_story, "story"))
