"""The storyboard: commit the screenplay, read it without keeping it, draw boards, reorder."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from milimo_tui.core import order
from milimo_tui.core.errors import BadInput
from milimo_tui.core.time import clock
from milimo_tui.jobs.client import BatchRequest, JobRequest
from milimo_tui.story import shots
from milimo_tui.studio import making, screenplays
from milimo_tui.studio.args import Args, NoArgs, arg
from milimo_tui.studio.batching import named
from milimo_tui.studio.commands.queued import ended
from milimo_tui.studio.commands.script import TextArgs, read_text
from milimo_tui.studio.commands.shot_rows import shot_row
from milimo_tui.studio.registry import Command, Outcome, needs_project
from milimo_tui.studio.studio import Studio


def _commit(studio: Studio, args: NoArgs) -> Outcome:
    done = screenplays.commit(studio)
    report = done.report
    data = {**asdict(report), "to_place": list(done.to_place), "gone": list(done.gone)}
    waiting = f"; {len(done.to_place)} to place by hand" if done.to_place else ""
    return Outcome(data=data, message=report.sentence + waiting)


def _parse(studio: Studio, args: TextArgs) -> Outcome:
    drafts = shots.break_down(*read_text(studio, args))
    rows: list[dict[str, Any]] = []
    for scene in drafts:
        for draft in scene.shots:
            rows.append(
                {
                    "scene": scene.number,
                    "heading": scene.heading,
                    "size": draft.size.value,
                    "angle": draft.angle.value,
                    "movement": draft.movement.value,
                    "function": draft.function.value,
                    "frames": draft.frames,
                    "characters": list(draft.characters),
                    "action": draft.action,
                    "dialogue": [f"{line.character}: {line.text}" for line in draft.dialogue],
                    "line": draft.line,
                }
            )
    return Outcome(
        data=rows, columns=("scene", "size", "movement", "function", "frames", "characters", "action")
    )


def _show(studio: Studio, args: NoArgs) -> Outcome:
    story = studio.snapshot().story
    states = making.states(story)
    data, lines = [], []
    for scene in story.live_scenes():
        mine = [state for state in states if state.shot.scene == scene.id]
        seconds = float(sum(state.shot.frames for state in mine) / story.project.rate) if mine else 0.0
        rows = [shot_row(state) for state in mine]
        data.append({"id": scene.id, "number": scene.number, "heading": scene.heading, "shots": rows})
        lines.append(f"{scene.number:<4}{scene.heading}   {clock(seconds)}   {len(mine)} shots")
        lines += [
            f"    {row['glyph']} {row['number']:<5}{row['size']:<4}{row['movement']:<11}"
            f"{row['frames']:>4} f  {row['text'][:60]}"
            for row in rows
        ]
    return Outcome(data=data, text="\n".join(lines) or "no scenes yet: milimo script import FILE")


class BoardArgs(Args):
    ids: tuple[str, ...] = arg((), description="shots (3B or ids)")
    all: bool = arg(False, description="every shot")
    missing: bool = arg(False, description="every shot without a board")
    detach: bool = arg(False, description="queue and return")


def _board(studio: Studio, args: BoardArgs) -> Outcome:
    story = studio.snapshot().story
    wanted = [making.find_shot(story, name) for name in dict.fromkeys(args.ids)]
    if args.all or args.missing:
        wanted += [shot for shot in story.live_shots() if args.all or not shot.board]
    if not wanted and not args.missing:
        raise BadInput("no shot is named", "milimo storyboard board 3B, --all or --missing")
    numbers = [story.numbers.get(shot.id, "") for shot in wanted]
    what = "All boards" if args.all else "Missing boards" if args.missing else f"Boards of {named(numbers)}"
    batch = BatchRequest(label=what, project=str(studio.project().paths.root))
    requests = [
        JobRequest(
            spec=making.board_spec(story, shot).model_dump(mode="json"),
            label=f"{story.numbers.get(shot.id, '')} board",
            project=str(studio.project().paths.root),
            shot=shot.id,
            batch=batch.id,
        )
        for shot in wanted
    ]
    ids = studio.client().submit(requests, batches=[batch]) if requests else []
    return ended(studio, ids, batch.id, detach=args.detach, what="board", label=what)


class ReorderArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    by: int = arg(1, description="places to move: negative is earlier; over a scene's edge it changes scene")


def _reorder(studio: Studio, args: ReorderArgs) -> Outcome:
    story = studio.snapshot().story
    shot = making.find_shot(story, args.id)
    live = list(story.live_shots())
    index = next(place for place, other in enumerate(live) if other.id == shot.id)
    target = index + args.by
    if not 0 <= target < len(live) or args.by == 0:
        raise BadInput(
            f"shot {args.id} can't move {args.by} places", f"it is number {index + 1} of {len(live)}"
        )
    rest = live[:index] + live[index + 1 :]
    scene = rest[target - 1].scene if args.by > 0 else rest[target].scene
    left = next((other.order for other in reversed(rest[:target]) if other.scene == scene), None)
    right = next((other.order for other in rest[target:] if other.scene == scene), None)
    moved = replace(shot, scene=scene, order=order.between(left, right))
    label = f"move {story.numbers.get(shot.id, args.id)}"
    screenplays.edit_story(studio, label, [shot], [moved])
    return Outcome(data={"id": shot.id}, message=label)


COMMANDS = (
    Command(
        "storyboard.show",
        "Storyboard",
        "scenes and shots",
        _show,
        NoArgs,
        needs_project,
        cli="storyboard show",
    ),
    Command(
        "storyboard.commit",
        "Commit",
        "the screenplay into scenes, shots and cuts",
        _commit,
        NoArgs,
        needs_project,
        cli="storyboard commit",
    ),
    Command(
        "storyboard.parse",
        "Parse",
        "the shots a text would give, nothing kept",
        _parse,
        TextArgs,
        cli="storyboard parse",
        positional=("script",),
    ),
    Command(
        "storyboard.board",
        "Boards",
        "draw boards of shots",
        _board,
        BoardArgs,
        needs_project,
        cli="storyboard board",
        positional=("ids",),
    ),
    Command(
        "storyboard.reorder",
        "Move shot",
        "move a shot on the storyboard",
        _reorder,
        ReorderArgs,
        needs_project,
        cli="storyboard reorder",
        positional=("id", "by"),
    ),
)
