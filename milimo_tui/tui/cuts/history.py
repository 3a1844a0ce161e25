"""The history of the cut or of the film: every state of every branch of edits. The cursor begins on the
current state.

The list is updated when edits are made here or by another program. Enter goes to a state and `e` names it;
both are registered commands.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_count
from milimo_tui.tui.background.follower import LOOK_SECONDS
from milimo_tui.tui.cuts.history_lines import (
    build_history_rows,
    build_state_detail_rows,
    find_current_state,
    format_history_headings,
)
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.store.rows.stored_values import Edit
    from milimo_tui.studio.project.history_tree import HistoryLine as Place
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


class HistoryScreen(PanedScreen):
    """The screen with the tree of states in the edit history, and the details of the state under the
    cursor.
    """

    MODE = "history"
    TITLE = "History"
    CONTEXTS = ("history", "panes", "list", "global")
    CSS_PATH = "history.tcss"
    AUTO_FOCUS = "#states"

    def __init__(self, undoes: str) -> None:
        """Create the screen. If `undoes` is "cut", it shows the current cut's history; otherwise the film's
        history.
        """
        super().__init__()
        self._undoes = undoes
        self._edits: tuple[Edit, ...] | None = None  # The edits as last read; None until then.
        self._version = -1  # The database's data version when the edits were read.
        self._is_checking = False
        self.places: tuple[Place, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        tree = Vertical(Line(id="heads"), Rows(id="states"), id="tree")
        yield Split(tree, Rows(id="state", quiet=True), id="pane", wide=110)
        yield Empty(self.with_keys, id="empty")

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(LOOK_SECONDS, self._schedule_history_check)

    @property
    def undo_history(self) -> str:
        return self._undoes

    @property
    def undo_arguments(self) -> dict[str, Any]:
        """The arguments with which undo and redo are called on this screen. For the film's history, they
        contain `whole_project`; without it, undo and redo act on the cut's history.
        """
        return {"whole_project": self._undoes != "cut"}

    @property
    def list(self) -> Rows:
        return self.query_one("#states", Rows)

    @property
    def subject_name(self) -> str:
        """The subject of the shown history: the cut's name in quotes, or "the film"."""
        cut = self.film.cut if self.film else None
        return f"“{cut.name}”" if cut is not None and self._undoes == "cut" else "the film"

    @property
    def here(self) -> Place | None:
        """The state under the cursor; None if there is none."""
        return next((each for each in self.places if each.state.id == self.list.key), None)

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None:
            self.dismiss()
        else:
            self.run_in_background(self._read_history, "history")

    def _schedule_history_check(self) -> None:
        """Read the history again if the film's file has changed. Naming a state changes the file, but not the
        film, so no message about the film arrives.
        """
        if not self._is_checking:
            self.run_in_background(self._read_if_file_changed, "history")

    async def _read_if_file_changed(self) -> None:
        studio, self._is_checking = self.studio_app.studio, True
        try:
            if await self.in_thread(lambda: studio.require_project().read_data_version()) != self._version:
                await self._read_history()
        finally:
            self._is_checking = False

    async def _read_history(self) -> None:
        studio, cut = self.studio_app.studio, self.film.cut if self.film else None

        def read() -> tuple[int, tuple[Edit, ...], tuple[Place, ...]]:
            from milimo_tui.store.rows.stored_values import PROJECT_SCOPE
            from milimo_tui.studio.project.history_tree import make_history_tree

            file = studio.require_project()
            version = file.read_data_version()
            edits = file.list_history(cut.id if cut is not None and self._undoes == "cut" else PROJECT_SCOPE)
            return version, edits, make_history_tree(edits)

        try:
            self._version, edits, places = await self.in_thread(read)
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        if edits != self._edits and self.is_attached:
            first, self._edits, self.places = self._edits is None, edits, places
            self._draw_history_screen(find_current_state(places, studio.actor) if first else None)

    def _draw_history_screen(self, key: str | None) -> None:
        empty = self.query_one(Empty)
        empty.display = not self.places
        self.query_one("#pane").display = bool(self.places)
        if not self.places:
            empty.show_guide(
                f"Nothing was edited in {self.subject_name} yet.",
                [
                    ("", "Every edit is listed here, and undone edits as a branch."),
                    ("{ui.out}", "goes back to the previous screen"),
                ],
            )
        now = time.time()
        self.query_one("#heads", Line).show_line(*format_history_headings(self.places, self.ink, now))
        self.list.show_rows(build_history_rows(self.places, self.ink, now), key)
        self._draw_state_details()
        # While the list was hidden it could not have the focus, so nothing has the focus.
        if self.places and self.focused is None:
            self.list.focus()
        self.refresh_lines()

    def _draw_state_details(self) -> None:
        if not self.is_attached:
            return  # The screen was closed before this call ran.
        state, place = self.query_one("#state", Rows), self.here
        if place is not None:
            stands = find_current_state(self.places, self.studio_app.studio.actor)
            width = max(16, state.size.width - 4)
            state.show_rows(build_state_detail_rows(self.places, place, stands, self.ink, time.time(), width))

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows.id == "states":
            self._draw_state_details()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_state_details)

    def format_header_title(self) -> Text:
        name = self.film.story.project.name if self.film else "Milimo"
        return join_line((name, self.ink.strong), (f" · History of {self.subject_name}", self.ink.muted))

    def format_header_facts(self) -> Text:
        states = [each.state for each in self.places if each.state.number]
        undone = sum(not state.applied for state in states)
        named = sum(bool(state.state_name) for state in states)
        counted = [format_count(len(states), "state"), f"{undone} undone", f"{named} named"]
        return join_line(("   ".join(counted), self.ink.muted))

    def list_idle_acts(self) -> frozenset[str]:
        acts = ("enter", "edit", "undo", "redo", "next_item")
        return frozenset() if self.places else frozenset(f"ui.{act}" for act in acts)

    async def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Restore the state under the cursor by undoing and redoing edits, and close the list (Enter)."""
        of_cut = self._undoes == "cut"
        if await self.run_and_wait("cut.jump", to=event.key, whole_project=not of_cut) is not None:
            self.dismiss()

    @action
    async def act_edit(self, key_command: KeyCommand) -> None:
        """Ask for a name for the state under the cursor. An empty name removes the present name."""
        place = self.here
        if place is None:
            return
        name = await self.ask_text(
            f"name for the state “{place.state.words}”", place.state.state_name, name="NAME"
        )
        if name is not None and name != place.state.state_name:
            of_cut = self._undoes == "cut"
            await self.run_and_wait("cut.name_state", name=name, at=place.state.id, whole_project=not of_cut)
            await self._read_history()

    @action
    def act_next_item(self, key_command: KeyCommand) -> None:
        self._go_to_named_state(1)

    @action
    def act_previous_item(self, key_command: KeyCommand) -> None:
        self._go_to_named_state(-1)

    def _go_to_named_state(self, step: int) -> None:
        """Move the cursor to the next state that has a name (`step` 1), or to the previous one (`step`
        -1).
        """
        named = {each.state.id for each in self.places if each.state.state_name}
        keys = [row.key for row in self.list.rows]
        around = [(self.list.cursor + step * far) % len(keys) for far in range(1, len(keys) + 1)]
        found = next((at for at in around if keys[at] in named), None)
        if found is None:
            self.show_message("no state has a name yet", hint="{ui.edit} names the state under the cursor")
        else:
            self.list.move_to(found)
