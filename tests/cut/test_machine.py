"""All operations in any order, with the rules of the cut checked after every step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from milimo_tui.cut import assembly, edits
from milimo_tui.cut.effects import Effects
from milimo_tui.cut.layout import Layout, layout
from milimo_tui.cut.plan import Media, stretch_at
from milimo_tui.cut.planned import make_plan
from milimo_tui.cut.transitions import Edge
from milimo_tui.cut.values import Clip, Cut, Source, SourceKind, TrackKind
from tests.budget import rounds
from tests.cut import films
from tests.cut.strategies import SECONDS, SPEEDS, attempt, bounds, effects, length, pieces

Item = TypeVar("Item")

EDGES = st.sampled_from(["head", "tail"])
mostly = st.sampled_from([True, True, True, False])
small = st.integers(-12, 12)
some = st.integers(0, 999)
"""A number that picks one of what there is."""
shot_lengths = st.dictionaries(st.sampled_from("pqrstu"), st.integers(1, 15), max_size=6).map(
    lambda lengths: list(lengths.items())
)
SOURCES = sorted(SECONDS)


def _bounds(source: Source) -> Fraction | None:
    return None if source.kind is SourceKind.SHOT else bounds(source)


class Cutting(RuleBasedStateMachine):
    """A cut under all the operations. A step that is refused leaves it as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.mint = films.minter()
        self.cut = assembly.new_cut("Machine", mint=self.mint)
        for name in ("long", "short", "still", "odd", "long"):
            self.cut = edits.append(
                self.cut, self.track(0), films.piece(name, 8, Fraction(0)), mint=self.mint
            )
        for index, (at, name) in enumerate(((3, "still"), (12, "long"), (21, "short"), (33, "odd"))):
            self.cut = edits.overwrite(
                self.cut,
                self.track(1 + index % 2),
                at,
                films.piece(name, 7, Fraction(0)),
                mint=self.mint,
                connected=index < 3,
            )

    def step(self, act: Callable[[], Cut]) -> None:
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
            assert known.on(track.id) == fresh.on(track.id), "a layout that was kept up is another one"
        apart = films.sync(after, _bounds)
        for pair, frames in films.sync(before, _bounds).items():
            if pair in apart and self._plays(before, pair) == self._plays(after, pair):
                assert apart[pair] == frames, f"{pair} were {frames} apart and are {apart[pair]}"
        if after.hand_edited and not before.hand_edited:
            assert self._line(before) != self._line(after), "edited by hand, and V1 is the same"
        self.cut = after

    def _line(self, cut: Cut) -> list[object]:
        row = layout(cut).on(films.track_of(cut, "V1").id)
        return [
            (p.clip.id, p.clip.source, p.clip.source_in, p.clip.effects.speed, p.start, p.end, p.clip.order)
            for p in row
        ]

    def _plays(self, cut: Cut, pair: tuple[str, str]) -> list[object]:
        """What makes the time of a pair of clips: its sync is compared while that stays."""
        return [(clip.source, clip.effects.speed) for clip in cut.clips if clip.id in pair]

    def pick(self, items: Sequence[Item], number: int) -> Item:
        return items[number % len(items)]

    def clip(self, number: int) -> str:
        ids = sorted(clip.id for clip in self.cut.clips)
        return self.pick(ids, number) if ids and number < 990 else "none"

    def frame(self, number: int) -> int:
        """A frame of the cut, or one that lies a little outside of it."""
        return number % (length(self.cut) + 4) - 2

    def track(self, number: int) -> str:
        return self.pick([track.id for track in layout(self.cut).tracks], number)

    @rule(track=some, clip=pieces())
    def append(self, track: int, clip: Clip) -> None:
        self.step(lambda: edits.append(self.cut, self.track(track), clip, mint=self.mint, bounds=_bounds))

    @rule(track=some, at=some, clip=pieces(), connected=st.booleans())
    def insert(self, track: int, at: int, clip: Clip, connected: bool) -> None:
        self.step(
            lambda: edits.insert(
                self.cut,
                self.track(track),
                self.frame(at),
                clip,
                mint=self.mint,
                bounds=_bounds,
                connected=connected,
            )
        )

    @rule(track=some, at=some, clip=pieces(), connected=st.booleans())
    def overwrite(self, track: int, at: int, clip: Clip, connected: bool) -> None:
        self.step(
            lambda: edits.overwrite(
                self.cut,
                self.track(track),
                self.frame(at),
                clip,
                mint=self.mint,
                bounds=_bounds,
                connected=connected,
            )
        )

    @rule(clip=some, by=small)
    def move_by(self, clip: int, by: int) -> None:
        self.step(lambda: edits.move(self.cut, self.clip(clip), mint=self.mint, by=by))

    @rule(clip=some, track=some, at=some)
    def move_to(self, clip: int, track: int, at: int) -> None:
        target = self.track(track)
        self.step(
            lambda: edits.move(self.cut, self.clip(clip), mint=self.mint, track=target, at=self.frame(at))
        )

    @rule(clip=some, track=st.none() | some, at=some, by=small, ripple=st.booleans(), linked=st.booleans())
    def move_so(self, clip: int, track: int | None, at: int, by: int, ripple: bool, linked: bool) -> None:
        target = None if track is None else self.track(track)
        to = None if at % 3 else self.frame(at)
        self.step(
            lambda: edits.move(
                self.cut,
                self.clip(clip),
                mint=self.mint,
                by=by,
                track=target,
                at=to,
                ripple=ripple,
                linked=linked,
            )
        )

    @rule(clip=some, edge=EDGES, by=small, linked=mostly)
    def ripple(self, clip: int, edge: Edge, by: int, linked: bool) -> None:
        self.step(
            lambda: edits.ripple(
                self.cut, self.clip(clip), edge, by, mint=self.mint, bounds=_bounds, linked=linked
            )
        )

    @rule(clip=some, edge=EDGES, by=small, linked=mostly)
    def roll(self, clip: int, edge: Edge, by: int, linked: bool) -> None:
        frames = length(self.cut)

        def act() -> Cut:
            after = edits.roll(
                self.cut, self.clip(clip), edge, by, mint=self.mint, bounds=_bounds, linked=linked
            )
            assert length(after) == frames, "a roll keeps the film's length"
            return after

        self.step(act)

    @rule(clip=some, by=small, linked=mostly)
    def slip(self, clip: int, by: int, linked: bool) -> None:
        chosen = self.clip(clip)
        self.step(lambda: edits.slip(self.cut, chosen, by, mint=self.mint, bounds=_bounds, linked=linked))

    @rule(clip=some, by=small, linked=mostly)
    def slide(self, clip: int, by: int, linked: bool) -> None:
        chosen = self.clip(clip)
        self.step(lambda: edits.slide(self.cut, chosen, by, mint=self.mint, bounds=_bounds, linked=linked))

    @rule(clip=some, edge=EDGES, to=some, rolls=st.booleans(), linked=mostly)
    def edge_to(self, clip: int, edge: Edge, to: int, rolls: bool, linked: bool) -> None:
        act = edits.extend if rolls else edits.trim_to
        self.step(
            lambda: act(
                self.cut, self.clip(clip), edge, self.frame(to), mint=self.mint, bounds=_bounds, linked=linked
            )
        )

    @precondition(lambda self: len(self.cut.clips) > 4)
    @rule(clip=some, linked=mostly)
    def ripple_delete(self, clip: int, linked: bool) -> None:
        self.step(lambda: edits.ripple_delete(self.cut, self.clip(clip), mint=self.mint, linked=linked))

    @rule(clip=some, linked=mostly)
    def join(self, clip: int, linked: bool) -> None:
        chosen = self.clip(clip)
        self.step(lambda: edits.join(self.cut, chosen, mint=self.mint, bounds=_bounds, linked=linked))

    @rule(clip=some, other=some)
    def swap(self, clip: int, other: int) -> None:
        self.step(lambda: edits.swap(self.cut, self.clip(clip), self.clip(other), mint=self.mint))

    @rule(clips=st.lists(some, min_size=1, max_size=3), grouped=st.sampled_from([False, False, True]))
    def tie(self, clips: list[int], grouped: bool) -> None:
        act = edits.group if grouped else edits.link
        chosen = [self.clip(each) for each in clips]
        self.step(lambda: act(self.cut, chosen, mint=self.mint))

    @rule(clip=some, grouped=st.booleans())
    def untie(self, clip: int, grouped: bool) -> None:
        act = edits.ungroup if grouped else edits.unlink
        wanted = sorted(each.id for each in self.cut.clips if (each.group if grouped else each.link))
        if wanted:
            self.step(lambda: act(self.cut, self.pick(wanted, clip), mint=self.mint))

    @rule(clip=some, track=st.none() | some)
    def detach_sound(self, clip: int, track: int | None) -> None:
        target = None if track is None else self.track(track)
        self.step(lambda: edits.detach_sound(self.cut, self.clip(clip), mint=self.mint, track=target))

    @rule(track=some, on=st.booleans())
    def sync_lock(self, track: int, on: bool) -> None:
        self.step(lambda: edits.set_track(self.cut, self.track(track), sync_lock=on))

    @rule(clip=some, by=small)
    def trim_in(self, clip: int, by: int) -> None:
        self.step(lambda: edits.trim_in(self.cut, self.clip(clip), by, mint=self.mint, bounds=_bounds))

    @rule(clip=some, by=small)
    def trim_out(self, clip: int, by: int) -> None:
        self.step(lambda: edits.trim_out(self.cut, self.clip(clip), by, mint=self.mint, bounds=_bounds))

    @rule(at=some, track=st.none() | some)
    def split(self, at: int, track: int | None) -> None:
        chosen = None if track is None else self.track(track)
        self.step(lambda: edits.split(self.cut, self.frame(at), mint=self.mint, track=chosen))

    @precondition(lambda self: len(self.cut.clips) > 4)
    @rule(clip=some)
    def delete(self, clip: int) -> None:
        self.step(lambda: edits.delete(self.cut, self.clip(clip), mint=self.mint))

    @rule(clip=some)
    def lift(self, clip: int) -> None:
        self.step(lambda: edits.lift(self.cut, self.clip(clip), mint=self.mint))

    @rule(start=some, frames=st.integers(-1, 15), tracks=st.lists(some, max_size=2), lift=st.booleans())
    def take_range(self, start: int, frames: int, tracks: list[int], lift: bool) -> None:
        chosen = sorted({self.track(number) for number in tracks})
        act = edits.lift_range if lift else edits.extract
        begin = self.frame(start)
        self.step(lambda: act(self.cut, begin, begin + frames, mint=self.mint, tracks=chosen))

    @rule(track=some, at=some, frames=st.integers(0, 12))
    def insert_gap(self, track: int, at: int, frames: int) -> None:
        self.step(
            lambda: edits.insert_gap(self.cut, self.track(track), self.frame(at), frames, mint=self.mint)
        )

    @rule(clip=some)
    def duplicate(self, clip: int) -> None:
        self.step(lambda: edits.duplicate(self.cut, self.clip(clip), mint=self.mint))

    @rule(clip=some, off=st.booleans())
    def connect(self, clip: int, off: bool) -> None:
        act = edits.disconnect if off else edits.connect
        wanted = [each.id for each in self.cut.clips if (each.anchor is not None) == off]
        if wanted:
            self.step(lambda: act(self.cut, self.pick(sorted(wanted), clip), mint=self.mint))

    @rule(clip=some, source=st.sampled_from(SOURCES))
    def replace_source(self, clip: int, source: str) -> None:
        new = films.asset(source)
        self.step(
            lambda: edits.replace_source(self.cut, self.clip(clip), new, mint=self.mint, bounds=_bounds)
        )

    @rule(clip=some, fade_in=st.integers(-1, 9), fade_out=st.integers(0, 9), gain=st.floats(-99, 30))
    def set_clip(self, clip: int, fade_in: int, fade_out: int, gain: float) -> None:
        chosen = self.clip(clip)
        self.step(lambda: edits.set_clip(self.cut, chosen, fade_in=fade_in, fade_out=fade_out, gain_db=gain))

    @rule(frame=st.integers(-1, 20), clip=st.none() | some, name=st.sampled_from(["", "", "a", "m"]))
    def add_marker(self, frame: int, clip: int | None, name: str) -> None:
        on = None if clip is None else self.clip(clip)
        self.step(lambda: edits.add_marker(self.cut, frame, mint=self.mint, clip=on, name=name))

    @precondition(lambda self: self.cut.markers)
    @rule(number=some)
    def remove_marker(self, number: int) -> None:
        self.step(lambda: edits.remove_marker(self.cut, self.pick(self.cut.markers, number).id))

    @rule(track=some, lock=st.sampled_from([True, False, False]))
    def lock(self, track: int, lock: bool) -> None:
        self.step(lambda: edits.set_track(self.cut, self.track(track), locked=lock))

    @rule(kind=st.sampled_from(TrackKind))
    def add_track(self, kind: TrackKind) -> None:
        if len(self.cut.tracks) < 7:
            self.step(lambda: edits.add_track(self.cut, kind, mint=self.mint))

    @rule(track=some)
    def remove_track(self, track: int) -> None:
        self.step(lambda: edits.remove_track(self.cut, self.track(track)))

    @rule(
        clip=some,
        edge=st.sampled_from(["head", "tail"]),
        frames=st.none() | st.integers(0, 14),
        kind=st.sampled_from([None, "dissolve", "dip", "wipe"]),
    )
    def set_transition(self, clip: int, edge: Edge, frames: int | None, kind: str | None) -> None:
        self.step(
            lambda: edits.set_transition(
                self.cut,
                self.clip(clip),
                mint=self.mint,
                edge=edge,
                frames=frames,
                kind=kind,
                bounds=_bounds,
            )
        )

    @rule(clip=some, edge=st.sampled_from(["head", "tail"]))
    def remove_transition(self, clip: int, edge: Edge) -> None:
        self.step(lambda: edits.remove_transition(self.cut, self.clip(clip), edge=edge))

    @precondition(lambda self: length(self.cut) < 400)  # slower and slower, a still's clip has no end
    @rule(clip=some, speed=st.sampled_from(SPEEDS), keep=st.booleans())
    def set_speed(self, clip: int, speed: Fraction, keep: bool) -> None:
        self.step(
            lambda: edits.set_speed(
                self.cut, self.clip(clip), speed, mint=self.mint, bounds=_bounds, keep_length=keep
            )
        )

    @rule(clip=some)
    def reverse(self, clip: int) -> None:
        self.step(lambda: edits.reverse(self.cut, self.clip(clip), mint=self.mint, bounds=_bounds))

    @rule(track=some, at=some, frames=st.integers(0, 9))
    def freeze_frame(self, track: int, at: int, frames: int) -> None:
        self.step(
            lambda: edits.freeze_frame(
                self.cut, self.track(track), self.frame(at), frames, mint=self.mint, bounds=_bounds
            )
        )

    @rule(clip=some, frame=st.integers(-1, 12), value=st.none() | st.floats(-1, 3))
    def set_key(self, clip: int, frame: int, value: float | None) -> None:
        self.step(lambda: edits.set_key(self.cut, self.clip(clip), "scale", frame, value))

    @rule(clip=some, look=effects())
    def set_effects(self, clip: int, look: Effects) -> None:
        self.step(lambda: edits.set_effects(self.cut, self.clip(clip), look))

    @rule(clip=some, names=st.sampled_from([(), ("scale",), ("blend", "pan"), ("smell",)]))
    def clear_effects(self, clip: int, names: tuple[str, ...]) -> None:
        self.step(lambda: edits.clear_effects(self.cut, self.clip(clip), names))

    @rule(shots=shot_lengths)
    def follow(self, shots: list[tuple[str, int]]) -> None:
        self.step(lambda: assembly.follow(self.cut, shots, self.mint).cut)

    @rule()
    def begin_again(self) -> None:
        """A cut that nobody edited, so that following it is tried as well."""
        self.cut = replace(self.cut, hand_edited=False)

    @invariant()
    def the_rules_hold(self) -> None:
        assert films.broken_rules(self.cut, _bounds) == []

    @invariant()
    def the_plan_shows_what_the_layout_says(self) -> None:
        placed, frames = layout(self.cut), length(self.cut)
        media = {clip.id: Media(kind="video") for clip in self.cut.clips}
        plan = make_plan(self.cut, media)
        assert plan.frames == frames == sum(stretch.frames for stretch in plan.stretches)
        video = [track for track in placed.tracks if track.kind is TrackKind.VIDEO]
        for frame in range(0, frames, 7):
            wanted = [clip.id for track in video for clip in films.seen(placed, track.id, frame)]
            assert [layer.clip for layer in stretch_at(plan, frame).pictures()] == wanted


def test_any_operations_in_any_order_keep_the_rules() -> None:
    run_state_machine_as_test(
        Cutting, settings=settings(max_examples=60, stateful_step_count=25, deadline=None, database=None)
    )


@pytest.mark.long("cut_machine")
def test_many_operations_in_any_order_keep_the_rules() -> None:
    run_state_machine_as_test(
        Cutting,
        settings=settings(
            max_examples=rounds("cut_machine"), stateful_step_count=50, deadline=None, database=None
        ),
    )
