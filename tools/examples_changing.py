"""Examples of operations that trim, move, link and change clips, for `docs/editing.md`."""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.cut.edit.title_clips import Standing
from milimo_tui.cut.values.cut import TrackKind
from milimo_tui.cut.values.effects import Effects, Key, Title
from tools.editing_film import Desk, Example


def _own_sound(d: Desk) -> None:
    d.on("s", "delete")
    d.on("B", "detach_sound")


def _split(d: Desk) -> None:
    d.do("split", 12, track=d.track("V1"))


def _title(d: Desk) -> None:
    d.do("overwrite", d.track("V2"), 14, d.title("Rain"))


CHANGING: tuple[tuple[str, tuple[Example, ...]], ...] = (
    (
        "Trim",
        (
            Example(
                "trim_in",
                "trim-in B 3",
                "A clip's head; on V1 all behind it follows.",
                lambda d: d.on("B", "trim_in", 3),
            ),
            Example(
                "trim_out",
                "trim-out B -3",
                "Its tail, as far as its media and its neighbours allow.",
                lambda d: d.on("B", "trim_out", -3),
            ),
            Example(
                "trim_to",
                "trim-to B tail 13",
                "An edge to a frame, for example the playhead.",
                lambda d: d.on("B", "trim_to", "tail", 13),
            ),
            Example(
                "ripple",
                "ripple t tail -2",
                "All behind it moves along on a free track, too.",
                lambda d: d.on("t", "ripple", "tail", -2),
                lambda d: d.do("overwrite", d.track("V2"), 14, d.new("u", 5)),
            ),
            Example(
                "roll",
                "roll B tail 2",
                "The edit point moves: one clip gets longer, the other shorter.",
                lambda d: d.on("B", "roll", "tail", 2),
            ),
            Example(
                "slip",
                "slip B 3",
                "Another part of its source; its place and length stay.",
                lambda d: d.on("B", "slip", 3),
            ),
            Example(
                "slide",
                "slide B 2",
                "It moves between its neighbours, which give and take.",
                lambda d: d.on("B", "slide", 2),
            ),
            Example(
                "extend",
                "extend B tail 19",
                "An edge to a frame: a roll where a clip meets it, else a trim.",
                lambda d: d.on("B", "extend", "tail", 19),
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
                lambda d: d.on("C", "move", by=-1),
            ),
            Example(
                "swap",
                "swap A C",
                "Two clips change places; of two tracks, with what is linked to them.",
                lambda d: d.on("A", "swap", d.clip("C")),
            ),
            Example(
                "split",
                "split --at 12",
                "On every track that is not locked, or on one.",
                lambda d: d.do("split", 12),
            ),
            Example(
                "join",
                "join B",
                "With the next clip, where it goes on as if nothing was between.",
                lambda d: d.on("B", "join"),
                _split,
            ),
            Example(
                "connect",
                "connect s",
                "A clip of a free track follows what lies under it.",
                lambda d: d.on("s", "connect"),
            ),
            Example(
                "disconnect",
                "disconnect t",
                "It stands alone at its frame.",
                lambda d: d.on("t", "disconnect"),
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
                lambda d: d.do("link", [d.clip("B"), d.clip("s")]),
            ),
            Example(
                "unlink", "unlink B", "Each for itself again.", lambda d: d.on("B", "unlink"), _own_sound
            ),
            Example(
                "group", "group A C", "Chosen together.", lambda d: d.do("group", [d.clip("A"), d.clip("C")])
            ),
            Example(
                "ungroup",
                "ungroup A",
                "The group is no more.",
                lambda d: d.on("A", "ungroup"),
                lambda d: d.do("group", [d.clip("A"), d.clip("C")]),
            ),
            Example(
                "detach_sound",
                "detach-sound B",
                "The sound as a linked clip; the picture is silent.",
                lambda d: d.on("B", "detach_sound"),
                lambda d: d.on("s", "delete"),
            ),
            Example(
                "nest",
                "nest --start 4 --end 20 --name N",
                "A range as a cut of its own, on the right, shown as one clip. `milimo cut open N` opens "
                "it, `milimo cut back` leads back.",
                lambda d: d.nest(),
            ),
            Example(
                "un_nest",
                "un-nest N",
                "Its clips in its place again; at its speed, where every edit lies on a whole frame.",
                lambda d: d.un_nest(),
                lambda d: d.nest(),
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
                lambda d: d.on("B", "set_speed", Fraction(2)),
            ),
            Example(
                "set_ramp",
                "ramp B 0:100% 4:200%",
                "The same part of its source, at speeds that change; with `--keep-length` another part.",
                lambda d: d.on("B", "set_ramp", (Key(0, 1.0), Key(4, 2.0))),
            ),
            Example(
                "set_time_quality",
                "ramp B --pitch keep --between blend",
                "How high sound is at another speed, and what is seen between two pictures.",
                lambda d: d.on("B", "set_time_quality", keeps_pitch=True, blended=True),
            ),
            Example(
                "reverse",
                "speed B --reverse",
                "The same part the other way round.",
                lambda d: d.on("B", "reverse"),
            ),
            Example(
                "set_transition",
                "transition A --frames 4",
                "At its tail, or `--edge head`.",
                lambda d: d.on("A", "set_transition", frames=4),
            ),
            Example(
                "remove_transition",
                "transition-remove A",
                "A hard cut again.",
                lambda d: d.on("A", "remove_transition"),
                lambda d: d.on("A", "set_transition", frames=4),
            ),
            Example(
                "set_clip",
                "set B --fade-in 3",
                "Level, opacity, fades, mute, a name.",
                lambda d: d.on("B", "set_clip", fade_in=3),
            ),
            Example(
                "set_number",
                "effect B scale 1.5",
                "A number, for the whole clip.",
                lambda d: d.on("B", "set_number", "scale", 1.5),
            ),
            Example(
                "set_curve",
                "keys B opacity 0:0 6:1",
                "All of a number's keys at once.",
                lambda d: d.on("B", "set_curve", "opacity", (Key(0, 0.0), Key(6, 1.0))),
            ),
            Example(
                "set_key",
                "keyframe B scale --frame 6 --value 2",
                "A number over time.",
                lambda d: d.on("B", "set_key", "scale", 6, 2.0),
                lambda d: d.on("B", "set_key", "scale", 2, 1.0),
            ),
            Example(
                "remove_key",
                "keyframe B scale --frame 6 --remove",
                "A key goes.",
                lambda d: d.on("B", "remove_key", "scale", 6),
                lambda d: d.on("B", "set_effects", Effects(curves=(("scale", (Key(2, 1.0), Key(6, 2.0))),))),
            ),
            Example(
                "put_on",
                'put-on B "film grain" --amount 30%',
                "An effect of the catalog: `milimo cut catalog` lists them.",
                lambda d: d.on("B", "put_on", "film grain", 0.3),
            ),
            Example(
                "duck",
                "duck B",
                "Softer while somebody speaks.",
                lambda d: d.on("B", "duck", ((0, 90),), fade=1, apart=1),
            ),
            Example(
                "set_choices",
                "effect B flip_h yes",
                "Flips, blend, LUT, matte.",
                lambda d: d.on("B", "set_choices", flip_h=True),
            ),
            Example(
                "set_effects",
                "paste-attributes A B --what effects",
                "All effects of another clip.",
                lambda d: d.on("B", "set_effects", Effects(flip_h=True)),
                lambda d: d.on("A", "set_choices", flip_h=True),
            ),
            Example(
                "clear_effects",
                "clear-effects B",
                "All of them, or some by name.",
                lambda d: d.on("B", "clear_effects"),
                lambda d: d.on("B", "set_number", "scale", 1.5),
            ),
            Example(
                "set_title",
                "title Night --clip TITLE",
                "The words of a title.",
                lambda d: d.on("title", "set_title", Title(text="Night")),
                _title,
            ),
            Example(
                "put_title",
                'title Rain --style "lower third" --at 14 --frames 6',
                "Above V1, where there is room.",
                lambda d: d.do("put_title", 14, Title(text="Rain", style="lower third"), Standing(6)),
            ),
            Example(
                "change_title",
                "title Night --clip TITLE --frames 4 --fade 1",
                "The words, the length, the fades, the place.",
                lambda d: d.on("title", "change_title", Title(text="Night"), Standing(4, 1)),
                _title,
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
                lambda d: d.do("add_track", TrackKind.VIDEO),
                tracks=("V3", "V2", "V1"),
            ),
            Example(
                "remove_track",
                "track-delete A2",
                "An empty one goes.",
                lambda d: d.do("remove_track", d.track("A2")),
                tracks=("V1", "A1", "A2"),
            ),
            Example(
                "set_track",
                "track-set A1 --toggle sync_lock",
                "Name, height, mute, solo, lock, hide; with a sync lock it follows ripples of other tracks.",
                lambda d: d.do("set_track", d.track("A1"), sync_lock=True),
            ),
            Example(
                "add_marker",
                "marker --at 10 --clip B --text look",
                "On the cut's time, or on a clip.",
                lambda d: d.do("add_marker", 2, clip=d.clip("B"), text="look"),
            ),
            Example(
                "remove_marker",
                "unmark ID",
                "A marker goes.",
                lambda d: d.do("remove_marker", d.cut.markers[0].id),
                lambda d: d.do("add_marker", 2, clip=d.clip("B"), text="look"),
            ),
            Example(
                "rename",
                "rename Long",
                "Another name for the cut.",
                lambda d: d.do("rename", "Long"),
                tells=lambda cut: ["", f"“{cut.name}”", ""],
            ),
        ),
    ),
)
