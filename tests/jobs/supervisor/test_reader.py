"""Test the reader of client lines: however the bytes are split, each line is read once and in order, by both
reading methods.
"""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milimo_tui.jobs.supervisor.client_reader import ClientReader

LINES = st.lists(st.sampled_from([b"now\n", b"now and more\n", b"later\n", b"\n"]), max_size=12)


async def heard(lines: list[bytes], cuts: list[int], *, lazy: bool) -> tuple[list[bytes], int]:
    """Return the lines that are read if the bytes arrive in pieces cut at `cuts`, and the number of lines
    that were handled at once.
    """
    reader, told, at_once = ClientReader(1000), list[bytes](), 0

    def take(line: bytes) -> bool:
        nonlocal at_once
        if line.startswith(b"now"):
            told.append(line)
            at_once += 1
            return True
        return False

    async def read() -> None:
        reader.at_once = take
        while True:
            told.append(await reader.read_client_line())

    task = asyncio.ensure_future(read())
    await asyncio.sleep(0)
    whole, at = b"".join(lines), 0
    for cut in [*sorted({cut % (len(whole) + 1) for cut in cuts}), len(whole)]:
        if whole[at:cut]:
            reader.feed_data(whole[at:cut])
        at = cut
        if not lazy:
            await asyncio.sleep(0)
    reader.feed_eof()
    with pytest.raises(asyncio.IncompleteReadError):
        await task
    return told, at_once


@given(LINES, st.lists(st.integers(0, 200), max_size=20), st.booleans())
def test_every_line_is_read_once_and_in_order(lines: list[bytes], cuts: list[int], lazy: bool) -> None:
    told, _ = asyncio.run(heard(lines, cuts, lazy=lazy))
    assert told == lines


def test_single_line_is_read_at_once() -> None:
    told, at_once = asyncio.run(heard([b"now\n", b"later\n", b"now\n"], [4, 10], lazy=False))
    assert (told, at_once) == ([b"now\n", b"later\n", b"now\n"], 2)


def test_line_in_two_pieces_is_not_read_early() -> None:
    assert asyncio.run(heard([b"now\n"], [2], lazy=False)) == ([b"now\n"], 0)
