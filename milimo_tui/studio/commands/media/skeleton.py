"""Commands on the skeleton of a person in a picture or take: find, show, correct and export it, and use it as
a pose map.
"""

from __future__ import annotations

import os
import shutil
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import parse_user_path, replace_file_atomically, write_file_atomically
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.control_specs import FindSkeleton, MakeControl
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.studio.commands.media.control import HELD_PICTURE_FRAMES, make_control_map
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.pictures import masks
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.render.render_jobs import get_last_result
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec

if TYPE_CHECKING:
    from milimo_tui.interchange.skeletons.person_skeleton import Skeleton

# The modules that draw skeletons are imported inside functions: they need numpy, which is not needed to list
# the commands.
ENGINE = engine_registry.find_first_engine("find_skeleton").name
_NAME_HELP = "a skeleton (milimo skeleton list)"


class SkeletonFindArgs(Args):
    file: str = arg(
        description="a picture or clip that shows somebody: a file, an asset, a take, or a shot (3B)"
    )
    name: str = arg("", description="name of the skeleton (default: the name of the file)", one_line=True)
    person: int = arg(1, ge=1, le=32, description="number of the person; 1 is the largest")
    frame: int = arg(0, ge=0, description="frame of a clip")
    model: str = arg("", description="id of weights (default: the best on this machine)")


def _find_skeleton(studio: Studio, args: SkeletonFindArgs) -> Outcome:
    from milimo_tui.studio.pictures import skeletons

    spec = FindSkeleton(engine=ENGINE, input="", frame=args.frame, model=args.model)
    require_stack("a skeleton")
    engine_registry.profile(ENGINE).weights_for(ModelStore(studio.home.models), spec)
    source = masks.find_mask_source(studio, args.file, lambda source: None)
    if args.frame >= source.frames:
        raise BadInput(f"{source.name} has no frame {args.frame}", f"its last frame is {source.frames - 1}")
    name = args.name or "-".join(Path(source.name).stem.split())
    spec = spec.model_copy(update={"input": str(source.path)})
    request = JobRequest(spec=spec.model_dump(mode="json"), label=f"skeleton of {source.name}"[:300])
    [job] = studio.require_client().submit_jobs([request])
    check_job_done(wait_with_progress(studio, "skeleton", [job])[job])
    facts = get_last_result(studio, job).facts
    joints = Path(studio.require_client().fetch_job(job).outputs["joints"])
    found = skeletons.make_skeleton(
        joints, name, source, args.frame, args.person, str(facts.get("model", ""))
    )
    before = (
        skeletons.find_skeleton(studio, name)
        if any(one.name == name for one in skeletons.list_skeletons(studio))
        else None
    )
    skeleton = skeletons.keep_manual_changes(found, before)
    skeletons.store_skeleton(studio, skeleton)
    noise = " (noise: tiny weights)" if facts.get("tiny") else ""
    return Outcome(
        data={**skeletons.describe_skeleton(skeleton), "job": job, "people": facts.get("people")},
        text=_format_joint_lines(skeleton),
        message=f"found {name}{noise}; milimo skeleton show {name}",
    )


def _format_joint_lines(skeleton: Skeleton) -> str:
    from milimo_tui.studio.pictures import skeletons

    rows = skeletons.describe_skeleton(skeleton)["joints"]
    lines = [
        f"{row['joint']:<16}{row['x']:>8.1f}{row['y']:>8.1f}   "
        f"{'set by the user' if row['by_hand'] else format(row['sure'], '.2f')}"
        for row in rows
    ]
    unsure = ", ".join(name for name, _ in skeleton.list_unsure_joints())
    return "\n".join([*lines, f"uncertain joints: {unsure}" if unsure else "every joint was found"])


class SkeletonShowArgs(Args):
    name: str = arg(description=_NAME_HELP, one_line=True)
    out: str = arg("", description="write the picture to this .png file instead of the terminal")


