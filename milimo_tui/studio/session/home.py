"""The choice of the studio home, and the creation and marking of homes. File system only, no database.

The order of choice: flag, environment, a marked working folder, the last one used, the platform's data
folder.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import config_folder as config_folder
from milimo_tui.core.host import explain, make_folders, named_path, write_atomic
from milimo_tui.core.paths import HOME_MARK, Home

APP = "milimo"


@dataclass(frozen=True, slots=True)
class Found:
    """A home, and a text that says why it was chosen."""

    home: Home
    why: str


def _last_used_file() -> Path:
    return config_folder() / "last-home"


def _last_used() -> Path | None:
    try:
        text = _last_used_file().read_text().strip()
    except OSError:
        return None
    path = Path(text)
    return path if text and (path / HOME_MARK).is_file() else None


def find(flag: str | None, env: str | None, working: Path) -> Found:
    """Choose, create and mark the home. Raises BadInput for a folder that is neither a home nor empty."""
    if flag:
        return Found(_prepare(named_path(flag).absolute()), "named by --home")
    if env:
        return Found(_prepare(named_path(env).absolute()), "named by MILIMO_HOME")
    if (working / HOME_MARK).is_file():
        return Found(remember(_prepare(working.absolute())), "the working folder")
    last = _last_used()
    if last:
        return Found(_prepare(last), "the last one used")
    return Found(_forget(_prepare(Path(platformdirs.user_data_dir(APP)))), "the platform's data folder")


def is_there(flag: str | None, env: str | None, working: Path) -> bool:
    """Return True if the home that would be chosen exists already. Creates and records nothing."""
    return (place(flag, env, working) / HOME_MARK).is_file()


def place(flag: str | None, env: str | None, working: Path) -> Path:
    """Return the path of the home that would be chosen. Creates and records nothing. Raises BadInput for an
    invalid path.
    """
    if flag or env:
        return named_path(flag or env or "").absolute()
    if (working / HOME_MARK).is_file():
        return working.absolute()
    return _last_used() or Path(platformdirs.user_data_dir(APP))


def mark(folder: Path) -> Home:
    """Mark any folder as a studio home, also one that is not empty, such as a checkout."""
    home = Home(folder.absolute())
    _make(home)
    return home


def _prepare(root: Path) -> Home:
    if root.is_symlink() and not root.exists():  # its disk is not mounted: create no new home
        raise BadInput(
            f"the studio home {root} leads to {root.resolve()}, which is not there",
            "mount its disk, or name another with --home",
        )
    root = root.resolve()  # a symbolic link is another name of the same home
    home = Home(root)
    if root.is_dir():
        if not home.mark.is_file() and any(root.iterdir()):
            raise BadInput(
                f"{root} is not a studio home and not empty",
                "name an empty folder or one that does not exist yet",
            )
    elif root.exists():
        raise BadInput(f"{root} is a file, not a folder", "name a folder for the studio home")
    if home.mark.is_file():
        _check_owner(home)
    _make(home)
    return home


def _check_owner(home: Home) -> None:
    if home.mark.stat().st_uid != os.getuid():
        raise BadInput(
            f"{home.root} is the studio home of another user",
            "name one of your own with --home or MILIMO_HOME",
        )


def _make(home: Home) -> None:
    try:
        make_folders(home.root, mode=0o700)
        for folder in (home.projects, home.models):
            make_folders(folder, mode=0o700)
        if not home.mark.is_file():
            write_atomic(home.mark, b"A Milimo studio home.\n", 0o600)
    except OSError as error:
        raise explain(error, home.root, "make the studio home") from error


def remember(home: Home) -> Home:
    """Record a home as the last one used, and return it. Raises ReadOnly, DiskFull, Failed."""
    target = _last_used_file()
    if _last_used() != home.root:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain(error, target.parent, "make") from error
        write_atomic(target, f"{home.root}\n".encode())
    return home


def _forget(home: Home) -> Home:
    """Delete the record of the last home, and return the platform's home, which is found without a record.

    If a person copied all their folders to another machine, a recorded path would lead to the original home.
    """
    target = _last_used_file()
    try:
        target.unlink(missing_ok=True)
    except OSError as error:
        raise explain(error, target, "forget") from error
    return home


if __name__ == "__main__":
    # `make studio` marks its checkout: the working folder becomes a studio home.
    mark(Path.cwd())


def has_another(home: Home) -> bool:
    """Return True if this person is known to have another home on this machine. Reads the disk."""
    known = [_last_used(), Path(platformdirs.user_data_dir(APP))]
    return any(
        path is not None and (path / HOME_MARK).is_file() and path.resolve() != home.root for path in known
    )
