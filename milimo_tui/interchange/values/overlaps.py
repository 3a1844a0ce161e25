"""Distribute items that overlap in time over several rows, for formats whose tracks may overlap."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any


def split_overlapping_items(items: list[tuple[int, int, Any]]) -> list[list[tuple[int, int, Any]]]:
    """Distribute items over as few rows as possible, so that the items in a row do not overlap. An item has a
    start, a length and a value. Each row is sorted by start.
    """
    rows: list[list[tuple[int, int, Any]]] = []
    free: list[int] = []  # Indices of rows whose last item has ended, lowest first.
    # For each other row: the end of its last item and its index, earliest end first.
    occupied: list[tuple[int, int]] = []
    for each in sorted(items, key=lambda each: each[0]):
        while occupied and occupied[0][0] <= each[0]:
            heappush(free, heappop(occupied)[1])
        if free:
            index = heappop(free)
        else:
            index = len(rows)
            rows.append([])
        rows[index].append(each)
        heappush(occupied, (each[0] + each[1], index))
    return rows
