"""Commands for the storyboard: commit a screenplay or a list of shots, show the storyboard, draw boards, move
shots.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_clock_duration, format_count
from milimo_tui.story.shots import film_order
from milimo_tui.story.shots.numbering import OMITTED
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.commands.script.board_export import EXPORT
from milimo_tui.studio.commands.script.boards import BOARD
from milimo_tui.studio.commands.script.parse import PARSE
from milimo_tui.studio.commands.shot.shot_rows import build_shot_row
from milimo_tui.studio.cuts import follow
from milimo_tui.studio.cuts.follow import LengthPolicy
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import commit_preview, screenplays, shot_lists, story_edits
from milimo_tui.studio.script.script_source import read_script_bytes
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec


class StoryboardCommitArgs(Args):
    shots: str = arg(
        "", description="a file of milimo storyboard parse --json, or -: use its shots, not the rules"
    )
    lengths: LengthPolicy = arg(
        LengthPolicy.ASK,
        description="if a shot in an edited cut grew: keep its length, ripple, or ask",
    )
    dry_run: bool = arg(False, description="only show what would change")
    careful: bool = arg(False, description="stop if shots would be parked, moved, renumbered or become stale")
    same: str = arg("", description="elements that have a new name in the script: @mara, @jun")
    apart: str = arg("", description="elements that were not renamed, although the script looks so")


def _commit_storyboard(studio: Studio, args: StoryboardCommitArgs) -> Outcome:
    listed = shot_lists.parse_shot_list_file(read_script_bytes(args.shots)[0]) if args.shots else ()
    choices = {
        **_map_element_choices(studio, args.same, True),
        **_map_element_choices(studio, args.apart, False),
    }
    if args.dry_run or args.careful:
        found = screenplays.prepare_commit(studio, listed, LengthPolicy.KEEP, asking=False, choices=choices)
        effects = commit_preview.list_commit_effects(found)
        if args.dry_run or any(effect.kind in commit_preview.COSTLY_EFFECTS for effect in effects):
            return _preview_commit(effects)
    done = screenplays.commit_script(studio, listed, args.lengths, choices=choices)
    left = done.followed
    data = {"to_place": list(left.to_place), "gone": list(left.gone), "marked": list(left.marked)}
    return Outcome(
        data={**asdict(done.report), **data, "taken_up": left.taken_up, "notes": list(done.notes)},
        message=done.commit_summary,
    )


def _map_element_choices(studio: Studio, names: str, goes_along: bool) -> dict[str, bool]:
    """Return a dictionary that maps the ids of elements to `goes_along`. True means that the element is sent
    with a shot, False that it is left out. `names` are the names of the elements, separated by commas. Raises
    NotFound for an unknown name.
    """
    called = [name.strip() for name in names.split(",") if name.strip()]
    return {find_element(studio, name).id: goes_along for name in called}


def _preview_commit(effects: Sequence[commit_preview.CommitEffect]) -> Outcome:
    data = [asdict(effect) for effect in effects]
    kinds = ", ".join(commit_preview.count_commit_effects(data))
    return Outcome(
        data=data,
        columns=("kind", "name", "words"),
        message=f"effects of a commit: {kinds}" if kinds else "nothing changed",
    )


def _show_storyboard(studio: Studio, args: NoArgs) -> Outcome:
    story = studio.take_snapshot().story
    states = shot_spec.list_shot_states(story, with_omitted=True)
    data, lines = [], []
    for scene in story.shown_scenes():
        mine = [state for state in states if state.shot.scene == scene.id]
        live = [state for state in mine if not state.shot.parked]
        seconds = float(sum(state.shot.frames for state in live) / story.project.rate) if live else 0.0
        rows = [build_shot_row(state) for state in mine]
        heading = OMITTED if scene.omitted else scene.heading
        data.append({"id": scene.id, "number": scene.number, "heading": heading, "shots": rows})
        if scene.omitted:
            lines.append(f"{scene.number:<4}{OMITTED}")
            continue
        lines.append(
            f"{scene.number:<4}{scene.heading}   {format_clock_duration(seconds)}   "
            f"{format_count(len(live), 'shot')}"
        )
        lines += [
            f"    {row['glyph']} {row['number']:<5}{OMITTED}"
            if row["omitted"]
            else f"    {row['glyph']} {row['number']:<5}{row['size']:<4}{row['movement']:<11}"
            f"{row['frames']:>4} f  {row['text'][:60]}"
            for row in rows
        ]
    return Outcome(data=data, text="\n".join(lines) or "no scenes yet: milimo script import FILE")


class StoryboardReorderArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    by: int = arg(1, description="positions to move; negative is earlier, across scenes too")


def _move_shot_on_storyboard(studio: Studio, args: StoryboardReorderArgs) -> Outcome:
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    live = list(story.live_shots())
    index = next(place for place, other in enumerate(live) if other.id == shot.id)
    target = index + args.by
    if not 0 <= target < len(live) or args.by == 0:
        raise BadInput(
            f"shot {args.id} can't be moved by {args.by}", f"it is at position {index + 1} of {len(live)}"
        )
    rest = live[:index] + live[index + 1 :]
    scene = rest[target - 1].scene if args.by > 0 else rest[target].scene
    before = next((other.id for other in reversed(rest[:target]) if other.scene == scene), "")
    others = replace(story, shots=tuple(other for other in story.shots if other.id != shot.id))
    moved = replace(shot, scene=scene, order=film_order.make_shot_order_key(others, scene, before))
    label = f"move {story.numbers.get(shot.id, args.id)}"
    followed = story_edits.edit_story(studio, label, [shot], [moved])
    after = studio.take_snapshot().story
    number = after.numbers.get(shot.id, args.id)
    stay = follow.list_cuts_in_own_order(followed, after, {shot.id})
    message = f"{label}; {follow.describe_kept_order(stay, number)}" if stay else label
    return Outcome(data={"id": shot.id, "number": number, "stays_in": stay}, message=message)


COMMANDS = (
    Command(
        "storyboard.show",
        "Show storyboard",
        "list scenes and shots",
        _show_storyboard,
        NoArgs,
        refuse_without_film,
        cli="storyboard show",
    ),
    Command(
        "storyboard.commit",
        "Commit screenplay",
        "update scenes, shots and cuts from the screenplay",
        _commit_storyboard,
        StoryboardCommitArgs,
        refuse_without_film,
        cli="storyboard commit",
    ),
    PARSE,
    BOARD,
    EXPORT,
    Command(
        "storyboard.reorder",
        "Move shot",
        "move a shot on the storyboard",
        _move_shot_on_storyboard,
        StoryboardReorderArgs,
        refuse_without_film,
        cli="storyboard reorder",
        positional=("id", "by"),
    ),
)
