"""Commands that bring a cut up to date with changed shots: place, reorder, take up lengths, list missing
shots.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import plural
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import timecode
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow import changed_shots
from milimo_tui.cut.follow.reconcile import behind, gone, marked, waiting
from milimo_tui.cut.follow.story_line import conformed, in_frames_of, shots_shown, story_line
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, Cut, Source, SourceKind, new_clip
from milimo_tui.story.values.film import Shot
from milimo_tui.studio.commands.cut.current_cut import (
    current_cut,
    cut_command,
    edit_cut,
    find_clip,
    frame_of,
    name_of,
    put_in,
)
from milimo_tui.studio.cuts.follow import lengths_of
from milimo_tui.studio.cuts.versions import words_of
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.take_batch import named


class PlaceArgs(Args):
    shots: tuple[str, ...] = arg((), description="shots (3B or ids); none: tell which wait")
    all: bool = arg(False, description="every shot that waits")
    at: str = arg("", description="at this timecode or frame instead of behind the shot before it")
    leave: bool = arg(False, description="do without them in this cut: they wait no more")


def _place(studio: Studio, args: PlaceArgs) -> Outcome:
    cut = current_cut(studio)
    if not args.shots and not args.all:
        return _waiting(studio, cut)
    wanted = _wanted(studio, cut, args)
    numbers = studio.snapshot().story.numbers
    names = named([numbers.get(shot.id, shot.id) for shot in wanted])
    ids = [shot.id for shot in wanted]
    if args.leave:
        return edit_cut(studio, f"leave {names} out", lambda cut: changed_shots.leave(cut, ids))
    rate = studio.snapshot().story.project.rate
    shots = in_frames_of(cut, lengths_of(studio.snapshot().story), rate)
    if not args.at:
        return put_in(
            studio, f"place {names}", lambda cut: changed_shots.place(cut, shots, ids, new_id=new_id)
        )
    at, line = frame_of(studio, args.at), story_line(cut)
    if line is None:
        raise Refused(changed_shots.NO_LINE.format(name=cut.name), "milimo cut insert --track V2 --shot 3B")
    lengths = dict(shots)

    def placed(cut: Cut) -> Cut:
        for shot in reversed(ids):
            clip = new_clip(Source(SourceKind.SHOT, shot), lengths[shot])
            cut = edits.insert(cut, line.id, at, clip, new_id=new_id)
        return changed_shots.leave(cut, ids)

    return put_in(studio, f"place {names} at {timecode(at, cut.rate)}", placed)


def _wanted(studio: Studio, cut: Cut, args: PlaceArgs) -> list[Shot]:
    """Return the named shots, or all waiting shots, in film order. Raises BadInput, NotFound, Refused."""
    story = studio.snapshot().story
    if args.all and args.shots:
        raise BadInput("shots are named, and --all", "one of the two")
    ids = {shot_spec.find_shot(story, name).id for name in args.shots} if args.shots else set(waiting(cut))
    for shot in story.live_shots():
        if shot.id in ids and shot.id in shots_shown(cut) - set(waiting(cut)):
            number = story.numbers[shot.id]
            way = f"milimo cut reorder {number} moves it; insert --shot {number} shows it again"
            raise Refused(f"“{cut.name}” shows {number} already", way)
    found = [shot for shot in story.live_shots() if shot.id in ids]
    if len(found) < len(ids) or not found:
        raise Refused(
            "no shot waits to be placed" if not ids else "a shot that is parked has no place in the film",
            "milimo cut place tells which wait",
        )
    return found


def _waiting(studio: Studio, cut: Cut) -> Outcome:
    story = studio.snapshot().story
    live, line = story.live_shots(), story_line(cut)
    in_order = [shot.id for shot in live]
    rows: list[dict[str, Any]] = []
    wanted = set(waiting(cut))
    for index, shot in enumerate(live):
        if shot.id in wanted:
            spoken = " ".join(f"“{said.text}”" for said in shot.dialogue)
            at = changed_shots.place_of(cut, line, in_order, shot.id) if line is not None else None
            rows.append(
                {
                    "id": shot.id,
                    "number": story.numbers.get(shot.id, ""),
                    "after": story.numbers.get(live[index - 1].id, "") if index else "",
                    "at": "" if at is None else timecode(at, cut.rate),
                    "frames": conformed(shot.frames, story.project.rate, cut),
                    "text": shot.action or spoken,
                }
            )
    numbers = named([row["number"] for row in rows])
    message = (
        f"to place in “{cut.name}”: {numbers} (milimo cut place --all)"
        if rows
        else f"nothing waits to be placed in “{cut.name}”"
    )
    return Outcome(data=rows, columns=("number", "after", "at", "frames", "text"), message=message)


class GoneArgs(Args):
    delete: bool = arg(False, description="take them out of the cut, as one edit")


def _gone(studio: Studio, args: GoneArgs) -> Outcome:
    """List or delete the clips whose shot is parked or in the bin."""
    cut = current_cut(studio)
    story = studio.snapshot().story
    ids = gone(cut, {shot.id for shot in story.live_shots()})
    if args.delete and ids:

        def without(cut: Cut) -> Cut:
            for clip_id in ids:
                cut = edits.delete(cut, clip_id, new_id=new_id)
            return cut

        return edit_cut(studio, f"take out {plural(len(ids), 'clip')} without a shot", without)
    positions = layout(cut)
    parked, words = {shot.id for shot in story.shots}, words_of(studio)
    rows = [
        {
            "id": clip_id,
            "at": timecode(positions.start_of(clip_id), cut.rate),
            "frames": clip.frames,
            "shot": clip.source.ref,
            "where": "parked" if clip.source.ref in parked else "in the bin",
            "text": words.get(clip.source.ref, ""),
        }
        for clip_id in ids
        for clip in (positions.placed(clip_id).clip,)
    ]
    message = (
        "milimo cut gone --delete takes them out" if rows else f"every clip of “{cut.name}” has its shot"
    )
    return Outcome(data=rows, columns=("at", "frames", "where", "text"), message=message)


class TakeUpArgs(Args):
    clips: tuple[str, ...] = arg((), description="clips (ids, or 3B); none: tell which are marked")
    all: bool = arg(False, description="every clip that is marked")
    keep: bool = arg(False, description="keep the cut's length instead: the mark goes")


def _take_up(studio: Studio, args: TakeUpArgs) -> Outcome:
    cut = current_cut(studio)
    if not args.clips and not args.all:
        return _marked(studio, cut)
    ids = marked(cut) if args.all else tuple(_marked_clip(studio, cut, name).id for name in args.clips)
    if not ids:
        raise Refused("no clip is marked as of another length than its shot", "milimo cut take-up tells them")
    by_id = {clip.id: clip for clip in cut.clips}
    names = named([name_of(studio, by_id[clip_id]) for clip_id in ids])
    frames = {clip_id: _length(studio, cut, by_id[clip_id]) for clip_id in ids}

    def changed(cut: Cut) -> Cut:
        for clip_id in ids:
            if args.keep:
                cut = changed_shots.keep_length(cut, clip_id)
            else:
                cut = changed_shots.take_up(cut, clip_id, frames[clip_id], new_id=new_id)
        return cut

    done = "keep the length of" if args.keep else "take up the length of"
    return edit_cut(studio, f"{done} {names}", changed)


def _marked_clip(studio: Studio, cut: Cut, name: str) -> Clip:
    """Find a clip by its id, or by a shot's number; of a shot's clips a marked one is preferred.

    Raises NotFound, Ambiguous.
    """
    clip = find_clip(studio, name)
    if name == clip.id:
        return clip
    ids = set(marked(cut))
    alike = [each for each in cut.clips if each.source == clip.source and each.id in ids]
    return alike[0] if alike else clip


def _length(studio: Studio, cut: Cut, clip: Clip) -> int:
    """Return the length of a clip's shot in frames of the cut. Raises Refused for a clip that shows no
    shot.
    """
    story = studio.snapshot().story
    shot = next((shot for shot in story.live_shots() if shot.id == clip.source.ref), None)
    if shot is None:
        raise Refused(
            f"{name_of(studio, clip)} shows no shot of the film", "milimo cut show tells what it is"
        )
    return conformed(shot.frames, story.project.rate, cut)


def _marked(studio: Studio, cut: Cut) -> Outcome:
    positions = layout(cut)
    live = {shot.id for shot in studio.snapshot().story.live_shots()}
    rows = [
        {
            "id": clip_id,
            "name": name_of(studio, placed.clip),
            "at": timecode(placed.start, cut.rate),
            "frames": placed.clip.frames,
            "by": behind(placed.clip, _length(studio, cut, placed.clip), cut.rate),
        }
        for clip_id in marked(cut)
        for placed in (positions.placed(clip_id),)
        if placed.clip.source.ref in live
    ]
    message = (
        "milimo cut take-up --all takes up the new lengths, --keep keeps the old ones"
        if rows
        else f"every clip of “{cut.name}” has the length of its shot, or a trim of yours"
    )
    return Outcome(data=rows, columns=("name", "at", "frames", "by"), message=message)


class ReorderArgs(Args):
    shots: tuple[str, ...] = arg((), description="only these shots (3B or ids), each behind the one before")


def _reorder(studio: Studio, args: ReorderArgs) -> Outcome:
    story = studio.snapshot().story
    only = [shot_spec.find_shot(story, name).id for name in args.shots]
    missing = [name for name, id in zip(args.shots, only, strict=True) if id not in _on_line(studio)]
    if missing:
        raise Refused(f"V1 does not show {missing[0]}", f"milimo cut place {missing[0]}")
    in_order = [shot.id for shot in story.live_shots()]
    names = named([story.numbers.get(id, id) for id in only])
    label = f"order {names} as the board has it" if only else "order the cut as the board has it"
    return edit_cut(studio, label, lambda cut: changed_shots.reorder(cut, in_order, only, new_id=new_id))


def _on_line(studio: Studio) -> set[str]:
    """Return the ids of the shots that V1 shows."""
    cut = current_cut(studio)
    line = story_line(cut)
    return {clip.source.ref for clip in cut.clips if line is not None and clip.track == line.id}


FOLLOWING: tuple[Command, ...] = (
    cut_command("place", "Place shots", "shots that wait for a place in the cut", _place, PlaceArgs, "shots"),
    cut_command("gone", "Clips without a shot", "clips whose shot is parked or in the bin", _gone, GoneArgs),
    cut_command(
        "take_up",
        "Take up a length",
        "clips whose shot grew or shrank run to its end; what is behind follows",
        _take_up,
        TakeUpArgs,
        "clips",
    ),
    cut_command(
        "reorder", "Board's order", "the order of the board in this cut", _reorder, ReorderArgs, "shots"
    ),
)
