"""The current cut shown: as JSON for scripts, as text for a commit or a chat; what is offline by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from milimo_tui.core.time import ratio_text, timecode
from milimo_tui.cut.belonging import waiting
from milimo_tui.cut.effects_text import as_json
from milimo_tui.cut.joins import joins
from milimo_tui.cut.layout import layout
from milimo_tui.cut.text import Told, as_text
from milimo_tui.cut.timing import span
from milimo_tui.cut.values import Cut, SourceKind
from milimo_tui.story.values import Asset, Shot
from milimo_tui.studio.args import NoArgs
from milimo_tui.studio.commands.cut_common import current_cut
from milimo_tui.studio.planning import asset_path
from milimo_tui.studio.registry import Command, Outcome, needs_project
from milimo_tui.studio.studio import Studio

OFFLINE, NO_TAKE = "offline", "no take"


def _show(studio: Studio, args: NoArgs) -> Outcome:
    cut, snapshot = current_cut(studio), studio.snapshot()
    story = snapshot.story
    states, gone = _states(studio, cut)
    names = {asset.id: asset.name for asset in story.assets if asset.name}
    names |= {each.id: each.name for each in snapshot.cuts}
    names |= story.numbers
    told = Told(names, {shot.id: _words(shot) for shot in story.shots}, states)
    lines = [f"  {asset.name or asset.id}  milimo asset relink {asset.id} FILE" for asset in gone]
    end = "\n".join(["", "Offline", *lines, ""]) if lines else ""
    return Outcome(data=cut_json(cut, states), text=as_text(cut, told) + end)


def _words(shot: Shot) -> str:
    """What a shot is about, in the screenplay's words."""
    spoken = " ".join(line.text for line in shot.dialogue)
    return " ".join((shot.action or spoken).split())


def _states(studio: Studio, cut: Cut) -> tuple[dict[str, str], list[Asset]]:
    """Clips (ids) whose file is gone, or whose shot has no take yet; and the assets whose files are gone."""
    story, paths = studio.snapshot().story, studio.project().paths
    assets = {asset.id: asset for asset in story.assets}
    takes = {take.id: take for take in story.takes}
    picked = {shot.id: takes.get(shot.take) for shot in story.shots}
    out: dict[str, str] = {}
    online: dict[str, bool] = {}
    for clip in cut.clips:
        kind, ref = clip.source.kind, clip.source.ref
        take = picked.get(ref) if kind is SourceKind.SHOT else None
        if kind is SourceKind.SHOT and take is None:
            out[clip.id] = NO_TAKE
        asset = assets.get(take.asset if take else ref)
        if asset is None:
            continue
        if asset.id not in online:
            online[asset.id] = asset_path(paths, asset).is_file()
        if not online[asset.id]:
            out[clip.id] = OFFLINE
    return out, [assets[each] for each, there in online.items() if not there]


def cut_json(cut: Cut, states: Mapping[str, str]) -> dict[str, Any]:
    """A cut as the CLI contract promises it; `states` are those of clips that are not as they should be."""
    placed = layout(cut)
    return {
        "id": cut.id,
        "name": cut.name,
        "fps": ratio_text(cut.rate),
        "frames": placed.frames,
        "timecode": timecode(placed.frames, cut.rate),
        "frozen": cut.frozen,
        "hand_edited": cut.hand_edited,
        "waiting": list(waiting(cut)),
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
                        "state": states.get(item.clip.id, ""),
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
            {
                "id": marker.id,
                "frame": marker.frame,
                "text": marker.text,
                "clip": marker.clip,
                "colour": marker.colour,
                "done": marker.done,
                "kind": marker.kind,
                "author": marker.author,
                "parent": marker.parent,
            }
            for marker in cut.markers
        ],
    }


SHOW: tuple[Command, ...] = (
    Command(
        "cut.show", "Show cut", "the current cut, clip by clip", _show, NoArgs, needs_project, cli="cut show"
    ),
)
