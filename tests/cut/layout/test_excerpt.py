"""Test that an excerpt of a long cut shows the same frames and plays the same sounds as the complete cut
there.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from milimo_tui.core.ids import new_id
from milimo_tui.cut.follow.assembly import assemble_shots
from milimo_tui.cut.layout.excerpt import create_excerpt, find_excerpt_range
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.plan.plan import Media
from milimo_tui.cut.plan.video import make_render_plan
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind, Transition
from milimo_tui.cut.values.new_cuts import create_cut


def film(clips: int) -> Cut:
    """Return a cut with `clips` clips and dissolves on V1, connected clips on V2 and unconnected clips on
    A1.
    """
    cut = assemble_shots(
        create_cut("long", new_id=new_id), [(f"shot_{n}", 20 + n % 7) for n in range(clips)], new_id
    )
    v2, a1 = (next(track for track in cut.tracks if track.name == name) for name in ("V2", "A1"))
    main = sorted(cut.clips, key=lambda clip: clip.order or "")
    more = []
    for number, clip in enumerate(main):
        source = ClipSource(SourceKind.SHOT, f"over_{number}")
        hung = Clip(id=f"v2_{number}", cut=cut.id, track=v2.id, source=source, frames=8)
        more.append(replace(hung, anchor=clip.id, offset=3))
        more.append(replace(hung, id=f"a1_{number}", track=a1.id, start=number * 24, frames=18))
    joins = tuple(
        Transition(id=f"t_{n}", cut=cut.id, left=main[n].id, right=main[n + 1].id, frames=4)
        for n in range(0, clips - 1, 3)
    )
    return replace(cut, clips=(*cut.clips, *more), transitions=joins)


@pytest.mark.parametrize("frame", [0, 1200, 2500, 4500])
def test_each_inner_frame_equals_that_of_the_whole(frame: int) -> None:
    cut = film(200)
    placed = layout(cut)
    media = {clip.id: Media(kind="picture", path=clip.source.ref) for clip in cut.clips}
    around = find_excerpt_range(placed, frame, 20)
    assert around is not None
    assert around[0] <= frame < around[1]
    part = create_excerpt(placed, *around)
    assert len(part.clips) < 150
    whole = make_render_plan(cut, media, max(0, frame - 100), frame + 100)
    plan = make_render_plan(part, media, max(0, frame - 100), min(frame + 100, layout(part).frames))
    assert plan.stretches == whole.stretches
    assert plan.sounds == whole.sounds


def test_short_cut_is_used_whole() -> None:
    assert find_excerpt_range(layout(film(30)), 100, 20) is None
