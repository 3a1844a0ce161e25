"""Which backups are kept: the newest of each of the last days and weeks that have one. Pure but for the zone.

As restic has it (`forget --keep-daily 7 --keep-weekly 4`): days without a backup do not count.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from milimo_tui.store.backup.manifest import Manifest


def kept(backups: Iterable[Manifest], daily: int, weekly: int) -> frozenset[str]:
    """Ids of those that stay: by days and weeks, and the newest. Days are those of this machine's clock.

    Backups that lack a damaged film are counted by themselves: none of them takes the place of a whole one.
    """
    there = sorted(backups, key=lambda one: one.created, reverse=True)
    whole = [one for one in there if not one.problems]
    lacking = [one for one in there if one.problems]
    return frozenset(id for part in (whole, lacking) for id in _kept(part, daily, weekly))


def _kept(there: Sequence[Manifest], daily: int, weekly: int) -> set[str]:
    out = {one.id for one in there[:1]}
    for pattern, most in (("%Y-%m-%d", daily), ("%G-%V", weekly)):
        seen: set[str] = set()
        for one in there:
            period = time.strftime(pattern, time.localtime(one.created))
            if period not in seen and len(seen) < most:
                seen.add(period)
                out.add(one.id)
    return out
