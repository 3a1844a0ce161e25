"""Test all edits in any order, checking the rules of the cut after each step."""

from __future__ import annotations

import inspect
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
    run_state_machine_as_test,
)

from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow import assembly
from milimo_tui.cut.values.cut import Clip, TrackKind
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.transition_kinds import TransitionKind
from milimo_tui.cut.working.edges import Edge
from tests.budget import rounds
from tests.cut import films
from tests.cut.edit.machine_rules import Dressing, Filling, Reworking
from tests.cut.edit.machines import SOURCES, small, some
from tests.cut.strategies import SPEEDS, length, pieces

shot_lengths = st.dictionaries(st.sampled_from("pqrstu"), st.integers(1, 15), max_size=6).map(
    lambda lengths: list(lengths.items())
)


RAMPS = ((), (Keyframe(0, 0.5),), (Keyframe(3, 2.0),), (Keyframe(0, 0.0),))


class Cutting(Reworking, Filling, Dressing):
    """A state machine with all edits."""

    @rule(track=some, clip=pieces())
    def append(self, track: int, clip: Clip) -> None:
        self.step(
            lambda: edits.append_clip(self.cut, self.track(track), clip, new_id=self.mint, bounds=self.media)
        )

    @rule(track=some, at=some, clip=pieces(), connected=st.booleans())
    def insert(self, track: int, at: int, clip: Clip, connected: bool) -> None:
        self.step(
            lambda: edits.insert_clip(
                self.cut,
                self.track(track),
                self.frame(at),
                clip,
                new_id=self.mint,
                bounds=self.media,
                connected=connected,
            )
        )

    @rule(track=some, at=some, clip=pieces(), connected=st.booleans())
    def overwrite(self, track: int, at: int, clip: Clip, connected: bool) -> None:
        self.step(
            lambda: edits.overwrite_clip(
                self.cut,
                self.track(track),
                self.frame(at),
                clip,
                new_id=self.mint,
                bounds=self.media,
                connected=connected,
            )
        )

    @rule(clip=some, by=small)
    def move_by(self, clip: int, by: int) -> None:
        self.step(lambda: edits.move_clip(self.cut, self.clip(clip), new_id=self.mint, by=by))

    @rule(clip=some, track=some, at=some)
    def move_to(self, clip: int, track: int, at: int) -> None:
        target = self.track(track)
        self.step(
            lambda: edits.move_clip(
                self.cut, self.clip(clip), new_id=self.mint, track=target, at=self.frame(at)
            )
        )

    @rule(clip=some, by=small)
    def trim_in(self, clip: int, by: int) -> None:
        self.step(
            lambda: edits.trim_clip_in(self.cut, self.clip(clip), by, new_id=self.mint, bounds=self.media)
        )

    @rule(clip=some, by=small)
    def trim_out(self, clip: int, by: int) -> None:
        self.step(
            lambda: edits.trim_clip_out(self.cut, self.clip(clip), by, new_id=self.mint, bounds=self.media)
        )

    @rule(at=some, track=st.none() | some)
    def split(self, at: int, track: int | None) -> None:
        chosen = None if track is None else self.track(track)
        self.step(lambda: edits.split_clips(self.cut, self.frame(at), new_id=self.mint, track=chosen))

    @precondition(lambda self: len(self.cut.clips) > 4)
    @rule(clip=some)
    def delete(self, clip: int) -> None:
        self.step(lambda: edits.delete_clip(self.cut, self.clip(clip), new_id=self.mint))

    @rule(clip=some)
    def lift(self, clip: int) -> None:
        self.step(lambda: edits.lift_clip(self.cut, self.clip(clip), new_id=self.mint))

    @rule(start=some, frames=st.integers(-1, 15), tracks=st.lists(some, max_size=2), lift=st.booleans())
    def take_range(self, start: int, frames: int, tracks: list[int], lift: bool) -> None:
        chosen = sorted({self.track(number) for number in tracks})
        act = edits.lift_range if lift else edits.extract_range
        begin = self.frame(start)
        self.step(lambda: act(self.cut, begin, begin + frames, new_id=self.mint, tracks=chosen))

    @rule(track=some, at=some, frames=st.integers(0, 12))
    def insert_gap(self, track: int, at: int, frames: int) -> None:
        self.step(
            lambda: edits.insert_gap(self.cut, self.track(track), self.frame(at), frames, new_id=self.mint)
        )

    @rule(clip=some)
    def duplicate(self, clip: int) -> None:
        self.step(lambda: edits.duplicate_clip(self.cut, self.clip(clip), new_id=self.mint))

    @rule(clip=some, off=st.booleans())
    def connect(self, clip: int, off: bool) -> None:
        act = edits.disconnect_clip if off else edits.connect_clip
        wanted = [each.id for each in self.cut.clips if (each.anchor is not None) == off]
        if wanted:
            self.step(lambda: act(self.cut, self.pick(sorted(wanted), clip), new_id=self.mint))

    @rule(clip=some, source=st.sampled_from(SOURCES))
    def replace_source(self, clip: int, source: str) -> None:
        new = films.asset(source)
        self.step(
            lambda: edits.replace_clip_source(
                self.cut, self.clip(clip), new, new_id=self.mint, bounds=self.media
            ),
            syncs=False,
        )

    @rule(frame=st.integers(-1, 20), clip=st.none() | some, name=st.sampled_from(["", "", "a", "m"]))
    def add_marker(self, frame: int, clip: int | None, name: str) -> None:
        on = None if clip is None else self.clip(clip)
        self.step(lambda: edits.add_marker(self.cut, frame, new_id=self.mint, clip=on, name=name))

    @precondition(lambda self: self.cut.markers)
    @rule(number=some)
    def remove_marker(self, number: int) -> None:
        self.step(lambda: edits.remove_marker(self.cut, self.pick(self.cut.markers, number).id))

    @rule(kind=st.sampled_from(TrackKind))
    def add_track(self, kind: TrackKind) -> None:
        if len(self.cut.tracks) < 7:
            self.step(lambda: edits.add_track(self.cut, kind, new_id=self.mint))

    @rule(track=some)
    def remove_track(self, track: int) -> None:
        self.step(lambda: edits.remove_track(self.cut, self.track(track)))

    @rule(
        clip=some,
        edge=st.sampled_from(["head", "tail"]),
        frames=st.none() | st.integers(0, 14),
        kind=st.none() | st.sampled_from(TransitionKind),
        overlap=st.booleans(),
    )
    def set_transition(
        self, clip: int, edge: Edge, frames: int | None, kind: TransitionKind | None, overlap: bool
    ) -> None:
        self.step(
            lambda: edits.set_transition(
                self.cut,
                self.clip(clip),
                new_id=self.mint,
                edge=edge,
                frames=frames,
                kind=kind,
                overlap=overlap,
                bounds=self.media,
            )
        )

    @rule(clip=some, edge=st.sampled_from(["head", "tail"]))
    def remove_transition(self, clip: int, edge: Edge) -> None:
        self.step(lambda: edits.remove_transition(self.cut, self.clip(clip), edge=edge))

    # The limit is needed because slow motion can lengthen a still's clip without end.
    @precondition(lambda self: length(self.cut) < 400)
    @rule(clip=some, speed=st.sampled_from(SPEEDS), keep=st.booleans())
    def set_speed(self, clip: int, speed: Fraction, keep: bool) -> None:
        self.step(
            lambda: edits.set_speed(
                self.cut, self.clip(clip), speed, new_id=self.mint, bounds=self.media, keep_length=keep
            ),
            syncs=False,
        )

    @precondition(lambda self: length(self.cut) < 400)
    @rule(clip=some, ramp=st.sampled_from(RAMPS), keep=st.booleans())
    def set_ramp(self, clip: int, ramp: tuple[Keyframe, ...], keep: bool) -> None:
        """Set a speed ramp with one value, whose times are exact. Other ramps are rounded, and
        `test_speed_ramps` tests them.
        """
        self.step(
            lambda: edits.set_speed_ramp(
                self.cut, self.clip(clip), ramp, new_id=self.mint, bounds=self.media, keep_length=keep
            ),
            syncs=False,
        )

    @rule(clip=some, keeps=st.booleans())
    def set_time_quality(self, clip: int, keeps: bool) -> None:
        self.step(
            lambda: edits.set_time_quality(self.cut, self.clip(clip), new_id=self.mint, keeps_pitch=keeps)
        )

    @rule(clip=some)
    def reverse(self, clip: int) -> None:
        self.step(
            lambda: edits.reverse_clip(self.cut, self.clip(clip), new_id=self.mint, bounds=self.media),
            syncs=False,
        )

    @rule(track=some, at=some, frames=st.integers(0, 9))
    def freeze_frame(self, track: int, at: int, frames: int) -> None:
        self.step(
            lambda: edits.insert_freeze_frame(
                self.cut, self.track(track), self.frame(at), frames, new_id=self.mint, bounds=self.media
            )
        )

    @rule(shots=shot_lengths)
    def follow(self, shots: list[tuple[str, int]]) -> None:
        self.step(lambda: assembly.follow_shots(self.cut, shots, self.mint).cut, syncs=False)

    @rule()
    def begin_again(self) -> None:
        """Mark the cut as not edited by the user, so that following the shots is tested as well."""
        self.cut = replace(self.cut, hand_edited=False)


def test_every_operation_is_a_step_of_the_state_machine() -> None:
    tried = "".join(Path(inspect.getfile(each)).read_text() for each in Cutting.__mro__[:4])
    acts = set(edits.__all__) - {
        "MediaLength",
        "NewId",
        "create_trackless_clip",
        "return_no_media_limit",
        "copy_clips",
    }
    assert {name for name in acts if f"edits.{name}" not in tried} == set()


@pytest.mark.long("properties")
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
