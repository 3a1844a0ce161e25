"""Convert the captions of a track to captions of a delivery, whose times are frames."""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.core.time import seconds_to_frames
from milimo_tui.cut.delivery.delivery import Caption, CaptionStyle
from milimo_tui.cut.values.captions import CaptionTrack
from milimo_tui.cut.values.cut import Cut


def find_shown_caption_track(cut: Cut) -> CaptionTrack | None:
    """Return the first track of captions that is not hidden, or None."""
    return next((track for track in cut.caption_tracks if not track.hidden), None)


def convert_captions(cut: Cut, track: CaptionTrack) -> tuple[Caption, ...]:
    """Return the captions of a track with times in frames of the cut. A caption lasts at least one frame."""
    found = []
    for each in cut.captions:
        if each.track != track.id:
            continue
        start = seconds_to_frames(each.start, cut.rate)
        end = max(start + 1, seconds_to_frames(each.end, cut.rate))
        words = tuple(
            seconds_to_frames(each.start + Fraction(at, 1000), cut.rate) - start for at in each.word_times
        )
        found.append(
            Caption(start=start, end=end, text=each.text, speaker=each.speaker, place=each.place, words=words)
        )
    return tuple(found)


def make_caption_style(track: CaptionTrack) -> CaptionStyle:
    """Return the style of a track for burning its captions into the picture."""
    return CaptionStyle(
        place=track.place,
        size=track.size,
        colour=track.colour,
        boxed=track.boxed,
        highlight=track.highlight,
        shows_speakers=track.shows_speakers,
    )
