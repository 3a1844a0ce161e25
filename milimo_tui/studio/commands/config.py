"""Settings: each value and where it came from."""

from __future__ import annotations

from dataclasses import fields

from milimo_tui.core.settings import Settings
from milimo_tui.studio.args import NoArgs
from milimo_tui.studio.home import config_folder
from milimo_tui.studio.registry import Command, Outcome
from milimo_tui.studio.studio import Studio, read_settings


def _show(studio: Studio, args: NoArgs) -> Outcome:
    settings, origin = read_settings()
    rows = [
        {
            "id": item.name,
            "value": getattr(settings, item.name),
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
    return Outcome(data=rows, columns=("id", "value", "from", "help"))


COMMANDS = (
    Command("config.show", "Settings", "each setting and where it came from", _show, NoArgs, cli="config"),
)
