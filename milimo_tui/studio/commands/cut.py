"""Cuts: list and show. Acts on cuts, clips and history have modules beside this one."""

from __future__ import annotations

from typing import Any

from milimo_tui.core.time import clock, ratio_text, timecode
from milimo_tui.cut.effects_text import as_json
from milimo_tui.cut.joins import joins
from milimo_tui.cut.layout import layout
from milimo_tui.cut.text import as_text
from milimo_tui.cut.timing import span
from milimo_tui.cut.values import Cut, SourceKind
from milimo_tui.studio.args import NoArgs
from milimo_tui.studio.commands.cut_common import current_cut
from milimo_tui.studio.commands.cut_edits import EDITS
from milimo_tui.studio.commands.cut_effects import EFFECTS
from milimo_tui.studio.commands.cut_exchange import EXCHANGE
from milimo_tui.studio.commands.cut_follow import FOLLOWING
from milimo_tui.studio.commands.cut_history import HISTORY
from milimo_tui.studio.commands.cut_marks import MARKS
from milimo_tui.studio.commands.cut_nest import NESTS
from milimo_tui.studio.commands.cut_notes import NOTES
from milimo_tui.studio.commands.cut_paste import PASTES
from milimo_tui.studio.commands.cut_point import POINTS
from milimo_tui.studio.commands.cut_trims import TRIMS
from milimo_tui.studio.commands.cut_versions import VERSIONS
from milimo_tui.studio.registry import Command, Outcome, needs_project
from milimo_tui.studio.studio import Studio


def _list(studio: Studio, args: NoArgs) -> Outcome:
    snapshot = studio.snapshot()
    rows = []
    for cut in snapshot.cuts:
        frames = layout(cut).frames
        rows.append(
            {
                "id": cut.id,
                "name": cut.name,
                "fps": ratio_text(cut.rate),
                "frames": frames,
                "length": clock(float(frames / cut.rate)),
                "clips": len(cut.clips),
                "frozen": cut.frozen,
                "current": bool(snapshot.cut and cut.id == snapshot.cut.id),
            }
        )
    return Outcome(data=rows, columns=("name", "length", "clips", "frozen", "current"))


def _show(studio: Studio, args: NoArgs) -> Outcome:
    cut = current_cut(studio)
    snapshot = studio.snapshot()
    names = {**{each.id: each.name for each in snapshot.cuts}, **snapshot.story.numbers}
    return Outcome(data=cut_json(cut), text=as_text(cut, names))


def cut_json(cut: Cut) -> dict[str, Any]:
    """A cut as the CLI contract promises it."""
    placed = layout(cut)
    return {
        "id": cut.id,
        "name": cut.name,
        "fps": ratio_text(cut.rate),
        "frames": placed.frames,
        "timecode": timecode(placed.frames, cut.rate),
        "tracks": [
            {
                "id": track.id,
                "name": track.name,
                "kind": track.kind.value,
                "magnetic": track.magnetic,
                "muted": track.muted,
                "hidden": track.hidden,
                "locked": track.locked,
                "solo": track.solo,
                "sync_lock": track.sync_lock,
                "clips": [
                    {
                        "id": item.clip.id,
                        "start": item.start,
                        "frames": item.clip.frames,
                        "source_in": ratio_text(span(item.clip, cut.rate)[0]),
                        "source_out": ratio_text(span(item.clip, cut.rate)[1]),
                        "kind": item.clip.source.kind.value,
                        "shot": item.clip.source.ref if item.clip.source.kind is SourceKind.SHOT else None,
                        "asset": item.clip.source.ref if item.clip.source.kind is SourceKind.ASSET else None,
                        "cut": item.clip.source.ref if item.clip.source.kind is SourceKind.CUT else None,
                        "link": item.clip.link,
                        "group": item.clip.group,
                        "effects": as_json(item.clip.effects),
                    }
                    for item in placed.on(track.id)
                ],
            }
            for track in placed.tracks
        ],
        "transitions": [
            {
                "id": each.transition.id,
                "kind": each.transition.kind,
                "left": each.transition.left,
                "right": each.transition.right,
                "start": each.start,
                "frames": each.transition.frames,
            }
            for each in joins(placed).tail.values()
        ],
        "markers": [
            {"id": marker.id, "frame": marker.frame, "text": marker.text, "clip": marker.clip}
            for marker in cut.markers
        ],
    }


COMMANDS = (
    Command("cut.list", "Cuts", "the cuts of the film", _list, NoArgs, needs_project, cli="cut list"),
    Command(
        "cut.show", "Show cut", "the current cut, clip by clip", _show, NoArgs, needs_project, cli="cut show"
    ),
    *VERSIONS,
    *HISTORY,
    *EDITS,
    *TRIMS,
    *POINTS,
    *PASTES,
    *NESTS,
    *EFFECTS,
    *MARKS,
    *NOTES,
    *EXCHANGE,
    *FOLLOWING,
)
