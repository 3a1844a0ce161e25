"""Examples of operations that insert, copy and remove clips, for `docs/editing.md`."""

from __future__ import annotations

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
        "Put clips in",
        (
            Example(
                "append",
                "append --shot D",
                "Behind the last clip of a track.",
                lambda d: d.apply_operation("append", d.find_track_id("V1"), d.build_free_clip("D", 6)),
            ),
            Example(
                "insert",
                "insert --shot D --at 12",
                "What is there is split, what follows moves on and takes along what hangs on it.",
                lambda d: d.apply_operation("insert", d.find_track_id("V1"), 12, d.build_free_clip("D", 4)),
            ),
            Example(
                "overwrite",
                "overwrite --shot D --at 12",
                "Over what is there; nothing moves.",
                lambda d: d.apply_operation(
                    "overwrite", d.find_track_id("V1"), 12, d.build_free_clip("D", 6)
                ),
            ),
            Example(
                "three_point",
                "three-point --shot D --start 12 --end 18 --source-out 10/25 --track V2",
                "Any three of in and out, in the cut and in the source: here the last frame is given.",
                lambda d: d.apply_operation(
                    "three_point",
                    d.find_track_id("V2"),
                    d.build_free_clip("D", 8),
                    start=12,
                    end=18,
                    source_out=10 / RATE,
                    overwrite=False,
                ),
            ),
            Example(
                "three_point",
                "fit-to-fill --shot D --start 8 --end 12 --source-in 2/25 --source-out 10/25",
                "All four points: the speed makes them agree. Eight frames of the source fill four.",
                lambda d: d.apply_operation(
                    "three_point",
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
                "replace_source",
                "replace B --shot D",
                "Another source in a clip; trims, transitions, effects and markers stay.",
                lambda d: d.apply_to_clip("B", "replace_source", ClipSource(SourceKind.ASSET, "D")),
                lambda d: d.apply_to_clip("B", "trim_in", 2),
            ),
            Example(
                "show_take",
                "take B 2 --fit",
                "Another take in it, in the same way. One that is too short is refused; with `--fit` an "
                "earlier part of it is shown, or all of it slower.",
                lambda d: d.apply_to_clip("B", "show_take", ClipSource(SourceKind.ASSET, "D"), fit=True),
                lambda d: d.lengths.update(D=9),
            ),
            Example(
                "duplicate",
                "duplicate B",
                "A copy right behind it; on a free track where there is room next.",
                lambda d: d.apply_to_clip("B", "duplicate"),
            ),
            Example(
                "duplicate_to",
                "duplicate B --at 24 --track V2",
                "A copy to a place, inserted or `--overwrite`.",
                lambda d: d.apply_to_clip("B", "duplicate_to", 24, track=d.find_track_id("V2")),
            ),
            Example(
                "freeze_frame",
                "freeze-frame --at 12 --frames 4",
                "The picture stands still, then the clip goes on.",
                lambda d: d.apply_operation("freeze_frame", d.find_track_id("V1"), 12, 4),
            ),
        ),
    ),
    (
        "Copy, cut, paste",
        (
            Example(
                "paste",
                "copy --start 4 --end 12",
                "A range of all tracks, or of some, or clips; then `milimo cut paste --at 16`: one edit on "
                "as many tracks. `milimo cut cut` copies and takes out.",
                lambda d: d.paste_range(16),
            ),
            Example(
                "paste",
                "paste --at 16 --overwrite",
                "The same over what is there.",
                lambda d: d.paste_range(16, overwrite=True),
            ),
            Example(
                "paste_attributes",
                "paste-attributes A C --what fades scale",
                "What a clip looks and sounds like, to others: level, fades, mute, effects, speed, by name.",
                lambda d: d.apply_to_clip("A", "paste_attributes", [d.find_clip_id("C")], ["fades", "scale"]),
                _scale_and_fade_a,
            ),
        ),
    ),
    (
        "Take clips out",
        (
            Example(
                "delete",
                "remove B",
                "The track's way: V1 closes up, a free track leaves the frames empty.",
                lambda d: d.apply_to_clip("B", "delete"),
            ),
            Example(
                "ripple_delete",
                "ripple-delete t",
                "Closes up on any track.",
                lambda d: d.apply_to_clip("t", "ripple_delete"),
                lambda d: d.apply_operation(
                    "overwrite", d.find_track_id("V2"), 16, d.build_free_clip("u", 5)
                ),
            ),
            Example(
                "lift", "lift B", "Leaves its time: a gap on V1.", lambda d: d.apply_to_clip("B", "lift")
            ),
            Example(
                "lift_range",
                "lift-range --start 6 --end 11",
                "A range of all tracks, or of some; nothing moves.",
                lambda d: d.apply_operation("lift_range", 6, 11),
            ),
            Example(
                "extract",
                "extract --start 6 --end 11",
                "A range, time included.",
                lambda d: d.apply_operation("extract", 6, 11),
            ),
            Example("insert_gap", "gap --frames 4 --at 12", "Empty time.", _insert_example_gap),
            Example(
                "close_gap",
                "close-gap --at 13",
                "The hole at a frame closes up.",
                lambda d: d.apply_operation("close_gap", d.find_track_id("V1"), 13),
                _insert_example_gap,
            ),
            Example(
                "close_gaps",
                "close-gaps",
                "Every hole of a track.",
                lambda d: d.apply_operation("close_gaps", d.find_track_id("V1")),
                _insert_two_gaps,
            ),
        ),
    ),
)
