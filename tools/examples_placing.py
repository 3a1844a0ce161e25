"""Examples of operations that insert, copy and remove clips, for `docs/editing.md`."""

from __future__ import annotations

from milimo_tui.cut.edit.sound_beds import SoundBed
from milimo_tui.cut.values.cut import ClipSource, SourceKind
from tools.editing_film import RATE, Example, ExampleFilm


def _insert_example_gap(d: ExampleFilm) -> None:
    d.apply_operation("insert_gap", d.find_track_id("V1"), 12, 4)


def _insert_two_gaps(d: ExampleFilm) -> None:
    _insert_example_gap(d)
    d.apply_operation("insert_gap", d.find_track_id("V1"), 20, 3)


def _scale_and_fade_a(d: ExampleFilm) -> None:
    d.apply_to_clip("A", "set_number", "scale", 1.5)
    d.apply_to_clip("A", "set_clip", fade_out=3)


PLACING: tuple[tuple[str, tuple[Example, ...]], ...] = (
    (
        "Adding clips",
        (
            Example(
                "append_clip",
                "append --shot D",
                "Add a clip after the last clip of a track.",
                lambda d: d.apply_operation("append_clip", d.find_track_id("V1"), d.build_free_clip("D", 6)),
            ),
            Example(
                "insert_clip",
                "insert --shot D --at 12",
                "Insert a clip at a frame. If another clip is at this frame, Milimo splits it. Later "
                "clips move right, together with their connected clips.",
                lambda d: d.apply_operation(
                    "insert_clip", d.find_track_id("V1"), 12, d.build_free_clip("D", 4)
                ),
            ),
            Example(
                "overwrite_clip",
                "overwrite --shot D --at 12",
                "Overwrite other clips with a clip. No other clip moves.",
                lambda d: d.apply_operation(
                    "overwrite_clip", d.find_track_id("V1"), 12, d.build_free_clip("D", 6)
                ),
            ),
            Example(
                "lay_sound_bed",
                "sound lay MUSIC",
                "Lay a sound under a range of the film, on an audio track of that name. A sound that is too "
                "short repeats.",
                lambda d: d.apply_operation(
                    "lay_sound_bed",
                    "Music",
                    SoundBed(
                        source=ClipSource(SourceKind.ASSET, "music"),
                        start=4,
                        end=20,
                        source_frames=10,
                        fade=2,
                    ),
                ),
            ),
            Example(
                "edit_by_points",
                "three-point --shot D --start 12 --end 18 --source-out 10/25 --track V2",
                "Insert a clip by three of four points: in and out of the cut, in and out of the source. "
                "Milimo calculates the missing point, here the in point of the source.",
                lambda d: d.apply_operation(
                    "edit_by_points",
                    d.find_track_id("V2"),
                    d.build_free_clip("D", 8),
                    start=12,
                    end=18,
                    source_out=10 / RATE,
                    overwrite=False,
                ),
            ),
            Example(
                "edit_by_points",
                "fit-to-fill --shot D --start 8 --end 12 --source-in 2/25 --source-out 10/25",
                "Insert a clip by all four points. Milimo sets the speed of the clip so that the source "
                "fills the range of the cut. Here eight source frames fill four frames of the cut.",
                lambda d: d.apply_operation(
                    "edit_by_points",
                    d.find_track_id("V1"),
                    d.build_free_clip("D", 8),
                    start=8,
                    end=12,
                    source_in=2 / RATE,
                    source_out=10 / RATE,
                    overwrite=True,
                ),
            ),
            Example(
                "replace_clip_source",
                "replace B --shot D",
                "Show another source in a clip. The clip keeps its trims, transitions, effects and markers.",
                lambda d: d.apply_to_clip("B", "replace_clip_source", ClipSource(SourceKind.ASSET, "D")),
                lambda d: d.apply_to_clip("B", "trim_clip_in", 2),
            ),
            Example(
                "replace_clip_take",
                "take B 2 --fit",
                "Show another take of the shot, with the same trims. Milimo refuses a take that is too "
                "short for these trims. With `--fit`, the clip then shows an earlier part of the take, or "
                "plays the complete take slower.",
                lambda d: d.apply_to_clip(
                    "B", "replace_clip_take", ClipSource(SourceKind.ASSET, "D"), fit=True
                ),
                lambda d: d.lengths.update(D=9),
            ),
            Example(
                "duplicate_clip",
                "duplicate B",
                "Copy a clip. On V1 the copy follows directly after the clip. On a free track, Milimo "
                "places the copy in the next free space.",
                lambda d: d.apply_to_clip("B", "duplicate_clip"),
            ),
            Example(
                "duplicate_clip_to",
                "duplicate B --at 24 --track V2",
                "Copy a clip to a frame and a track. With `--overwrite`, the copy replaces the clips at "
                "this position.",
                lambda d: d.apply_to_clip("B", "duplicate_clip_to", 24, track=d.find_track_id("V2")),
            ),
            Example(
                "insert_freeze_frame",
                "freeze-frame --at 12 --frames 4",
                "Hold the picture of a frame for some frames, then continue the clip.",
                lambda d: d.apply_operation("insert_freeze_frame", d.find_track_id("V1"), 12, 4),
            ),
        ),
    ),
    (
        "Copying, cutting and pasting",
        (
            Example(
                "paste_pieces",
                "copy --start 4 --end 12",
                "Copy a range of all tracks or of some tracks, or copy clips. Then `milimo cut paste --at"
                " 16` inserts the copy on the same tracks, as one edit. `milimo cut cut` copies a range or "
                "clips and then removes them. The drawing shows the result of the paste.",
                lambda d: d.paste_range(16),
            ),
            Example(
                "paste_pieces",
                "paste --at 16 --overwrite",
                "Paste the copy over other clips instead of inserting it.",
                lambda d: d.paste_range(16, overwrite=True),
            ),
            Example(
                "paste_attributes",
                "paste-attributes A C --what fades scale",
                "Copy properties of clip A to clip C. `--what` names the properties: level, fades, "
                "mute, effects, speed, or an effect such as scale.",
                lambda d: d.apply_to_clip("A", "paste_attributes", [d.find_clip_id("C")], ["fades", "scale"]),
                _scale_and_fade_a,
            ),
        ),
    ),
    (
        "Removing clips",
        (
            Example(
                "delete_clip",
                "remove B",
                "Remove a clip. On V1 the gap closes. On a free track (every track except V1) the frames "
                "stay empty.",
                lambda d: d.apply_to_clip("B", "delete_clip"),
            ),
            Example(
                "ripple_delete_clip",
                "ripple-delete t",
                "Remove a clip and close the gap, also on a free track.",
                lambda d: d.apply_to_clip("t", "ripple_delete_clip"),
                lambda d: d.apply_operation(
                    "overwrite_clip", d.find_track_id("V2"), 16, d.build_free_clip("u", 5)
                ),
            ),
            Example(
                "lift_clip",
                "lift B",
                "Remove a clip and leave a gap, also on V1.",
                lambda d: d.apply_to_clip("B", "lift_clip"),
            ),
            Example(
                "lift_range",
                "lift-range --start 6 --end 11",
                "Remove a range from all tracks, or from some tracks. No clip moves.",
                lambda d: d.apply_operation("lift_range", 6, 11),
            ),
            Example(
                "extract_range",
                "extract --start 6 --end 11",
                "Remove a range from all tracks and close the gap.",
                lambda d: d.apply_operation("extract_range", 6, 11),
            ),
            Example("insert_gap", "gap --frames 4 --at 12", "Insert empty frames.", _insert_example_gap),
            Example(
                "close_gap",
                "close-gap --at 13",
                "Close the gap at a frame.",
                lambda d: d.apply_operation("close_gap", d.find_track_id("V1"), 13),
                _insert_example_gap,
            ),
            Example(
                "close_all_gaps",
                "close-gaps",
                "Close all gaps of a track.",
                lambda d: d.apply_operation("close_all_gaps", d.find_track_id("V1")),
                _insert_two_gaps,
            ),
        ),
    ),
)
