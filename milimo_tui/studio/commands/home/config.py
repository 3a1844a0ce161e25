"""Commands on settings: show each value, its meaning, allowed values and origin; and change values."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from milimo_tui.core import config_file
from milimo_tui.core.config_file import write_settings
from milimo_tui.core.errors import BadInput, Failed, Refused, Unavailable
from milimo_tui.core.host import config_files
from milimo_tui.core.secrets import redactor
from milimo_tui.core.settings import HOME, USER, Rule, Settings, Value, overruling, rule_of, rules, secrets_of
from milimo_tui.jobs.notify.notices import shown_address
from milimo_tui.store.history import edit_places
from milimo_tui.studio.machine import setting_check
from milimo_tui.studio.machine.editor_program import editor_command, file_words
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.home import config_folder
from milimo_tui.studio.session.studio import Studio

WHERE = Literal["user", "home"]
FILES = {"user": USER, "home": HOME}
# An open studio applies these at once, and the other settings at its next start.
AT_ONCE = ("theme", "motion")


class NameArgs(Args):
    name: str = arg(description="a setting, as milimo config show names it")


class SetArgs(Args):
    name: str = arg(description="a setting, as milimo config show names it")
    value: str = arg(description="its value from now on", longest=2000)
    where: WHERE = arg("user", description="in the person's own file, or in that of the studio home")


class UnsetArgs(Args):
    name: str = arg(description="a setting, as milimo config show names it")
    where: WHERE = arg("user", description="from the person's own file, or from that of the studio home")


class EditArgs(Args):
    where: WHERE = arg("user", description="the person's own file, or that of the studio home")


def _shown(rule: Rule, value: Any) -> Any:
    """Return a value that may be displayed: for a secret only “set”, for a webhook only its destination."""
    if rule.is_secret:
        return "set" if value else ""
    if rule.name == "notify_webhook" and value:
        return shown_address(value)
    return value


def _row(rule: Rule, settings: Settings, origin: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": rule.name,
        "value": _shown(rule, getattr(settings, rule.name)),
        "from": origin[rule.name],
        "help": rule.help,
        "kind": rule.kind,
        "range": rule.range,
        "default": rule.default,
        "part": rule.part,
        "personal": rule.is_personal,
    }


def rows_of(settings: Settings, origin: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return every setting with its displayable value, origin, meaning and allowed values."""
    rows: list[dict[str, Any]] = _clean([_row(rule, settings, origin) for rule in rules().values()], settings)
    return rows


def _clean(rows: Any, settings: Settings) -> Any:
    return redactor(os.environ, secrets_of(settings)).deep(rows)


def _show(studio: Studio, args: NoArgs) -> Outcome:
    settings, origin = studio.read_settings()
    rows = rows_of(settings, origin)
    rows.append(
        {"id": "home", "value": str(studio.home.root), "from": studio.why_home, "help": "the studio home"}
    )
    path = str(config_folder() / "config.toml")
    rows.append(
        {"id": "config", "value": path, "from": "the platform", "help": "the file these are read from"}
    )
    return Outcome(data=_clean(rows, settings), columns=("id", "value", "from", "help"))


def _get(studio: Studio, args: NameArgs) -> Outcome:
    rule = rule_of(args.name)
    settings, origin = studio.read_settings()
    row = _clean(_row(rule, settings, origin), settings)
    value = row["value"]
    return Outcome(
        data=row, text={True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    )


def _set(studio: Studio, args: SetArgs) -> Outcome:
    rule = rule_of(args.name)
    if args.where == "home" and rule.is_personal:
        raise Refused(
            f"{rule.name} can't stand in a studio home, which may come from others",
            f"milimo config set {rule.name} VALUE puts it into your own file",
        )
    value = setting_check.read(rule.name, args.value, studio.home)
    path = write_settings({rule.name: value}, file=FILES[args.where], home=studio.home.root)
    return _told(studio, rule, f"{rule.name} is {_words(_shown(rule, value))}", path, FILES[args.where])


def _words(value: Value) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value) or "empty"


