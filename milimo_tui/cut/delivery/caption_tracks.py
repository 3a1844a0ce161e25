"""Choose the caption tracks of a delivery, and convert their captions. The times of a delivery are frames."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from milimo_tui.core.errors import NotFound
from milimo_tui.core.time import seconds_to_frames
from milimo_tui.cut.delivery.delivery import Caption, CaptionStyle
from milimo_tui.cut.delivery.requests import ALL_CAPTIONS
from milimo_tui.cut.values.captions import CaptionTrack, match_caption_track
from milimo_tui.cut.values.cut import Cut


def find_shown_caption_track(cut: Cut) -> CaptionTrack | None:
    """Return the first track of captions that is not hidden, or None."""
    return next((track for track in cut.caption_tracks if not track.hidden), None)


def find_delivered_tracks(cut: Cut, names: Sequence[str]) -> tuple[CaptionTrack, ...]:
    """Return the caption tracks with these names or languages, each track once. The word `all` means all
    tracks that are not hidden. Raises NotFound with the names of the tracks.
    """
    found: dict[str, CaptionTrack] = {}
    for name in names:
        track = match_caption_track(cut.caption_tracks, name)
        if track is None and name == ALL_CAPTIONS and cut.caption_tracks:
            found |= {each.id: each for each in cut.caption_tracks if not each.hidden}
        elif track is None:
            raise _make_missing_track_error(cut, name)
        else:
            found[track.id] = track
    return tuple(found.values())


def _make_missing_track_error(cut: Cut, name: str) -> NotFound:
    if not cut.caption_tracks:
        return NotFound(
            f"“{cut.name}” has no captions “{name}”", "make or import captions first: milimo caption make"
        )
    known = (f"{each.name} ({each.language})" if each.language else each.name for each in cut.caption_tracks)
    return NotFound(f"“{cut.name}” has no captions “{name}”", f"choices: {', '.join(known)}")


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
