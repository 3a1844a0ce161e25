"""The list of arrivals: changes of the screenplay that wait for a decision in a cut that the user has edited.

An arrival is a new shot, a shot whose length has changed, or a clip whose shot was deleted. They are not
applied automatically, because the cut is the editor's work. Every action is a registered command.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Vertical
from textual.widget import Widget

from milimo_tui.core.errors import MilimoError
from milimo_tui.core.format import format_count
from milimo_tui.core.screens import ListName
from milimo_tui.core.time import parse_timecode
from milimo_tui.cut.values.cut import SourceKind
from milimo_tui.studio.project.screen_next_step import NextStep, ScreenPlace
from milimo_tui.tui.cuts.arrivals_lines import (
    GONE,
    LENGTHS,
    NEW,
    WaitingArrival,
    build_arrival_detail_rows,
    build_arrival_rows,
    format_arrival_headings,
    list_cut_arrivals,
)
from milimo_tui.tui.cuts.timeline_playhead import find_timeline_playhead
from milimo_tui.tui.keys.actions import action
from milimo_tui.tui.panes.paned_screen import PanedScreen
from milimo_tui.tui.panes.split import Split
from milimo_tui.tui.widgets.empty import Empty
from milimo_tui.tui.widgets.lines import Line
from milimo_tui.tui.widgets.rows import Rows
from milimo_tui.tui.widgets.text import join_line

if TYPE_CHECKING:
    from milimo_tui.studio.session.studio import FilmSnapshot
    from milimo_tui.tui.keys.key_parser import KeyCommand


class ArrivalsScreen(PanedScreen):
    """The screen with the list of arrivals and the description of the arrival under the cursor."""

    MODE = ListName.ARRIVALS
    TITLE = "To place"
    CONTEXTS = ("arrivals", "panes", "list", "global")
    CSS_PATH = "arrivals.tcss"
    AUTO_FOCUS = "#arrivals"
    UNDOES = "cut"

    def __init__(self) -> None:
        super().__init__()
        self._arrivals: tuple[WaitingArrival, ...] | None = None  # None until the arrivals were read.

    def compose_body(self) -> Iterable[Widget]:
        found = Vertical(Line(id="heads"), Rows(id="arrivals"), id="found")
        yield Split(found, Rows(id="words", quiet=True), id="pane", wide=110)
        yield Empty(self.with_keys, id="empty")

    @property
    def list(self) -> Rows:
        return self.query_one("#arrivals", Rows)

    @property
    def found(self) -> tuple[WaitingArrival, ...]:
        return self._arrivals or ()

    @property
    def here(self) -> WaitingArrival | None:
        """The arrival under the cursor; None if there is none."""
        return next((each for each in self.found if each.id == self.list.key), None)

    @property
    def playhead(self) -> int:
        """The frame of the timeline's playhead."""
        return find_timeline_playhead(self)

    def get_current_place(self) -> ScreenPlace:
        here, cut = self.here, self.film.cut if self.film else None
        if here is None or cut is None or cut.frozen:
            return ScreenPlace(self.MODE)
        by = {
            NEW: (f"{here.number} is new in the film", "places it", "ui.settle"),
            GONE: ("the shot of this clip was deleted", "removes the clip", "ui.delete"),
        }
        words, does, act = by.get(
            here.what, (f"{here.number} {here.what} by {here.length}", "adopts it", "ui.settle")
        )
        step = NextStep("", "cut.place", words, does=does, values={"id": here.id}, act=act)
        return ScreenPlace(self.MODE, step=step, acts=(act, "ui.enter"))

    def show_film(self, film: FilmSnapshot | None) -> None:
        if film is None or film.cut is None:
            self.dismiss()
        else:
            self.run_in_background(self._load_arrivals, "arrivals")

    async def _load_arrivals(self) -> None:
        studio = self.studio_app.studio

        def read() -> tuple[WaitingArrival, ...]:
            from milimo_tui.studio.registry.registry import run_by_id

            found = [run_by_id(studio, id, {}).data for id in ("cut.place", "cut.take_up", "cut.gone")]
            film = studio.take_snapshot()
            clips = film.cut.clips if film.cut is not None else ()
            sources = {clip.id: clip.source.ref for clip in clips if clip.source.kind is SourceKind.SHOT}
            return list_cut_arrivals(found[0], found[1], found[2], film.story, sources)

        try:
            found = await self.in_thread(read)
        except MilimoError as error:
            self.studio_app.show_error(error)
            return
        if found != self._arrivals and self.is_attached:
            self._arrivals = found
            self._draw_arrivals()

    def _draw_arrivals(self) -> None:
        empty = self.query_one(Empty)
        empty.display = not self.found
        self.query_one("#pane").display = bool(self.found)
        self._explain_empty_arrivals(empty)
        self.query_one("#heads", Line).show_line(format_arrival_headings(self.ink))
        self.list.show_rows(build_arrival_rows(self.found, self.ink))
        self._draw_arrival_details()
        # While the list was hidden it could not have the focus, so nothing has the focus.
        if self.found and self.focused is None:
            self.list.focus()
        self.refresh_lines()

    def _explain_empty_arrivals(self, empty: Empty) -> None:
        cut = self.film.cut if self.film else None
        if cut is None:
            return
        follows = f"“{cut.name}” was not edited manually: it follows the storyboard by itself."
        empty.show_guide(
            f"No shots are waiting to be placed in “{cut.name}”.",
            [
                ("", "A cut that you edited is not changed automatically. This list shows:"),
                ("", "new shots, lines that grew or shrank, clips whose shot was deleted."),
                *([] if cut.hand_edited else [("", follows)]),
                ("{ui.mode script}", "the script; {script:ui.commit} commits its changes"),
                ("{ui.out}", "goes back to the Timeline"),
            ],
        )

    def _draw_arrival_details(self) -> None:
        words, film = self.query_one("#words", Rows), self.film
        if self.here is not None and film is not None:
            words.show_rows(
                build_arrival_detail_rows(
                    self.here, film.story, self.ink, self.with_keys, max(16, words.size.width - 4)
                )
            )

    def on_rows_moved(self, event: Rows.Moved) -> None:
        if event.rows.id == "arrivals":
            self._draw_arrival_details()

    def on_resize(self) -> None:
        super().on_resize()
        self.call_after_refresh(self._draw_arrival_details)

    def format_header_facts(self) -> Text:
        count = Counter(each.what for each in self.found)
        counted = [f"{count[NEW]} to place"] * bool(count[NEW])
        counted += [f"{count[each]} {each}" for each in (*LENGTHS, GONE) if count[each]]
        return join_line(("   ".join(counted), self.ink.stale))

    def list_idle_acts(self) -> frozenset[str]:
        acts = ("enter", "settle", "delete", "settle_all", "look")
        return frozenset() if self.found else frozenset(f"ui.{act}" for act in acts)

    async def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Accept the arrival under the cursor (Enter).

        A new shot is placed at the playhead, and a clip gets its shot's new length. For a clip without a
        shot, show the clip on the timeline.
        """
        each = self.here
        if each is None:
            return
        if each.what == NEW:
            await self.run_and_wait("cut.place", shots=[each.id], at=str(self.playhead))
        elif each.what in LENGTHS:
            await self.run_and_wait("cut.take_up", clips=[each.id])
        else:
            self._go_to_arrival(each)

    @action
    async def act_settle(self, key_command: KeyCommand) -> None:
        """Accept the arrival under the cursor. A new shot is placed in the cut after the shot that precedes
        it in the film. A clip whose shot changed its length gets the new length. For a clip whose shot was
        deleted, show a message that names the key to remove the clip.
        """
        each = self.here
        if each is None:
            return
        if each.what == NEW:
            await self.run_and_wait("cut.place", shots=[each.id])
        elif each.what in LENGTHS:
            await self.run_and_wait("cut.take_up", clips=[each.id])
        else:
            self.show_message("the shot of this clip was deleted", "warn", "{ui.delete} removes the clip")

    @action
    async def act_settle_all(self, key_command: KeyCommand) -> None:
        """Accept all arrivals of the same kind as the arrival under the cursor. If this removes clips whose
        shot was deleted, ask first.
        """
        each = self.here
        if each is None:
            return
        if each.what == NEW:
            await self.run_and_wait("cut.place", all=True)
        elif each.what in LENGTHS:
            await self.run_and_wait("cut.take_up", all=True)
        else:
            clips = format_count(sum(one.what == GONE for one in self.found), "clip")
            if await self.confirm(f"Remove {clips} without a shot?"):
                await self.run_and_wait("cut.gone", delete=True)

    @action
    async def act_delete(self, key_command: KeyCommand) -> None:
        """Decline the arrival under the cursor: leave a new shot out of the cut, or keep a clip's old length.
        A clip without a shot is removed.
        """
        each = self.here
        if each is None:
            return
        if each.what == NEW:
            await self.run_and_wait("cut.place", shots=[each.id], leave=True)
        elif each.what in LENGTHS:
            await self.run_and_wait("cut.take_up", clips=[each.id], keep=True)
        else:
            await self.run_and_wait("cut.remove", clip=each.id)

    @action
    def act_look(self, key_command: KeyCommand) -> None:
        """Show the position of the arrival on the timeline: where its clip is, or where its shot would be
        placed.
        """
        if self.here is not None:
            self._go_to_arrival(self.here)

    def _go_to_arrival(self, each: WaitingArrival) -> None:
        cut = self.film.cut if self.film else None
        if cut is not None and each.at:
            frame = parse_timecode(each.at, cut.rate)
            self.studio_app.run_in_background(partial(self.studio_app.return_from_list, frame), "acts")
