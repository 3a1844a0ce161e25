"""`shot split`, `join`, `duplicate` and `restore`. Each command is one undo step. Shots that remain keep
their takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.story.shots import surgery
from milimo_tui.story.shots.own_fields import unmark_deleted
from milimo_tui.story.shots.surgery import ShotEdit, TextBeat
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.studio.commands.shot.fields import parse_shot_length
from milimo_tui.studio.commands.shot.shot_rows import ShotIdArgs, build_shot_row, find_shot_state
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec


class ShotSplitArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    before: str = arg("", description="words of its speech or action that the second shot begins with")
    beat: int = arg(0, description="the sentence that the second shot begins with: 2 is the second", ge=0)
    at: str = arg(
        "", description="where to split: frames (50), seconds (2s) or timecode (default: the middle)"
    )


def _split_shot(studio: Studio, args: ShotSplitArgs) -> Outcome:
    """Split a shot into two. Raises BadInput if one half would be empty."""
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    frames = parse_shot_length(studio, args.at) if args.at else None
    number = story.numbers.get(shot.id, args.id)
    try:
        done = surgery.split_shot(story, shot, _find_split_beat(shot, args, frames), frames, new_id)
    except BadInput as error:
        raise BadInput(f"shot {number}: {error.message}", error.hint) from None
    news = story_edits.edit_story(studio, f"split {number}", done.before, done.after).news
    rows = [build_shot_row(find_shot_state(studio, one.id)) for one in done.after]
    first, second = rows[0]["number"], rows[1]["number"]
    message = f"split {number} into {first} and {second}"
    stayed = f"your text for its {_join_with_and(done.stayed)} stays with {first} only" if done.stayed else ""
    return Outcome(data=rows, message="; ".join(filter(None, (message, stayed, news))))


def _join_with_and(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def _find_split_beat(shot: Shot, args: ShotSplitArgs, frames: int | None) -> TextBeat | None:
    """Return the beat (a line or sentence of the shot) with which the second half of a split begins.

    The user may name the beat by its words or its number. Otherwise the beat nearest to the frame `frames` is
    used. If `frames` is None, the beat nearest to the middle of the shot is used.
    """
    if args.before:
        return surgery.find_beat_by_text(shot, args.before)
    found = surgery.list_beats(shot)
    if args.beat:
        if not 1 < args.beat <= len(found):
            most = f"give 2 to {len(found)}" if len(found) > 1 else "it has one sentence: give --before WORDS"
            raise BadInput(f"there is no sentence {args.beat} for the second shot to begin with", most)
        return found[args.beat - 1]
    return surgery.find_beat_at_frame(shot, shot.frames // 2 if frames is None else frames)


class ShotJoinArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    other: str = arg("", description="the shot before or after it (default: the next)")


def _join_shots(studio: Studio, args: ShotJoinArgs) -> Outcome:
    """Join a shot and its neighbour. Raises BadInput if they are not neighbours."""
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    first, second = _find_neighbours(story, shot, args.other)
    numbers = [story.numbers.get(one.id, one.id) for one in (first, second)]
    done = surgery.join_shots(story, first, second, new_id)
    looks = [one for one in story.looks if second.id in (one.begins, one.ends)]
    moved = [
        replace(
            one,
            begins=first.id if one.begins == second.id else one.begins,
            ends=first.id if one.ends == second.id else one.ends,
        )
        for one in looks
    ]
    label = f"join {numbers[0]} and {numbers[1]}"
    news = story_edits.edit_story(studio, label, [*done.before, *looks], [*done.after, *moved]).news
    row = build_shot_row(find_shot_state(studio, first.id))
    takes = sum(take.shot == second.id for take in story.takes)
    kept = f"; {numbers[1]} is {'omitted' if story.project.numbers_locked else 'parked'}" + (
        " with its takes" if takes else ""
    )
    if done.stayed:
        kept += f"; your text for its {_join_with_and(done.stayed)} stays with it"
    # A control applies to an entire shot, so the joined shot follows only the controls of its first part.
    followed = {(one.control, one.asset, one.other) for one in first.conditioning}
    left = [one for one in second.conditioning if one.control]
    if kinds := [one.control for one in left if (one.control, one.asset, one.other) not in followed]:
        kept += f"; its {_join_with_and(kinds)} control stays with it"
    message = f"joined {numbers[1]} to {row['number']}{kept}"
    return Outcome(data=row, message="; ".join(filter(None, (message, news))))


def _find_neighbours(story: Story, shot: Shot, other: str) -> tuple[Shot, Shot]:
    """Return the shot and its neighbour named `other`, in film order. Raises BadInput if they are not
    neighbours.
    """
    mine = [one for one in story.live_shots() if one.scene == shot.scene]
    place = next((at for at, one in enumerate(mine) if one.id == shot.id), -1)
    number = story.numbers.get(shot.id, shot.id)
    if not other and place + 1 >= len(mine):
        raise BadInput(
            f"{number} is the last shot of its scene", "name the shot before it: milimo shot join ID OTHER"
        )
    wanted = shot_spec.find_shot(story, other).id if other else mine[place + 1].id
    for first, second in pairwise(mine):
        if {first.id, second.id} == {shot.id, wanted}:
            return first, second
    other_number = story.numbers.get(wanted, wanted)
    raise BadInput(
        f"{number} and {other_number} are not next to each other", "only neighbours in a scene can be joined"
    )


def _duplicate_shot(studio: Studio, args: ShotIdArgs) -> Outcome:
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    number = story.numbers.get(shot.id, args.id)
    done: ShotEdit = surgery.duplicate_shot(story, shot, new_id)
    news = story_edits.edit_story(studio, f"duplicate {number}", done.before, done.after).news
    row = build_shot_row(find_shot_state(studio, done.after[0].id))
    return Outcome(data=row, message="; ".join(filter(None, (f"{row['number']} is {number} again", news))))


class ShotRestoreArgs(Args):
    id: str = arg(description="a shot that is omitted (3B or its id)")


def _restore_shot(studio: Studio, args: ShotRestoreArgs) -> Outcome:
    """Bring back an omitted shot. Raises NotFound, Refused."""
    story = studio.take_snapshot().story
    wanted = args.id.strip().upper()
    shot = next((one for one in story.shots if one.omitted and args.id in (one.id, one.number)), None)
    shot = shot or next((one for one in story.shots if one.omitted and one.number.upper() == wanted), None)
    if shot is None:
        raise NotFound(
            f"no omitted shot is called “{args.id}”",
            "milimo shot list shows omitted shots, milimo bin list deleted ones",
        )
    scene = next(scene for scene in story.scenes if scene.id == shot.scene)
    if scene.parked:
        raise Refused(f"scene {scene.number} is omitted", f"milimo scene restore {scene.number} restores it")
    news = story_edits.edit_story(studio, f"bring back {shot.number}", [shot], [unmark_deleted(shot)]).news
    row = build_shot_row(find_shot_state(studio, shot.id))
    return Outcome(data=row, message="; ".join(filter(None, (f"{shot.number} is back", news))))


SURGERY = (
    Command(
        "shot.split",
        "Split shot",
        "split a shot into two",
        _split_shot,
        ShotSplitArgs,
        refuse_without_film,
        cli="shot split",
        positional=("id",),
    ),
    Command(
        "shot.join",
        "Join shots",
        "join a shot with the next or previous one",
        _join_shots,
        ShotJoinArgs,
        refuse_without_film,
        cli="shot join",
        positional=("id", "other"),
    ),
    Command(
        "shot.duplicate",
        "Duplicate shot",
        "duplicate a shot and insert the copy after it",
        _duplicate_shot,
        ShotIdArgs,
        refuse_without_film,
        cli="shot duplicate",
        positional=("id",),
    ),
    Command(
        "shot.restore",
        "Restore shot",
        "restore an omitted shot",
        _restore_shot,
        ShotRestoreArgs,
        refuse_without_film,
        cli="shot restore",
        positional=("id",),
    ),
)
