"""Select the backups to keep: the newest backup of each of the last days and weeks that have a backup.

The rule is that of restic (`forget --keep-daily 7 --keep-weekly 4`): days and weeks without a backup do not
count. The functions are pure, except that days depend on this machine's time zone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from milimo_tui.store.backup.manifest import Manifest


def select_backups_to_keep(backups: Iterable[Manifest], daily: int, weekly: int) -> frozenset[str]:
    """Return the ids of the backups to keep: the newest backup, and the newest of each of the last `daily`
    days and of each of the last `weekly` weeks in which backups were made.

    Days begin and end by this machine's clock. Backups in which damaged files are missing are selected
    separately, so that they never replace a complete backup.
    """
    there = sorted(backups, key=lambda one: one.created, reverse=True)
    whole = [one for one in there if not one.problems]
    lacking = [one for one in there if one.problems]
    return frozenset(id for part in (whole, lacking) for id in _select_newest_by_period(part, daily, weekly))


def _select_newest_by_period(manifests: Sequence[Manifest], daily: int, weekly: int) -> set[str]:
    out = {one.id for one in manifests[:1]}
    for pattern, most in (("%Y-%m-%d", daily), ("%G-%V", weekly)):
        seen: set[str] = set()
        for one in manifests:
            period = time.strftime(pattern, time.localtime(one.created))
            if period not in seen and len(seen) < most:
                seen.add(period)
                out.add(one.id)
    return out
