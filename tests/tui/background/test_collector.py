"""Test the garbage collector: the oldest generation is collected only while no keys are pressed, younger ones
in the pause after a key.
"""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator

import pytest

from milimo_tui.tui.background.collector import LITTLE, LONGEST_LOOKS, MUCH, PAUSE_SECONDS, RestCollector


class SelfReference:
    """An object that refers to itself, so that only a collection frees it."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)


def old_garbage() -> weakref.ref[SelfReference]:
    """Create garbage in the oldest generation, then collect the younger generations often enough that a full
    collection is due. Return a weak reference to the garbage.
    """
    ring = SelfReference()
    seen = weakref.ref(ring)
    gc.collect(1)
    gc.collect(1)
    del ring
    for _ in range(LITTLE):
        gc.collect(1)
    return seen


def test_old_objects_are_collected_when_no_key_comes() -> None:
    rested = [0.1]
    collector = RestCollector(lambda: rested[0])
    collector.start()
    seen = old_garbage()
    collector.collect_if_due()
    assert seen() is not None
    rested[0] = 2.0
    collector.collect_if_due()
    assert seen() is None


def test_old_objects_are_collected_even_if_keys_never_stop() -> None:
    collector = RestCollector(lambda: 0.0)
    collector.start()
    seen = old_garbage()
    for _ in range(LONGEST_LOOKS):
        collector.collect_if_due()
    assert seen() is None


def much_garbage() -> weakref.ref[SelfReference]:
    """Create as much garbage as a dozen closed screens, and return a weak reference to it."""
    rings = [SelfReference() for _ in range(MUCH)]
    seen = weakref.ref(rings[0])
    gc.collect(1)
    gc.collect(1)
    return seen


async def test_many_new_objects_are_collected_in_the_pause_after_a_key() -> None:
    rested = [0.0]
    collector = RestCollector(lambda: rested[0])
    collector.start()
    seen = much_garbage()
    collector.key_came()
    await asyncio.sleep(2 * PAUSE_SECONDS)
    collector.collect_if_due()
    assert seen() is not None, "keys still come"
    rested[0] = PAUSE_SECONDS
    await asyncio.sleep(2 * PAUSE_SECONDS)
    assert seen() is None


async def test_few_new_objects_wait_in_the_pause_after_a_key() -> None:
    collector = RestCollector(lambda: PAUSE_SECONDS)
    collector.start()
    seen = old_garbage()
    for _ in range(3):
        collector.key_came()
        await asyncio.sleep(2 * PAUSE_SECONDS)
        collector.collect_if_due()
    assert seen() is not None


async def test_objects_of_a_closed_long_film_are_counted() -> None:
    collector = RestCollector(lambda: PAUSE_SECONDS)
    film: list[list[int]] = [[] for _ in range(2 * MUCH)]
    collector.start()
    del film
    collector.collect_if_due()
    seen = much_garbage()
    collector.key_came()
    await asyncio.sleep(2 * PAUSE_SECONDS)
    assert seen() is None


def test_nothing_is_collected_at_rest_without_new_objects() -> None:
    collector = RestCollector(lambda: 60.0)
    collector.start()
    before = gc.get_stats()[2]["collections"]
    for _ in range(10):
        collector.collect_if_due()
    assert gc.get_stats()[2]["collections"] == before


def test_old_objects_are_collected_by_the_collector_alone() -> None:
    RestCollector(lambda: 0.0).start()
    before = gc.get_stats()[2]["collections"]
    kept = [[SelfReference()] for _ in range(200_000)]
    assert gc.get_stats()[2]["collections"] == before
    del kept


async def test_young_objects_are_collected_in_the_pause_after_a_key() -> None:
    rested = [0.0]
    collector = RestCollector(lambda: rested[0])
    collector.start()
    ring = SelfReference()
    seen = weakref.ref(ring)
    del ring
    collector.key_came()
    await asyncio.sleep(2 * PAUSE_SECONDS)
    assert seen() is not None, "keys still come"
    rested[0] = 1.0
    await asyncio.sleep(2 * PAUSE_SECONDS)
    assert seen() is None


async def test_pauses_alone_do_not_collect_old_objects() -> None:
    collector = RestCollector(lambda: 60.0)
    collector.start()
    before = gc.get_stats()[2]["collections"]
    for _ in range(LITTLE + 1):
        collector.key_came()
        await asyncio.sleep(2 * PAUSE_SECONDS)
        collector.collect_if_due()
    assert gc.get_stats()[2]["collections"] == before


def test_disabled_collection_is_enabled_after_the_start() -> None:
    gc.disable()
    try:
        RestCollector(lambda: 0.0).start()
        assert gc.isenabled()
    finally:
        gc.enable()
