"""Commands for the conditions of a shot. Conditions are pictures, clips, boards and frames of other takes
that the takes of the shot must follow.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Literal

from milimo_tui.core import order_keys
from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import parse_frame
from milimo_tui.engines.specs.video_specs import FollowedKind
from milimo_tui.story.values.film import Asset, AssetKind, Shot, Story
from milimo_tui.story.values.making import Conditioning, FollowKind
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.commands.shot.shot_rows import ShotIdArgs
from milimo_tui.studio.media import imports
from milimo_tui.studio.pictures import control_maps
from milimo_tui.studio.registry.args import ANY, Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import conditioning, shot_spec
from milimo_tui.studio.takes.conditioning import FollowedItem

Control = Literal["", FollowedKind]
CONDITION_COLUMNS = ("place", "source", "frame", "what", "strength", "state")


def build_condition_rows(followed: tuple[FollowedItem, ...]) -> list[dict[str, Any]]:
    """Return a row of data for each condition of a shot.

    `state` in a row is `sent`, or the reason why the condition is not sent to the model.
    """
    return [
        {
            "place": place,
            "id": one.id or None,
            "source": one.source,
            "what": one.what,
            "frame": None if one.control else one.frame,
            "at": one.at,
            "strength": one.strength,
            "control": one.control or None,
            "prepared": one.prepared,
            "asset": one.asset.id if one.asset else None,
            "clip": one.is_clip,
            "problem": one.problem or None,
            "behind": one.behind or None,
            "state": one.problem or (f"not sent: {one.behind}" if one.behind else "sent"),
        }
        for place, one in enumerate(followed, 1)
    ]


def _list_conditions(studio: Studio, args: ShotIdArgs) -> Outcome:
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    rows = build_condition_rows(conditioning.list_followed(story, shot))
    return Outcome(data=rows, columns=CONDITION_COLUMNS, message="" if rows else f"{args.id} follows nothing")


class ConditionAddArgs(Args):
    ONE_OF = ("file", "board", "take")

    id: str = arg(description="a shot (3B or its id)")
    file: str = arg("", description="a picture or clip: a file, or an asset's id or name")
    board: str = arg("", description="instead of a file: the board of that shot")
    take: str = arg("", description="instead of a file: the picked take of that shot")
    frame: str = arg(
        "", description="position in the shot: a frame, last, 2.5s or a timecode; empty: the first"
    )
    strength: float = arg(1.0, ge=0, le=1, description="strength, from 0 to 1")
    at: str = arg("", description="of a clip: use only this frame of it; of a picture: same as --frame")
    control: Control = arg("", description="control that the take follows through the complete clip")
    prepared: bool = arg(False, description="the clip is already a control map (depth, edges)")
    link: bool = arg(False, description="link to a new file instead of copying it")


def _add_condition(studio: Studio, args: ConditionAddArgs) -> Outcome:
    if sum(map(bool, (args.file, args.board, args.take))) != 1:
        raise BadInput(
            "give exactly one file, board or take to follow",
            "run milimo shot condition add 3C FILE, or give --board 3A or --take 3A",
        )
    _require_usable_options(args)
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    rate = story.project.rate
    one = Conditioning(
        id=new_id("follow"),
        shot=shot.id,
        order=order_keys.create_key_between(shot.conditioning[-1].order if shot.conditioning else None, None),
        frame=parse_condition_frame(args.frame, rate, "--frame") if args.frame else 0,
        strength=args.strength,
        at=parse_condition_frame(args.at, rate, "--at") if args.at else None,
        control=args.control,
        prepared=args.prepared,
    )
    is_picture = bool(args.board)
    if args.file:
        asset = import_or_find_asset(studio, args.file, link=args.link)
        if asset.kind is AssetKind.SOUND:
            raise BadInput(f"{asset.name} is a sound", "a take can only follow pictures and clips here")
        one = _follow_control_map(studio, replace(one, asset=asset.id), asset, args)
        is_picture = asset.kind is AssetKind.PICTURE
    else:
        other = shot_spec.find_shot(story, args.board or args.take)
        kind = FollowKind.BOARD if args.board else FollowKind.TAKE
        one = replace(one, kind=kind, other=other.id)
    if is_picture and one.at is not None:
        one = _place_picture(one, bool(args.frame))
    return _save_conditions(studio, shot, (*shot.conditioning, one), one, "add an input of")


def _follow_control_map(
    studio: Studio, one: Conditioning, asset: Asset, args: ConditionAddArgs
) -> Conditioning:
    """Return the condition `one`, changed to follow the control of its asset, such as `depth`, if the asset
    is a control map.

    The condition is returned unchanged if the asset is no control map, or if only a single frame of the map
    is used. Raises BadInput if the arguments name a control that differs from the control of the map.
    """
    kind = control_maps.read_map_controls(studio.require_project()).get(asset.id, "")
    if not kind or args.frame or args.at:
        return one
    if args.control not in ("", kind):
        raise BadInput(
            f"{asset.name} is a {kind} map, not {args.control}",
            f"leave --control out, or run milimo control make FILE --kind {args.control}",
        )
    return replace(one, control=kind, prepared=True)


def _require_usable_options(args: ConditionAddArgs) -> None:
    """Raise BadInput for an option that has no effect together with the other options."""
    if args.control and (args.at or args.frame):
        named = "--at" if args.at else "--frame"
        raise BadInput(
            f"a control is followed through the complete shot, so {named} has no effect", f"leave {named} out"
        )
    if args.prepared and not args.control:
        raise BadInput("--prepared needs a control", "give one, for example --control depth")
    if args.link and not args.file:
        raise BadInput("--link needs a file", "leave --link out, or name a file")


def _place_picture(one: Conditioning, is_placed: bool) -> Conditioning:
    """Return the condition `one` for a still picture, placed at a frame of the shot.

    A picture has only one frame, so `--at` means the same as `--frame`. `is_placed` is True if the user gave
    both; raises BadInput if they differ.
    """
    if is_placed and one.at != one.frame:
        raise BadInput("a picture has only one place: --at and --frame name two", "leave one of them out")
    return replace(one, frame=one.frame if one.at is None else one.at, at=None)


class ConditionSetArgs(Args):
    ONE_OF = ANY

    id: str = arg(description="a shot (3B or its id)")
    which: str = arg(description="an input: its position in the list, or its id")
    frame: str | None = arg(None, description="position in the shot: a frame, last, 2.5s or a timecode")
    strength: float | None = arg(None, ge=0, le=1, description="strength, from 0 to 1")
    at: str | None = arg(
        None, description="of a clip: use only this frame (empty: all); of a picture: same as --frame"
    )
    control: Control | None = arg(None, description="control that the take follows through the complete clip")
    prepared: bool | None = arg(None, description="the clip is already a control map")


def _set_condition(studio: Studio, args: ConditionSetArgs) -> Outcome:
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    rate = story.project.rate
    one = _find_own_condition(story, shot, args.which)
    given = args.given("id", "which")
    if args.frame is not None:
        given["frame"] = parse_condition_frame(args.frame, rate, "--frame")
    if args.at is not None:
        given["at"] = parse_condition_frame(args.at, rate, "--at") if args.at else None
    changed = replace(one, **given)
    if changed.control and (args.at or args.frame):
        named = "--at" if args.at else "--frame"
        raise BadInput(
            f"a control is followed through the complete shot, so {named} has no effect", f"leave {named} out"
        )
    if args.prepared and not changed.control:
        raise BadInput(
            "--prepared needs a control, but this condition has none", "give one, for example --control depth"
        )
    if args.at and _is_picture_condition(story, changed):
        changed = _place_picture(changed, args.frame is not None)
    kept = tuple(changed if other.id == one.id else other for other in shot.conditioning)
    return _save_conditions(
        studio, shot, kept, changed, f"set {', '.join(given) or 'nothing'} of an input of"
    )


def _is_picture_condition(story: Story, one: Conditioning) -> bool:
    asset = next((asset for asset in story.assets if asset.id == one.asset), None)
    return one.kind is FollowKind.BOARD or (asset is not None and asset.kind is AssetKind.PICTURE)


class ConditionRemoveArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    which: tuple[str, ...] = arg((), description="inputs: positions in the list, or ids")
    all: bool = arg(False, description="all inputs that a person added")


def _remove_conditions(studio: Studio, args: ConditionRemoveArgs) -> Outcome:
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    if not (args.which or args.all):
        raise BadInput(
            "nothing to remove is named",
            "milimo shot condition list shows their numbers; --all removes everything",
        )
    removed_ids = {one.id for one in shot.conditioning} if not args.which else {
        _find_own_condition(story, shot, name).id for name in args.which
    }  # fmt: skip
    kept = tuple(one for one in shot.conditioning if one.id not in removed_ids)
    return _save_conditions(studio, shot, kept, None, "remove inputs of")


def _save_conditions(
    studio: Studio, shot: Shot, conditions: tuple[Conditioning, ...], new: Conditioning | None, action: str
) -> Outcome:
    """Save `conditions` as the conditions of a shot. Raises BadInput or Refused if the added condition `new`
    is not usable.

    `action` describes the edit in the history.
    """
    story = studio.take_snapshot().story
    changed = replace(shot, conditioning=conditions)
    followed = conditioning.list_followed(story, changed)
    if new is not None:
        _check_condition(story, shot, new, followed)
    number = story.numbers.get(shot.id, shot.id)
    if changed != shot:
        story_edits.edit_story(studio, f"{action} {number}", [shot], [changed])
    described = [f"{one.what} at {one.frame}" for one in followed if one.is_sent and not one.control]
    described += [f"{one.control} of {one.what}" for one in followed if one.is_sent and one.control]
    return Outcome(
        data=build_condition_rows(followed),
        columns=CONDITION_COLUMNS,
        message=f"{number} follows {', '.join(described) or 'nothing'}",
    )


def _check_condition(story: Story, shot: Shot, new: Conditioning, followed: tuple[FollowedItem, ...]) -> None:
    """Check a new condition of a shot.

    Raises BadInput for a frame outside the shot or an unusable asset, and Refused if another condition has
    the same frame. A source that has not been made yet, such as a take, is allowed.
    """
    number = story.numbers.get(shot.id, shot.id)
    if not -shot.frames <= new.frame < shot.frames:
        raise BadInput(
            f"frame {new.frame} is outside {number}, which has {shot.frames} frames",
            f"name a frame from 0 to {shot.frames - 1}, or last",
        )
    one = next(one for one in followed if one.id == new.id)
    if one.problem and one.asset is not None:
        raise BadInput(one.problem, one.hint)
    taken = next(
        (
            (place, other)
            for place, other in enumerate(followed, 1)
            if other.id and other.id != one.id and not other.control and other.frame == one.frame
        ),
        None,
    )
    if taken and not one.control:
        place, other = taken
        raise Refused(
            f"{number} already follows {other.what} at frame {one.frame}",
            f"milimo shot condition remove {number} {place} removes it; or name another frame",
        )


def _find_own_condition(story: Story, shot: Shot, name: str) -> Conditioning:
    """Find a condition that the user set, by its number in the list or its id. Raises NotFound, BadInput."""
    followed = conditioning.list_followed(story, shot)
    for place, one in enumerate(followed, 1):
        if name not in (str(place), one.id):
            continue
        if not one.id:
            option = {"board": "--board off", "continuity": "--continuity off"}[one.source]
            number = story.numbers.get(shot.id, shot.id)
            raise BadInput(
                f"{one.what} was not added by the user, so it can't be removed",
                f"milimo shot set {number} {option} switches it off",
            )
        return next(mine for mine in shot.conditioning if mine.id == one.id)
    raise NotFound(
        f"the shot does not follow anything called “{name}”",
        "milimo shot condition list shows what it follows",
    )


def import_or_find_asset(studio: Studio, name: str, *, link: bool = False) -> Asset:
    """Return the asset that `name` means: the file at that path, which is imported, or otherwise an asset of
    the film. Raises NotFound.

    A file in the current folder has priority over an asset, because the file may have changed since it was
    imported. If `link` is True, an imported file stays where it is and is not copied.
    """
    path = parse_user_path(name).absolute()
    if path.is_file():
        return imports.add_media(studio, path, link=link)
    try:
        return find_asset(studio, name)
    except NotFound:
        raise NotFound(
            f"there is no file and no asset “{name}”",
            "milimo asset list shows the assets; or give the path of a file",
        ) from None


def parse_condition_frame(text: str, rate: Any, flag: str) -> int:
    """Parse a frame as the user types it: a time, `last`, or `-N` for N frames before the end.

    `flag` is the option's name in the message. Raises BadInput.
    """
    word = text.strip().lower()
    if word == "last":
        return -1
    if re.fullmatch("-[0-9]{1,12}f?", word):
        return int(word.removesuffix("f"))
    try:
        return parse_frame(text, rate)
    except BadInput as error:
        raise BadInput(f"{flag}: {error.message}", f"write {flag} 60, 2.5s, last or a timecode") from None


COMMANDS = (
    Command(
        "shot.condition.list",
        "List conditions",
        "list the inputs that takes of a shot follow, strongest first",
        _list_conditions,
        ShotIdArgs,
        refuse_without_film,
        cli="shot condition list",
        positional=("id",),
    ),
    Command(
        "shot.condition.add",
        "Add condition",
        "let takes of a shot follow a picture, clip, board or frame",
        _add_condition,
        ConditionAddArgs,
        refuse_without_film,
        cli="shot condition add",
        positional=("id", "file"),
    ),
    Command(
        "shot.condition.set",
        "Set condition",
        "set the frame, strength or time of an input that takes follow",
        _set_condition,
        ConditionSetArgs,
        refuse_without_film,
        cli="shot condition set",
        positional=("id", "which"),
    ),
    Command(
        "shot.condition.remove",
        "Remove condition",
        "remove an input that takes of a shot follow",
        _remove_conditions,
        ConditionRemoveArgs,
        refuse_without_film,
        cli="shot condition remove",
        positional=("id", "which"),
    ),
)
