"""Commands that bring a cut up to date after shots of the film changed. They place new shots, reorder clips,
accept the new lengths of shots, and list clips of removed shots.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import format_timecode
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow import changed_shots
from milimo_tui.cut.follow.reconcile import (
    count_frames_to_shot_end,
    list_clips_without_shot,
    list_marked_clips,
    list_waiting_shots,
)
from milimo_tui.cut.follow.story_line import (
    convert_shot_frames,
    convert_shot_lengths,
    find_story_line,
    list_shown_shots,
)
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.values.cut import Clip, ClipSource, Cut, SourceKind, create_trackless_clip
from milimo_tui.story.values.film import Shot
from milimo_tui.studio.commands.cut.current_cut import (
    edit_cut,
    edit_cut_adding_clips,
    find_clip,
    get_clip_name,
    get_current_cut,
    make_cut_command,
    parse_cut_frame,
)
from milimo_tui.studio.cuts.follow import list_shot_lengths
from milimo_tui.studio.cuts.versions import describe_shots
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.take_batch import format_shot_numbers


class ShotPlaceArgs(Args):
    shots: tuple[str, ...] = arg((), description="shots (3B or ids); none: list the shots to be placed")
    all: bool = arg(False, description="all shots to be placed")
    at: str = arg("", description="position: a timecode or frame (default: after the previous shot)")
    leave: bool = arg(False, description="leave them out of this cut for good")


def _place_shots(studio: Studio, args: ShotPlaceArgs) -> Outcome:
    cut = get_current_cut(studio)
    if not args.shots and not args.all:
        return _list_waiting_shots(studio, cut)
    wanted = _find_shots_to_place(studio, cut, args)
    numbers = studio.take_snapshot().story.numbers
    names = format_shot_numbers([numbers.get(shot.id, shot.id) for shot in wanted])
    ids = [shot.id for shot in wanted]
    if args.leave:
        return edit_cut(
            studio, f"leave {names} out", lambda cut: changed_shots.stop_waiting_for_shots(cut, ids)
        )
    rate = studio.take_snapshot().story.project.rate
    shots = convert_shot_lengths(cut, list_shot_lengths(studio.take_snapshot().story), rate)
    if not args.at:
        return edit_cut_adding_clips(
            studio,
            f"place {names}",
            lambda cut: changed_shots.place_waiting_shots(cut, shots, ids, new_id=new_id),
        )
    at, line = parse_cut_frame(studio, args.at), find_story_line(cut)
    if line is None:
        raise Refused(
            changed_shots.NO_LINE.format(name=cut.name),
            "milimo cut insert --track V2 --shot 3B puts a shot on another track",
        )
    lengths = dict(shots)

    def insert_shots(cut: Cut) -> Cut:
        for shot in reversed(ids):
            clip = create_trackless_clip(ClipSource(SourceKind.SHOT, shot), lengths[shot])
            cut = edits.insert_clip(cut, line.id, at, clip, new_id=new_id)
        return changed_shots.stop_waiting_for_shots(cut, ids)

    return edit_cut_adding_clips(studio, f"place {names} at {format_timecode(at, cut.rate)}", insert_shots)


def _find_shots_to_place(studio: Studio, cut: Cut, args: ShotPlaceArgs) -> list[Shot]:
    """Return the shots that the arguments name, or all shots that are not in the cut yet, in film order.

    Raises BadInput, NotFound, and Refused if the cut already shows one of them or nothing is left to place.
    """
    story = studio.take_snapshot().story
    if args.all and args.shots:
        raise BadInput("give shots or --all, not both", "leave one of them out")
    ids = (
        {shot_spec.find_shot(story, name).id for name in args.shots}
        if args.shots
        else set(list_waiting_shots(cut))
    )
    for shot in story.live_shots():
        if shot.id in ids and shot.id in list_shown_shots(cut) - set(list_waiting_shots(cut)):
            number = story.numbers[shot.id]
            hint = f"milimo cut reorder {number} moves it; insert --shot {number} shows it again"
            raise Refused(f"“{cut.name}” already shows {number}", hint)
    found = [shot for shot in story.live_shots() if shot.id in ids]
    if len(found) < len(ids) or not found:
        raise Refused(
            "no shot is waiting to be placed" if not ids else "a parked shot has no place in the film",
            "milimo cut place lists the shots that are waiting",
        )
    return found


def _list_waiting_shots(studio: Studio, cut: Cut) -> Outcome:
    story = studio.take_snapshot().story
    live, line = story.live_shots(), find_story_line(cut)
    in_order = [shot.id for shot in live]
    rows: list[dict[str, Any]] = []
    wanted = set(list_waiting_shots(cut))
    for index, shot in enumerate(live):
        if shot.id in wanted:
            spoken = " ".join(f"“{speech.text}”" for speech in shot.dialogue)
            at = changed_shots.find_shot_position(cut, line, in_order, shot.id) if line is not None else None
            rows.append(
                {
                    "id": shot.id,
                    "number": story.numbers.get(shot.id, ""),
                    "after": story.numbers.get(live[index - 1].id, "") if index else "",
                    "at": "" if at is None else format_timecode(at, cut.rate),
                    "frames": convert_shot_frames(shot.frames, story.project.rate, cut),
                    "text": shot.action or spoken,
                }
            )
    numbers = format_shot_numbers([row["number"] for row in rows])
    message = (
        f"to place in “{cut.name}”: {numbers} (milimo cut place --all)"
        if rows
        else f"every shot is placed in “{cut.name}”"
    )
    return Outcome(data=rows, columns=("number", "after", "at", "frames", "text"), message=message)


class MissingShotArgs(Args):
    delete: bool = arg(False, description="delete them from the cut, as one edit")


def _handle_clips_without_shot(studio: Studio, args: MissingShotArgs) -> Outcome:
    """List or delete the clips whose shot is parked or in the bin."""
    cut = get_current_cut(studio)
    story = studio.take_snapshot().story
    ids = list_clips_without_shot(cut, {shot.id for shot in story.live_shots()})
    if args.delete and ids:

        def delete_clips(cut: Cut) -> Cut:
            for clip_id in ids:
                cut = edits.delete_clip(cut, clip_id, new_id=new_id)
            return cut

        return edit_cut(studio, f"remove {format_count(len(ids), 'clip')} without a shot", delete_clips)
    positions = layout(cut)
    parked, words = {shot.id for shot in story.shots}, describe_shots(studio)
    rows = [
        {
            "id": clip_id,
            "at": format_timecode(positions.get_start(clip_id), cut.rate),
            "frames": clip.frames,
            "shot": clip.source.ref,
            "where": "parked" if clip.source.ref in parked else "in the bin",
            "text": words.get(clip.source.ref, ""),
        }
        for clip_id in ids
        for clip in (positions.get_placed(clip_id).clip,)
    ]
    message = "milimo cut gone --delete removes them" if rows else f"every clip of “{cut.name}” has its shot"
    return Outcome(data=rows, columns=("at", "frames", "where", "text"), message=message)


class LengthTakeUpArgs(Args):
    clips: tuple[str, ...] = arg((), description="clips (ids, or 3B); none: list the marked clips")
    all: bool = arg(False, description="all marked clips")
    keep: bool = arg(False, description="keep the length in the cut and remove the mark")


def _take_up_lengths(studio: Studio, args: LengthTakeUpArgs) -> Outcome:
    cut = get_current_cut(studio)
    if not args.clips and not args.all:
        return _list_marked_clips(studio, cut)
    ids = (
        list_marked_clips(cut)
        if not args.clips
        else tuple(_find_marked_clip(studio, cut, name).id for name in args.clips)
    )
    if not ids:
        raise Refused("every clip is as long as its shot", "milimo cut take-up lists clips of another length")
    by_id = {clip.id: clip for clip in cut.clips}
    names = format_shot_numbers([get_clip_name(studio, by_id[clip_id]) for clip_id in ids])
    frames = {clip_id: _get_shot_frames(studio, cut, by_id[clip_id]) for clip_id in ids}

    def update_lengths(cut: Cut) -> Cut:
        for clip_id in ids:
            if args.keep:
                cut = changed_shots.keep_clip_length(cut, clip_id)
            else:
                cut = changed_shots.extend_to_shot_length(cut, clip_id, frames[clip_id], new_id=new_id)
        return cut

    done = "keep the length of" if args.keep else "adopt the length of"
    return edit_cut(studio, f"{done} {names}", update_lengths)


def _find_marked_clip(studio: Studio, cut: Cut, name: str) -> Clip:
    """Find a clip by its id or by its shot's number. If several clips show the shot, prefer a marked clip. A
    clip is marked if it kept its old length when the length of its shot changed.

    Raises NotFound, Ambiguous.
    """
    clip = find_clip(studio, name)
    if name == clip.id:
        return clip
    ids = set(list_marked_clips(cut))
    marked = [each for each in cut.clips if each.source == clip.source and each.id in ids]
    return marked[0] if marked else clip


def _get_shot_frames(studio: Studio, cut: Cut, clip: Clip) -> int:
    """Return the length of a clip's shot, in frames of the cut. Raises Refused if the clip does not show a
    shot of the film.
    """
    story = studio.take_snapshot().story
    shot = next((shot for shot in story.live_shots() if shot.id == clip.source.ref), None)
    if shot is None:
        raise Refused(
            f"{get_clip_name(studio, clip)} does not show a shot of the film",
            "milimo cut show describes the clip",
        )
    return convert_shot_frames(shot.frames, story.project.rate, cut)


def _list_marked_clips(studio: Studio, cut: Cut) -> Outcome:
    positions = layout(cut)
    live = {shot.id for shot in studio.take_snapshot().story.live_shots()}
    rows = [
        {
            "id": clip_id,
            "name": get_clip_name(studio, placed.clip),
            "at": format_timecode(placed.start, cut.rate),
            "frames": placed.clip.frames,
            "by": count_frames_to_shot_end(placed.clip, _get_shot_frames(studio, cut, placed.clip), cut.rate),
        }
        for clip_id in list_marked_clips(cut)
        for placed in (positions.get_placed(clip_id),)
        if placed.clip.source.ref in live
    ]
    message = (
        "milimo cut take-up --all applies the new lengths, --keep keeps the old ones"
        if rows
        else f"every clip of “{cut.name}” has the length of its shot, or a trim of yours"
    )
    return Outcome(data=rows, columns=("name", "at", "frames", "by"), message=message)


class CutReorderArgs(Args):
    shots: tuple[str, ...] = arg((), description="only these shots (3B or ids), in this order")


def _reorder_cut(studio: Studio, args: CutReorderArgs) -> Outcome:
    story = studio.take_snapshot().story
    only = [shot_spec.find_shot(story, name).id for name in args.shots]
    missing = [name for name, id in zip(args.shots, only, strict=True) if id not in _on_line(studio)]
    if missing:
        raise Refused(f"V1 does not show {missing[0]}", f"milimo cut place {missing[0]} places it there")
    in_order = [shot.id for shot in story.live_shots()]
    names = format_shot_numbers([story.numbers.get(id, id) for id in only])
    label = f"order {names} like the storyboard" if only else "order the cut like the storyboard"
    return edit_cut(
        studio, label, lambda cut: changed_shots.reorder_like_film(cut, in_order, only, new_id=new_id)
    )


def _on_line(studio: Studio) -> set[str]:
    """Return the ids of the shots shown on the story track (V1) of the current cut."""
    cut = get_current_cut(studio)
    line = find_story_line(cut)
    return {clip.source.ref for clip in cut.clips if line is not None and clip.track == line.id}


FOLLOWING: tuple[Command, ...] = (
    make_cut_command(
        "place",
        "Place shots",
        "list shots that are not in the cut yet, or place them",
        _place_shots,
        ShotPlaceArgs,
        "shots",
    ),
    make_cut_command(
        "gone",
        "List leftover clips",
        "list clips whose shot is parked or in the bin, or remove them",
        _handle_clips_without_shot,
        MissingShotArgs,
    ),
    make_cut_command(
        "take_up",
        "Adopt a new length",
        "fit clips to the changed lengths of their shots; later clips move",
        _take_up_lengths,
        LengthTakeUpArgs,
        "clips",
    ),
    make_cut_command(
        "reorder",
        "Use storyboard order",
        "give the clips of this cut the order of the storyboard",
        _reorder_cut,
        CutReorderArgs,
        "shots",
    ),
)
