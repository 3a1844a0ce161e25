"""Build the jobs that back up and check a studio home, from the settings."""

from __future__ import annotations

from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import Settings
from milimo_tui.engines.specs.backup_specs import CheckBackups, CheckHome, MakeBackup
from milimo_tui.store.backup.backup_folder import BackupFolder

LABELS = {
    "make_backup": "backup",
    "check_home": "check databases and media",
    "check_backups": "check backups",
}
LATER = -100  # Priority of a backup. It is negative, so that every other job on the lane runs first.


def get_backup_folder(home: Home, settings: Settings, named: str = "") -> BackupFolder:
    """Return the folder that contains the backups. This is the folder `named` if it is not empty, otherwise
    the folder in the settings, otherwise the default folder of the home. Raises BadInput.
    """
    return BackupFolder(_resolve_folder_setting(settings, named) or home.backups)


def _resolve_folder_setting(settings: Settings, named: str) -> Path | None:
    given = named or settings.backup_folder
    if not given:
        return None
    path = parse_user_path(given)
    if not path.is_absolute() and not named:
        raise BadInput(
            f"the setting backup_folder is “{given}”, which is not an absolute path",
            "set one: milimo config set backup_folder FOLDER",
        )
    return path.absolute()


def _get_folder_text(settings: Settings, named: str) -> str:
    place = _resolve_folder_setting(settings, named)
    return str(place) if place else ""


def build_backup_spec(settings: Settings, named: str = "") -> MakeBackup:
    """Build the spec of a job that backs up the home now. Raises BadInput."""
    return MakeBackup(
        folder=_get_folder_text(settings, named),
        share=settings.backup_share,
        daily=settings.backup_days,
        weekly=settings.backup_weeks,
    )


def build_home_check_spec(settings: Settings, named: str = "", *, mend: bool) -> CheckHome:
    """Build the spec of a job that checks the home for damage. With `mend`, damage is repaired from backups.
    Raises BadInput.
    """
    return CheckHome(folder=_get_folder_text(settings, named), mend=mend)


def build_backup_check_spec(settings: Settings, named: str = "") -> CheckBackups:
    """Build the spec of a job that checks the backups for damage. Raises BadInput."""
    return CheckBackups(folder=_get_folder_text(settings, named))
