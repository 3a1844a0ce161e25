"""All operations on a cut, by name. Each is pure: it returns a new cut or raises `core.errors.Refused`.

The other modules of this package contain the operations, by kind. Clips that an operation does not change
stay the same objects, so that little is written. Rules that all operations share:

- A locked track and a frozen cut refuse edits. A ripple still moves clips that are connected to moved clips.
- On a free track, a clip that is put or moved onto other clips overwrites them. On a magnetic track the other
  clips make space.
- A connected clip follows the frame below it. If that frame is removed, the clip keeps its time and is
  connected
  to the clip that is then below it, or becomes free. If it would land on another clip, it moves to the next
  track
  with space.
- Linked clips are moved, trimmed, split and removed together and stay in sync. `linked=False` changes one
  clip
  alone. If that would put the clips out of sync, the clip leaves its link. If a clip of a link is on a
  magnetic
  track, the others are connected to it.
- A ripple also moves later clips on free tracks with a sync lock.
- A clip keeps its effects wherever it moves, and so does a copy. Keys stay on the pictures they were set on:
  a trim
  hides keys outside the clip, a split gives the complete curve to both halves, a new speed stretches the
  curve. A
  speed ramp is such a curve.
- A transition stays while its two clips meet. If an edit leaves too few frames or too little media for it,
  the
  transition is shortened; with no frame left, it is removed.
- The first change to the order, length or source of a magnetic track's clips marks the cut as edited by the
  user.
"""

from __future__ import annotations

from milimo_tui.cut.edit.attributes import paste_attributes
from milimo_tui.cut.edit.clip_effects import (
    clear_effects,
    put_on,
    remove_key,
    set_choices,
    set_curve,
    set_effects,
    set_key,
    set_number,
    set_title,
)
from milimo_tui.cut.edit.clip_settings import (
    add_marker,
    add_track,
    remove_marker,
    remove_track,
    rename,
    replace_source,
    set_clip,
    set_track,
)
from milimo_tui.cut.edit.ducking import duck
from milimo_tui.cut.edit.join_clips import join, swap
from milimo_tui.cut.edit.links import detach_sound, group, link, ungroup, unlink
from milimo_tui.cut.edit.moves import move
from milimo_tui.cut.edit.nesting import nest, un_nest
from milimo_tui.cut.edit.other_takes import show_take
from milimo_tui.cut.edit.paste import copy_clips, copy_range, duplicate_to, paste
from milimo_tui.cut.edit.placements import (
    append,
    connect,
    disconnect,
    duplicate,
    insert,
    insert_gap,
    overwrite,
)
from milimo_tui.cut.edit.removals import (
    close_gap,
    close_gaps,
    delete,
    extract,
    lift,
    lift_range,
    ripple_delete,
)
from milimo_tui.cut.edit.rolls import extend, roll, slide, slip
from milimo_tui.cut.edit.speed_ramps import set_ramp, set_time_quality
from milimo_tui.cut.edit.speeds import freeze_frame, reverse, set_speed
from milimo_tui.cut.edit.three_point import three_point
from milimo_tui.cut.edit.title_clips import change_title, put_title
from milimo_tui.cut.edit.transitions import remove_transition, set_transition
from milimo_tui.cut.edit.trims import ripple, split, trim_in, trim_out, trim_to
from milimo_tui.cut.values.cut import MediaLength, NewId, new_clip, unbounded

__all__ = [
    "MediaLength",
    "NewId",
    "add_marker",
    "add_track",
    "append",
    "change_title",
    "clear_effects",
    "close_gap",
    "close_gaps",
    "connect",
    "copy_clips",
    "copy_range",
    "delete",
    "detach_sound",
    "disconnect",
    "duck",
    "duplicate",
    "duplicate_to",
    "extend",
    "extract",
    "freeze_frame",
    "group",
    "insert",
    "insert_gap",
    "join",
    "lift",
    "lift_range",
    "link",
    "move",
    "nest",
    "new_clip",
    "overwrite",
    "paste",
    "paste_attributes",
    "put_on",
    "put_title",
    "remove_key",
    "remove_marker",
    "remove_track",
    "remove_transition",
    "rename",
    "replace_source",
    "reverse",
    "ripple",
    "ripple_delete",
    "roll",
    "set_choices",
    "set_clip",
    "set_curve",
    "set_effects",
    "set_key",
    "set_number",
    "set_ramp",
    "set_speed",
    "set_time_quality",
    "set_title",
    "set_track",
    "set_transition",
    "show_take",
    "slide",
    "slip",
    "split",
    "swap",
    "three_point",
    "trim_in",
    "trim_out",
    "trim_to",
    "un_nest",
    "unbounded",
    "ungroup",
    "unlink",
]