def _show_skeleton(studio: Studio, args: SkeletonShowArgs) -> Outcome:
    """Show a skeleton over its picture, and the position of each joint."""
    from milimo_tui.studio.pictures import skeletons

    skeleton = skeletons.find_skeleton(studio, args.name)
    picture = skeletons.draw_skeleton(skeleton)
    if args.out:
        target = parse_user_path(args.out)
        if target.suffix.lower() != ".png":
            raise BadInput(f"{target.name} does not end in .png", "give --out FILE.png")
        with replace_file_atomically(target) as temporary:
            picture.save(temporary, "PNG")
        return Outcome(
            data={**skeletons.describe_skeleton(skeleton), "path": str(target)}, message=f"wrote {target}"
        )
    from milimo_tui.media.viewer import shell_terminal
    from milimo_tui.media.viewer.shell_picture import picture_to_text

    path = studio.require_project().paths.cache / "skeleton.png"
    with replace_file_atomically(path) as temporary:
        picture.save(temporary, "PNG")
    if sys.stdout.isatty():
        settings = studio.settings
        terminal = shell_terminal.detect_shell_terminal(os.environ, "auto", settings.images, settings.cells)
    else:
        terminal = shell_terminal.ShellTerminal(shell_terminal.LETTERS)
    columns, rows = shutil.get_terminal_size((80, 24))
    drawn = picture_to_text(path, columns, rows - 2, terminal, Fraction(0), None)
    return Outcome(
        data=skeletons.describe_skeleton(skeleton), text=_format_joint_lines(skeleton), drawn=drawn
    )


def _list_skeletons(studio: Studio, args: NoArgs) -> Outcome:
    from milimo_tui.studio.pictures import skeletons

    rows = [
        {
            "name": skeleton.name,
            "source": Path(skeleton.source).name,
            "frame": skeleton.frame,
            "unsure": len(skeleton.list_unsure_joints()),
            "changes": len(skeleton.moves),
        }
        for skeleton in skeletons.list_skeletons(studio)
    ]
    columns = ("name", "source", "frame", "unsure", "changes")
    return Outcome(
        data=rows, columns=columns, message="" if rows else "no skeletons yet: milimo skeleton find FILE"
    )


class JointMoveArgs(Args):
    name: str = arg(description=_NAME_HELP, one_line=True)
    joint: str = arg(description="a joint: nose, left elbow, l-wrist …")
    to: str = arg("", description="position X,Y in pixels, or a shift: +3,-2")
    gone: bool = arg(False, description="mark the joint as not visible")


def _move_joint(studio: Studio, args: JointMoveArgs) -> Outcome:
    from milimo_tui.studio.pictures import skeletons

    skeleton = skeletons.find_skeleton(studio, args.name)
    if args.gone == bool(args.to):
        raise BadInput(
            "give either a position of the joint or --gone",
            "milimo skeleton move NAME JOINT X,Y moves it; --gone marks it as not visible",
        )
    moved = (
        skeleton.remove_joint(args.joint)
        if args.gone
        else skeletons.move_joint_by_text(skeleton, args.joint, args.to)
    )
    skeletons.store_skeleton(studio, moved)
    move = moved.moves[-1]
    where = "is gone" if move.gone else f"is at {move.x:g},{move.y:g}"
    return Outcome(data=skeletons.describe_skeleton(moved), message=f"{move.joint} of {args.name} {where}")


class SkeletonNameArgs(Args):
    name: str = arg(description=_NAME_HELP, one_line=True)


def _undo_joint_move(studio: Studio, args: SkeletonNameArgs) -> Outcome:
    from milimo_tui.studio.pictures import skeletons

    skeleton = skeletons.find_skeleton(studio, args.name)
    undone = skeleton.undo_last_move()
    skeletons.store_skeleton(studio, undone)
    return Outcome(
        data=skeletons.describe_skeleton(undone),
        message=f"{skeleton.moves[-1].joint} of {args.name} is where it was before",
    )


class SkeletonExportArgs(Args):
    name: str = arg(description=_NAME_HELP, one_line=True)
    file: str = arg(description="the .glb or .gltf file to write")
    tall: float = arg(
        1.75, ge=0.1, le=100, description="height in metres, from the lowest to the highest joint"
    )
    overwrite: bool = arg(False, description="replace an existing file")


