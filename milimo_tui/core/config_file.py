"""Writes settings into the person's `config.toml`: their own lines alone, comments and order as they were."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import config_folder, explain, make_folders, write_atomic
from milimo_tui.core.reasons import reason

VALUE = r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^#\s]+"  # of one line; others are refused below


def changed(text: str, values: Mapping[str, str]) -> str:
    """Return the text of a `config.toml` with other values: a line that sets one is changed in its place,
    what no line sets stands at the end.

    Raises BadInput where the text is no TOML, or sets a value in a way that no single line can change.
    """
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"config.toml: {reason(error)}", "mend the file or move it away") from error
    after = text
    for name, value in values.items():
        word = json.dumps(value, ensure_ascii=False)
        line = re.compile(rf"^(?P<name>[ \t]*{re.escape(name)}[ \t]*=[ \t]*)(?:{VALUE})", re.M)
        if found := line.search(after):
            after = f"{after[: found.end('name')]}{word}{after[found.end() :]}"
        else:
            after += ("" if not after or after.endswith("\n") else "\n") + f"{name} = {word}\n"
    try:
        is_meant = tomllib.loads(after) == {**before, **values}
    except tomllib.TOMLDecodeError:
        is_meant = False
    if not is_meant:
        lines = ", ".join(f"{name} = {json.dumps(value)}" for name, value in values.items())
        raise BadInput("config.toml has a form that is not changed here", f"write there yourself: {lines}")
    return after


def write_settings(values: Mapping[str, str]) -> Path:
    """Set values in `config.toml`, whole or not at all, and return its path; its rights stay.

    Raises BadInput for a file that can't be read or changed, ReadOnly and DiskFull.
    """
    path = config_folder() / "config.toml"
    try:
        path = path.resolve()  # people keep such files elsewhere and link to them
        there = path.exists()
        text, mode = (path.read_text(), path.stat().st_mode & 0o777) if there else ("", 0o600)
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: {reason(error)}", "mend the file or move it away") from error
    except OSError as error:
        raise explain(error, path, "read") from error
    new = changed(text, values)
    make_folders(path.parent)
    write_atomic(path, new.encode(), mode)
    return path
