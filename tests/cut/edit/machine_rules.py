"""Rules of the state machine in `machines.py`: edits of edges, links between clips, and edits that place
several clips.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from milimo_tui.cut.edit import edits
from milimo_tui.cut.edit.title_clips import TitleTiming
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind
from milimo_tui.cut.values.effects import Effects, Title
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.sound_effects import make_sound_effect
from milimo_tui.cut.values.timing import get_source_span
from milimo_tui.cut.working.edges import Edge
from tests.cut import films
from tests.cut.edit.machines import EDGES, SOURCES, Machine, mostly, small, some
from tests.cut.strategies import effects, length, pieces, titles

WHAT = st.sampled_from([("level", "fades"), ("opacity", "scale"), ("speed",), ("lut", "volume"), ("scale",)])


class Reworking(Machine):
    """Rules for trims of several edges, links and groups, and sync locks."""

    @rule(clip=some, track=st.none() | some, at=some, by=small, ripple=st.booleans(), linked=st.booleans())
    def move_so(self, clip: int, track: int | None, at: int, by: int, ripple: bool, linked: bool) -> None:
        target = None if track is None else self.track(track)
        to = None if at % 3 else self.frame(at)
        self.step(
            lambda: edits.move_clip(
                self.cut,
                self.clip(clip),
                new_id=self.mint,
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
            lambda: edits.ripple_trim(
                self.cut, self.clip(clip), edge, by, new_id=self.mint, bounds=self.media, linked=linked
            )
        )

    @rule(clip=some, edge=EDGES, by=small, linked=mostly)
    def roll(self, clip: int, edge: Edge, by: int, linked: bool) -> None:
        frames = length(self.cut)

        def act() -> Cut:
            after = edits.roll_edit(
                self.cut, self.clip(clip), edge, by, new_id=self.mint, bounds=self.media, linked=linked
            )
            assert length(after) == frames, "a roll keeps the film's length"
            return after

        self.step(act)

    @rule(clip=some, by=small, linked=mostly)
    def slip(self, clip: int, by: int, linked: bool) -> None:
        chosen = self.clip(clip)
        self.step(
            lambda: edits.slip_clip(self.cut, chosen, by, new_id=self.mint, bounds=self.media, linked=linked)
        )

    @rule(clip=some, by=small, linked=mostly)
    def slide(self, clip: int, by: int, linked: bool) -> None:
        chosen = self.clip(clip)
        self.step(
            lambda: edits.slide_clip(self.cut, chosen, by, new_id=self.mint, bounds=self.media, linked=linked)
        )

    @rule(clip=some, edge=EDGES, to=some, rolls=st.booleans(), linked=mostly)
    def edge_to(self, clip: int, edge: Edge, to: int, rolls: bool, linked: bool) -> None:
        act = edits.extend_clip if rolls else edits.trim_clip_to
        self.step(
            lambda: act(
                self.cut,
                self.clip(clip),
                edge,
                self.frame(to),
                new_id=self.mint,
                bounds=self.media,
                linked=linked,
            )
        )

    @precondition(lambda self: len(self.cut.clips) > 4)
    @rule(clip=some, linked=mostly)
    def ripple_delete(self, clip: int, linked: bool) -> None:
        self.step(
            lambda: edits.ripple_delete_clip(self.cut, self.clip(clip), new_id=self.mint, linked=linked)
        )

    @rule(clip=some, linked=mostly)
    def join(self, clip: int, linked: bool) -> None:
        chosen = self.clip(clip)
        self.step(
            lambda: edits.join_with_next_clip(
                self.cut, chosen, new_id=self.mint, bounds=self.media, linked=linked
            )
        )

    @rule(clip=some, other=some)
    def swap(self, clip: int, other: int) -> None:
        self.step(lambda: edits.swap_clips(self.cut, self.clip(clip), self.clip(other), new_id=self.mint))

    @rule(clips=st.lists(some, min_size=1, max_size=3), grouped=st.sampled_from([False, False, True]))
    def tie(self, clips: list[int], grouped: bool) -> None:
        act = edits.group_clips if grouped else edits.link_clips
        chosen = [self.clip(each) for each in clips]
        self.step(lambda: act(self.cut, chosen, new_id=self.mint), syncs=False)

    @rule(clip=some, grouped=st.booleans())
    def untie(self, clip: int, grouped: bool) -> None:
        act = edits.ungroup_clips if grouped else edits.unlink_clips
        wanted = sorted(each.id for each in self.cut.clips if (each.group if grouped else each.link))
        if wanted:
            self.step(lambda: act(self.cut, self.pick(wanted, clip), new_id=self.mint))

    @rule(clip=some, track=st.none() | some)
    def detach_sound(self, clip: int, track: int | None) -> None:
        target = None if track is None else self.track(track)
        self.step(lambda: edits.detach_sound(self.cut, self.clip(clip), new_id=self.mint, track=target))


class Filling(Machine):
    """Rules for three-point edits, takes, copies over several tracks, attributes, gaps and compound clips."""

    @rule(
        track=some,
        clip=pieces(),
        start=st.none() | some,
        frames=st.none() | st.integers(0, 12),
        seconds=st.none() | st.integers(0, 20),
        over=st.booleans(),
    )
    def three_point(
        self, track: int, clip: Clip, start: int | None, frames: int | None, seconds: int | None, over: bool
    ) -> None:
        begin = None if start is None else self.frame(start)
        end = None if begin is None or frames is None else begin + frames
        source_in = None if seconds is None else Fraction(seconds, 10)
        self.step(
            lambda: edits.edit_by_points(
                self.cut,
                self.track(track),
                clip,
                start=begin,
                end=end,
                source_in=source_in,
                source_out=None if source_in is None or end is not None else source_in + Fraction(1, 5),
                overwrite=over,
                new_id=self.mint,
                bounds=self.media,
            )
        )

    @rule(track=some, start=some, frames=st.integers(0, 12), clip=pieces(), over=st.booleans())
    def fit_to_fill(self, track: int, start: int, frames: int, clip: Clip, over: bool) -> None:
        begin = self.frame(start)
        low, high = get_source_span(clip, self.cut.rate)
        self.step(
            lambda: edits.edit_by_points(
                self.cut,
                self.track(track),
                clip,
                start=begin,
                end=begin + frames,
                source_in=low,
                source_out=high,
                overwrite=over,
                new_id=self.mint,
                bounds=self.media,
            )
        )

    @rule(clip=some, source=st.sampled_from(SOURCES), fit=st.booleans())
    def show_take(self, clip: int, source: str, fit: bool) -> None:
        new = films.asset(source)
        self.step(
            lambda: edits.replace_clip_take(
                self.cut, self.clip(clip), new, new_id=self.mint, bounds=self.media, fit=fit
            ),
            syncs=False,
        )

    @precondition(lambda self: len(self.cut.clips) < 30)
    @rule(
        start=some,
        frames=st.integers(1, 12),
        tracks=st.lists(some, max_size=2),
        at=some,
        onto=some,
        over=st.booleans(),
    )
    def paste(self, start: int, frames: int, tracks: list[int], at: int, onto: int, over: bool) -> None:
        chosen = sorted({self.track(number) for number in tracks})
        begin, target, to = max(0, self.frame(start)), self.track(onto), self.frame(at)

        def act() -> Cut:
            taken = edits.copy_range(self.cut, begin, begin + frames, chosen)
            return edits.paste_pieces(
                self.cut, taken, to, target, overwrite=over, new_id=self.mint, bounds=self.media
            )

        self.step(act)

    @rule(clip=some, at=some, over=st.booleans())
    def duplicate_to(self, clip: int, at: int, over: bool) -> None:
        if len(self.cut.clips) < 30 and self.clip(clip) != "none":
            to, chosen = self.frame(at), self.clip(clip)
            self.step(
                lambda: edits.duplicate_clip_to(
                    self.cut, chosen, to, overwrite=over, new_id=self.mint, bounds=self.media
                )
            )

    @rule(clip=some, others=st.lists(some, min_size=1, max_size=3), what=WHAT)
    def paste_attributes(self, clip: int, others: list[int], what: tuple[str, ...]) -> None:
        onto = [self.clip(each) for each in others]
        self.step(
            lambda: edits.paste_attributes(
                self.cut, self.clip(clip), onto, what, new_id=self.mint, bounds=self.media
            ),
            syncs=False,
        )

    @rule(track=some, at=st.none() | some)
    def close_gap(self, track: int, at: int | None) -> None:
        chosen = self.track(track)
        if at is None:
            self.step(lambda: edits.close_all_gaps(self.cut, chosen, new_id=self.mint))
        else:
            self.step(lambda: edits.close_gap(self.cut, chosen, self.frame(at), new_id=self.mint))

    @rule(start=some, frames=st.integers(1, 15), tracks=st.lists(some, max_size=2), opened=st.booleans())
    def nest(self, start: int, frames: int, tracks: list[int], opened: bool) -> None:
        """Make a compound clip, and keep it or expand it at once."""
        begin, chosen = max(0, self.frame(start)), sorted({self.track(number) for number in tracks})

        def act() -> Cut:
            outer, inner = edits.nest_range(
                self.cut,
                begin,
                begin + frames,
                name="Inner",
                tracks=chosen,
                new_id=self.mint,
                bounds=self.media,
            )
            self.inner[inner.id] = inner
            assert films.broken_rules(inner, self.media) == []
            old = {clip.id for clip in self.cut.clips}
            (shown,) = [clip.id for clip in outer.clips if clip.id not in old and clip.source.ref == inner.id]
            if not opened:
                return outer
            return edits.expand_compound_clip(outer, shown, inner, new_id=self.mint, bounds=self.media)

        self.step(act)

    @precondition(lambda self: any(clip.source.kind is SourceKind.CUT for clip in self.cut.clips))
    @rule(number=some)
    def un_nest(self, number: int) -> None:
        """Expand a compound clip that other steps may have edited meanwhile."""
        shown = sorted(clip.id for clip in self.cut.clips if clip.source.kind is SourceKind.CUT)
        chosen = self.pick(shown, number)
        inner = self.inner[next(clip for clip in self.cut.clips if clip.id == chosen).source.ref]
        self.step(
            lambda: edits.expand_compound_clip(self.cut, chosen, inner, new_id=self.mint, bounds=self.media)
        )


class Dressing(Machine):
    """Rules for edits that move no clip: values and their keyframes, choices, texts and track settings."""

    @rule(clip=some, frame=st.integers(-1, 12), value=st.none() | st.floats(-1, 3))
    def set_key(self, clip: int, frame: int, value: float | None) -> None:
        self.step(lambda: edits.set_key(self.cut, self.clip(clip), "scale", frame, value))

    @rule(clip=some, frame=st.integers(-1, 12), value=st.none() | st.floats(-1, 3))
    def number_or_no_key(self, clip: int, frame: int, value: float | None) -> None:
        if value is None:
            self.step(lambda: edits.remove_key(self.cut, self.clip(clip), "scale", frame))
        else:
            self.step(lambda: edits.set_number(self.cut, self.clip(clip), "scale", value))

    @rule(clip=some, look=effects())
    def set_effects(self, clip: int, look: Effects) -> None:
        self.step(lambda: edits.set_effects(self.cut, self.clip(clip), look), syncs=False)

    @rule(clip=some, look=effects())
    def set_choices(self, clip: int, look: Effects) -> None:
        self.step(
            lambda: edits.set_choices(
                self.cut, self.clip(clip), flip_h=look.flip_h, blend=look.blend, lut=look.lut
            )
        )

    @rule(track=some, at=some, words=st.none() | titles)
    def title(self, track: int, at: int, words: Title | None) -> None:
        """Add a title to a track, or replace the text of an existing title."""
        shown = sorted(clip.id for clip in self.cut.clips if clip.source.kind is SourceKind.TITLE)
        if shown and words is not None:
            self.step(lambda: edits.set_title(self.cut, self.pick(shown, at), words))
        else:
            new = replace(films.piece("", 6), source=ClipSource(SourceKind.TITLE), label="title")
            new = replace(new, effects=replace(new.effects, title=Title(text="The end")))
            self.step(
                lambda: edits.overwrite_clip(
                    self.cut, self.track(track), self.frame(at), new, new_id=self.mint
                )
            )

    @rule(at=some, words=titles, frames=st.integers(1, 30), fade=st.integers(0, 9))
    def put_title(self, at: int, words: Title, frames: int, fade: int) -> None:
        standing = TitleTiming(frames, fade, 0.1, -0.1)
        self.step(lambda: edits.put_title_clip(self.cut, self.frame(at), words, standing, new_id=self.mint))

    @rule(clip=some, words=titles, frames=st.integers(1, 30))
    def change_title(self, clip: int, words: Title, frames: int) -> None:
        standing = TitleTiming(frames, 2)
        self.step(
            lambda: edits.change_title_clip(self.cut, self.clip(clip), words, standing, new_id=self.mint),
            syncs=False,
        )

    @rule(clip=some, name=st.sampled_from(["sepia", "slow push in", "screen", "glitter"]), off=st.booleans())
    def put_on(self, clip: int, name: str, off: bool) -> None:
        self.step(lambda: edits.apply_effect_by_name(self.cut, self.clip(clip), name, off=off))

    @rule(clip=some, first=st.integers(-9, 200), value=st.floats(-100, 30))
    def curves_and_dips(self, clip: int, first: int, value: float) -> None:
        """Set all keyframes of a clip's volume at once, or lower it during speech."""
        chosen = self.clip(clip)
        if value > 0:
            self.step(lambda: edits.duck_clip(self.cut, chosen, [(first, first + 20)], fade=4))
        else:
            keys = (Keyframe(0, value), Keyframe(9, 0.0))
            self.step(lambda: edits.set_curve(self.cut, chosen, "volume", keys))

    @rule(clip=some, names=st.sampled_from([(), ("eq",), ("reverb", "eq"), ("leveller",)]))
    def set_sound_chain(self, clip: int, names: tuple[str, ...]) -> None:
        chain = tuple(make_sound_effect(name, {}) for name in names)
        self.step(lambda: edits.set_sound_chain(self.cut, self.clip(clip), chain))

    @rule(clip=some, names=st.sampled_from([(), ("scale",), ("blend", "pan"), ("smell",)]))
    def clear_effects(self, clip: int, names: tuple[str, ...]) -> None:
        self.step(lambda: edits.clear_effects(self.cut, self.clip(clip), names))

    @rule(clip=some, fade_in=st.integers(-1, 9), fade_out=st.integers(0, 9), gain=st.floats(-99, 30))
    def set_clip(self, clip: int, fade_in: int, fade_out: int, gain: float) -> None:
        chosen = self.clip(clip)
        self.step(lambda: edits.set_clip(self.cut, chosen, fade_in=fade_in, fade_out=fade_out, gain_db=gain))

    @rule(track=some, lock=st.sampled_from([True, False, False]))
    def lock(self, track: int, lock: bool) -> None:
        self.step(lambda: edits.set_track(self.cut, self.track(track), locked=lock))

    @rule(track=some, on=st.sampled_from(["muted", "solo", "hidden", "sync_lock"]), to=st.booleans())
    def set_track(self, track: int, on: str, to: bool) -> None:
        flags: dict[str, Any] = {on: to}
        self.step(lambda: edits.set_track(self.cut, self.track(track), **flags))

    @rule(name=st.sampled_from(["", "V1", "Music"]), track=st.none() | some)
    def rename(self, name: str, track: int | None) -> None:
        if track is None:
            self.step(lambda: edits.rename_cut(self.cut, name))
        else:
            self.step(lambda: edits.set_track(self.cut, self.track(track), name=name))
