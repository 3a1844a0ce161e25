"""The command registry: a table of everything the user can do. Keys, palette, command line and help are built
from it.

Groups of commands are imported when needed, so that `milimo job list` loads no database code.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from milimo_tui.core.errors import MilimoError, NotFound, Refused
from milimo_tui.core.host import explain_os_error
from milimo_tui.store.history.edit_places import edit_from_screen
from milimo_tui.studio.registry.args import Args, NoArgs, validate_args

if TYPE_CHECKING:
    from pathlib import Path

    from milimo_tui.cut.plan.plan import RenderPlan
    from milimo_tui.studio.session.studio import Studio

# Maps the part of a command's id before the dot to a module of `studio.commands`. The module has a tuple
# COMMANDS.
GROUPS = {
    "app": "home.app",
    "project": "film.project",
    "script": "script.script",
    "write": "script.write",
    "storyboard": "script.storyboard",
    "scene": "script.scene",
    "sequence": "script.sequence",
    "scenario": "script.scenario",
    "shot": "shot.shot",
    "element": "element.element",
    "voice": "voice.voice",
    "line": "voice.line",
    "picture": "media.picture",
    "control": "media.control",
    "skeleton": "media.skeleton",
    "asset": "media.asset",
    "bin": "media.bin",
    "cut": "cut.cut",
    "sound": "sound.sound",
    "mix": "mix.mix",
    "caption": "words.caption",
    "transcript": "words.transcript",
    "film": "film.film",
    "job": "queue.job",
    "batch": "queue.batch",
    "review": "film.review",
    "engine": "model.engine",
    "model": "model.model",
    "workflow": "model.workflow",
    "text": "model.text",
    "home": "home.home",
    "supervisor": "queue.supervisor",
    "cluster": "queue.cluster",
    "backup": "home.backup",
    "config": "home.config",
    "room": "home.disk_space",
    "watch": "home.watched_folders",
    "plugin": "home.plug_in",
}
# Maps the ids of removed commands to the command line that does the same now.
REPLACED_COMMANDS = {
    "batch.watch": "job watch --batch BATCH",
    "cut.match": "cut show",
    "element.lora.set": "element lora add ELEMENT LORA --strength 0.8",
    "project.lora.set": "project lora add LORA --strength 0.8",
    "project.unarchive": "project import FILE",
    "scene.show": "shot list --scene SCENE",
    "script.show": "script export -",
    "shot.lora.set": "shot lora add SHOT LORA --strength 0.8",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a command.

    - `data` is JSON data, which `--json` prints.
    - `message` is one line for the status line.
    - `rows` returns the rows of the table for people; without it, `data` has the rows. `columns` names the
      keys that are shown.
    - `text` is longer plain text; `drawn` is a picture as terminal escape sequences.
    - `exit_code` is 0 unless a part of the work failed. `failures` are the errors of these parts, which the
      command line prints on stderr.
    """

    data: Any = None
    message: str = ""
    columns: tuple[str, ...] = ()
    rows: Callable[[], Sequence[Mapping[str, Any]]] | None = None
    text: str = ""
    drawn: str = ""
    exit_code: int = 0
    failures: tuple[MilimoError, ...] = ()
    stream: Iterable[dict[str, Any] | Outcome] | None = None  # Results that are printed as they arrive.
    open_studio: bool = False  # True if the studio opens afterwards, provided that there is a terminal.
    opens_card: bool = False  # True if the studio opens with its test card, which requires a terminal.
    theme: str = ""  # The theme to which the studio changes; empty for no change.
    # The amount of motion to which the studio changes, "full" or "reduced"; empty for no change.
    motion: str = ""
    plays: RenderPlan | Path | None = None  # The render plan or file that the studio's player shows.


def refuse_never(studio: Studio) -> str:
    """Return an empty text. This is the default value of `Command.enabled`, for commands that are always
    enabled.
    """
    return ""


def refuse_without_film(studio: Studio) -> str:
    """Return the reason why a command is disabled if no film is open; empty if a film is open."""
    return "" if studio.project_or_none() else "no film is open: start one with milimo film SCRIPT"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: one action of the program, as a table entry.

    - `cli` are the words of the command on the command line, such as "shot make". If it is empty, only
      `milimo run ID` runs the command.
    - `positional` names the arguments that are typed without a flag, in order. An argument with several
      values takes several words.
    - `enabled` returns the reason why the command is disabled, or an empty text.
    """

    id: str
    title: str
    help: str
    run: Callable[[Studio, Any], Outcome]
    args: type[Args] = NoArgs
    enabled: Callable[[Studio], str] = refuse_never
    cli: str = ""
    positional: tuple[str, ...] = ()


def load_command_group(name: str) -> tuple[Command, ...]:
    """Return the commands of one group. Raises NotFound."""
    if name not in GROUPS:
        raise NotFound(f"there is no group of commands “{name}”", f"groups: {', '.join(GROUPS)}")
    module = importlib.import_module(f"milimo_tui.studio.commands.{GROUPS[name]}")
    commands: tuple[Command, ...] = module.COMMANDS
    return commands


def list_commands() -> dict[str, Command]:
    """Return every command by id."""
    return {command.id: command for name in GROUPS for command in load_command_group(name)}


def check_not_replaced(words: Sequence[str]) -> None:
    """Raise NotFound, naming the replacement, if words begin with a command that was removed."""
    for count in range(1, min(3, len(words)) + 1):
        replacement = REPLACED_COMMANDS.get(".".join(words[:count]).replace("-", "_"))
        if replacement:
            raise NotFound(
                f"the command “{' '.join(words[:count])}” was removed", f"milimo {replacement} replaces it"
            )


def find_command(id: str) -> Command:
    """Return the command with an id. Raises NotFound."""
    check_not_replaced([id])
    group = load_command_group(id.partition(".")[0])
    for entry in group:
        if entry.id == id:
            return entry
    from milimo_tui.core.spelling import find_closest_names

    near = find_closest_names(id, [entry.id for entry in group])
    hint = "milimo help commands lists them"
    raise NotFound(f"there is no command “{id}”", f"similar names: {near}; {hint}" if near else hint)


def parse_command_args(entry: Command, values: Mapping[str, Any]) -> Args:
    """Validate a command's arguments. Raises BadInput with the argument's name."""
    return validate_args(entry.args, values, entry.id)


def run_by_id(
    studio: Studio, id: str, values: Mapping[str, Any] | None = None, *, place: str = ""
) -> Outcome:
    """Run a command by its id. Command line, keys, palette and macros all use this function.

    `place` is the screen from which the command is run. Raises the command's own errors. An OSError about a
    file is raised as a MilimoError that names the file.
    """
    entry = find_command(id)
    args = parse_command_args(entry, values or {})
    reason = entry.enabled(studio)
    if reason:
        raise Refused(f"{entry.title}: {reason}")
    try:
        with edit_from_screen(place):
            return entry.run(studio, args)
    except OSError as error:
        if error.filename is None:
            raise
        raise explain_os_error(error, str(error.filename), "use") from error
