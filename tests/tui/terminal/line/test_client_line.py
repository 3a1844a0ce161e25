"""Test the line to a tmux client: counting unread bytes of a real connection through the kernel, and
recognising a slow line.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from milimo_tui.tui.terminal.line.client_line import (
    ASSUMED_RATE,
    LATEST_SECONDS,
    SETTLE_SECONDS,
    ClientLine,
    SshLine,
    open_client_line,
)

MOST = 20.0  # seconds to wait, enough for a busy machine


@contextmanager
def connection(
    family: socket.AddressFamily = socket.AF_INET,
) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Yield the two ends of a connection. The second end has a small receive buffer, so unread data stays in
    the first end.
    """
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with socket.create_server((host, 0), family=family) as server, socket.socket(family) as there:
        there.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        there.settimeout(MOST)
        there.connect(server.getsockname()[:2])
        here = server.accept()[0]
        with here:
            here.setblocking(False)
            yield here, there


def words_of(here: socket.socket) -> str:
    """Return the value of SSH_CONNECTION for this socket."""
    (there, there_port), (address, port) = here.getpeername()[:2], here.getsockname()[:2]
    return f"{there} {there_port} {address} {port}"


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + MOST
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_kernel_reports_what_the_other_end_has_read(family: socket.AddressFamily) -> None:
    if family == socket.AF_INET6 and not socket.has_dualstack_ipv6():
        pytest.skip("no IPv6 here")
    with connection(family) as (here, there):
        ssh = SshLine(words_of(here))
        sent = here.send(bytes(200_000))
        until(lambda: (told := ssh.read_counts()) is not None and told.given == sent and told.taken > 0)
        counts = ssh.read_counts()
        assert counts is not None
        assert counts.taken < sent
        assert 0 < counts.round_trip < 1
        left = sent
        while left:
            left -= len(there.recv(left))
        until(lambda: (told := ssh.read_counts()) is not None and told.taken == sent)


def test_part_is_complete_when_the_other_end_has_it() -> None:
    with connection() as (here, there):
        line = open_client_line(words_of(here), time.monotonic)
        line.note_part(200_000)
        line.note_answer(time.monotonic())  # tmux has drawn the part and now writes it to its client.
        left = here.send(bytes(200_000))  # The kernel may take fewer bytes if its buffer is small.
        line.note_part(10)
        line.note_answer(time.monotonic())
        time.sleep(LATEST_SECONDS + SETTLE_SECONDS)
        assert line.count_received_parts() == 0
        assert line.is_under_way
        while left:
            left -= len(there.recv(left))
        taken: list[int] = []

        def has_taken() -> bool:
            taken.append(line.count_received_parts())
            return sum(taken) == 2

        until(has_taken)
        assert not line.is_under_way


def test_writing_without_a_change_in_tmux_is_not_waited_for() -> None:
    with connection() as (here, _):
        line = open_client_line(words_of(here), time.monotonic)
        line.note_part(4)
        line.note_answer(time.monotonic())
        until(lambda: line.count_received_parts() == 1)


def test_ended_connection_keeps_nothing_waiting() -> None:
    with connection() as (here, there):
        line = open_client_line(words_of(here), time.monotonic)
        here.send(bytes(100_000))
        line.note_part(100_000)
        line.note_answer(time.monotonic())
        there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        there.close()  # The connection is reset, so data in transit is lost.
        here.close()
        until(lambda: line.count_received_parts() == 1)


@pytest.mark.parametrize("connection", ["", "192.0.2.1 50000 192.0.2.2 22", "a 1 b 22", "some words"])
def test_unknown_line_counts_as_slow(connection: str) -> None:
    now = 100.0
    line = open_client_line(connection, lambda: now)
    assert isinstance(line, ClientLine)
    for _ in range(2):
        line.note_part(ASSUMED_RATE)
        line.note_answer(now)
        assert line.count_received_parts() == 0
    now += 0.99
    assert line.count_received_parts() == 0
    now += 0.02
    assert line.count_received_parts() == 1
    now += 0.98
    assert line.count_received_parts() == 0
    now += 0.02
    assert line.count_received_parts() == 1
    assert not line.is_under_way
