"""Commands on the bin, which holds items that the user deleted until the bin is emptied."""

from __future__ import annotations

from dataclasses import asdict

from milimo_tui.studio.keeping import cleanup
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, needs_project
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio


def _list(studio: Studio, args: NoArgs) -> Outcome:
    rows = [asdict(item) for item in studio.project().bin.items()]
    return Outcome(data=rows, columns=("id", "kind", "name"), message="" if rows else "empty")


class OneArgs(Args):
    id: str = arg(description="the id of what lies in the bin")


def _restore(studio: Studio, args: OneArgs) -> Outcome:
    before = studio.project().story()
    back = studio.project().bin.restore(args.id)
    story_edits.follow_cuts(studio, f"place {back.name}", before)
    return Outcome(data=asdict(back), message=f"{back.kind} {back.name} is back")


class EmptyArgs(Args):
    yes: bool = arg(False, description="do not list it and ask first")


def _empty(studio: Studio, args: EmptyArgs) -> Outcome:
    agreed = cleanup.bin_of(studio.project())
    must_agree = agreed.items and not args.yes
    if must_agree and not cleanup.is_meant(studio, [agreed], "milimo bin empty --yes"):
        return Outcome(data={"deleted": 0, "bytes": 0}, message="nothing was deleted")
    done = cleanup.empty_bin(studio.project(), agreed)
    message = f"deleted {done.files} files, {done.bytes / 1e6:.1f} MB"
    return Outcome(data={"deleted": done.files, "bytes": done.bytes}, message=message)


COMMANDS = (
    Command("bin.list", "Bin", "what was deleted", _list, NoArgs, needs_project, cli="bin list"),
    Command(
        "bin.restore",
        "Restore",
        "bring something back",
        _restore,
        OneArgs,
        needs_project,
        cli="bin restore",
        positional=("id",),
    ),
    Command(
        "bin.empty",
        "Empty the bin",
        "delete for good what is in the bin",
        _empty,
        EmptyArgs,
        needs_project,
        cli="bin empty",
    ),
)
