"""Test the rule that selects the backups to keep: days and weeks with a backup are counted as restic counts
them.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.store.backup.manifest import Manifest
from milimo_tui.store.backup.retention_rule import select_backups_to_keep

NOON = datetime(2026, 11, 27, 12)  # a Friday


def backup(moment: datetime, *problems: str) -> Manifest:
    """Return the manifest of a backup made at `moment`, in local time."""
    created = time.mktime(moment.timetuple())
    return Manifest(moment.strftime("%Y%m%d-%H%M%S"), created, "/home", "0", (), (), problems)


def test_seven_days_and_four_weeks_of_a_year_stay() -> None:
    nights = [backup(NOON - timedelta(days=back)) for back in range(365)]
    stay = sorted(select_backups_to_keep(nights, 7, 4), reverse=True)
    days = [(NOON - timedelta(days=back)).strftime("%Y%m%d-%H%M%S") for back in range(7)]
    # The newest backups of the weeks before.
    sundays = ["20261122-120000", "20261115-120000", "20261108-120000"]
    assert stay == [*days, *(sunday for sunday in sundays if sunday not in days)]


def test_newest_backup_of_a_day_stays_and_empty_days_do_not_count() -> None:
    twice = [backup(NOON), backup(NOON - timedelta(hours=2)), backup(NOON - timedelta(days=40))]
    assert select_backups_to_keep(twice, 2, 0) == {twice[0].id, twice[2].id}


def test_newest_backup_always_stays() -> None:
    there = [backup(NOON - timedelta(days=back)) for back in range(3)]
    assert select_backups_to_keep(there, 0, 0) == {there[0].id}
    assert select_backups_to_keep((), 7, 4) == frozenset()


def test_incomplete_backup_replaces_no_complete_one() -> None:
    whole = backup(NOON - timedelta(hours=3))
    lacking = [backup(NOON - timedelta(hours=hours), "a film is damaged") for hours in range(3)]
    assert select_backups_to_keep([whole, *lacking], 1, 0) == {whole.id, lacking[0].id}


@given(st.lists(st.integers(0, 5000), max_size=60), st.integers(0, 9), st.integers(0, 9))
def test_as_many_backups_stay_as_the_rule_says(hours: list[int], daily: int, weekly: int) -> None:
    there = [backup(NOON - timedelta(hours=back)) for back in dict.fromkeys(hours)]
    stay = select_backups_to_keep(there, daily, weekly)
    assert len(stay) <= max(1, daily + weekly)
    assert select_backups_to_keep([one for one in there if one.id in stay], daily, weekly) == stay
    days = {one.id[:8] for one in there}
    assert len({id[:8] for id in stay}) >= min(daily, len(days))
