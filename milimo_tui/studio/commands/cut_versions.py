"""The cuts of a film as versions of one another: new, use, rename, freeze, delete."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from milimo_tui.core.errors import BadInput
from milimo_tui.core.ids import new_id
from milimo_tui.cut import assembly
from milimo_tui.cut.values import Cut
from milimo_tui.studio.args import Args, arg
from milimo_tui.studio.commands.cut_common import current_cut, find_cut
from milimo_tui.studio.names import check_name
from milimo_tui.studio.registry import Command, Outcome, needs_project
from milimo_tui.studio.studio import Studio


class NewArgs(Args):
    name: str = arg(description="the cut's name")
    empty: bool = arg(False, description="start empty instead of from the storyboard")
    copy_of: str = arg("", description="start as a copy of this cut")


def _free_name(cuts: Iterable[Cut], name: str) -> str:
    """A name that none of these cuts has. Raises BadInput."""
    kept = check_name(name, "a cut")
    if kept in {cut.name for cut in cuts}:
        raise BadInput(f"there is a cut “{kept}” already", "give this one a name of its own")
    return kept


def _new(studio: Studio, args: NewArgs) -> Outcome:
    snapshot = studio.snapshot()
    name = _free_name(snapshot.cuts, args.name)
    project = snapshot.story.project
    if args.copy_of:
        cut = assembly.duplicate(find_cut(studio, args.copy_of), name, new_id)
    else:
        cut = assembly.new_cut(
            name,
            rate=project.rate,
            width=project.width,
            height=project.height,
            sample_rate=project.sample_rate,
            mint=new_id,
        )
        if not args.empty:
            shots = [(shot.id, shot.frames) for shot in snapshot.story.live_shots()]
            cut = assembly.assemble(cut, shots, new_id, rate=project.rate)
    label = f"new cut “{name}”"
    studio.project().edit(label, scope="project", actor=studio.actor, before=[], after=[cut])
    studio.use_cut(cut.id)
    return Outcome(data={"id": cut.id, "name": name}, message=f"made the cut “{name}”; it is the current one")


class NameArgs(Args):
    name: str = arg(description="a cut (its name or id)")


def _use(studio: Studio, args: NameArgs) -> Outcome:
    cut = find_cut(studio, args.name)
    studio.use_cut(cut.id)
    return Outcome(data={"id": cut.id, "name": cut.name}, message=f"now on the cut “{cut.name}”")


class RenameArgs(Args):
    name: str = arg(description="the new name")


def _rename(studio: Studio, args: RenameArgs) -> Outcome:
    cut = current_cut(studio)
    name = _free_name([other for other in studio.snapshot().cuts if other.id != cut.id], args.name)
    changed = replace(cut, name=name)
    studio.project().edit(
        f"call the cut “{name}”", scope=cut.id, actor=studio.actor, before=[cut], after=[changed]
    )
    return Outcome(data={"id": cut.id, "name": name}, message=f"the cut is now “{name}”")


def _freeze(studio: Studio, args: NameArgs) -> Outcome:
    cut = find_cut(studio, args.name)
    if cut.frozen:
        return Outcome(data={"id": cut.id, "frozen": True}, message=f"“{cut.name}” is frozen already")
    changed = replace(cut, frozen=True)
    label = f"freeze “{cut.name}”"
    studio.project().edit(label, scope="project", actor=studio.actor, before=[cut], after=[changed])
    return Outcome(
        data={"id": cut.id, "frozen": True}, message=f"froze “{cut.name}”; copy it to go on editing"
    )


def _delete(studio: Studio, args: NameArgs) -> Outcome:
    cut = find_cut(studio, args.name)
    if len(studio.snapshot().cuts) == 1:
        raise BadInput(f"“{cut.name}” is the only cut", "make another one first: milimo cut new NAME")
    label = f"delete the cut “{cut.name}”"
    studio.project().edit(label, scope="project", actor=studio.actor, before=[cut], after=[])
    return Outcome(data={"id": cut.id}, message=f"deleted “{cut.name}”; undo brings it back")


VERSIONS: tuple[Command, ...] = (
    Command(
        "cut.new",
        "New cut",
        "a cut from the storyboard",
        _new,
        NewArgs,
        needs_project,
        cli="cut new",
        positional=("name",),
    ),
    Command(
        "cut.use",
        "Use cut",
        "make a cut the current one",
        _use,
        NameArgs,
        needs_project,
        cli="cut use",
        positional=("name",),
    ),
    Command(
        "cut.rename",
        "Rename cut",
        "give the cut another name",
        _rename,
        RenameArgs,
        needs_project,
        cli="cut rename",
        positional=("name",),
    ),
    Command(
        "cut.freeze",
        "Freeze cut",
        "keep a cut as it is",
        _freeze,
        NameArgs,
        needs_project,
        cli="cut freeze",
        positional=("name",),
    ),
    Command(
        "cut.delete",
        "Delete cut",
        "a cut of several",
        _delete,
        NameArgs,
        needs_project,
        cli="cut delete",
        positional=("name",),
    ),
)
