"""Three-point and four-point editing with in and out points of the cut and of the source.

Any three points determine the edit. With all four, the speed of the clip is changed so that the lengths
match.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from milimo_tui.core.errors import Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.time import format_rate, round_half_up
from milimo_tui.cut.edit import placements
from milimo_tui.cut.edit.speeds import FASTEST, SLOWEST
from milimo_tui.cut.values.curves import stretch_curves
from milimo_tui.cut.values.cut import Clip, Cut, MediaLength, NewId, return_no_media_limit
from milimo_tui.cut.values.guards import require_frame_range
from milimo_tui.cut.values.portions import shorten_fades_to_fit
from milimo_tui.cut.values.timing import ENDLESS, get_source_media


def edit_by_points(
    cut: Cut,
    track: str,
    clip: Clip,
    *,
    start: int | None = None,
    end: int | None = None,
    source_in: Fraction | None = None,
    source_out: Fraction | None = None,
    overwrite: bool,
    new_id: NewId,
    bounds: MediaLength = return_no_media_limit,
    connected: bool = False,
) -> Cut:
    """Put a source on a track, given three or four of these points: frames [start, end) of the cut and
    seconds [source_in, source_out) of the source.

    With four points the speed of the clip is changed so that the source range fills the cut range (fit to
    fill). With three points the clip keeps its speed. The other settings of `clip` stay, and keyframes stay
    on their pictures. A clip that plays backwards shows the source range from its end to its start.
    """
    _require_valid_points(start, end, source_in, source_out)
    rate, pace = cut.rate, abs(clip.effects.speed)
    match start, end, source_in, source_out:
        case int() as begin, int() as stop, Fraction() as low, Fraction() as high:
            length = max(1, round_half_up((high - low) * rate / (pace or 1)))
            shown = _fit_clip_to_frames(replace(clip, frames=length), stop - begin, high - low, low, rate)
        case int() as begin, int() as stop, Fraction() as low, None:
            shown = _set_source_start(replace(clip, frames=stop - begin), low, rate, pace)
        case int() as begin, int() as stop, None, Fraction() as high:
            low = _subtract_from_out_point(high, (stop - begin) / rate * pace)
            shown = _set_source_start(replace(clip, frames=stop - begin), low, rate, pace)
        case _, _, Fraction() as low, Fraction() as high:
            if not pace:
                raise Refused(
                    "a freeze frame has no out point", "give the start and the end of the range to fill"
                )
            frames = max(1, round_half_up((high - low) * rate / pace))
            media = get_source_media(clip, bounds)
            if media is not None and high <= media.end < low + frames / rate * pace:
                # Rounding up has added a frame that lies beyond the end of the media, so the clip gets one
                # frame less.
                frames = max(1, frames - 1)
            begin = start if start is not None else (end or 0) - frames
            if begin < 0:
                raise Refused(
                    f"{frames} frames of the source do not fit before frame {end}", "give a later end"
                )
            shown = _set_source_start(replace(clip, frames=frames), low, rate, pace)
        case _:
            named = {"start": start, "end": end, "source in": source_in, "source out": source_out}
            missing = [name for name, point in named.items() if point is None]
            raise Refused(
                f"this edit needs three points: give {' or '.join(missing)} as well",
                "{ui.mark_in|--start or --source-in} marks an in point, "
                "{ui.mark_out|--end or --source-out} an out point",
            )
    put = placements.overwrite_clip if overwrite else placements.insert_clip
    return put(cut, track, begin, shown, new_id=new_id, bounds=bounds, connected=connected)


def _require_valid_points(
    start: int | None, end: int | None, source_in: Fraction | None, source_out: Fraction | None
) -> None:
    """Raise Refused if a point is before the start of the cut or source, or if an out point is not after its
    in point.
    """
    if start is not None or end is not None:
        require_frame_range(start or 0, (start or 0) + 1 if end is None else end)
    if source_in is not None and source_in < 0:
        raise Refused(
            "a clip can't begin before its media does", "mark an in point at 0 s of the media or later"
        )
    if source_out is not None and source_out <= (source_in or 0):
        raise Refused(
            "the source's out point is not after its in point", "mark the out point after the in point"
        )


def _subtract_from_out_point(high: Fraction, seconds: Fraction) -> Fraction:
    """Return the source second that is `seconds` before the out point `high`. Raises Refused if it is before
    the start of the source.
    """
    if seconds > high:
        raise Refused(
            f"the range needs {format_rate(seconds)} s before the source's out point, but only "
            f"{format_rate(high)} s exist there",
            "mark a later out point, or a shorter range",
        )
    return high - seconds


def _fit_clip_to_frames(clip: Clip, frames: int, seconds: Fraction, low: Fraction, rate: Fraction) -> Clip:
    """Return the clip with a length of `frames` frames and with a new speed. At this speed it shows exactly
    `seconds` seconds of its source, from second `low` on.
    """
    if clip.source.kind in ENDLESS:
        return shorten_fades_to_fit(replace(clip, frames=frames))
    if not clip.effects.speed:
        raise Refused("a freeze frame can't be fitted to a range by its speed", "give it a speed first")
    speed = seconds * rate / frames
    if not SLOWEST <= speed <= FASTEST:
        raise Refused(
            f"to fill {format_count(frames, 'frame')} the clip would play at {float(speed):.4g}×, "
            f"but a speed must be between {SLOWEST} and {FASTEST}",
            "mark a range nearer to its length",
        )
    effects = stretch_curves(clip.effects, Fraction(frames, clip.frames))
    return shorten_fades_to_fit(
        _set_source_start(replace(clip, frames=frames, effects=effects), low, rate, speed)
    )


def _set_source_start(clip: Clip, low: Fraction, rate: Fraction, pace: Fraction) -> Clip:
    """Return a clip that shows its source from second `low` on. `pace` is its speed without the sign; the
    clip keeps its direction.

    If it plays backwards, second `low` is shown by its last frame.
    """
    speed = -pace if clip.effects.speed < 0 else pace
    begins = low if speed >= 0 else low + (clip.frames - 1) * pace / rate
    return replace(clip, source_in=begins, effects=replace(clip.effects, speed=speed))
