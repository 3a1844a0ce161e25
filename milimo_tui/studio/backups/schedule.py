"""The schedule of backups. A backup is due once a day at a set hour. If no supervisor runs at that hour, the
backup is due when one starts.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from milimo_tui.core.host import read_settings
from milimo_tui.core.paths import Home
from milimo_tui.core.settings import Settings
from milimo_tui.jobs.values.messages import JobOrder
from milimo_tui.studio.backups.backup_orders import LABELS, LATER, build_backup_spec, get_backup_folder

DAILY = "daily"


def find_last_hour(now: float, hour: int) -> float:
    """Return the last time at which the local clock showed `hour`, in seconds since 1970. `now` is the
    current time.
    """
    today = time.localtime(now)
    for back in (0, 1):
        moment = time.mktime((today.tm_year, today.tm_mon, today.tm_mday - back, hour, 0, 0, 0, 0, -1))
        if moment <= now:
            return moment
    return now


def find_due_hour(home: Home, settings: Settings, now: float) -> float | None:
    """Return the last backup hour, in seconds since 1970, if no backup was made since then. Return None if
    one was made, or if backups are off.

    The first backup of a new home is due at the first such hour after its creation. Raises BadInput.
    """
    if settings.backup != DAILY:
        return None
    hour = find_last_hour(now, settings.backup_hour)
    newest = get_backup_folder(home, settings).read_newest_backup_time()
    since = newest if newest is not None else _read_home_creation(home, now)
    return hour if since < hour else None


def find_next_hour(settings: Settings, now: float) -> float:
    """Return the next backup hour after `now`, in seconds since 1970."""
    return find_last_hour(now + 86_400.0, settings.backup_hour)


def _read_home_creation(home: Home, now: float) -> float:
    try:
        return home.mark.stat().st_mtime
    except OSError:
        return now


class BackupSchedule:
    """The schedule of backups, which the supervisor of a home asks for due jobs. It reads the settings each
    time, so that changes take effect at once.
    """

    def __init__(self) -> None:
        self._asked = 0.0  # The backup hour, in seconds since 1970, for which a backup was last requested.

    def next_chore_time(self, home: Home, now: float) -> float:
        """Return the next backup hour, in seconds since 1970. Raises BadInput for settings that can't be
        read.
        """
        settings, _ = read_settings(home=home.root)
        return find_next_hour(settings, now)

    def list_due_chores(self, home: Home, now: float) -> Sequence[JobOrder]:
        """Return a job that makes a backup, if there is no backup since the last backup hour. Raises BadInput
        for settings that can't be read.
        """
        settings, _ = read_settings(home=home.root)
        hour = find_due_hour(home, settings, now)
        if hour is None or hour == self._asked:
            return ()
        self._asked = hour
        spec = build_backup_spec(settings).model_dump(mode="json")
        id = time.strftime("job_backup%Y%m%d", time.localtime(hour))
        return (JobOrder(id=id, spec=spec, label=LABELS["make_backup"], priority=LATER),)
