"""Commands on settings: show each setting with its value, meaning, allowed values and origin; and change
settings.
"""

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
from milimo_tui.core.host import list_config_files
from milimo_tui.core.secrets import create_redactor
from milimo_tui.core.settings import (
    HOME,
    USER,
    SettingRule,
    Settings,
    Value,
    collect_secret_settings,
    find_overriding_origin,
    find_setting_rule,
    list_setting_rules,
)
from milimo_tui.jobs.notify.notices import mask_webhook_address
from milimo_tui.store.history import edit_places
from milimo_tui.studio.machine import setting_check
from milimo_tui.studio.machine.editor_program import build_editor_command, read_editor_command
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.home import get_config_folder
from milimo_tui.studio.session.studio import Studio

SettingsPlace = Literal["user", "home"]
SETTINGS_FILES = {"user": USER, "home": HOME}
# Settings that an open studio applies at once. Other settings apply from its next start on.
IMMEDIATE_SETTINGS = ("theme", "motion")


class SettingNameArgs(Args):
    name: str = arg(description="a setting, as milimo config show names it")


class SettingSetArgs(Args):
    name: str = arg(description="a setting, as milimo config show names it")
    value: str = arg(description="the new value", longest=2000)
    where: SettingsPlace = arg(
        "user", description="set it in the user's file, or in the file of the studio home"
    )


class SettingUnsetArgs(Args):
    name: str = arg(description="a setting, as milimo config show names it")
    where: SettingsPlace = arg(
        "user", description="remove it from the user's file, or from the file of the studio home"
    )


class SettingsEditArgs(Args):
    where: SettingsPlace = arg("user", description="the user's file, or the file of the studio home")


def _mask_setting_value(rule: SettingRule, value: Any) -> Any:
    """Return the text that may be displayed for a setting's value. A secret is shown only as “set”, and a
    webhook only by its destination.
    """
    if rule.is_secret:
        return "set" if value else ""
    if rule.name == "notify_webhook" and value:
        return mask_webhook_address(value)
    return value


def _build_setting_row(rule: SettingRule, settings: Settings, origin: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": rule.name,
        "value": _mask_setting_value(rule, getattr(settings, rule.name)),
        "from": origin[rule.name],
        "help": rule.help,
        "kind": rule.kind,
        "range": rule.range,
        "default": rule.default,
        "part": rule.part,
        "personal": rule.is_personal,
    }


def build_setting_rows(settings: Settings, origin: Mapping[str, str]) -> list[dict[str, Any]]:
    """Build the row of every setting with its value, origin, meaning and allowed values. Secret values are
    hidden.
    """
    rows: list[dict[str, Any]] = _redact_rows(
        [_build_setting_row(rule, settings, origin) for rule in list_setting_rules().values()], settings
    )
    return rows


def _redact_rows(rows: Any, settings: Settings) -> Any:
    return create_redactor(os.environ, collect_secret_settings(settings)).redact_json(rows)


def _show_settings(studio: Studio, args: NoArgs) -> Outcome:
    settings, origin = studio.read_home_settings()
    rows = build_setting_rows(settings, origin)
    rows.append(
        {"id": "home", "value": str(studio.home.root), "from": studio.why_home, "help": "the studio home"}
    )
    path = str(get_config_folder() / "config.toml")
    rows.append(
        {"id": "config", "value": path, "from": "the platform", "help": "the file these are read from"}
    )
    return Outcome(data=_redact_rows(rows, settings), columns=("id", "value", "from", "help"))


