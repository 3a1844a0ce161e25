"""Convert a cut to another rate and raster, by the rule of `cut.values.conform`: exact seconds, whole frames.
Pure.

Every edge goes to the frame nearest to its second, so that the lengths of neighbours add up as before. A
clip's source begins at the same second as before. Numbers of effects are shares of the raster and stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.time import half_up
from milimo_tui.cut.follow.story_line import story_line
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import Placed
from milimo_tui.cut.layout.transition_spans import fitted
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, Track, TrackKind, unbounded
from milimo_tui.cut.values.effects import PARAMS, Effects, Key
from milimo_tui.cut.values.portions import fit_fades
from milimo_tui.cut.values.ramps import frames_within, ramp_of
from milimo_tui.cut.values.timing import has_media, media_of, moved, not_before, span

Shape = Callable[[Clip], tuple[int, int] | None]
"""Width and height of a clip's picture on a screen; None where it takes any shape (titles, slates)."""


def reframed(
    cut: Cut,
    *,
    rate: Fraction | None = None,
    width: int | None = None,
    height: int | None = None,
    sample_rate: int | None = None,
    bounds: MediaLength = unbounded,
) -> Cut:
    """Return the cut at another rate (frames per second) and size (pixels). Values that are not given stay.

    No clip becomes shorter than a frame or shows more media than there is. If rounding would need more media,
    the clip ends a frame earlier, and later clips keep their own edges.
    """
    cut = replace(
        cut,
        width=width or cut.width,
        height=height or cut.height,
        sample_rate=sample_rate or cut.sample_rate,
    )
    return cut if rate is None or rate == cut.rate else _Retiming(cut, rate, bounds).done()


def fell_short(before: Cut, after: Cut) -> list[tuple[Placed, int]]:
    """Return the clips of V1 without enough media for their exact end, and by how many frames later clips are
    early.

    Frames that a later clip made up for are not counted.
    """
    line, ratio, was = story_line(after), after.rate / before.rate, layout(before)
    out: list[tuple[Placed, int]] = []
    missing = 0
    for placed in layout(after).on(line.id) if line is not None else ():
        short = half_up(was.end_of(placed.clip.id) * ratio) - placed.end
        if short > missing:
            out.append((placed, short - missing))
        for _ in range(missing - max(0, short)):  # made up for, beginning with the last shortened clip
            clip, frames = out.pop()
            out += [(clip, frames - 1)] if frames > 1 else []
        missing = max(0, short)
    return out


