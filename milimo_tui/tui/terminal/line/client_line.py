"""Measures how many bytes a tmux client has received. Used if tmux does not pass questions through to the
terminal.

Without passthrough, tmux answers a question as soon as tmux itself has read it, so the answer does not show
what the terminal has received. The counters of tmux do not help either: `client_written` counts bytes written
to tmux's own buffer, and `client_discarded` starts only when the later buffers, of some megabytes, are full
(tmux: tty.c, `tty_add`, `tty_block_maybe`).

Over SSH the kernel knows how many bytes the other end has acknowledged (sock_diag(7), tcp(7): TCP_INFO). If
the SSH connection ends on another machine, the kernel knows nothing, and a slow connection is assumed.
"""

from __future__ import annotations

import socket
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

ASSUMED_RATE = 80_000  # Bytes per second assumed for a connection that can't be measured.
LOOK_SECONDS = 0.02  # Seconds between two checks of the connection while bytes are in transit.
# Seconds after which the SSH server has read what tmux wrote, so that the kernel's count includes the bytes.
SETTLE_SECONDS = 0.015
# If the count has not grown after this time in seconds, tmux sent nothing, because nothing changed on its
# screen.
LATEST_SECONDS = 0.1

# Constants of linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h and linux/tcp.h.
NETLINK_SOCK_DIAG, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST = 4, 20, 1
INET_DIAG_INFO = 2
ANY_STATE, NO_COOKIE = 0xFFFFFFFF, 0xFFFFFFFF
MESSAGE = struct.Struct("=IHHII")  # The C structure `nlmsghdr`.
REQUEST_HEAD = struct.Struct("=BBBxI")  # The C structure `inet_diag_req_v2`, up to its field `id`.
ID = struct.Struct("!HH16s16s")  # The C structure `inet_diag_sockid`, up to the network interface.
ANSWER_BYTES = 72  # Size of the C structure `inet_diag_msg`.
STATE_AT, ESTABLISHED = 1, 1
QUEUE_AT = 60  # Offset in `inet_diag_msg` of the number of bytes that were written and not acknowledged.
# Offsets in the C structure `tcp_info` of `bytes_acked` and of `min_rtt` (in microseconds).
ACKED_AT, TRIP_AT = 120, 148
ASK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class LineCounts:
    """The numbers of bytes that a connection has carried since it began: `given` were written to it, `taken`
    were received at the other end.

    `round_trip` is the shortest round trip in seconds.
    """

    given: int
    taken: int
    round_trip: float


class LineGauge(Protocol):
    """An object that measures how many bytes a connection has carried."""

    def read_counts(self) -> LineCounts | None:
        """Return the present counts; None once the connection can't be measured."""

    def note_given(self, count: int) -> None:
        """Record that `count` bytes were given to the connection."""

    def has_settled(self, before: int, now: int, seconds: float) -> bool:
        """Return True if the connection's byte count already includes all bytes of a part of the output that
        was sent to tmux. Tmux may answer for a part before it has written all of the part to the connection.

        `before` is the byte count when the part was sent, `now` the present count, and `seconds` the time
        since tmux answered for the part.
        """


class SshLine:
    """The connection of an SSH server on this machine. The byte counts come from the kernel."""

    def __init__(self, connection: str) -> None:
        """Open the kernel's socket statistics. `connection` is the value of SSH_CONNECTION. Raises ValueError
        and OSError if the connection can't be measured.
        """
        from ipaddress import ip_address  # Imported here because the module is only needed over SSH.

        there, there_port, here, here_port = connection.split()
        addresses = [ip_address(each.partition("%")[0]) for each in (here, there)]
        family = socket.AF_INET6 if addresses[0].version == 6 else socket.AF_INET
        ends = [each.packed.ljust(16, b"\0") for each in addresses]
        id = ID.pack(int(here_port), int(there_port), *ends) + struct.pack("=III", 0, NO_COOKIE, NO_COOKIE)
        head = REQUEST_HEAD.pack(family, socket.IPPROTO_TCP, 1 << (INET_DIAG_INFO - 1), ANY_STATE)
        size = MESSAGE.size + len(head) + len(id)
        self._request = MESSAGE.pack(size, SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0) + head + id
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG)
        self._socket.settimeout(ASK_SECONDS)

    def read_counts(self) -> LineCounts | None:
        try:
            self._socket.send(self._request)
            answer = self._socket.recv(8192)
        except OSError:
            return None
        if MESSAGE.unpack_from(answer)[1] != SOCK_DIAG_BY_FAMILY:
            return None  # The kernel knows no such connection.
        if answer[MESSAGE.size + STATE_AT] != ESTABLISHED:
            return None  # A listening socket, or a connection that has ended.
        (queued,) = struct.unpack_from("=I", answer, MESSAGE.size + QUEUE_AT)
        at = MESSAGE.size + ANSWER_BYTES
        while at + 4 <= len(answer):
            size, kind = struct.unpack_from("=HH", answer, at)
            if kind == INET_DIAG_INFO and size >= 4 + TRIP_AT + 4:
                (acked,) = struct.unpack_from("=Q", answer, at + 4 + ACKED_AT)
                (trip,) = struct.unpack_from("=I", answer, at + 4 + TRIP_AT)
                return LineCounts(acked + queued, acked, trip / 1e6)
            at += max(4, (size + 3) & ~3)
        return None

    def note_given(self, count: int) -> None:
        """Do nothing: the kernel counts by itself."""

    def has_settled(self, before: int, now: int, seconds: float) -> bool:
        return seconds >= LATEST_SECONDS or (seconds >= SETTLE_SECONDS and now > before)


