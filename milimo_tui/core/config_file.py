"""Write settings into a `config.toml`. Only the lines of the changed settings are edited, so comments and the
order of lines stay.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import explain_os_error, list_config_files, make_folders, write_file_atomically
from milimo_tui.core.reasons import reason
from milimo_tui.core.settings import USER, Value, load

# Matches a TOML value on one line. `update_config_text` refuses to change other values.
VALUE_PATTERN = r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|[^#\s]+"
# Matches the start of the first TOML table. All settings are before it.
TABLE_PATTERN = re.compile(r"^[ \t]*\[", re.M)


def update_config_text(text: str, values: Mapping[str, Value], without: Iterable[str] = ()) -> str:
    """Return the text of a `config.toml` with the settings of `values` changed, and the lines of the settings
    named in `without` removed.

    A line that sets one of the values is changed where it is. A setting without a line is added after the
    other settings. Raises BadInput if the text is not TOML, or if it sets a value over several lines, which
    can't be changed.
    """
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"config.toml: {reason(error)}", "correct the file or move it away") from error
    after, removed = text, set(without)
    for name, value in values.items():
        word = _format_toml_value(value)
        line = re.compile(rf"^(?P<name>[ \t]*{re.escape(name)}[ \t]*=[ \t]*)(?:{VALUE_PATTERN})", re.M)
        if found := line.search(after):
            after = f"{after[: found.end('name')]}{word}{after[found.end() :]}"
        else:
            after = _insert_setting_line(after, f"{name} = {word}\n")
    for name in removed:
        after = re.sub(
            rf"^[ \t]*{re.escape(name)}[ \t]*=[ \t]*(?:{VALUE_PATTERN})[^\n]*\n?", "", after, flags=re.M
        )
    expected = {name: value for name, value in {**before, **values}.items() if name not in removed}
    try:
        is_meant = tomllib.loads(after) == expected
    except tomllib.TOMLDecodeError:
        is_meant = False
    if not is_meant:
        lines = ", ".join(f"{name} = {_format_toml_value(value)}" for name, value in values.items())
        hint = f"edit it yourself: {lines}" if lines else f"remove the line of {', '.join(sorted(removed))}"
        raise BadInput("config.toml has a line that Milimo can't change", hint)
    return after


def validate_config_text(text: str, where: str) -> None:
    """Raise BadInput if the text of a settings file is not TOML or sets a value that is not allowed. `where`
    names the file in the message.
    """
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"{where}: {reason(error)}", "correct this in the file") from error
    load({where: values}, {})


def _format_toml_value(value: Value) -> str:
    """Return a value as TOML."""
    return json.dumps(value, ensure_ascii=False)


def _insert_setting_line(text: str, line: str) -> str:
    """Return the text with `line` inserted after the last setting, which is before the first table."""
    table = TABLE_PATTERN.search(text)
    place = table.start() if table else len(text)
    above = text[:place]
    return f"{above}{'' if not above or above.endswith(chr(10)) else chr(10)}{line}{text[place:]}"


def write_settings(
    values: Mapping[str, Value],
    *,
    without: Iterable[str] = (),
    file: str = USER,
    home: Path | None = None,
) -> Path:
    """Change settings in one of the settings files, remove the settings named in `without`, and return the
    file's path.

    `file` is `USER`, `HOME` or `SYSTEM`. The file is changed completely or not at all, and its access rights
    stay. Raises BadInput for a file that can't be read or changed, ReadOnly and DiskFull.
    """
    text, path, mode = _read_config_with_mode(file, home)
    new = update_config_text(text, values, without)
    if new != text:
        _write_config_file(path, new, mode)
    return path


def read_config_text(file: str = USER, home: Path | None = None) -> str:
    """Return the text of one of the settings files. Empty if the file does not exist. Raises BadInput if it
    can't be read.
    """
    return _read_config_with_mode(file, home)[0]


def write_config_text(text: str, file: str = USER, home: Path | None = None) -> Path:
    """Replace the complete text of a settings file and return its path. Raises BadInput, ReadOnly and
    DiskFull.
    """
    validate_config_text(text, file)
    _, path, mode = _read_config_with_mode(file, home)
    _write_config_file(path, text, mode)
    return path


def _read_config_with_mode(file: str, home: Path | None) -> tuple[str, Path, int]:
    """Return the text, the path and the access rights of a settings file. `file` is `USER`, `HOME` or
    `SYSTEM`. A missing file gives an empty text. Raises BadInput if the file can't be read.
    """
    path = list_config_files(home)[file]
    try:
        # The file may be a symbolic link, because people keep settings files in a repository of their own.
        # Replacing the link would break it.
        path = path.resolve()
        if not path.exists():
            return "", path, 0o600
        return path.read_text(), path, path.stat().st_mode & 0o777
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: {reason(error)}", "correct the file or move it away") from error
    except OSError as error:
        raise explain_os_error(error, path, "read") from error


def _write_config_file(path: Path, text: str, mode: int) -> None:
    try:
        make_folders(path.parent)
    except OSError as error:
        raise explain_os_error(error, path.parent, "make") from error
    write_file_atomically(path, text.encode(), mode)
