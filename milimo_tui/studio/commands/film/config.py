"""Settings: each value and where it came from."""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any

from milimo_tui.core.secrets import redactor
from milimo_tui.core.settings import Settings, secrets_of
from milimo_tui.jobs.notify.notices import shown_address
from milimo_tui.studio.registry.args import NoArgs
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.home import config_folder
from milimo_tui.studio.session.studio import Studio, read_settings


def _shown(name: str, value: Any, *, secret: bool) -> Any:
    """A value as it may be seen: of a secret only that it is set, of a webhook only where it goes."""
    if secret:
        return "set" if value else ""
    if name == "notify_webhook" and value:
        return shown_address(value)
    return value


def _show(studio: Studio, args: NoArgs) -> Outcome:
    settings, origin = read_settings()
    rows = [
        {
            "id": item.name,
            "value": _shown(item.name, getattr(settings, item.name), secret=item.metadata["secret"]),
            "from": origin[item.name],
            "help": item.metadata["help"],
        }
        for item in fields(Settings)
    ]
    rows.append(
        {"id": "home", "value": str(studio.home.root), "from": studio.why_home, "help": "the studio home"}
    )
    path = str(config_folder() / "config.toml")
    rows.append(
        {"id": "config", "value": path, "from": "the platform", "help": "the file these are read from"}
    )
    clean = redactor(os.environ, secrets_of(settings))
    return Outcome(data=clean.deep(rows), columns=("id", "value", "from", "help"))


COMMANDS = (
    Command("config.show", "Settings", "each setting and where it came from", _show, NoArgs, cli="config"),
)
