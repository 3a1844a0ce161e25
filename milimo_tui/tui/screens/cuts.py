"""The cuts of the film: go to one, copy it, keep a version, compare it with the current one.

Every act is a command of the registry.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from milimo_tui.cut.layout import layout
from milimo_tui.cut.notes import threads
from milimo_tui.cut.values import Cut
from milimo_tui.tui.notes_lines import cut_rows
from milimo_tui.tui.screen import StudioScreen
from milimo_tui.tui.widgets.rows import Rows

if TYPE_CHECKING:
    from milimo_tui.studio.studio import Snapshot
    from milimo_tui.tui.chords import Stroke


class CutsScreen(StudioScreen):
    """Each version of the film."""

    MODE = "cuts"
    TITLE = "Cuts"
    CONTEXTS = ("cuts", "list", "global")
    AUTO_FOCUS = "#cuts"

    def body(self) -> Iterable[Widget]:
        yield Rows(id="cuts")

    @property
    def here(self) -> Cut | None:
        """The cut under the cursor."""
        key = self.query_one(Rows).key
        return next((cut for cut in self.film.cuts if cut.id == key), None) if self.film else None

    def show_film(self, film: Snapshot | None) -> None:
        if film is None or not film.cuts:
            self.dismiss()
            return
        told: dict[str, dict[str, Any]] = {}
        for cut in film.cuts:
            current = film.cut is not None and cut.id == film.cut.id
            placed = film.layout if current and film.layout is not None else layout(cut)
            open_ = sum(each.is_task and not each.marker.done for each in threads(placed))
            told[cut.id] = {"current": current, "frames": placed.frames, "to_do": open_}
        self.query_one(Rows).show(cut_rows(film.cuts, told, self.ink))

    async def on_rows_chosen(self, event: Rows.Chosen) -> None:
        """Enter: the timeline, with that cut on it."""
        if await self.command("cut.use", name=event.key) is not None:
            self.dismiss()

    async def act_add(self, stroke: Stroke) -> None:
        cut = self.here
        name = await self.ask(f"copy “{cut.name}” as", name="CUT") if cut else None
        if cut and name:
            await self.command("cut.new", name=name, copy_of=cut.id)

    async def act_freeze(self, stroke: Stroke) -> None:
        """Keep the cut as it is now, under a name of its own; an empty one takes the next number."""
        cut = self.here
        name = await self.ask(f"keep “{cut.name}” as it is now, as", name="CUT") if cut else None
        if cut and name is not None:
            await self.command("cut.freeze", name=name, of=cut.id)

    async def act_compare(self, stroke: Stroke) -> None:
        cut, film = self.here, self.film
        if cut is None or film is None or film.cut is None:
            return
        if cut.id == film.cut.id:
            self.say("this is the current cut", "warn", "compare another one with it")
            return
        outcome = await self.command("cut.diff", a=cut.id)
        if outcome is not None:
            head, _, rest = outcome.text.partition("\n")
            self.studio_app.show_text(head, rest or head)

    async def act_rename(self, stroke: Stroke) -> None:
        cut, film = self.here, self.film
        if cut is None or film is None or film.cut is None or cut.id != film.cut.id:
            self.say("the current cut is renamed", "warn", "Enter goes to this one first")
            return
        name = await self.ask("the cut's name", cut.name, name="CUT")
        if name:
            await self.command("cut.rename", name=name)

    async def act_reframe(self, stroke: Stroke) -> None:
        """The current cut at another raster and rate, or a copy of it."""
        size = await self.ask("raster, such as 1080x1920 (empty: as it is)", name="CUT")
        rate = None if size is None else await self.ask("frames a second (empty: as it is)", name="CUT")
        name = None if rate is None else await self.ask("as a copy called (empty: this cut)", name="CUT")
        if name is not None and (size or rate):
            await self.command("cut.reframe", size=size or "", rate=rate or "", name=name)

    async def act_delete(self, stroke: Stroke) -> None:
        cut = self.here
        if cut and await self.confirm(f"Delete the cut “{cut.name}”?"):
            await self.command("cut.delete", name=cut.id)
