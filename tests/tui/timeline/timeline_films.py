"""Build small films for the timeline's tests: lanes of clips made from lengths, without a database or a
layout.
"""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.values.cut import Clip, ClipSource, Marker, SourceKind, Track, TrackKind
from milimo_tui.story.values.film import Line, Project, Scene, Shot, Story, Take
from milimo_tui.story.values.shot_words import Size
from milimo_tui.tui.timeline.values.model import Lane, TimelineFilm, find_scene_starts

CUT = "cut_1"


def track(name: str, order: str, *, magnetic: bool = False) -> Track:
    kind = TrackKind.AUDIO if name.startswith("A") else TrackKind.VIDEO
    return Track(id=f"trk_{name}", cut=CUT, name=name, kind=kind, order=order, magnetic=magnetic)


def clip(id: str, on: str, frames: int, source: ClipSource) -> Clip:
    return Clip(id=id, cut=CUT, track=f"trk_{on}", source=source, frames=frames)


def run(on: str, lengths: list[int], start: int = 0) -> tuple[PlacedClip, ...]:
    """Return shots one after the other on the track `on`, with these lengths in frames. A negative length is
    a gap.
    """
    out, at = [], start
    for index, length in enumerate(lengths):
        if length > 0:
            source = ClipSource(SourceKind.SHOT, f"shot_{index}")
            out.append(PlacedClip(clip(f"{on}_{index}", on, length, source), at, at + length))
        at += abs(length)
    return tuple(out)


def film(
    v1: list[int],
    *,
    v2: list[int] | None = None,
    a1: list[int] | None = None,
    scenes: dict[str, str] | None = None,
    marks: dict[int, str] | None = None,
    rate: Fraction = Fraction(25),
    mark_in: int | None = None,
    mark_out: int | None = None,
) -> TimelineFilm:
    """Return a film with the lanes V2, V1 and A1 from top to bottom, as the screen shows them. `v1`, `v2` and
    `a1` are lengths for `run`.
    """
    main = run("V1", v1)
    lanes = (
        Lane(track("V2", "b"), run("V2", v2 or [])),
        Lane(track("V1", "a", magnetic=True), main),
        Lane(track("A1", "c"), run("A1", a1 or [])),
    )
    markers = tuple(
        Marker(id=f"mk_{frame}", cut=CUT, frame=frame, name=name)
        for frame, name in sorted((marks or {}).items())
    )
    frames = max((span.end for lane in lanes for span in lane.spans), default=0)
    return TimelineFilm(
        rate, frames, lanes, find_scene_starts(main, scenes or {}), markers, mark_in, mark_out
    )


def story(count: int, *, picked: set[int] | None = None, dialogue: set[int] | None = None) -> Story:
    """Return a story with `count` shots in one scene, numbered 1A, 1B and so on. `picked` and `dialogue` are
    indexes of shots with a pick and with dialogue.
    """
    shots = tuple(
        Shot(
            id=f"shot_{index}",
            scene="scn_1",
            order=f"{index:04d}",
            action="Steam fills the bar",
            characters=("MARA",),
            size=Size.CU,
            dialogue=(Line("MARA", "You are late."),) if index in (dialogue or set()) else (),
            take=f"take_{index}" if index in (picked or set()) else "",
        )
        for index in range(count)
    )
    numbers = {shot.id: f"1{chr(65 + index % 26)}" for index, shot in enumerate(shots)}
    return Story(
        project=Project(id="prj_1", name="Rain Market"),
        scenes=(Scene(id="scn_1", order="a", number="1", heading="INT. NOODLE BAR - NIGHT"),),
        shots=shots,
        takes=tuple(
            Take(
                id=shot.take,
                shot=shot.id,
                asset="",
                job=f"job_{shot.take}",
                engine="animatic",
                seed=1,
                frames=40,
            )
            for shot in shots
            if shot.take
        ),
        numbers=numbers,
    )
