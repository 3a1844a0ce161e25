"""Convert a cut to another frame rate and raster: all times stay the same in seconds, rounded to whole frames
(see `cut.values.conform`). Pure functions.

Every edge moves to the frame nearest to its second, so neighbouring clips still touch. A clip begins at the
same second of its source as before. Effect values are shares of the raster and stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import TypeVar

from milimo_tui.core.time import round_half_up
from milimo_tui.cut.follow.story_line import find_story_line
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.layout.transition_spans import fit_transitions
from milimo_tui.cut.values.curves import map_chain_curves, remap_keys
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, Track, TrackKind, return_no_media_limit
from milimo_tui.cut.values.effects import SCALE, Effects
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.mixer import Bus
from milimo_tui.cut.values.portions import shorten_fades_to_fit
from milimo_tui.cut.values.ramps import count_frames_within, get_speed_ramp
from milimo_tui.cut.values.sound_effects import SoundChain
from milimo_tui.cut.values.timing import (
    compute_source_frames,
    get_source_media,
    get_source_span,
    has_media,
    limit_source_start,
)

S = TypeVar("S", Track, Bus)

PictureSizeOf = Callable[[Clip], tuple[int, int] | None]
"""A function that returns the width and height of a clip's picture in square pixels; None if the picture fits
any shape (titles, slates).
"""


def convert_cut_format(
    cut: Cut,
    *,
    rate: Fraction | None = None,
    width: int | None = None,
    height: int | None = None,
    sample_rate: int | None = None,
    bounds: MediaLength = return_no_media_limit,
) -> Cut:
    """Return the cut at another frame rate (frames per second), size (pixels) or sample rate (Hz). Arguments
    of None change nothing.

    A clip never becomes shorter than one frame. If rounding would need more media than there is, the clip
    ends a frame earlier. Later clips still move to their own nearest frames.
    """
    cut = replace(
        cut,
        width=width or cut.width,
        height=height or cut.height,
        sample_rate=sample_rate or cut.sample_rate,
    )
    return (
        cut if rate is None or rate == cut.rate else _RateConversion(cut, rate, bounds).build_converted_cut()
    )


def list_shortened_clips(before: Cut, after: Cut) -> list[tuple[PlacedClip, int]]:
    """Return the clips of V1 that became too short when the cut was converted to another frame rate, because
    their media ended. Each clip comes with the number of missing frames, by which all later clips begin too
    early.

    Frames that a later clip could make up for, because it had enough media, are not counted.
    """
    line, ratio, was = find_story_line(after), after.rate / before.rate, layout(before)
    out: list[tuple[PlacedClip, int]] = []
    missing = 0
    for placed in layout(after).get_row(line.id) if line is not None else ():
        short = round_half_up(was.get_end(placed.clip.id) * ratio) - placed.end
        if short > missing:
            out.append((placed, short - missing))
        # This clip ends nearer to its right frame than the clip before it, so fewer frames are missing from
        # here on. The difference is subtracted from the last of the shortened clips first.
        for _ in range(missing - max(0, short)):
            clip, frames = out.pop()
            out += [(clip, frames - 1)] if frames > 1 else []
        missing = max(0, short)
    return out


class _RateConversion:
    """A conversion of one cut to another frame rate, used by `convert_cut_format`. Magnetic tracks are
    converted first. The clips of free tracks are then placed so that they stay over the same pictures.
    """

    def __init__(self, cut: Cut, rate: Fraction, bounds: MediaLength) -> None:
        self.cut = cut
        self.rate = rate
        self.ratio = rate / cut.rate
        self.bounds = bounds
        self.before = layout(cut)
        self.spans: dict[str, tuple[int, int]] = {}
        self.clips: dict[str, Clip] = {}
        # For each link, the seconds by which rounding moved its first clip. The other clips of the link are
        # moved by the same time, so that they stay in sync.
        self.moved: dict[str, Fraction] = {}
        for track in self.before.tracks:
            if track.magnetic:
                self._convert_magnetic_track(track)
        self.line = find_story_line(cut)
        for track in self.before.tracks:
            if not track.magnetic:
                self._convert_free_track(track)

    def build_converted_cut(self) -> Cut:
        """Return the cut at the new frame rate, with its markers, in and out points, playhead and transitions
        converted, too.
        """
        cut = replace(
            self.cut,
            rate=self.rate,
            clips=tuple(self.clips[clip.id] for clip in self.cut.clips),
            markers=tuple(
                replace(
                    each,
                    frame=round_half_up(each.frame * self.ratio)
                    if each.clip
                    else self.convert_frame(each.frame),
                )
                for each in self.cut.markers
            ),
            mark_in=None if self.cut.mark_in is None else self.convert_frame(self.cut.mark_in),
            mark_out=None if self.cut.mark_out is None else self.convert_frame(self.cut.mark_out),
            playhead=self.convert_frame(self.cut.playhead),
        )
        cut = replace(
            cut,
            tracks=tuple(self._convert_automation(track) for track in cut.tracks),
            buses=tuple(self._convert_automation(bus) for bus in cut.buses),
            master_automation=cut.master_automation.remap_frames(self.convert_frame),
            master_chain=self._convert_chain(cut.master_chain),
        )
        scaled = (
            replace(each, frames=max(1, round_half_up(each.frames * self.ratio))) for each in cut.transitions
        )
        return replace(cut, transitions=fit_transitions(scaled, layout(cut), self.bounds))

    def _convert_automation(self, strip: S) -> S:
        """Return a track or bus with the keys of its automation and effects over the same pictures as
        before.
        """
        automation = strip.automation.remap_frames(self.convert_frame)
        return replace(strip, automation=automation, chain=self._convert_chain(strip.chain))

    def _convert_chain(self, chain: SoundChain) -> SoundChain:
        return map_chain_curves(chain, lambda curve: remap_keys(curve, self.convert_frame))

    def convert_frame(self, frame: int) -> int:
        """Return the new frame for a frame of the cut, such that V1 shows the same picture there."""
        if self.line is None:
            return round_half_up(frame * self.ratio)
        under = self.before.find_clip_at(self.line.id, frame)
        if under is not None:
            start, end = self.spans[under.clip.id]
            return min(
                end, start + round_half_up(frame * self.ratio) - round_half_up(under.start * self.ratio)
            )
        row = self.before.get_row(self.line.id)
        if not row:
            return round_half_up(frame * self.ratio)
        frames_after = round_half_up(frame * self.ratio) - round_half_up(row[-1].end * self.ratio)
        return max(0, self.spans[row[-1].clip.id][1] + frames_after)

    def _convert_magnetic_track(self, track: Track) -> None:
        """Convert the clips of a magnetic track in order. Each begins where the clip before it ends."""
        start = 0
        for placed in self.before.get_row(track.id):
            clip = self._convert_clip_length(placed.clip, round_half_up(placed.end * self.ratio) - start)
            if clip.link:
                self.moved[clip.link] = self._compute_rounding_delay(placed, start)
            self.clips[clip.id] = clip
            self.spans[clip.id] = start, start + clip.frames
            start += clip.frames

    def _convert_free_track(self, track: Track) -> None:
        """Convert the clips of a free track, so that they stay over the same clips of V1."""
        free_from = 0
        for placed in self.before.get_row(track.id):
            start = max(free_from, self.convert_frame(placed.start))
            later = self._compute_sync_offset(placed, start)
            begins = placed.clip.source_in + later
            # The clip would begin before the start of its source, so it is moved one frame to the right
            # instead.
            if limit_source_start(placed.clip.source, begins) != begins:
                start += 1
                later = self._compute_sync_offset(placed, start)
            clip = self._convert_clip_length(placed.clip, self.convert_frame(placed.end) - start, later)
            free_from = start + clip.frames
            self.clips[clip.id] = self._reconnect_clip(clip, start)

    def _compute_rounding_delay(self, clip: PlacedClip, start: int) -> Fraction:
        """Return the number of seconds by which a clip begins later than before the conversion. `start` is
        its start in the converted cut, in frames of the new rate.
        """
        return start / self.rate - clip.start / self.cut.rate

    def _compute_sync_offset(self, placed: PlacedClip, start: int) -> Fraction:
        """Return the seconds that must be added to the source start of a linked clip at frame `start`, so
        that the clip stays in sync with the first clip of its link. 0 for other clips.
        """
        clip = placed.clip
        if not clip.link or clip.effects.speed <= 0:
            return Fraction(0)
        first = self.moved.setdefault(clip.link, self._compute_rounding_delay(placed, start))
        return (self._compute_rounding_delay(placed, start) - first) * clip.effects.speed

    def _reconnect_clip(self, clip: Clip, start: int) -> Clip:
        """Return a clip of a free track at its new start. A connected clip is connected to the clip that is
        below it there, or becomes free if there is none.
        """
        if clip.anchor is None:
            return replace(clip, start=start)
        low, high = self.spans[clip.anchor]
        # A linked clip stays connected even outside of the frames of its anchor clip, so that the clips of a
        # link stay together.
        if low <= start < high or clip.link:
            return replace(clip, offset=start - low)
        track = self.clips[clip.anchor].track
        for placed in self.before.get_row(track):
            low, high = self.spans[placed.clip.id]
            if low <= start < high:
                return replace(clip, anchor=placed.clip.id, offset=start - low)
        return replace(clip, start=start, anchor=None, offset=None)

    def _convert_clip_length(self, clip: Clip, wanted: int, later: Fraction = Fraction(0)) -> Clip:
        """Return a clip that is `wanted` frames long at the new frame rate, or shorter if its media ends
        earlier. `later` is the number of seconds to add to the clip's source start.
        """
        wanted = max(1, wanted)
        timed = replace(
            clip,
            source_in=_convert_source_in(clip, self.cut.rate, self.rate) + later,
            fade_in=round_half_up(clip.fade_in * self.ratio),
            fade_out=round_half_up(clip.fade_out * self.ratio),
            effects=_convert_curve_keys(clip.effects, self.ratio),
        )
        media, speed = get_source_media(clip, self.bounds), clip.effects.speed
        if media is not None and speed and has_media(clip, self.cut.rate, media):
            low, high = get_source_span(timed, self.rate)
            left = media.end - low if speed > 0 else high - media.start
            most = count_frames_within(get_speed_ramp(timed.effects), left * self.rate / abs(speed))
            if most < 1:  # The media is shorter than one frame, so its first picture is held.
                effects = replace(timed.effects, speed=Fraction(0))
                timed = replace(timed, source_in=clip.source_in, effects=effects)
            wanted = max(1, min(wanted, most))
        return shorten_fades_to_fit(replace(timed, frames=wanted))


def _convert_source_in(clip: Clip, old: Fraction, new: Fraction) -> Fraction:
    """Return the source start of a clip, in seconds, after the cut was converted from frame rate `old` to
    `new`. The source start changes only for a clip that plays backwards, so that the shown source range still
    ends at the same second.
    """
    speed = clip.effects.speed
    if speed >= 0:
        return clip.source_in
    return limit_source_start(
        clip.source, get_source_span(clip, old)[1] + compute_source_frames(clip.effects, 0, 1) / new
    )


def _convert_curve_keys(effects: Effects, ratio: Fraction) -> Effects:
    """Return the effects with all keys moved to the nearest frames of the new rate. If two keys meet on one
    frame, the later key stays.
    """
    if not effects.curves:
        return effects
    curves = []
    for name, curve in effects.curves:
        keys = {round_half_up(key.frame * ratio): key for key in curve}
        curves.append((name, tuple(replace(keys[frame], frame=frame) for frame in sorted(keys))))
    return replace(effects, curves=tuple(curves))


def enlarge_pictures_to_fill(cut: Cut, was: tuple[int, int], shape: PictureSizeOf) -> Cut:
    """Return the cut with every picture enlarged to fill the raster. `was` is the width and height of the
    raster before the cut's format was changed. `shape` returns the width and height of a clip's picture, or
    None if they are unknown.

    If a picture was enlarged beyond the old raster, it is enlarged beyond the new raster by the same factor.
    """
    video = {track.id for track in cut.tracks if track.kind is TrackKind.VIDEO}
    clips = []
    for clip in cut.clips:
        size = shape(clip) if clip.track in video else None
        clips.append(
            clip
            if size is None
            else _enlarge_clip(clip, _get_fill_factor(size, cut), _get_raster_fill_factor(size, was))
        )
    return replace(cut, clips=tuple(clips))


def _get_fill_factor(size: tuple[int, int], cut: Cut) -> float:
    return _get_raster_fill_factor(size, (cut.width, cut.height))


def _get_raster_fill_factor(size: tuple[int, int], raster: tuple[int, int]) -> float:
    """Return the factor by which a picture that is fitted completely into a raster must be enlarged to fill
    the raster.
    """
    across, down = raster[0] / size[0], raster[1] / size[1]
    return max(across, down) / min(across, down)


def _enlarge_clip(clip: Clip, needed: float, before: float) -> Clip:
    curve = clip.effects.get_curve(SCALE.name) or (Keyframe(0, SCALE.default),)
    most = max(key.value for key in curve)
    factor = needed / before if most >= before * 0.999 else needed
    if abs(factor - 1) < 1e-9:
        return clip
    scaled = tuple(
        replace(key, value=min(SCALE.high, max(SCALE.low, round(key.value * factor, 6)))) for key in curve
    )
    curves = dict(clip.effects.curves) | {SCALE.name: scaled}
    return replace(clip, effects=replace(clip.effects, curves=tuple(sorted(curves.items()))))
