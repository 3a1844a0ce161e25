"""Examples of operations that trim, move, link and change clips, for `docs/editing.md`."""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.cut.edit.title_clips import TitleTiming
from milimo_tui.cut.values.cut import TrackKind
from milimo_tui.cut.values.effects import Effects, Title
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.cut.values.sound_presets import SOUND_PRESETS
from tools.editing_film import Example, ExampleFilm


def _link_own_sound(d: ExampleFilm) -> None:
    d.apply_to_clip("s", "delete_clip")
    d.apply_to_clip("B", "detach_sound")


def _split_v1(d: ExampleFilm) -> None:
    d.apply_operation("split_clips", 12, track=d.find_track_id("V1"))


def _add_rain_title(d: ExampleFilm) -> None:
    d.apply_operation("overwrite_clip", d.find_track_id("V2"), 14, d.build_title_clip("Rain"))


CHANGING: tuple[tuple[str, tuple[Example, ...]], ...] = (
    (
        "Trimming",
        (
            Example(
                "trim_clip_in",
                "trim-in B 3",
                "Move the head of a clip by three frames. On V1 all later clips follow.",
                lambda d: d.apply_to_clip("B", "trim_clip_in", 3),
            ),
            Example(
                "trim_clip_out",
                "trim-out B -3",
                "Move the tail of a clip by three frames. Its media and its neighbours limit this move.",
                lambda d: d.apply_to_clip("B", "trim_clip_out", -3),
            ),
            Example(
                "trim_clip_to",
                "trim-to B tail 13",
                "Move an edge of a clip to a frame, for example to the playhead.",
                lambda d: d.apply_to_clip("B", "trim_clip_to", "tail", 13),
            ),
            Example(
                "ripple_trim",
                "ripple t tail -2",
                "Trim a clip and move all later clips of its track, also on a free track.",
                lambda d: d.apply_to_clip("t", "ripple_trim", "tail", -2),
                lambda d: d.apply_operation(
                    "overwrite_clip", d.find_track_id("V2"), 14, d.build_free_clip("u", 5)
                ),
            ),
            Example(
                "roll_edit",
                "roll B tail 2",
                "Move the edit between two clips. One clip gets longer, and the other clip gets shorter.",
                lambda d: d.apply_to_clip("B", "roll_edit", "tail", 2),
            ),
            Example(
                "slip_clip",
                "slip B 3",
                "Show another part of the source in a clip. The clip keeps its position and length.",
                lambda d: d.apply_to_clip("B", "slip_clip", 3),
            ),
            Example(
                "slide_clip",
                "slide B 2",
                "Move a clip between its neighbours. One neighbour gets longer, and the other neighbour "
                "gets shorter.",
                lambda d: d.apply_to_clip("B", "slide_clip", 2),
            ),
            Example(
                "extend_clip",
                "extend B tail 19",
                "Move an edge of a clip to a frame. If another clip touches this edge, Milimo rolls the edit "
                "between the two clips.",
                lambda d: d.apply_to_clip("B", "extend_clip", "tail", 19),
            ),
        ),
    ),
    (
        "Moving, splitting and connecting",
        (
            Example(
                "move_clip",
                "move C --by -1",
                "Move a clip. On V1, `--by` counts places in the order of the clips; on a free track, it "
                "counts frames. You can also move a clip to another track and frame. With `--ripple`, the "
                "gap at the old position closes, and the clips at the new position move right.",
                lambda d: d.apply_to_clip("C", "move_clip", by=-1),
            ),
            Example(
                "swap_clips",
                "swap A C",
                "Exchange the positions of two clips, on one track or on two tracks. The clips that are "
                "linked to them also change their positions.",
                lambda d: d.apply_to_clip("A", "swap_clips", d.find_clip_id("C")),
            ),
            Example(
                "split_clips",
                "split --at 12",
                "Split the clips at a frame, on every unlocked track or on one track.",
                lambda d: d.apply_operation("split_clips", 12),
            ),
            Example(
                "join_with_next_clip",
                "join B",
                "Join a clip with the next clip. The next clip must continue the same source without a "
                "break.",
                lambda d: d.apply_to_clip("B", "join_with_next_clip"),
                _split_v1,
            ),
            Example(
                "connect_clip",
                "connect s",
                "Connect a clip of a free track to the clip of V1 at the same time.",
                lambda d: d.apply_to_clip("s", "connect_clip"),
            ),
            Example(
                "disconnect_clip",
                "disconnect t",
                "Remove the connection of a clip. The clip then keeps its position when other clips move.",
                lambda d: d.apply_to_clip("t", "disconnect_clip"),
            ),
        ),
    ),
    (
        "Linking, grouping and nesting",
        (
            Example(
                "link_clips",
                "link B s",
                "Link clips, so that they are moved, trimmed, split and removed together. With `--alone`, "
                "the commands for these edits change only one of the linked clips.",
                lambda d: d.apply_operation("link_clips", [d.find_clip_id("B"), d.find_clip_id("s")]),
            ),
            Example(
                "unlink_clips",
                "unlink B",
                "Remove a link, so that each clip can be edited alone.",
                lambda d: d.apply_to_clip("B", "unlink_clips"),
                _link_own_sound,
            ),
            Example(
                "group_clips",
                "group A C",
                "Group clips, so that one selection selects all clips of the group.",
                lambda d: d.apply_operation("group_clips", [d.find_clip_id("A"), d.find_clip_id("C")]),
            ),
            Example(
                "ungroup_clips",
                "ungroup A",
                "Remove a group. Its clips stay.",
                lambda d: d.apply_to_clip("A", "ungroup_clips"),
                lambda d: d.apply_operation("group_clips", [d.find_clip_id("A"), d.find_clip_id("C")]),
            ),
            Example(
                "detach_sound",
                "detach-sound B",
                "Make a separate, linked clip from the sound of a clip. The picture clip becomes silent.",
                lambda d: d.apply_to_clip("B", "detach_sound"),
                lambda d: d.apply_to_clip("s", "delete_clip"),
            ),
            Example(
                "nest_range",
                "nest --start 4 --end 20 --name N",
                "Make a separate cut N from a range. The drawing shows this cut on the right. One clip, the "
                "compound clip, shows the cut N in place of the range. `milimo cut open N` opens the cut N, "
                "and `milimo cut back` returns to the outer cut.",
                lambda d: d.nest_middle(),
            ),
            Example(
                "expand_compound_clip",
                "un-nest N",
                "Replace a compound clip by the clips of its cut. The new clips get the speed of the "
                "compound clip. Milimo refuses this if an edit would then be between two frames.",
                lambda d: d.replace_compound(),
                lambda d: d.nest_middle(),
            ),
        ),
    ),
    (
        "Speed, transitions, effects",
        (
            Example(
                "set_speed",
                "speed B 200%",
                "Change the speed of a clip. The clip shows the same part of its source, so its length "
                "changes. With `--keep-length`, the clip keeps its length and shows another part.",
                lambda d: d.apply_to_clip("B", "set_speed", Fraction(2)),
            ),
            Example(
                "set_speed_ramp",
                "ramp B 0:100% 4:200%",
                "Change the speed over time: 100 % at frame 0 of the clip, 200 % at frame 4. The clip "
                "shows the same part of its source, so its length changes. With `--keep-length`, the clip "
                "keeps its length and shows another part.",
                lambda d: d.apply_to_clip("B", "set_speed_ramp", (Keyframe(0, 1.0), Keyframe(4, 2.0))),
            ),
            Example(
                "set_time_quality",
                "ramp B --pitch keep --between blend",
                "Set how a changed speed is played. `--pitch` sets whether the pitch of the sound changes. "
                "`--between` sets which picture the clip shows between two pictures of the source.",
                lambda d: d.apply_to_clip("B", "set_time_quality", keeps_pitch=True, blended=True),
            ),
            Example(
                "reverse_clip",
                "speed B --reverse",
                "Play a clip backwards. The clip shows the same part of its source.",
                lambda d: d.apply_to_clip("B", "reverse_clip"),
            ),
            Example(
                "set_transition",
                "transition A --frames 4",
                "Add a transition at the tail of a clip, or at its head with `--edge head`.",
                lambda d: d.apply_to_clip("A", "set_transition", frames=4),
            ),
            Example(
                "remove_transition",
                "transition-remove A",
                "Remove a transition, so that the edit is a hard cut again.",
                lambda d: d.apply_to_clip("A", "remove_transition"),
                lambda d: d.apply_to_clip("A", "set_transition", frames=4),
            ),
            Example(
                "set_clip",
                "set B --fade-in 3",
                "Set the level, opacity, fades, mute or name of a clip, here a fade-in of three frames.",
                lambda d: d.apply_to_clip("B", "set_clip", fade_in=3),
            ),
            Example(
                "set_number",
                "effect B scale 1.5",
                "Set the number of an effect, here the scale, for the entire clip.",
                lambda d: d.apply_to_clip("B", "set_number", "scale", 1.5),
            ),
            Example(
                "set_curve",
                "keys B opacity 0:0 6:1",
                "Set all keyframes of a number at once: here an opacity of 0 at frame 0 and of 1 at frame 6.",
                lambda d: d.apply_to_clip("B", "set_curve", "opacity", (Keyframe(0, 0.0), Keyframe(6, 1.0))),
            ),
            Example(
                "set_key",
                "keyframe B scale --frame 6 --value 2",
                "Set one keyframe: the scale is 2 at frame 6 of the clip.",
                lambda d: d.apply_to_clip("B", "set_key", "scale", 6, 2.0),
                lambda d: d.apply_to_clip("B", "set_key", "scale", 2, 1.0),
            ),
            Example(
                "remove_key",
                "keyframe B scale --frame 6 --remove",
                "Remove the keyframe at frame 6 of the clip.",
                lambda d: d.apply_to_clip("B", "remove_key", "scale", 6),
                lambda d: d.apply_to_clip(
                    "B", "set_effects", Effects(curves=(("scale", (Keyframe(2, 1.0), Keyframe(6, 2.0))),))
                ),
            ),
            Example(
                "apply_effect_by_name",
                'put-on B "film grain" --amount 30%',
                "Apply a named effect. `milimo cut catalog` lists all named effects.",
                lambda d: d.apply_to_clip("B", "apply_effect_by_name", "film grain", 0.3),
            ),
            Example(
                "duck_clip",
                "duck B",
                "Lower the level of a clip while somebody speaks.",
                lambda d: d.apply_to_clip("B", "duck_clip", ((0, 90),), fade=1, apart=1),
            ),
            Example(
                "set_choices",
                "effect B flip_h yes",
                "Set an effect that is not a number: a flip, a blend mode, a LUT or a matte.",
                lambda d: d.apply_to_clip("B", "set_choices", flip_h=True),
            ),
            Example(
                "set_effects",
                "paste-attributes A B --what effects",
                "Copy all effects of a clip to another clip.",
                lambda d: d.apply_to_clip("B", "set_effects", Effects(flip_h=True)),
                lambda d: d.apply_to_clip("A", "set_choices", flip_h=True),
            ),
            Example(
                "set_sound_chain",
                "effect preset B telephone",
                "Replace the sound effects of a clip by a preset.",
                lambda d: d.apply_to_clip("B", "set_sound_chain", SOUND_PRESETS["telephone"].chain),
                group="mix",
            ),
            Example(
                "clear_effects",
                "clear-effects B",
                "Remove all effects of a clip, or only the effects that you name.",
                lambda d: d.apply_to_clip("B", "clear_effects"),
                lambda d: d.apply_to_clip("B", "set_number", "scale", 1.5),
            ),
            Example(
                "set_title",
                "title Night --clip TITLE",
                "Change the words of a title.",
                lambda d: d.apply_to_clip("title", "set_title", Title(text="Night")),
                _add_rain_title,
            ),
            Example(
                "put_title_clip",
                'title Rain --style "lower third" --at 14 --frames 6',
                "Add a title above V1, on a track that has space.",
                lambda d: d.apply_operation(
                    "put_title_clip", 14, Title(text="Rain", style="lower third"), TitleTiming(6)
                ),
            ),
            Example(
                "change_title_clip",
                "title Night --clip TITLE --frames 4 --fade 1",
                "Change the words, length, fades or position of a title.",
                lambda d: d.apply_to_clip(
                    "title", "change_title_clip", Title(text="Night"), TitleTiming(4, 1)
                ),
                _add_rain_title,
            ),
        ),
    ),
    (
        "Tracks, markers and the cut",
        (
            Example(
                "add_track",
                "track-add",
                "Add a free track after the other tracks of the same kind.",
                lambda d: d.apply_operation("add_track", TrackKind.VIDEO),
                tracks=("V3", "V2", "V1"),
            ),
            Example(
                "remove_track",
                "track-delete A2",
                "Delete an empty track.",
                lambda d: d.apply_operation("remove_track", d.find_track_id("A2")),
                tracks=("V1", "A1", "A2"),
            ),
            Example(
                "set_track",
                "track-set A1 --toggle sync_lock",
                "Set the name, height, mute, solo, lock or visibility of a track. A track with a sync lock "
                "follows the ripple edits of other tracks.",
                lambda d: d.apply_operation("set_track", d.find_track_id("A1"), sync_lock=True),
            ),
            Example(
                "add_marker",
                "marker --at 10 --clip B --text look",
                "Add a marker at a time of the cut, or on a clip.",
                lambda d: d.apply_operation("add_marker", 2, clip=d.find_clip_id("B"), text="look"),
            ),
            Example(
                "remove_marker",
                "unmark ID",
                "Remove a marker.",
                lambda d: d.apply_operation("remove_marker", d.cut.markers[0].id),
                lambda d: d.apply_operation("add_marker", 2, clip=d.find_clip_id("B"), text="look"),
            ),
            Example(
                "rename_cut",
                "rename Long",
                "Rename the cut.",
                lambda d: d.apply_operation("rename_cut", "Long"),
                tells=lambda cut: ["", f"“{cut.name}”", ""],
            ),
        ),
    ),
)
