"""Commands on the bin. The bin contains deleted items, which can be restored until the user empties the
bin.
"""

from __future__ import annotations

from dataclasses import asdict

from milimo_tui.core.format import format_count
from milimo_tui.studio.keeping import cleanup
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio


def _list_bin(studio: Studio, args: NoArgs) -> Outcome:
    rows = [asdict(item) for item in studio.require_project().bin.list_items()]
    return Outcome(data=rows, columns=("id", "kind", "name"), message="" if rows else "empty")


class BinItemArgs(Args):
    id: str = arg(description="id of the deleted thing (milimo bin list)")


def _restore_bin_item(studio: Studio, args: BinItemArgs) -> Outcome:
    before = studio.require_project().load_story()
    back = studio.require_project().bin.restore_item(args.id)
    story_edits.update_cuts_after_edit(studio, f"place {back.name}", before)
    return Outcome(data=asdict(back), message=f"{back.kind} {back.name} is back")


class BinEmptyArgs(Args):
    yes: bool = arg(False, description="do not ask for confirmation")


def _empty_bin(studio: Studio, args: BinEmptyArgs) -> Outcome:
    agreed = cleanup.read_bin(studio.require_project())
    must_agree = agreed.items and not args.yes
    if must_agree and not cleanup.confirm_emptying(studio, [agreed], "milimo bin empty --yes"):
        return Outcome(data={"deleted": 0, "bytes": 0}, message="nothing was deleted")
    done = cleanup.empty_bin(studio.require_project(), agreed)
    message = f"deleted {format_count(done.files, 'file')}, {done.bytes / 1e6:.1f} MB"
    return Outcome(data={"deleted": done.files, "bytes": done.bytes}, message=message)


COMMANDS = (
    Command(
        "bin.list",
        "List the bin",
        "list deleted things",
        _list_bin,
        NoArgs,
        refuse_without_film,
        cli="bin list",
    ),
    Command(
        "bin.restore",
        "Restore from the bin",
        "restore a deleted thing",
        _restore_bin_item,
        BinItemArgs,
        refuse_without_film,
        cli="bin restore",
        positional=("id",),
    ),
    Command(
        "bin.empty",
        "Empty the bin",
        "delete everything in the bin for good",
        _empty_bin,
        BinEmptyArgs,
        refuse_without_film,
        cli="bin empty",
    ),
)
