"""Find the clips whose words the user means: the selected clips, or else the clips under the playhead, those
that most likely have speech first. Pure functions.
"""

from __future__ import annotations

from dataclasses import dataclass

from milimo_tui.cut.layout.layout import Layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import SourceKind, Track, TrackKind
from milimo_tui.cut.values.mixer import MixRole

_WITHOUT_SPEECH = frozenset({MixRole.MUSIC, MixRole.EFFECTS, MixRole.AMBIENCE})


@dataclass(frozen=True, slots=True)
class CutPlace:
    """The place in a cut that the user has chosen: the frame of the playhead, the id of the current track,
    and the ids of the selected clips.
    """

    frame: int
    track: str = ""
    clips: tuple[str, ...] = ()


def list_likely_speech(placed: Layout, place: CutPlace) -> tuple[PlacedClip, ...]:
    """Return the selected clips. If none is selected, return the clips under the playhead: those of muted
    tracks and of tracks for music, effects and ambience last, otherwise that of the current track first. Of
    linked clips, such as a picture and its sound, only the first is returned.
    """
    if place.clips:
        found = [placed.find_placed(id) for id in place.clips]
    else:
        frame = max(0, min(place.frame, placed.frames - 1))
        pictures = [track for track in placed.tracks if track.kind is TrackKind.VIDEO]
        sounds = [track for track in placed.tracks if track.kind is TrackKind.AUDIO]
        tracks = sorted(
            (*reversed(pictures), *sounds),
            key=lambda track: (_is_without_speech(track), track.id != place.track),
        )
        found = [placed.find_clip_at(track.id, frame) for track in tracks]
    chosen: dict[str, PlacedClip] = {}
    for each in found:
        if each is not None and each.clip.source.kind is not SourceKind.GAP:
            chosen.setdefault(each.clip.link or each.clip.id, each)
    return tuple(chosen.values())


def _is_without_speech(track: Track) -> bool:
    role = track.role.value or track.name.casefold()
    return track.muted or role in _WITHOUT_SPEECH
