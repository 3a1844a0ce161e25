"""A state machine that applies edits to a cut in any order and checks the rules of the cut after each
step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from milimo_tui.core.time import frames_to_seconds
from milimo_tui.cut.edit import edits
from milimo_tui.cut.layout.layout import Layout, layout
from milimo_tui.cut.plan.plan import Media, find_stretch_at
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.values import new_cuts
from milimo_tui.cut.values.cut import Available, ClipSource, Cut, SourceKind, TrackKind
from tests.cut import films
from tests.cut.strategies import RATES, SECONDS, attempt, bounds, length

Item = TypeVar("Item")

EDGES = st.sampled_from(["head", "tail"])
mostly = st.sampled_from([True, True, True, False])
small = st.integers(-12, 12)
some = st.integers(0, 999)
"""A number that selects an item; it is taken modulo the number of items."""
SOURCES = sorted(SECONDS)


class Machine(RuleBasedStateMachine):
    """A cut under test. A refused step leaves it unchanged."""

    def __init__(self) -> None:
        super().__init__()
        self.mint = films.minter()
        self.looked_at: Cut | None = None
        self.inner: dict[str, Cut] = {}  # the contents of compound clips by their ids
        self.cut = new_cuts.create_cut("Machine", new_id=self.mint)
        for name in ("long", films.TAKEN, "short", "still", "odd", films.TAKEN, "long"):
            self.cut = edits.append_clip(
                self.cut, self.track(0), films.piece(name, 8, Fraction(0)), new_id=self.mint
            )
        for index, (at, name) in enumerate(((3, "still"), (12, "long"), (21, "short"), (33, "odd"))):
            self.cut = edits.overwrite_clip(
                self.cut,
                self.track(1 + index % 2),
                at,
                films.piece(name, 7, Fraction(0)),
                new_id=self.mint,
                connected=index < 3,
            )

    @initialize(rate=st.sampled_from(RATES))
    def begin(self, rate: Fraction) -> None:
        self.cut = replace(self.cut, rate=rate)

    def media(self, source: ClipSource) -> Available | None:
        """Return the media bounds of a source. None means no limit, as for shots and titles."""
        if source.kind is SourceKind.CUT:
            return Available.from_duration(
                frames_to_seconds(length(self.inner[source.ref]), self.inner[source.ref].rate)
            )
        return bounds(source) if source.ref in SECONDS else None

    def step(self, act: Callable[[], Cut], *, syncs: bool = True) -> None:
        """Apply an edit and check its result, or accept its refusal. With `syncs`, linked clips must stay in
        sync.
        """
        before = self.cut
        rows = films.rows(before)
        after = attempt(act)
        assert films.rows(before) == rows, "the operation changed the value it was given"
        if after is None:
            return
        assert films.take_back(before, after) == rows, "undoing the rows gives another cut"
        old = {clip.id: clip for clip in before.clips}
        for clip in after.clips:
            assert clip is old.get(clip.id) or clip != old.get(clip.id), "an unchanged clip is a new value"
        known, fresh = layout(after), Layout(after)
        for track in after.tracks:
            assert known.get_row(track.id) == fresh.get_row(track.id), (
                "a layout that was kept up is another one"
            )
        if syncs:
            assert self._apart(after) <= self._apart(before), "linked clips are out of sync"
        if after.hand_edited and not before.hand_edited:
            assert self._line(before) != self._line(after), "edited by hand, and V1 is the same"
        self.cut = after

    def _line(self, cut: Cut) -> list[object]:
        row = layout(cut).get_row(next(track.id for track in cut.tracks if track.magnetic))
        return [
            (p.clip.id, p.clip.source, p.clip.source_in, p.clip.effects.speed, p.start, p.end, p.clip.order)
            for p in row
        ]

    def _apart(self, cut: Cut) -> set[object]:
        """Return the sync offsets of linked clips by source and speed, so that split halves and copies
        compare equal.
        """
        shows = {clip.id: (clip.source.ref, films.speed_of(clip)) for clip in cut.clips}
        out: set[object] = set()
        for (a, b), frames in films.sync(cut, self.media).items():
            one, other = shows[a], shows[b]
            if one != other:
                out.add((one, other, frames) if one < other else (other, one, -frames))
            elif frames:
                out.add((one, other, abs(frames)))
        return out

    def pick(self, items: Sequence[Item], number: int) -> Item:
        return items[number % len(items)]

    def clip(self, number: int) -> str:
        ids = sorted(clip.id for clip in self.cut.clips)
        return self.pick(ids, number) if ids and number < 990 else "none"

    def frame(self, number: int) -> int:
        """Return a frame of the cut, or up to two frames outside it."""
        return number % (length(self.cut) + 4) - 2

    def track(self, number: int) -> str:
        return self.pick([track.id for track in layout(self.cut).tracks], number)

    @invariant()
    def what_holds_of_every_cut_holds(self) -> None:
        """Check the rules once for each new value. A refused step leaves the value that was already
        checked.
        """
        if self.cut is not self.looked_at:
            assert films.broken_rules(self.cut, self.media) == []
            self._shows_what_the_layout_says()
            self.looked_at = self.cut

    def _shows_what_the_layout_says(self) -> None:
        placed, frames = layout(self.cut), length(self.cut)
        shown = {clip.id: Media(kind="video") for clip in self.cut.clips}
        plan = make_render_plan(self.cut, shown)
        assert plan.frames == frames == sum(stretch.frames for stretch in plan.stretches)
        video = [each for each in placed.tracks if each.kind is TrackKind.VIDEO and not each.hidden]
        for frame in range(0, frames, 7):
            wanted = [clip.id for track in video for clip in films.seen(placed, track.id, frame)]
            assert [layer.clip for layer in find_stretch_at(plan, frame).list_pictures()] == wanted
