"""Test disk quotas: reading them from the settings, and the message for a film or home that is over its
quota.
"""

from __future__ import annotations

import pytest

from milimo_tui.core.errors import BadInput
from milimo_tui.core.settings import Settings
from milimo_tui.jobs.values.quotas import (
    GB,
    Quotas,
    describe_full_film,
    describe_full_home,
    parse_film_quotas,
)


def test_film_has_the_first_matching_quota_or_the_default() -> None:
    quotas = Quotas.from_settings(
        Settings(quota_gb=100, film_quota_gb=10, film_quotas="rain=50, night*=0, *-old=2.5")
    )
    assert (quotas.home, quotas.has_any) == (100 * GB, True)
    named = {name: quotas.limit_for_film(name) for name in ("rain", "night-1", "sun-old", "other")}
    assert named == {"rain": 50 * GB, "night-1": 0, "sun-old": 2_500_000_000, "other": 10 * GB}
    assert not Quotas.from_settings(Settings()).has_any
    assert not Quotas.from_settings(Settings(film_quotas="rain=0")).has_any


@pytest.mark.parametrize(
    "text", ["rain", "=5", "rain=", "rain=x", "rain=-1", "rain=nan", "rain=1e9", "a=1,,b"]
)
def test_invalid_quotas_are_one_sentence(text: str) -> None:
    with pytest.raises(BadInput, match="is not") as refusal:
        parse_film_quotas(text)
    assert len(refusal.value.message) < 80


def test_film_below_its_quota_is_not_limited() -> None:
    assert describe_full_film("rain", 49 * GB, 50 * GB) == describe_full_film("rain", 5 * GB, 0) == ""
    assert describe_full_home(5, 6) == describe_full_home(5, 0) == ""
    assert describe_full_film("rain", 50 * GB, 50 * GB) == (
        "rain holds 50.0 GB of its 50.0 GB: milimo room free, or room quota"
    )
    assert "this home holds" in describe_full_home(7 * GB, 6 * GB)
