"""All operations on a cut, by name. Each is pure: it returns a new cut or raises `core.errors.Refused`.

The other modules of this package contain the operations, by kind. Clips that an operation does not change
stay the same objects, so that little is written. Rules that all operations share:

- A locked track and a frozen cut refuse edits. A ripple still moves clips that are connected to moved clips.
- On a free track, a clip that is put or moved onto other clips overwrites them. On a magnetic track the other
  clips make space.
- A connected clip follows the frame below it. If that frame is removed, the clip keeps its time and is
  connected to the clip that is then below it, or becomes free. If it would land on another clip, it moves to
  the next track with space.
- Linked clips are moved, trimmed, split and removed together and stay in sync. `linked=False` changes one
  clip alone. If that would put the clips out of sync, the clip leaves its link. If a clip of a link is on a
  magnetic track, the others are connected to it.
- A ripple also moves later clips on free tracks with a sync lock.
- A clip keeps its effects wherever it moves, and so does a copy. Keys stay on the pictures they were set on:
  a trim hides keys outside the clip, a split gives the complete curve to both halves, a new speed stretches
  the curve. A speed ramp is such a curve.
- A transition stays while its two clips meet. If an edit leaves too few frames or too little media for it,
  the transition is shortened; with no frame left, it is removed.
- The first change to the order, length or source of a magnetic track's clips marks the cut as edited by the
  user.
"""

from __future__ import annotations

from milimo_tui.cut.edit.attributes import paste_attributes
from milimo_tui.cut.edit.clip_effects import (
    apply_effect_by_name,
    clear_effects,
    remove_key,
    set_choices,
    set_curve,
    set_effects,
    set_key,
    set_number,
    set_sound_chain,
    set_title,
)
from milimo_tui.cut.edit.clip_settings import (
    add_marker,
    add_track,
    remove_marker,
    remove_track,
    rename_cut,
    replace_clip_source,
    set_clip,
    set_track,
)
from milimo_tui.cut.edit.ducking import duck_clip
from milimo_tui.cut.edit.join_clips import join_with_next_clip, swap_clips
from milimo_tui.cut.edit.links import detach_sound, group_clips, link_clips, ungroup_clips, unlink_clips
from milimo_tui.cut.edit.moves import move_clip
from milimo_tui.cut.edit.nesting import expand_compound_clip, nest_range
from milimo_tui.cut.edit.other_takes import replace_clip_take
from milimo_tui.cut.edit.paste import copy_clips, copy_range, duplicate_clip_to, paste_pieces
from milimo_tui.cut.edit.placements import (
    append_clip,
    connect_clip,
    disconnect_clip,
    duplicate_clip,
    insert_clip,
    insert_gap,
    overwrite_clip,
)
from milimo_tui.cut.edit.removals import (
    close_all_gaps,
    close_gap,
    delete_clip,
    extract_range,
    lift_clip,
    lift_range,
    ripple_delete_clip,
)
from milimo_tui.cut.edit.rolls import extend_clip, roll_edit, slide_clip, slip_clip
from milimo_tui.cut.edit.sound_beds import lay_sound_bed
from milimo_tui.cut.edit.speed_ramps import set_speed_ramp, set_time_quality
from milimo_tui.cut.edit.speeds import insert_freeze_frame, reverse_clip, set_speed
from milimo_tui.cut.edit.three_point import edit_by_points
from milimo_tui.cut.edit.title_clips import change_title_clip, put_title_clip
from milimo_tui.cut.edit.transitions import remove_transition, set_transition
from milimo_tui.cut.edit.trims import ripple_trim, split_clips, trim_clip_in, trim_clip_out, trim_clip_to
from milimo_tui.cut.values.cut import MediaLength, NewId, create_trackless_clip, return_no_media_limit

__all__ = [
    "MediaLength",
    "NewId",
    "add_marker",
    "add_track",
    "append_clip",
    "apply_effect_by_name",
    "change_title_clip",
    "clear_effects",
    "close_all_gaps",
    "close_gap",
    "connect_clip",
    "copy_clips",
    "copy_range",
    "create_trackless_clip",
    "delete_clip",
    "detach_sound",
    "disconnect_clip",
    "duck_clip",
    "duplicate_clip",
    "duplicate_clip_to",
    "edit_by_points",
    "expand_compound_clip",
    "extend_clip",
    "extract_range",
    "group_clips",
    "insert_clip",
    "insert_freeze_frame",
    "insert_gap",
    "join_with_next_clip",
    "lay_sound_bed",
    "lift_clip",
    "lift_range",
    "link_clips",
    "move_clip",
    "nest_range",
    "overwrite_clip",
    "paste_attributes",
    "paste_pieces",
    "put_title_clip",
    "remove_key",
    "remove_marker",
    "remove_track",
    "remove_transition",
    "rename_cut",
    "replace_clip_source",
    "replace_clip_take",
    "return_no_media_limit",
    "reverse_clip",
    "ripple_delete_clip",
    "ripple_trim",
    "roll_edit",
    "set_choices",
    "set_clip",
    "set_curve",
    "set_effects",
    "set_key",
    "set_number",
    "set_sound_chain",
    "set_speed",
    "set_speed_ramp",
    "set_time_quality",
    "set_title",
    "set_track",
    "set_transition",
    "slide_clip",
    "slip_clip",
    "split_clips",
    "swap_clips",
    "trim_clip_in",
    "trim_clip_out",
    "trim_clip_to",
    "ungroup_clips",
    "unlink_clips",
]