def _export_skeleton(studio: Studio, args: SkeletonExportArgs) -> Outcome:
    from milimo_tui.interchange.skeletons.gltf_file import format_gltf
    from milimo_tui.studio.pictures import skeletons

    skeleton = skeletons.find_skeleton(studio, args.name)
    target = parse_user_path(args.file)
    data, left_out = format_gltf(skeleton, args.tall, target.suffix.lower())
    if target.exists() and not args.overwrite:
        raise BadInput(f"{target} already exists", "name another file, or add --overwrite")
    write_file_atomically(target, data)
    less = f"; without {', '.join(left_out)}, because they are uncertain" if left_out else ""
    return Outcome(
        data={"path": str(target), "bytes": len(data), "left_out": list(left_out)},
        message=f"wrote {target}: the skeleton is flat, because one picture has no depth{less}",
    )


class SkeletonPoseArgs(Args):
    name: str = arg(description=_NAME_HELP, one_line=True)
    shot: str = arg("", description="the shot that follows the pose when it is made")
    frames: int | None = arg(
        None, ge=1, le=10_000, description="number of frames (default: length of the shot)"
    )
    detach: bool = arg(False, description="queue the work and return at once")


def _make_pose_map(studio: Studio, args: SkeletonPoseArgs) -> Outcome:
    """Make a pose map from a skeleton and its corrections. Takes of a shot can follow the map."""
    from milimo_tui.studio.pictures import skeletons

    skeleton = skeletons.find_skeleton(studio, args.name)
    story = studio.take_snapshot().story
    target = shot_spec.find_shot(story, args.shot) if args.shot else None
    control: Literal["pose"] = "pose"
    spec = MakeControl(
        control=control,
        input=skeleton.source,
        start=skeleton.frame,
        frames=args.frames or (target.frames if target else HELD_PICTURE_FRAMES),
        rate=story.project.rate,
        people=(skeleton.list_joints(),),
        shot=target.id if target else "",
    )
    engine_registry.profile(spec.engine).check(spec)
    return make_control_map(studio, spec, f"the skeleton {skeleton.name}", args.shot, detach=args.detach)


COMMANDS = (
    Command(
        "skeleton.find",
        "Find a skeleton",
        "find the joints of a person in a picture or take",
        _find_skeleton,
        SkeletonFindArgs,
        refuse_without_film,
        cli="skeleton find",
        positional=("file",),
    ),
    Command(
        "skeleton.show",
        "Show skeleton",
        "show a skeleton over its picture, and its joints",
        _show_skeleton,
        SkeletonShowArgs,
        refuse_without_film,
        cli="skeleton show",
        positional=("name",),
    ),
    Command(
        "skeleton.list",
        "List skeletons",
        "list the skeletons of the film",
        _list_skeletons,
        NoArgs,
        refuse_without_film,
        cli="skeleton list",
    ),
    Command(
        "skeleton.move",
        "Move a joint",
        "move a joint of a skeleton, or mark it as not visible",
        _move_joint,
        JointMoveArgs,
        refuse_without_film,
        cli="skeleton move",
        positional=("name", "joint", "to"),
    ),
    Command(
        "skeleton.undo",
        "Undo a joint's move",
        "undo the last manual change of a skeleton",
        _undo_joint_move,
        SkeletonNameArgs,
        refuse_without_film,
        cli="skeleton undo",
        positional=("name",),
    ),
    Command(
        "skeleton.export",
        "Export a skeleton",
        "export a skeleton as glTF 2.0, with bones, skin and limits",
        _export_skeleton,
        SkeletonExportArgs,
        refuse_without_film,
        cli="skeleton export",
        positional=("name", "file"),
    ),
    Command(
        "skeleton.pose",
        "Follow a skeleton",
        "let takes of a shot follow the pose of a skeleton",
        _make_pose_map,
        SkeletonPoseArgs,
        refuse_without_film,
        cli="skeleton pose",
        positional=("name",),
    ),
)
