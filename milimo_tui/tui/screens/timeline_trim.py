"""TRIM on the timeline: an edge in hand, moved by keys, seen at once, written as one edit when it is let go.

What the trim would make is worked out by the cut's own pure functions; the command writes it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from milimo_tui.core.errors import MilimoError, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import nominal
from milimo_tui.cut import edits
from milimo_tui.cut.layout import Layout, layout
from milimo_tui.cut.values import Cut
from milimo_tui.tui import timeline_model as model
from milimo_tui.tui.screens.timeline_takes import TimelineTakes
from milimo_tui.tui.timeline_film import film_of
from milimo_tui.tui.widgets.timeline_draw import TrimEdge

if TYPE_CHECKING:
    from milimo_tui.studio.studio import Snapshot
    from milimo_tui.tui.chords import Stroke

ENDS_TRIM = frozenset({"out", "enter", "trim_side"})
STEPS = {"frame_back": -1, "frame_on": 1, "second_back": -1, "second_on": 1}


class Side(Enum):
    """Which clip of the edge gives or takes: the tail of the one before, or the head of the one behind."""

    TAIL = ("tail", "cut.trim_out", "◀")
    HEAD = ("head", "cut.trim_in", "▶")

    @property
    def word(self) -> str:
        return self.value[0]

    @property
    def command(self) -> str:
        return self.value[1]

    @property
    def sign(self) -> str:
        return self.value[2]


@dataclass(frozen=True, slots=True)
class Trim:
    """The edge in hand. `by` is what was asked for so far, `done` what media and neighbours allow of it."""

    side: Side
    clip: str
    by: int = 0
    done: int = 0


class TimelineTrim(TimelineTakes):
    """TRIM mode over the edits and marks."""

    def __init__(self) -> None:
        super().__init__()
        self.trim: Trim | None = None
        self._base: Layout | None = None  # the cut as it was when TRIM began

    @property
    def contexts(self) -> tuple[str, ...]:
        found = super().contexts
        return ("trim", *found) if self.trim is not None and found == self.CONTEXTS else found

    # -- in and out of it ------------------------------------------------------------------------------

    def act_trim(self, stroke: Stroke) -> None:
        """Take the edge nearest to the playhead in hand."""
        self.halt()
        lane, cut = self.cutting.lane(self.view.lane), self.cut
        edge = model.nearest_edit(self.cutting, self.view.lane, self.playhead)
        if lane is None or cut is None or edge is None:
            self.say("there is no edge to trim on this track", "warn")
            return
        before = next((span for span in lane.spans if span.end == edge), None)
        behind = next((span for span in lane.spans if span.start == edge), None)
        span = lane.near(self.playhead)
        side = Side.HEAD if behind is not None and (before is None or span is behind) else Side.TAIL
        chosen = behind if side is Side.HEAD else before
        assert chosen is not None  # an edge is some clip's
        self._base = layout(cut)
        self.trim = Trim(side, chosen.clip.id)
        self.submode = "TRIM"
        self.go_to(edge if side is Side.HEAD else edge - 1)
        self._tell()

    def writes(self, stroke: Stroke) -> bool:
        return super().writes(stroke) or (self.trim is not None and stroke.binding.act in ENDS_TRIM)

    async def do(self, stroke: Stroke) -> None:
        if self.trim is not None and stroke.binding.act in ENDS_TRIM:
            await self.end_trim(turn=stroke.binding.act == "trim_side")
        else:
            await super().do(stroke)

    async def end_trim(self, *, turn: bool) -> None:
        """Write what was trimmed as one edit and leave TRIM, or `turn` to the clip beyond the edge."""
        beyond = self._beyond() if turn else None
        if turn and beyond is None:
            self.say("there is no clip on the other side", "warn")
            return
        await self._write()
        cut = self.cut
        if beyond is not None and cut is not None:
            self._base, self.trim, self.submode = layout(cut), beyond, "TRIM"
            self.redraw()
            self._tell()

    def _beyond(self) -> Trim | None:
        """The other side of the edge in hand."""
        trim, lane = self.trim, self.cutting.lane(self.view.lane)
        here = (
            next((span for span in lane.spans if trim and span.clip.id == trim.clip), None) if lane else None
        )
        if trim is None or lane is None or here is None:
            return None
        head = trim.side is Side.HEAD
        for span in lane.spans:
            if (span.end if head else span.start) == (here.start if head else here.end):
                return Trim(Side.TAIL if head else Side.HEAD, span.clip.id)
        return None

    def _leave(self) -> None:
        self.trim, self._base, self.submode = None, None, ""
        self.redraw()

    async def _write(self) -> None:
        """Write what was trimmed as one edit, and leave TRIM."""
        trim = self.trim
        self._leave()
        if trim is not None and trim.done:
            await self.command(trim.side.command, clip=trim.clip, by=trim.done)
        elif self._snapshot is not None and self.cut is not None:
            super().show_film(self._snapshot)
            await self.look_at(self._snapshot, self.cut)

    async def act_undo(self, stroke: Stroke) -> None:
        """u in TRIM: back to how the edge was; outside of it the last edit."""
        if self.trim is not None:
            self._move_to(0)
        else:
            await self.studio_app.act_undo(stroke)

    def on_screen_suspend(self) -> None:
        if self.trim is not None:
            self.background(partial(self.end_trim, turn=False))
        super().on_screen_suspend()

    # -- moving the edge ---------------------------------------------------------------------------------

    def act_move(self, stroke: Stroke) -> None:
        to = str(stroke.binding.args["to"])
        if self.trim is None or to not in STEPS:
            if self.trim is not None:
                self.say("TRIM moves by h l and seconds", hint="Esc leaves TRIM")
            else:
                super().act_move(stroke)
            return
        unit = nominal(self.cutting.rate) if to.startswith("second") else 1
        self._move_to(self.trim.by + STEPS[to] * unit * stroke.times)

    def act_zoom_in(self, stroke: Stroke) -> None:
        """`+12` Enter: a number of frames in TRIM."""
        if self.trim is not None and stroke.binding.chord[0] in ("+", "="):
            self.background(partial(self._type, "+"))
        else:
            super().act_zoom_in(stroke)

    def act_zoom_out(self, stroke: Stroke) -> None:
        if self.trim is not None and stroke.binding.chord[0] == "-":
            self.background(partial(self._type, "-"))
        else:
            super().act_zoom_out(stroke)

    async def _type(self, sign: str) -> None:
        typed = await self.ask("trim by", sign, name="TRIM")
        if typed is None or self.trim is None:
            return
        try:
            by = int(typed.replace(" ", ""))
        except ValueError:
            self.say(f"“{typed}” is not a number of frames", "warn", "for example +12 or -6")
            return
        self._move_to(self.trim.by + by)

    def _move_to(self, by: int) -> None:
        """Show the cut with the edge moved by that many frames, or as far as it goes."""
        trim, base = self.trim, self._base
        film = self._snapshot
        if trim is None or base is None or film is None:
            return
        try:
            after = _trimmed(base.cut, trim, by, film) if by else base.cut
        except Refused as error:
            self.studio_app.say_error(error)
            return
        except MilimoError as error:
            self.studio_app.say_error(error)
            self._leave()
            return
        laid = layout(after)
        done = _moved(base, laid, trim)
        self.trim = replace(trim, by=done, done=done)
        self.cutting = film_of(laid, film.story)
        placed = laid.placed(trim.clip)
        self.go_to(placed.start if trim.side is Side.HEAD else placed.end - 1)
        self.resolve(film, after)
        if done != by:
            self.say(f"it goes no further than {done:+d} f", "warn")
        else:
            self._tell()

    def _tell(self) -> None:
        trim = self.trim
        if trim is None:
            return
        name = next(
            (
                self.name_of(clip)
                for clip in (self._base.cut.clips if self._base else ())
                if clip.id == trim.clip
            ),
            "",
        )
        self.say(
            f"{trim.side.word} of {name}  {trim.done:+d} f",
            hint="h l moves, +12 types, Tab other side, Enter done",
        )

    def trim_edge(self) -> TrimEdge | None:
        if self.trim is None:
            return None
        at = self._find_edge()
        return TrimEdge(self.view.lane, at, self.trim.side.sign) if at is not None else None

    def _find_edge(self) -> int | None:
        lane = self.cutting.lane(self.view.lane)
        for span in lane.spans if lane else ():
            if self.trim is not None and span.clip.id == self.trim.clip:
                return span.start if self.trim.side is Side.HEAD else span.end - 1
        return None

    def show_film(self, film: Snapshot | None) -> None:
        """A change from elsewhere ends TRIM: the edge in hand may be gone."""
        if self.trim is not None and film is not None and film.cut is not None and self._base is not None:
            if _same_edit(film.cut, self._base.cut):
                self._snapshot = film
                return
            self.trim, self._base, self.submode = None, None, ""
            self.say("the cut was changed elsewhere; TRIM is left", "warn")
        super().show_film(film)


def _same_edit(one: Cut, other: Cut) -> bool:
    """Whether a trim rests on the same ground in both; the playhead is kept each time it rests."""
    return replace(one, playhead=0, mark_in=None, mark_out=None) == replace(
        other, playhead=0, mark_in=None, mark_out=None
    )


def _trimmed(cut: Cut, trim: Trim, by: int, film: Snapshot) -> Cut:
    from milimo_tui.studio.commands.cut_common import media_bounds

    change = edits.trim_out if trim.side is Side.TAIL else edits.trim_in
    return change(cut, trim.clip, by, mint=new_id, bounds=media_bounds(film.story, film.cuts))


def _moved(before: Layout, after: Layout, trim: Trim) -> int:
    """How far the edge has really moved: the clip's length tells."""
    grown = after.placed(trim.clip).clip.frames - before.placed(trim.clip).clip.frames
    return grown if trim.side is Side.TAIL else -grown
