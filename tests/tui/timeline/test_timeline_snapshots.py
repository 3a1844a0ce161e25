"""Test the appearance of the timeline: three terminal sizes, in true colour, 256 colours, 16 colours and
without colour.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, Marker, SourceKind, Transition
from milimo_tui.cut.values.keyframes import Keyframe
from milimo_tui.studio.session.studio import Studio
from tests.tui.rain_market import make_studio
from tests.tui.stage import on
from tests.tui.timeline.screen_text import check

SIZES = ((80, 24), (120, 40), (200, 50))
COLOURS = {
    "truecolour": {"COLORTERM": "truecolor", "TERM": "xterm-256color"},
    "256": {"TERM": "xterm-256color"},
    "16": {"TERM": "xterm"},
    "none": {"NO_COLOR": "1", "TERM": "xterm"},
}


def rich(cut: Cut) -> Cut:
    """Return the cut with at least one example of everything that a timeline draws. No text in it depends on
    the date.
    """
    track = {track.name: track.id for track in cut.tracks}
    main = sorted(cut.clips, key=lambda clip: clip.order or "")
    fade = (("opacity", (Keyframe(0, 0.0), Keyframe(20, 1.0), Keyframe(100, 1.0), Keyframe(129, 0.0))),)
    main[1] = replace(main[1], source_in=Fraction(12, 25), frames=90, link="talk")
    main[2] = replace(main[2], frames=37, effects=replace(main[2].effects, speed=Fraction(2)))
    main[3] = replace(main[3], group="bar", effects=replace(main[3].effects, curves=fade))

    def clip(name: str, on: str, shot: int, frames: int, **place: object) -> Clip:
        source = ClipSource(SourceKind.SHOT, main[shot].source.ref)
        made = Clip(id=name, cut=cut.id, track=track[on], source=source, frames=frames)
        return replace(made, **place)  # type: ignore[arg-type]

    more = (
        clip("over", "V2", 0, 60, anchor=main[3].id, offset=25),
        clip("talk", "A1", 1, 90, start=100, link="talk"),
        clip("bar", "A1", 6, 110, start=400, group="bar", gain_db=-6.0),
        clip("hum", "A2", 9, 140, anchor=main[5].id, offset=10, muted=True),
    )
    joins = tuple(
        Transition(id=f"join_{at}", cut=cut.id, left=main[at].id, right=main[at + 1].id, frames=frames)
        for at, frames in ((0, 12), (3, 60))
    )
    markers = (
        Marker(id="mk_1", cut=cut.id, frame=140, text="hold on her eyes", colour="red"),
        Marker(id="mk_2", cut=cut.id, frame=300, text="slower", kind="note", colour="blue"),
        Marker(id="mk_3", cut=cut.id, frame=40, clip=main[4].id, text="grew", kind="grew"),
        Marker(id="mk_4", cut=cut.id, frame=600, text="seen to", done=True),
        Marker(id="mk_5", cut=cut.id, frame=700, name="q"),
    )
    tracks = tuple(replace(one, sync_lock=one.name == "A1", muted=one.name == "A2") for one in cut.tracks)
    return replace(
        cut, tracks=tracks, clips=(*main, *more), transitions=joins, markers=markers, hand_edited=True
    )


def fill(studio: Studio) -> None:
    cut = studio.take_snapshot().cut
    assert cut is not None
    film = studio.require_project()
    film.write_edit("all of it", scope=cut.id, actor="test", before=[cut], after=[rich(cut)])
    film.facts.set_cut_state(cut.id, playhead=230, mark_in=250, mark_out=420)


@pytest.mark.long("screens")
@pytest.mark.parametrize("colours", list(COLOURS))
async def test_timeline_looks_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, colours: str
) -> None:
    for name in ("COLORTERM", "NO_COLOR", "TMUX", "TEXTUAL_COLOR_SYSTEM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in COLOURS[colours].items():
        monkeypatch.setenv(name, value)
    studio = make_studio(tmp_path / "home", takes=False)
    studio.settings = replace(studio.settings, images="off")
    fill(studio)
    async with on(studio, "timeline", SIZES[0]) as stage:
        for columns, rows in SIZES:
            await stage.pilot.resize_terminal(columns, rows)
            await stage.settle()
            await stage.press("z", "f")
            if (columns, rows) == SIZES[1]:
                await stage.press("v", "shift+right")
            place = stage.screen.timeline.region
            strips = stage.app.screen._compositor.render_strips()[place.y : place.bottom]
            check(f"timeline-{columns}x{rows}-{colours}", strips)
            if stage.screen.visual is not None:
                await stage.press("escape", "shift+left")
