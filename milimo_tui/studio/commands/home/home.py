"""The command that moves the studio home: the folder with films, weights and the queue."""

from __future__ import annotations

from milimo_tui.core.format import format_count
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio


class HomeMoveArgs(Args):
    folder: str = arg(description="the new folder: empty, or not existing yet", longest=4096)


def _move_studio_home(studio: Studio, args: HomeMoveArgs) -> Outcome:
    from milimo_tui.studio.travel import home_move

    moved = home_move.move_home(studio, args.folder)
    copied = f": {format_count(moved.copied, 'file')} copied and compared" if moved.copied else ""
    link = "" if moved.is_linked else f"; name it from now on: --home {moved.root}, or MILIMO_HOME"
    data = {
        "home": str(moved.root),
        "linked": moved.is_linked,
        "copied": moved.copied,
        "bytes": moved.bytes,
    }
    return Outcome(data=data, message=f"this home is in {moved.root}{copied}{link}")


COMMANDS = (
    Command(
        "home.move",
        "Move this home",
        "move this home to another folder or disk: films, weights, queue",
        _move_studio_home,
        HomeMoveArgs,
        cli="home move",
        positional=("folder",),
    ),
)
