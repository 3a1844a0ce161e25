"""Choose and create the studio home, which is the folder with the user's queue, films and weights. Uses only
the file system, no database.

The home is the first of these folders that is given or exists: the folder named by the flag `--home`, the
folder named by the environment variable, the working folder if it is marked as a home, the home used last,
the platform's folder for application data.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import (
    explain_os_error,
    make_folders,
    parse_user_path,
    require_unicode_path,
    write_file_atomically,
)
from milimo_tui.core.host import get_config_folder as get_config_folder
from milimo_tui.core.paths import HOME_MARK, Home

APP = "milimo"


@dataclass(frozen=True, slots=True)
class ChosenHome:
    """A home, and a text that says why it was chosen."""

    home: Home
    why: str


def _get_last_home_file() -> Path:
    return get_config_folder() / "last-home"


def _read_last_home() -> Path | None:
    try:
        text = _get_last_home_file().read_text().strip()
    except OSError:
        return None
    path = Path(text)
    return path if text and (path / HOME_MARK).is_file() else None


def choose_home(flag: str | None, env: str | None, working: Path) -> ChosenHome:
    """Choose the home, create its folders if necessary, and return it. Raises BadInput for a folder that is
    neither a home nor empty.
    """
    if flag:
        return ChosenHome(_prepare_home(parse_user_path(flag).absolute()), "named by --home")
    if env:
        return ChosenHome(_prepare_home(parse_user_path(env).absolute()), "named by MILIMO_HOME")
    if (working / HOME_MARK).is_file():
        return ChosenHome(remember_last_home(_prepare_home(working.absolute())), "the working folder")
    last = _read_last_home()
    if last:
        return ChosenHome(_prepare_home(last), "the last one used")
    return ChosenHome(
        _forget_last_home(_prepare_home(Path(platformdirs.user_data_dir(APP)))), "the platform's data folder"
    )


def does_home_exist(flag: str | None, env: str | None, working: Path) -> bool:
    """Return True if the home that would be chosen exists already. Creates and records nothing."""
    return (locate_home(flag, env, working) / HOME_MARK).is_file()


def locate_home(flag: str | None, env: str | None, working: Path) -> Path:
    """Return the path of the home that would be chosen. Creates and records nothing. Raises BadInput for an
    invalid path.
    """
    if flag or env:
        return parse_user_path(flag or env or "").absolute()
    if (working / HOME_MARK).is_file():
        return working.absolute()
    return _read_last_home() or Path(platformdirs.user_data_dir(APP))


def mark_home(folder: Path) -> Home:
    """Mark a folder as a studio home and create its subfolders. The folder may already contain other files,
    for example a checkout of the source.
    """
    home = Home(folder.absolute())
    _create_home(home)
    return home


def _prepare_home(root: Path) -> Home:
    # The link's target is missing, probably because its disk is not mounted. Do not create a new home in its
    # place.
    if root.is_symlink() and not root.exists():
        raise BadInput(
            f"the studio home {root} is a link to {root.resolve()}, which does not exist",
            "mount its disk, or choose another folder with --home",
        )
    # Resolve symbolic links, so that a home has one path whatever name it is opened by.
    root = root.resolve()
    home = Home(root)
    if root.is_dir():
        if not home.mark.is_file() and any(root.iterdir()):
            raise BadInput(
                f"{root} is not a studio home, and the folder is not empty",
                "name an empty folder or one that does not exist yet",
            )
    elif root.exists():
        raise BadInput(f"{root} is a file, not a folder", "name a folder for the studio home")
    if home.mark.is_file():
        _check_home_owner(home)
    _create_home(home)
    return home


def _check_home_owner(home: Home) -> None:
    if home.mark.stat().st_uid != os.getuid():
        raise BadInput(
            f"{home.root} is the studio home of another user",
            "choose your own folder with --home or MILIMO_HOME",
        )


def _create_home(home: Home) -> None:
    require_unicode_path(
        home.root, "the path of the studio home", "rename its folder, or choose another folder with --home"
    )
    try:
        make_folders(home.root, mode=0o700)
        for folder in (home.projects, home.models):
            make_folders(folder, mode=0o700)
        if not home.mark.is_file():
            write_file_atomically(home.mark, b"A Milimo studio home.\n", 0o600)
    except OSError as error:
        raise explain_os_error(error, home.root, "make the studio home") from error


def remember_last_home(home: Home) -> Home:
    """Record a home as the last one used, and return it. Raises ReadOnly, DiskFull, Failed."""
    target = _get_last_home_file()
    if _read_last_home() != home.root:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise explain_os_error(error, target.parent, "make") from error
        write_file_atomically(target, f"{home.root}\n".encode())
    return home


def _forget_last_home(home: Home) -> Home:
    """Delete the record of the home that was used last, and return `home`. Used if `home` is the default
    home, which is found without a record.

    A record could be wrong if the user copies all folders to another machine, because its path could still
    lead to the original home.
    """
    target = _get_last_home_file()
    try:
        target.unlink(missing_ok=True)
    except OSError as error:
        raise explain_os_error(error, target, "forget") from error
    return home


if __name__ == "__main__":
    # `make studio` runs this module in a checkout of the source, to mark the checkout as a studio home.
    mark_home(Path.cwd())


def has_other_home(home: Home) -> bool:
    """Return True if the user is known to have a home other than `home` on this machine. Reads the disk."""
    known = [_read_last_home(), Path(platformdirs.user_data_dir(APP))]
    return any(
        path is not None and (path / HOME_MARK).is_file() and path.resolve() != home.root for path in known
    )
