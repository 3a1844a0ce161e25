"""Every operation on a cut, by name. Each is pure: it gives a new cut, or raises `core.errors.Refused`.

They live beside this page by what they do: placing, trimming, removing, changing. Clips that an operation
does not change are the very values they were, so that little is written. Rules that all share:

- A locked track and a frozen cut refuse. A ripple still carries what hangs on moved clips.
- On a free track, what is put or moved onto clips overwrites them; on a magnetic one the clips make way.
- A connected clip follows the frame it hangs over; when that frame goes, it keeps its time and hangs on what
  is under it then, or stands free. Where it would land on another clip, it takes the next track with room.
- The first change to the order, length or source of a magnetic track's clips makes the cut hand-edited.
"""

from __future__ import annotations

from milimo_tui.cut.changing import (
    add_marker,
    add_track,
    remove_marker,
    remove_track,
    rename,
    replace_source,
    set_clip,
    set_track,
)
from milimo_tui.cut.placing import (
    append,
    connect,
    disconnect,
    duplicate,
    insert,
    insert_gap,
    move,
    overwrite,
)
from milimo_tui.cut.removing import delete, extract, lift, lift_range
from milimo_tui.cut.trimming import split, trim_in, trim_out
from milimo_tui.cut.values import Bounds, Mint, new_clip, unbounded

__all__ = [
    "Bounds",
    "Mint",
    "add_marker",
    "add_track",
    "append",
    "connect",
    "delete",
    "disconnect",
    "duplicate",
    "extract",
    "insert",
    "insert_gap",
    "lift",
    "lift_range",
    "move",
    "new_clip",
    "overwrite",
    "remove_marker",
    "remove_track",
    "rename",
    "replace_source",
    "set_clip",
    "set_track",
    "split",
    "trim_in",
    "trim_out",
    "unbounded",
]