def _unset(studio: Studio, args: UnsetArgs) -> Outcome:
    rule, file = rule_of(args.name), FILES[args.where]
    before = config_file.text_of(file, studio.home.root)
    path = write_settings({}, without=(rule.name,), file=file, home=studio.home.root)
    if config_file.text_of(file, studio.home.root) == before:
        settings, origin = studio.read_settings()
        return Outcome(
            data=_clean(_row(rule, settings, origin), settings),
            message=f"{rule.name} does not stand in {file}; its value is of {origin[rule.name]}",
        )
    return _told(studio, rule, f"{rule.name} is no longer set there", path, file)


def _told(studio: Studio, rule: Rule, words: str, path: Path, file: str) -> Outcome:
    """Report the value that is in force now, and what overrules the file that was written."""
    settings, origin = studio.read_settings()
    now = origin[rule.name]
    over = "" if now in (file, "default") else overruling(now)
    row = _clean(_row(rule, settings, origin), settings)
    theme = str(settings.theme) if rule.name == "theme" else ""
    motion = str(settings.motion) if rule.name == "motion" else ""
    later = "" if rule.name in AT_ONCE or over else "; from the next start on"
    message = f"{words}{f'; {over} overrules it here' if over else later}"
    return Outcome(data={**row, "path": str(path)}, message=message, theme=theme, motion=motion)


def _edit(studio: Studio, args: EditArgs) -> Outcome:
    """Open the settings file in the user's editor, and save the new text only if every value in it is
    valid.
    """
    if edit_places.here():
        raise Refused("an editor opens in a shell alone", "run it there, or use the screen of settings")
    file, home = FILES[args.where], studio.home.root
    text, command = config_file.text_of(file, home), editor_command(os.environ)
    with tempfile.TemporaryDirectory(prefix="milimo-") as folder:
        path = Path(folder) / "config.toml"
        path.write_text(text)
        try:
            ended = subprocess.run(file_words(command, path, 0), check=False).returncode
        except OSError as error:
            raise Unavailable(f"{command[0]} can't be started: {error.strerror}", "set EDITOR") from None
        if ended:
            raise Failed(f"{command[0]} ended with an error; the settings are as they were")
        new = _edited(path)
    return kept(studio, new, file, text)


def _edited(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("what came back can't be read; the settings are as they were") from error


def kept(studio: Studio, text: str, file: str, before: str) -> Outcome:
    """Write a settings file that was edited as text. Raises BadInput if one of the settings is invalid."""
    home = studio.home.root
    where = config_files(home)[file]
    if text == before:
        return Outcome(data={"path": str(where), "changed": False}, message=f"{file} is as it was")
    path = config_file.write_text(text, file, home)
    return Outcome(
        data={"path": str(path), "changed": True}, message=f"{file} is written; from the next start on"
    )


COMMANDS = (
    Command(
        "config.show",
        "Settings",
        "each setting, where it came from, what it means",
        _show,
        NoArgs,
        cli="config show",
    ),
    Command(
        "config.get",
        "Setting",
        "one setting: its value",
        _get,
        NameArgs,
        cli="config get",
        positional=("name",),
    ),
    Command(
        "config.set",
        "Set a setting",
        "give a setting another value from now on",
        _set,
        SetArgs,
        cli="config set",
        positional=("name", "value"),
    ),
    Command(
        "config.unset",
        "Unset a setting",
        "take a setting out of the file: the next file's value or the default holds",
        _unset,
        UnsetArgs,
        cli="config unset",
        positional=("name",),
    ),
    Command(
        "config.edit",
        "Edit the settings",
        "open the file of settings in $EDITOR; what can't be is refused and not written",
        _edit,
        EditArgs,
        cli="config edit",
    ),
)
