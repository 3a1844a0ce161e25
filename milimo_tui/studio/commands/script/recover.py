"""The command that lists, restores and deletes recovery copies of unsaved screenplay text."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import parse_user_path, write_file_atomically
from milimo_tui.studio.commands.queue.printing import check_output_path
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.script import screenplays, unsaved_text
from milimo_tui.studio.script.unsaved_text import UnsavedText
from milimo_tui.studio.session.studio import Studio


class ScriptRecoverArgs(Args):
    number: str = arg("", description="a recovery copy, by its number in the list (default: the only copy)")
    save: bool = arg(False, description="make the unsaved text the screenplay of the film")
    to: str = arg("", description="write the unsaved text to this file")
    discard: bool = arg(False, description="delete the recovery copy")
    overwrite: bool = arg(False, description="replace an existing file")
    all: bool = arg(False, description="also copies of other films, and of films that were deleted")


def _recover_script(studio: Studio, args: ScriptRecoverArgs) -> Outcome:
    """List the recovery copies, or save, write or discard one of them."""
    if args.save + bool(args.to) + args.discard > 1:
        raise BadInput("--save, --to and --discard can't be combined", "give one of these options")
    has_film = studio.project_or_none() is not None
    copies = (
        unsaved_text.list_film_recoveries(studio)
        if has_film and not args.all
        else unsaved_text.list_recovery_copies(studio.home)
    )
    if not (args.save or args.to or args.discard):
        chosen = [unsaved_text.find_recovery_copy(copies, args.number)] if args.number else copies
        return _list_recoveries(studio, chosen)
    copy = unsaved_text.find_recovery_copy(copies, args.number)
    if args.to:
        path = parse_user_path(args.to).absolute()
        return _write_recovered_text(copy, path, overwrite=args.overwrite)
    if args.save:
        return _save_recovered_text(studio, copy)
    unsaved_text.delete_recovery_copy(studio.home, copy.id)
    return Outcome(data={"id": copy.id}, message=f"discarded the unsaved text of {copy.time_text}")


def _list_recoveries(studio: Studio, copies: list[UnsavedText]) -> Outcome:
    project = studio.take_snapshot().story.project if studio.project_or_none() else None
    rows, lines = [], list[str]()
    for number, copy in enumerate(copies, 1):
        saved = project.script if project is not None and project.id == copy.film else None
        rows.append({"number": number, **unsaved_text.make_recovery_row(copy, saved)})
        compared = unsaved_text.compare_with_saved(saved or "", copy.text)
        lines.append(
            f"{number}  {copy.title}, {copy.time_text}: {unsaved_text.describe_line_counts(compared)}"
        )
        if rows[-1]["changed_since"]:
            lines.append("   the screenplay was changed after this text was begun")
        if saved is not None:
            lines += [
                f"   line {line.text}" if line.mark == "@" else f"   {line.mark} {line.text}".rstrip()
                for line in compared
            ]
    return Outcome(data=rows, text="\n".join(lines) or "no unsaved text was left behind")


def _write_recovered_text(copy: UnsavedText, path: Path, *, overwrite: bool) -> Outcome:
    check_output_path(path, overwrite=overwrite)
    write_file_atomically(path, copy.text.encode(errors="replace"), 0o600)
    return Outcome(
        data={"id": copy.id, "path": str(path)},
        text=str(path),
        message="the recovery copy still exists; milimo script recover --discard deletes it",
    )


def _save_recovered_text(studio: Studio, copy: UnsavedText) -> Outcome:
    """Save the unsaved text as the screenplay of its film, as an edit that can be undone, and delete the
    recovery copy. Raises BadInput if another film is open.
    """
    if studio.require_project().load_story().project.id != copy.film:
        raise BadInput(
            f"the unsaved text belongs to “{copy.title}”, which is not the current film",
            "open that film first, or write the text to a file with --to FILE",
        )
    changed = screenplays.save_script(studio, copy.text)
    unsaved_text.delete_recovery_copy(studio.home, copy.id)
    return Outcome(
        data={"id": copy.id, "changed": changed},
        message="saved; milimo storyboard commit applies it to the film",
    )


RECOVER = (
    Command(
        "script.recover",
        "Recover unsaved text",
        "list, restore or delete unsaved text of a studio that was killed",
        _recover_script,
        ScriptRecoverArgs,
        cli="script recover",
        positional=("number",),
    ),
)
