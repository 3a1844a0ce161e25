"""Themes written by users: TOML files in the folder `themes` of the studio home.

A file names the theme on which it is based, and the colours that differ: `base = "nord"`, `accent =
"#ffb454"`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import explain_os_error, make_folders, read_user_file, write_file_atomically
from milimo_tui.core.reasons import reason
from milimo_tui.core.settings import OWN_THEME
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.tui.terminal.by_index import compute_luminance, parse_hex_colour
from milimo_tui.tui.terminal.palettes import TOKENS, ThemeColours

ROLES = tuple(field.name for field in fields(ThemeColours) if field.name not in ("dark", "ansi"))
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_MOST = 1_000_000  # The maximum size of a theme file in bytes. A larger file is refused.


def get_theme_folder(home: Path) -> Path:
    """Return the folder of the theme files, which may not exist yet."""
    return home / "themes"


def list_own_themes(home: Path) -> Sequence[str]:
    """Return the file names of the users' themes in alphabetical order. Reads the disk."""
    return sorted(path.name for path in get_theme_folder(home).glob(f"*{OWN_THEME}") if path.is_file())


def create_theme_file(home: Path, base: str, tokens: ThemeColours) -> Path:
    """Create a theme file based on the theme `base`, and return its path. The file lists the colours in
    `tokens` as comments. The user changes a colour by removing the comment sign of its line and editing the
    value.

    Raises ReadOnly and DiskFull. Never overwrites an existing file.
    """
    folder = get_theme_folder(home)
    numbers = ("", *(f"-{number}" for number in range(2, 1000)))
    path = next(each for each in (folder / f"my-{base}{n}{OWN_THEME}" for n in numbers) if not each.exists())
    lines = [f'base = "{base}"', "", "# A line without its # takes effect when it is saved."]
    lines += [f'# {role} = "{getattr(tokens, role)}"' for role in ROLES]
    try:
        make_folders(folder)
        write_file_atomically(path, "\n".join([*lines, ""]).encode())
    except OSError as error:
        raise explain_os_error(error, path, "write") from error
    return path


def read_theme_file(path: Path) -> ThemeColours:
    """Read a theme file. Raises NotFound if there is no file, BadInput if it can't be read or its content is
    wrong.
    """
    hint = f"put it into {path.parent}, or choose another theme"
    data = read_user_file(path, _MOST, what="a theme file", of="a theme", hint=hint)
    try:
        values = tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"{path.name}: {reason(error)}", 'write lines such as accent = "#5fd3c6"') from error
    return _build_own_theme(path.name, values)


def _build_own_theme(name: str, values: dict[str, Any]) -> ThemeColours:
    base = values.pop("base", "milimo-dark")
    if base not in TOKENS or TOKENS[base].ansi:
        known = ", ".join(each for each, tokens in TOKENS.items() if not tokens.ansi)
        raise BadInput(f"{name}: “{base}” can't be the base of a theme", f"choose a base: {known}")
    for role, value in values.items():
        if role not in ROLES:
            near = find_closest_names(role, list(ROLES))
            hint = f"similar names: {near}" if near else f"roles: {', '.join(ROLES)}"
            raise BadInput(f"{name}: there is no role “{role}”", hint)
        if not isinstance(value, str) or not _COLOUR.fullmatch(value):
            raise BadInput(f"{name}: {role} can't be {value!r}", "write a colour as #rrggbb")
    made = replace(TOKENS[base], **{role: value.lower() for role, value in values.items()})
    light, dark = (
        compute_luminance(parse_hex_colour(made.text)),
        compute_luminance(parse_hex_colour(made.background)),
    )
    return replace(made, dark=light >= dark)