class AssumedLine:
    """A connection that can't be measured. It is assumed to carry `ASSUMED_RATE` bytes per second."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Create the assumed connection. `now` is a monotonic clock in seconds."""
        self._now = now
        self._given, self._free_at = 0, 0.0

    def read_counts(self) -> LineCounts:
        left = max(0.0, self._free_at - self._now()) * ASSUMED_RATE
        return LineCounts(self._given, self._given - round(left), 0.0)

    def note_given(self, count: int) -> None:
        self._given += count
        self._free_at = max(self._free_at, self._now()) + count / ASSUMED_RATE

    def has_settled(self, before: int, now: int, seconds: float) -> bool:
        return True


@dataclass(slots=True)
class SentPart:
    """A part of the output that was sent to tmux. `at` is the time when it was sent, and `count` its number
    of bytes. `before` is the connection's byte count at that time.

    `answered_at` is the time when tmux answered for the part. `end` is the connection's byte count after the
    entire part was written.
    """

    at: float
    count: int
    before: int
    answered_at: float | None = None
    end: int | None = None


class ClientLine:
    """A queue of the parts of the output that were sent through tmux to its client. The queue finds out when
    the client has received each part.
    """

    def __init__(self, gauge: LineGauge, now: Callable[[], float]) -> None:
        """Create the queue. `gauge` measures the connection to the client; `now` is a monotonic clock in
        seconds.
        """
        self._gauge, self._now = gauge, now
        self._parts: deque[SentPart] = deque()

    def note_part(self, count: int) -> None:
        """Record that `count` bytes, ending with a question, were sent to tmux."""
        carried = self._gauge.read_counts()
        self._parts.append(SentPart(self._now(), count, carried.given if carried else 0))

    def note_answer(self, at: float) -> None:
        """Record that at time `at` tmux answered for the oldest part without an answer."""
        part = next((part for part in self._parts if part.answered_at is None), None)
        if part is not None:
            part.answered_at = at
            self._gauge.note_given(part.count)

    @property
    def is_under_way(self) -> bool:
        """True if tmux has answered for a part that its client may not have received."""
        return bool(self._parts) and self._parts[0].answered_at is not None

    def count_received_parts(self) -> int:
        """Measure the connection; return how many parts the client has received since the last call."""
        carried, now, count = self._gauge.read_counts(), self._now(), 0
        for part in self._parts:
            if part.answered_at is None or carried is None:
                break
            settled = self._gauge.has_settled(part.before, carried.given, now - part.answered_at)
            if part.end is None and settled:
                part.end = carried.given
        while self.is_under_way and self._is_received(self._parts[0], carried, now):
            self._parts.popleft()
            count += 1
        return count

    def _is_received(self, part: SentPart, carried: LineCounts | None, now: float) -> bool:
        if carried is None:
            # If the connection can no longer be measured, the part counts as received, so that nothing waits
            # for it.
            return True
        return part.end is not None and carried.taken >= part.end and now - part.at >= carried.round_trip


def open_client_line(connection: str, now: Callable[[], float]) -> ClientLine:
    """Return the queue for the connection to a tmux client. `connection` is the client's value of
    SSH_CONNECTION, or empty. If the connection can't be measured, a slow connection is assumed.
    """
    # The errors mean that the value can't be parsed, or that the kernel does not support the query.
    with suppress(ValueError, OSError, AttributeError):
        ssh = SshLine(connection)
        if ssh.read_counts() is not None:
            return ClientLine(ssh, now)
    return ClientLine(AssumedLine(now), now)