def _get_setting(studio: Studio, args: SettingNameArgs) -> Outcome:
    rule = find_setting_rule(args.name)
    settings, origin = studio.read_home_settings()
    row = _redact_rows(_build_setting_row(rule, settings, origin), settings)
    value = row["value"]
    return Outcome(
        data=row, text={True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    )


def _set_setting(studio: Studio, args: SettingSetArgs) -> Outcome:
    rule = find_setting_rule(args.name)
    if args.where == "home" and rule.is_personal:
        raise Refused(
            f"{rule.name} can't be set in a studio home, because others may have made it",
            f"milimo config set {rule.name} VALUE sets it in your own file",
        )
    value = setting_check.read_setting_value(rule.name, args.value, studio.home)
    path = write_settings({rule.name: value}, file=SETTINGS_FILES[args.where], home=studio.home.root)
    return _report_setting_change(
        studio,
        rule,
        f"{rule.name} is {_describe_setting_value(_mask_setting_value(rule, value))}",
        path,
        SETTINGS_FILES[args.where],
    )


def _describe_setting_value(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    # Screens replace commands in a message by keys, but not in quotation marks. A value may be a command.
    return f"“{value}”" if " " in str(value) else str(value) or "empty"


def _unset_setting(studio: Studio, args: SettingUnsetArgs) -> Outcome:
    rule, file = find_setting_rule(args.name), SETTINGS_FILES[args.where]
    before = config_file.read_config_text(file, studio.home.root)
    path = write_settings({}, without=(rule.name,), file=file, home=studio.home.root)
    if config_file.read_config_text(file, studio.home.root) == before:
        settings, origin = studio.read_home_settings()
        return Outcome(
            data=_redact_rows(_build_setting_row(rule, settings, origin), settings),
            message=f"{rule.name} is not set in {file}; its value comes from {origin[rule.name]}",
        )
    return _report_setting_change(studio, rule, f"{rule.name} is no longer set there", path, file)


def _report_setting_change(studio: Studio, rule: SettingRule, words: str, path: Path, file: str) -> Outcome:
    """Report the value of a setting after a change. If the value does not come from the file that was
    written, also report what overrides the file.
    """
    settings, origin = studio.read_home_settings()
    now = origin[rule.name]
    over = "" if now in (file, "default") else find_overriding_origin(now)
    row = _redact_rows(_build_setting_row(rule, settings, origin), settings)
    theme = str(settings.theme) if rule.name == "theme" else ""
    motion = str(settings.motion) if rule.name == "motion" else ""
    later = "" if rule.name in IMMEDIATE_SETTINGS or over else "; from the next start on"
    message = f"{words}{f'; {over} overrides it here' if over else later}"
    return Outcome(data={**row, "path": str(path)}, message=message, theme=theme, motion=motion)


def _edit_settings_file(studio: Studio, args: SettingsEditArgs) -> Outcome:
    """Open the settings file in the user's editor. Save the new text only if every value in it is valid."""
    if edit_places.get_edit_screen():
        raise Refused(
            "an editor can only be opened from a shell",
            "run this command in a shell, or use the Settings screen",
        )
    file, home = SETTINGS_FILES[args.where], studio.home.root
    text, command = config_file.read_config_text(file, home), read_editor_command(os.environ)
    with tempfile.TemporaryDirectory(prefix="milimo-") as folder:
        path = Path(folder) / "config.toml"
        path.write_text(text)
        try:
            ended = subprocess.run(build_editor_command(command, path, 0), check=False).returncode
        except OSError as error:
            raise Unavailable(
                f"{command[0]} can't be started: {error.strerror}", "set EDITOR to another editor"
            ) from None
        if ended:
            raise Failed(f"{command[0]} ended with an error; the settings are unchanged")
        new = _read_edited_settings(path)
    return save_settings_text(studio, new, file, text)


def _read_edited_settings(path: Path) -> str:
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("the edited settings can't be read; the settings are unchanged") from error


def save_settings_text(studio: Studio, text: str, file: str, before: str) -> Outcome:
    """Save the text of a settings file that the user edited. Raises BadInput if a value in it is invalid."""
    home = studio.home.root
    where = list_config_files(home)[file]
    if text == before:
        return Outcome(data={"path": str(where), "changed": False}, message=f"{file} is as it was")
    path = config_file.write_config_text(text, file, home)
    return Outcome(
        data={"path": str(path), "changed": True}, message=f"{file} is written; from the next start on"
    )


COMMANDS = (
    Command(
        "config.show",
        "Show settings",
        "list all settings with their values, sources and meanings",
        _show_settings,
        NoArgs,
        cli="config show",
    ),
    Command(
        "config.get",
        "Show a setting",
        "print the value of a setting",
        _get_setting,
        SettingNameArgs,
        cli="config get",
        positional=("name",),
    ),
    Command(
        "config.set",
        "Change a setting",
        "set a setting",
        _set_setting,
        SettingSetArgs,
        cli="config set",
        positional=("name", "value"),
    ),
    Command(
        "config.unset",
        "Unset a setting",
        "remove a setting from the file, so that the default applies",
        _unset_setting,
        SettingUnsetArgs,
        cli="config unset",
        positional=("name",),
    ),
    Command(
        "config.edit",
        "Edit the settings",
        "open the settings file in $EDITOR; wrong values are refused",
        _edit_settings_file,
        SettingsEditArgs,
        cli="config edit",
    ),
)
