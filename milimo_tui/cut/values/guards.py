"""Checks before every edit: the cut is not frozen, and the track exists and is not locked."""

from __future__ import annotations

import shlex

from milimo_tui.core.errors import Refused
from milimo_tui.cut.values.cut import Clip, Cut, Track


def require_unfrozen(cut: Cut) -> None:
    """Raise Refused for a frozen cut."""
    if cut.frozen:
        hint = f"copy it and edit the copy: milimo cut new NAME --copy-of {shlex.quote(cut.name)}"
        raise Refused(f"the cut “{cut.name}” is frozen", hint)


def require_frame_range(start: int, end: int) -> None:
    """Raise Refused if [start, end) is not a range of frames."""
    if not 0 <= start < end:
        raise Refused(
            "a range must end after its start and begin at frame 0 or later",
            "give an end after the start",
        )


def find_editable_track(cut: Cut, track_id: str) -> Track:
    """Return the track with the id `track_id`. Raises Refused if the track is unknown or locked."""
    for track in cut.tracks:
        if track.id == track_id:
            if track.locked:
                unlock = f"milimo cut track-set {shlex.quote(track.name)} --toggle locked"
                raise Refused(
                    f"track {track.name} is locked", f"{{ui.track_flag locked|{unlock}}} unlocks it"
                )
            return track
    raise Refused(f"there is no track {track_id} in the cut “{cut.name}”")


def find_existing_clip(cut: Cut, clip_id: str) -> Clip:
    """Return the clip with the id `clip_id`. Raises Refused if the cut has no such clip."""
    for clip in cut.clips:
        if clip.id == clip_id:
            return clip
    raise Refused(f"there is no clip {clip_id} in the cut “{cut.name}”")
