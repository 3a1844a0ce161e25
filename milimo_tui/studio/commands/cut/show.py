"""Show the current cut, as JSON for scripts or as text. The text is suitable for version control and for
messages. Missing media files are listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from milimo_tui.core.time import format_ratio, format_timecode
from milimo_tui.cut.compare.cut_text import OutsideFacts, format_cut
from milimo_tui.cut.follow.reconcile import list_waiting_shots
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.rows import PlacedClip
from milimo_tui.cut.layout.transition_spans import PlacedTransition, place_transitions
from milimo_tui.cut.values.cut import Cut, Marker, SourceKind, Track
from milimo_tui.cut.values.effects_text import effects_to_json
from milimo_tui.cut.values.timing import get_source_span
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Asset
from milimo_tui.studio.commands.cut.current_cut import find_held_frames, get_current_cut
from milimo_tui.studio.cuts.versions import describe_shots
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render.render_plan import get_asset_path
from milimo_tui.studio.session.studio import Studio

OFFLINE, NO_TAKE, PARKED, BINNED = "offline", "no take", "parked", "in the bin"
NO_NUMBER = "–"  # Shown in place of the number of a shot that is not on the storyboard.


class CutShowArgs(Args):
    lengths: bool = arg(False, description="show lengths without starts, so that a diff of an edit is small")


def _show_cut(studio: Studio, args: CutShowArgs) -> Outcome:
    cut, snapshot = get_current_cut(studio), studio.take_snapshot()
    story = snapshot.story
    states, offline = _find_clip_states(studio, cut)
    names = {asset.id: asset.name for asset in story.assets if asset.name}
    names |= {each.id: each.name for each in snapshot.cuts}
    names |= {clip.source.ref: NO_NUMBER for clip in cut.clips if clip.source.kind is SourceKind.SHOT}
    names |= story.numbers
    held = find_held_frames(studio, cut, cut.clips)
    words = {id: f"holds its last picture for {frames} f" for id, frames in held.items()} | states
    outside = OutsideFacts(names, describe_shots(studio), words)
    lines = [f"  {asset.name or asset.id}  milimo asset relink {asset.id} FILE" for asset in offline]
    end = "\n".join(["", "Offline", *lines, ""]) if lines else ""
    return Outcome(
        data=build_cut_json(cut, states, held), text=format_cut(cut, outside, starts=not args.lengths) + end
    )


def _find_clip_states(studio: Studio, cut: Cut) -> tuple[dict[str, str], list[Asset]]:
    """Return the states of clips that need attention, by clip id, and the assets whose files are missing.

    A clip has a state if its file is missing, if its shot has no take yet, or if its shot was removed from
    the storyboard.
    """
    story, paths = studio.take_snapshot().story, studio.require_project().paths
    assets = {asset.id: asset for asset in story.assets}
    performances = FilmPerformances(story)
    picked = {shot.id: performances.find_shown_take(shot) for shot in story.shots}
    live = {shot.id for shot in story.live_shots()}
    out: dict[str, str] = {}
    online: dict[str, bool] = {}
    for clip in cut.clips:
        kind, ref = clip.source.kind, clip.source.ref
        take = picked.get(ref) if kind is SourceKind.SHOT else None
        if kind is SourceKind.SHOT and ref not in live:
            out[clip.id] = PARKED if ref in picked else BINNED
        elif kind is SourceKind.SHOT and take is None:
            out[clip.id] = NO_TAKE
        asset = assets.get(take.asset if take else ref)
        if asset is None:
            continue
        if asset.id not in online:
            online[asset.id] = get_asset_path(paths, asset).is_file()
        if not online[asset.id]:
            out[clip.id] = OFFLINE
    return out, [assets[each] for each, there in online.items() if not there]


def build_cut_json(cut: Cut, states: Mapping[str, str], held: Mapping[str, int]) -> dict[str, Any]:
    """Build the JSON of a cut in the documented format of the CLI. `states` maps ids of clips that need
    attention to their states, and `held` maps ids of clips to the frames that hold the last picture.
    """
    placed = layout(cut)
    return {
        "id": cut.id,
        "name": cut.name,
        "fps": format_ratio(cut.rate),
        "frames": placed.frames,
        "timecode": format_timecode(placed.frames, cut.rate),
        "frozen": cut.frozen,
        "hand_edited": cut.hand_edited,
        "width": cut.width,
        "height": cut.height,
        "waiting": list(list_waiting_shots(cut)),
        "tracks": [
            {
                **_build_track_json(track),
                "clips": [
                    _build_clip_json(item, cut.rate, states.get(item.clip.id, ""), held.get(item.clip.id, 0))
                    for item in placed.get_row(track.id)
                ],
            }
            for track in placed.tracks
        ],
        "transitions": [_build_transition_json(each) for each in place_transitions(placed).tail.values()],
        "markers": [_build_marker_json(marker) for marker in cut.markers],
    }


def _build_track_json(track: Track) -> dict[str, Any]:
    return {
        "id": track.id,
        "name": track.name,
        "kind": track.kind.value,
        "magnetic": track.magnetic,
        "muted": track.muted,
        "hidden": track.hidden,
        "locked": track.locked,
        "solo": track.solo,
        "sync_lock": track.sync_lock,
        "gain_db": track.gain_db,
        "role": track.role.value,
        "pan": track.pan,
        "bus": track.bus,
    }


def _build_clip_json(item: PlacedClip, rate: Fraction, state: str, held: int) -> dict[str, Any]:
    """Build the JSON of a placed clip. Position and length are frames of the cut; times of the source are
    seconds.
    """
    clip, source = item.clip, item.clip.source
    source_in, source_out = get_source_span(clip, rate)
    return {
        "id": clip.id,
        "start": item.start,
        "frames": clip.frames,
        "source_in": format_ratio(source_in),
        "source_out": format_ratio(source_out),
        "kind": source.kind.value,
        "shot": source.ref if source.kind is SourceKind.SHOT else None,
        "asset": source.ref if source.kind is SourceKind.ASSET else None,
        "cut": source.ref if source.kind is SourceKind.CUT else None,
        "state": state,
        "held": held,
        "link": clip.link,
        "group": clip.group,
        "stream": clip.stream,
        "channels": list(clip.channels),
        "muted": clip.muted,
        "gain_db": clip.gain_db,
        "effects": effects_to_json(clip.effects),
    }


def _build_transition_json(join: PlacedTransition) -> dict[str, Any]:
    transition = join.transition
    return {
        "id": transition.id,
        "kind": transition.kind,
        "left": transition.left,
        "right": transition.right,
        "start": join.start,
        "frames": transition.frames,
    }


def _build_marker_json(marker: Marker) -> dict[str, Any]:
    return {
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


SHOW: tuple[Command, ...] = (
    Command(
        "cut.show",
        "Show cut",
        "list the clips of the current cut",
        _show_cut,
        CutShowArgs,
        refuse_without_film,
        cli="cut show",
    ),
)
