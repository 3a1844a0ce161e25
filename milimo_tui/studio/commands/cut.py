"""Cuts: list, new, use, show, undo, redo, history. Edits on clips are in `studio.commands.cut_edits`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound, Refused
from milimo_tui.core.ids import new_id
from milimo_tui.core.time import clock, ratio_text, timecode
from milimo_tui.cut import assembly
from milimo_tui.cut.effects_text import as_json
from milimo_tui.cut.joins import joins
from milimo_tui.cut.layout import layout
from milimo_tui.cut.text import as_text
from milimo_tui.cut.timing import span
from milimo_tui.cut.values import Cut, SourceKind
from milimo_tui.studio.args import Args, NoArgs, arg
from milimo_tui.studio.commands.cut_common import current_cut
from milimo_tui.studio.commands.cut_edits import EDITS
from milimo_tui.studio.commands.cut_effects import EFFECTS
from milimo_tui.studio.commands.cut_exchange import EXCHANGE
from milimo_tui.studio.commands.cut_follow import FOLLOWING
from milimo_tui.studio.commands.cut_marks import MARKS
from milimo_tui.studio.names import check_name
from milimo_tui.studio.registry import Command, Outcome, needs_project
from milimo_tui.studio.studio import Studio


def _list(studio: Studio, args: NoArgs) -> Outcome:
    snapshot = studio.snapshot()
    rows = []
    for cut in snapshot.cuts:
        frames = layout(cut).frames
        rows.append(
            {
                "id": cut.id,
                "name": cut.name,
                "fps": ratio_text(cut.rate),
                "frames": frames,
                "length": clock(float(frames / cut.rate)),
                "clips": len(cut.clips),
                "frozen": cut.frozen,
                "current": bool(snapshot.cut and cut.id == snapshot.cut.id),
            }
        )
    return Outcome(data=rows, columns=("name", "length", "clips", "frozen", "current"))


def find_cut(studio: Studio, name: str) -> Cut:
    """A cut by id or name. Raises NotFound."""
    cuts = studio.snapshot().cuts
    for cut in cuts:
        if name in (cut.id, cut.name):
            return cut
    raise NotFound(f"there is no cut “{name}”", f"cuts: {', '.join(cut.name for cut in cuts) or 'none yet'}")


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


def _show(studio: Studio, args: NoArgs) -> Outcome:
    cut = current_cut(studio)
    snapshot = studio.snapshot()
    names = {**{each.id: each.name for each in snapshot.cuts}, **snapshot.story.numbers}
    return Outcome(data=cut_json(cut), text=as_text(cut, names))


def cut_json(cut: Cut) -> dict[str, Any]:
    """A cut as the CLI contract promises it."""
    placed = layout(cut)
    return {
        "id": cut.id,
        "name": cut.name,
        "fps": ratio_text(cut.rate),
        "frames": placed.frames,
        "timecode": timecode(placed.frames, cut.rate),
        "tracks": [
            {
                "id": track.id,
                "name": track.name,
                "kind": track.kind.value,
                "magnetic": track.magnetic,
                "muted": track.muted,
                "hidden": track.hidden,
                "locked": track.locked,
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
            {"id": marker.id, "frame": marker.frame, "text": marker.text, "clip": marker.clip}
            for marker in cut.markers
        ],
    }


class StepArgs(Args):
    whole_project: bool = arg(False, description="the project's edits instead of the cut's")
    any_actor: bool = arg(False, description="the latest in scope, whoever made it")


def _scope(studio: Studio, args: StepArgs) -> str:
    snapshot = studio.snapshot()
    return "project" if args.whole_project or snapshot.cut is None else snapshot.cut.id


def _changeable_scope(studio: Studio, args: StepArgs) -> str:
    """The scope of an undo or redo. Raises Refused for a frozen cut's own edits."""
    scope = _scope(studio, args)
    cut = studio.snapshot().cut
    if cut and cut.frozen and scope == cut.id:
        raise Refused(f"the cut “{cut.name}” is frozen", "copy it: milimo cut new NAME --copy-of CUT")
    return scope


def _actor(studio: Studio, args: StepArgs) -> str | None:
    """The command line undoes the latest in scope; a screen its own."""
    return None if args.any_actor or studio.actor == "cli" else studio.actor


def _undo(studio: Studio, args: StepArgs) -> Outcome:
    edit = studio.project().undo(_changeable_scope(studio, args), _actor(studio, args))
    return Outcome(data={"edit": edit.id, "label": edit.words}, message=f"undone: {edit.words}")


def _redo(studio: Studio, args: StepArgs) -> Outcome:
    edit = studio.project().redo(_changeable_scope(studio, args), _actor(studio, args))
    return Outcome(data={"edit": edit.id, "label": edit.words}, message=f"done again: {edit.words}")


def _history(studio: Studio, args: StepArgs) -> Outcome:
    edits = studio.project().history(_scope(studio, args))
    rows = [
        {
            "id": edit.id,
            "label": edit.label,
            "actor": edit.actor,
            "undone": not edit.applied,
            "created": edit.created,
        }
        for edit in edits
    ]
    return Outcome(data=rows, columns=("label", "actor", "undone"))


COMMANDS = (
    Command("cut.list", "Cuts", "the cuts of the film", _list, NoArgs, needs_project, cli="cut list"),
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
        "cut.show", "Show cut", "the current cut, clip by clip", _show, NoArgs, needs_project, cli="cut show"
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
    Command("cut.undo", "Undo", "undo the latest edit", _undo, StepArgs, needs_project, cli="cut undo"),
    Command("cut.redo", "Redo", "do the undone edit again", _redo, StepArgs, needs_project, cli="cut redo"),
    Command(
        "cut.history", "History", "the edits so far", _history, StepArgs, needs_project, cli="cut history"
    ),
    *EDITS,
    *EFFECTS,
    *MARKS,
    *EXCHANGE,
    *FOLLOWING,
)