class _Retiming:
    """The conversion of a cut to another rate: the story line first, then the other tracks relative to it."""

    def __init__(self, cut: Cut, rate: Fraction, bounds: MediaLength) -> None:
        self.cut = cut
        self.rate = rate
        self.ratio = rate / cut.rate
        self.bounds = bounds
        self.before = layout(cut)
        self.spans: dict[str, tuple[int, int]] = {}
        self.clips: dict[str, Clip] = {}
        self.moved: dict[str, Fraction] = {}  # seconds by which rounding moved the first clip of each link
        for track in self.before.tracks:
            if track.magnetic:
                self._lay(track)
        self.line = story_line(cut)
        for track in self.before.tracks:
            if not track.magnetic:
                self._set_out(track)

    def done(self) -> Cut:
        """Return the converted cut."""
        cut = replace(
            self.cut,
            rate=self.rate,
            clips=tuple(self.clips[clip.id] for clip in self.cut.clips),
            markers=tuple(
                replace(each, frame=half_up(each.frame * self.ratio) if each.clip else self.at(each.frame))
                for each in self.cut.markers
            ),
            mark_in=None if self.cut.mark_in is None else self.at(self.cut.mark_in),
            mark_out=None if self.cut.mark_out is None else self.at(self.cut.mark_out),
            playhead=self.at(self.cut.playhead),
        )
        scaled = (replace(each, frames=max(1, half_up(each.frames * self.ratio))) for each in cut.transitions)
        return replace(cut, transitions=fitted(scaled, layout(cut), self.bounds))

    def at(self, frame: int) -> int:
        """Return the new frame for a frame of the cut. It stays over the same picture of the story line."""
        if self.line is None:
            return half_up(frame * self.ratio)
        under = self.before.at(self.line.id, frame)
        if under is not None:
            start, end = self.spans[under.clip.id]
            return min(end, start + half_up(frame * self.ratio) - half_up(under.start * self.ratio))
        row = self.before.on(self.line.id)
        if not row:
            return half_up(frame * self.ratio)
        behind = half_up(frame * self.ratio) - half_up(row[-1].end * self.ratio)
        return max(0, self.spans[row[-1].clip.id][1] + behind)

    def _lay(self, track: Track) -> None:
        """Convert the clips of a magnetic track, one after the other."""
        start = 0
        for placed in self.before.on(track.id):
            clip = self._lasting(placed.clip, half_up(placed.end * self.ratio) - start)
            if clip.link:
                self.moved[clip.link] = self._moved(placed, start)
            self.clips[clip.id] = clip
            self.spans[clip.id] = start, start + clip.frames
            start += clip.frames

    def _set_out(self, track: Track) -> None:
        """Convert the clips of a free track, over the same clips as before."""
        free_from = 0
        for placed in self.before.on(track.id):
            start = max(free_from, self.at(placed.start))
            later = self._out_of_sync(placed, start)
            begins = placed.clip.source_in + later
            if not_before(placed.clip.source, begins) != begins:  # The source has no earlier moment.
                start += 1
                later = self._out_of_sync(placed, start)
            clip = self._lasting(placed.clip, self.at(placed.end) - start, later)
            free_from = start + clip.frames
            self.clips[clip.id] = self._connected(clip, start)

    def _moved(self, placed: Placed, start: int) -> Fraction:
        """Return the seconds by which a clip that begins at a frame of the new rate is later than exact."""
        return start / self.rate - placed.start / self.cut.rate

    def _out_of_sync(self, placed: Placed, start: int) -> Fraction:
        """Return the source seconds by which a linked clip must begin later to be in sync with the other
        clips.
        """
        clip = placed.clip
        if not clip.link or clip.effects.speed <= 0:
            return Fraction(0)
        first = self.moved.setdefault(clip.link, self._moved(placed, start))
        return (self._moved(placed, start) - first) * clip.effects.speed

    def _connected(self, clip: Clip, start: int) -> Clip:
        """Return a clip of a free track at its new start, connected to the clip below it if it was connected
        before.
        """
        if clip.anchor is None:
            return replace(clip, start=start)
        low, high = self.spans[clip.anchor]
        # Linked clips stay connected as a unit, even outside of their anchor.
        if low <= start < high or clip.link:
            return replace(clip, offset=start - low)
        track = self.clips[clip.anchor].track
        for placed in self.before.on(track):
            low, high = self.spans[placed.clip.id]
            if low <= start < high:
                return replace(clip, anchor=placed.clip.id, offset=start - low)
        return replace(clip, start=start, anchor=None, offset=None)

    def _lasting(self, clip: Clip, wanted: int, later: Fraction = Fraction(0)) -> Clip:
        """Return a clip with `wanted` frames at the new rate, or as many as its media allows. `later` moves
        its source start.
        """
        wanted = max(1, wanted)
        timed = replace(
            clip,
            source_in=_begin(clip, self.cut.rate, self.rate) + later,
            fade_in=half_up(clip.fade_in * self.ratio),
            fade_out=half_up(clip.fade_out * self.ratio),
            effects=_keys_at(clip.effects, self.ratio),
        )
        media, speed = media_of(clip, self.bounds), clip.effects.speed
        if media is not None and speed and has_media(clip, self.cut.rate, media):
            low, high = span(timed, self.rate)
            left = media.end - low if speed > 0 else high - media.start
            most = frames_within(ramp_of(timed.effects), left * self.rate / abs(speed))
            if most < 1:  # The media is shorter than a frame, so its picture is held.
                held = replace(timed.effects, speed=Fraction(0))
                timed = replace(timed, source_in=clip.source_in, effects=held)
            wanted = max(1, min(wanted, most))
        return fit_fades(replace(timed, frames=wanted))


def _begin(clip: Clip, old: Fraction, new: Fraction) -> Fraction:
    """Return the source start of a clip at the new rate. Backwards, the end of the visible part stays."""
    speed = clip.effects.speed
    if speed >= 0:
        return clip.source_in
    return not_before(clip.source, span(clip, old)[1] + moved(clip.effects, 0, 1) / new)


def _keys_at(effects: Effects, ratio: Fraction) -> Effects:
    """Return curves with their keys at the nearest frames. If two keys meet on one frame, the later key
    stays.
    """
    if not effects.curves:
        return effects
    curves = []
    for name, curve in effects.curves:
        keys = {half_up(key.frame * ratio): key for key in curve}
        curves.append((name, tuple(replace(keys[frame], frame=frame) for frame in sorted(keys))))
    return replace(effects, curves=tuple(curves))


def filled(cut: Cut, was: tuple[int, int], shape: Shape) -> Cut:
    """Return the cut with every picture enlarged to fill the raster. `was` is the old raster.

    A picture that filled the old raster, or was larger, keeps its margin.
    """
    video = {track.id for track in cut.tracks if track.kind is TrackKind.VIDEO}
    clips = []
    for clip in cut.clips:
        size = shape(clip) if clip.track in video else None
        clips.append(clip if size is None else _enlarged(clip, _cover(size, cut), _cover_in(size, was)))
    return replace(cut, clips=tuple(clips))


def _cover(size: tuple[int, int], cut: Cut) -> float:
    return _cover_in(size, (cut.width, cut.height))


def _cover_in(size: tuple[int, int], raster: tuple[int, int]) -> float:
    """Return the factor by which a picture's fitted size must grow to fill a raster."""
    across, down = raster[0] / size[0], raster[1] / size[1]
    return max(across, down) / min(across, down)


def _enlarged(clip: Clip, needed: float, before: float) -> Clip:
    param = PARAMS["scale"]
    curve = clip.effects.curve("scale") or (Key(0, param.default),)
    most = max(key.value for key in curve)
    factor = needed / before if most >= before * 0.999 else needed
    if abs(factor - 1) < 1e-9:
        return clip
    scaled = tuple(
        replace(key, value=min(param.high, max(param.low, round(key.value * factor, 6)))) for key in curve
    )
    curves = dict(clip.effects.curves) | {"scale": scaled}
    return replace(clip, effects=replace(clip.effects, curves=tuple(sorted(curves.items()))))
