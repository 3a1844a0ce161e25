"""Examples of operations that trim, move, link and change clips, for `docs/editing.md`."""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.cut.edit.title_clips import TitleTiming
from milimo_tui.cut.values.cut import TrackKind
from milimo_tui.cut.values.effects import Effects, Keyframe, Title
from tools.editing_film import Example, ExampleFilm


def _link_own_sound(d: ExampleFilm) -> None:
    d.apply_to_clip("s", "delete")
    d.apply_to_clip("B", "detach_sound")


def _split_v1(d: ExampleFilm) -> None:
    d.apply_operation("split", 12, track=d.find_track_id("V1"))


def _add_rain_title(d: ExampleFilm) -> None:
    d.apply_operation("overwrite", d.find_track_id("V2"), 14, d.build_title_clip("Rain"))


CHANGING: tuple[tuple[str, tuple[Example, ...]], ...] = (
    (
        "Trim",
        (
            Example(
                "trim_in",
                "trim-in B 3",
                "A clip's head; on V1 all behind it follows.",
                lambda d: d.apply_to_clip("B", "trim_in", 3),
            ),
            Example(
                "trim_out",
                "trim-out B -3",
                "Its tail, as far as its media and its neighbours allow.",
                lambda d: d.apply_to_clip("B", "trim_out", -3),
            ),
            Example(
                "trim_to",
                "trim-to B tail 13",
                "An edge to a frame, for example the playhead.",
                lambda d: d.apply_to_clip("B", "trim_to", "tail", 13),
            ),
            Example(
                "ripple",
                "ripple t tail -2",
                "All behind it moves along on a free track, too.",
                lambda d: d.apply_to_clip("t", "ripple", "tail", -2),
                lambda d: d.apply_operation(
                    "overwrite", d.find_track_id("V2"), 14, d.build_free_clip("u", 5)
                ),
            ),
            Example(
                "roll",
                "roll B tail 2",
                "The edit point moves: one clip gets longer, the other shorter.",
                lambda d: d.apply_to_clip("B", "roll", "tail", 2),
            ),
            Example(
                "slip",
                "slip B 3",
                "Another part of its source; its place and length stay.",
                lambda d: d.apply_to_clip("B", "slip", 3),
            ),
            Example(
                "slide",
                "slide B 2",
                "It moves between its neighbours, which give and take.",
                lambda d: d.apply_to_clip("B", "slide", 2),
            ),
            Example(
                "extend",
                "extend B tail 19",
                "An edge to a frame: a roll where a clip meets it, else a trim.",
                lambda d: d.apply_to_clip("B", "extend", "tail", 19),
            ),
        ),
    ),
    (
        "Move",
        (
            Example(
                "move",
                "move C --by -1",
                "By slots on V1, by frames on free tracks, or to a track and a frame; "
                "`--ripple` closes up behind it and makes room where it lands.",
                lambda d: d.apply_to_clip("C", "move", by=-1),
            ),
            Example(
                "swap",
                "swap A C",
                "Two clips change places; of two tracks, with what is linked to them.",
                lambda d: d.apply_to_clip("A", "swap", d.find_clip_id("C")),
            ),
            Example(
                "split",
                "split --at 12",
                "On every track that is not locked, or on one.",
                lambda d: d.apply_operation("split", 12),
            ),
            Example(
                "join",
                "join B",
                "With the next clip, where it goes on as if nothing was between.",
                lambda d: d.apply_to_clip("B", "join"),
                _split_v1,
            ),
            Example(
                "connect",
                "connect s",
                "A clip of a free track follows what lies under it.",
                lambda d: d.apply_to_clip("s", "connect"),
            ),
            Example(
                "disconnect",
                "disconnect t",
                "It stands alone at its frame.",
                lambda d: d.apply_to_clip("t", "disconnect"),
            ),
        ),
    ),
    (
        "Bind clips",
        (
            Example(
                "link",
                "link B s",
                "Moved, trimmed, split and taken out together, in sync. `--alone` acts on one.",
                lambda d: d.apply_operation("link", [d.find_clip_id("B"), d.find_clip_id("s")]),
            ),
            Example(
                "unlink",
                "unlink B",
                "Each for itself again.",
                lambda d: d.apply_to_clip("B", "unlink"),
                _link_own_sound,
            ),
            Example(
                "group",
                "group A C",
                "Chosen together.",
                lambda d: d.apply_operation("group", [d.find_clip_id("A"), d.find_clip_id("C")]),
            ),
            Example(
                "ungroup",
                "ungroup A",
                "The group is no more.",
                lambda d: d.apply_to_clip("A", "ungroup"),
                lambda d: d.apply_operation("group", [d.find_clip_id("A"), d.find_clip_id("C")]),
            ),
            Example(
                "detach_sound",
                "detach-sound B",
                "The sound as a linked clip; the picture is silent.",
                lambda d: d.apply_to_clip("B", "detach_sound"),
                lambda d: d.apply_to_clip("s", "delete"),
            ),
            Example(
                "nest",
                "nest --start 4 --end 20 --name N",
                "A range as a cut of its own, on the right, shown as one clip. `milimo cut open N` opens "
                "it, `milimo cut back` leads back.",
                lambda d: d.nest_middle(),
            ),
            Example(
                "un_nest",
                "un-nest N",
                "Its clips in its place again; at its speed, where every edit lies on a whole frame.",
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
                "The same part of its source; with `--keep-length` another part.",
                lambda d: d.apply_to_clip("B", "set_speed", Fraction(2)),
            ),
            Example(
                "set_ramp",
                "ramp B 0:100% 4:200%",
                "The same part of its source, at speeds that change; with `--keep-length` another part.",
                lambda d: d.apply_to_clip("B", "set_ramp", (Keyframe(0, 1.0), Keyframe(4, 2.0))),
            ),
            Example(
                "set_time_quality",
                "ramp B --pitch keep --between blend",
                "How high sound is at another speed, and what is seen between two pictures.",
                lambda d: d.apply_to_clip("B", "set_time_quality", keeps_pitch=True, blended=True),
            ),
            Example(
                "reverse",
                "speed B --reverse",
                "The same part the other way round.",
                lambda d: d.apply_to_clip("B", "reverse"),
            ),
            Example(
                "set_transition",
                "transition A --frames 4",
                "At its tail, or `--edge head`.",
                lambda d: d.apply_to_clip("A", "set_transition", frames=4),
            ),
            Example(
                "remove_transition",
                "transition-remove A",
                "A hard cut again.",
                lambda d: d.apply_to_clip("A", "remove_transition"),
                lambda d: d.apply_to_clip("A", "set_transition", frames=4),
            ),
            Example(
                "set_clip",
                "set B --fade-in 3",
                "Level, opacity, fades, mute, a name.",
                lambda d: d.apply_to_clip("B", "set_clip", fade_in=3),
            ),
            Example(
                "set_number",
                "effect B scale 1.5",
                "A number, for the whole clip.",
                lambda d: d.apply_to_clip("B", "set_number", "scale", 1.5),
            ),
            Example(
                "set_curve",
                "keys B opacity 0:0 6:1",
                "All of a number's keys at once.",
                lambda d: d.apply_to_clip("B", "set_curve", "opacity", (Keyframe(0, 0.0), Keyframe(6, 1.0))),
            ),
            Example(
                "set_key",
                "keyframe B scale --frame 6 --value 2",
                "A number over time.",
                lambda d: d.apply_to_clip("B", "set_key", "scale", 6, 2.0),
                lambda d: d.apply_to_clip("B", "set_key", "scale", 2, 1.0),
            ),
            Example(
                "remove_key",
                "keyframe B scale --frame 6 --remove",
                "A key goes.",
                lambda d: d.apply_to_clip("B", "remove_key", "scale", 6),
                lambda d: d.apply_to_clip(
                    "B", "set_effects", Effects(curves=(("scale", (Keyframe(2, 1.0), Keyframe(6, 2.0))),))
                ),
            ),
            Example(
                "put_on",
                'put-on B "film grain" --amount 30%',
                "An effect of the catalog: `milimo cut catalog` lists them.",
                lambda d: d.apply_to_clip("B", "put_on", "film grain", 0.3),
            ),
            Example(
                "duck",
                "duck B",
                "Softer while somebody speaks.",
                lambda d: d.apply_to_clip("B", "duck", ((0, 90),), fade=1, apart=1),
            ),
            Example(
                "set_choices",
                "effect B flip_h yes",
                "Flips, blend, LUT, matte.",
                lambda d: d.apply_to_clip("B", "set_choices", flip_h=True),
            ),
            Example(
                "set_effects",
                "paste-attributes A B --what effects",
                "All effects of another clip.",
                lambda d: d.apply_to_clip("B", "set_effects", Effects(flip_h=True)),
                lambda d: d.apply_to_clip("A", "set_choices", flip_h=True),
            ),
            Example(
                "clear_effects",
                "clear-effects B",
                "All of them, or some by name.",
                lambda d: d.apply_to_clip("B", "clear_effects"),
                lambda d: d.apply_to_clip("B", "set_number", "scale", 1.5),
            ),
            Example(
                "set_title",
                "title Night --clip TITLE",
                "The words of a title.",
                lambda d: d.apply_to_clip("title", "set_title", Title(text="Night")),
                _add_rain_title,
            ),
            Example(
                "put_title",
                'title Rain --style "lower third" --at 14 --frames 6',
                "Above V1, where there is room.",
                lambda d: d.apply_operation(
                    "put_title", 14, Title(text="Rain", style="lower third"), TitleTiming(6)
                ),
            ),
            Example(
                "change_title",
                "title Night --clip TITLE --frames 4 --fade 1",
                "The words, the length, the fades, the place.",
                lambda d: d.apply_to_clip("title", "change_title", Title(text="Night"), TitleTiming(4, 1)),
                _add_rain_title,
            ),
        ),
    ),
    (
        "Tracks, markers, the cut",
        (
            Example(
                "add_track",
                "track-add",
                "A free track beyond the others.",
                lambda d: d.apply_operation("add_track", TrackKind.VIDEO),
                tracks=("V3", "V2", "V1"),
            ),
            Example(
                "remove_track",
                "track-delete A2",
                "An empty one goes.",
                lambda d: d.apply_operation("remove_track", d.find_track_id("A2")),
                tracks=("V1", "A1", "A2"),
            ),
            Example(
                "set_track",
                "track-set A1 --toggle sync_lock",
                "Name, height, mute, solo, lock, hide; with a sync lock it follows ripples of other tracks.",
                lambda d: d.apply_operation("set_track", d.find_track_id("A1"), sync_lock=True),
            ),
            Example(
                "add_marker",
                "marker --at 10 --clip B --text look",
                "On the cut's time, or on a clip.",
                lambda d: d.apply_operation("add_marker", 2, clip=d.find_clip_id("B"), text="look"),
            ),
            Example(
                "remove_marker",
                "unmark ID",
                "A marker goes.",
                lambda d: d.apply_operation("remove_marker", d.cut.markers[0].id),
                lambda d: d.apply_operation("add_marker", 2, clip=d.find_clip_id("B"), text="look"),
            ),
            Example(
                "rename",
                "rename Long",
                "Another name for the cut.",
                lambda d: d.apply_operation("rename", "Long"),
                tells=lambda cut: ["", f"“{cut.name}”", ""],
            ),
        ),
    ),
)
