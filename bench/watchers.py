"""Listen to one queue with many connections from a single process, for `job_queue.py`. Arguments: HOME COUNT.

The process prints `ready` once all connections are open. Then it reads the number of the last event as a line
from its input. When every connection has received that event, the process prints the smallest and largest
number of events of a connection, and the number of gap messages. A real client would decode each line; this
process only counts lines, so that the measured cost is the supervisor's.
"""

from __future__ import annotations

import json
import re
import selectors
import socket
import sys
from pathlib import Path

from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.protocol import OLDEST, PROTOCOL, encode_message, get_socket_path

SEQ = re.compile(rb'"seq": ?([0-9]+)')


class Watcher:
    """A connection that receives all events of the queue from now on."""

    def __init__(self, home: Home) -> None:
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(str(get_socket_path(home)))
        self.events = -2  # The greeting and the answer are lines too, but not events.
        self.gaps = 0
        self.tail = b""
        self.line.sendall(encode_message({"hello": {"min": OLDEST, "max": PROTOCOL}}))
        self.line.sendall(encode_message({"op": "watch", "id": 1}))
        while self.events < 0:
            self.read()

    def read(self) -> None:
        """Read the output that has arrived, and count its events and gap messages."""
        data = self.line.recv(1 << 20)
        assert data, "the supervisor hung up"
        self.events += data.count(b"\n")
        self.gaps += data.count(b'{"gap"')
        self.tail = (self.tail + data)[-2000:]

    def find_last_event(self) -> int:
        """Return the number of the newest event that has arrived completely, or 0."""
        found = SEQ.findall(self.tail[: self.tail.rfind(b"\n") + 1])
        return int(found[-1]) if found else 0


def main(root: str, count: str) -> int:
    """Open `count` connections to the queue of the home `root`, and print the counts at the end."""
    home = Home(Path(root))
    selector = selectors.DefaultSelector()
    watchers = [Watcher(home) for _ in range(int(count))]
    for watcher in watchers:
        selector.register(watcher.line, selectors.EVENT_READ, watcher)
    selector.register(sys.stdin, selectors.EVENT_READ)
    print("ready", flush=True)
    goal = 0
    while not goal or any(watcher.find_last_event() < goal for watcher in watchers):
        for key, _ in selector.select():
            if isinstance(key.data, Watcher):
                key.data.read()
            else:
                goal = int(sys.stdin.readline())
                selector.unregister(sys.stdin)
    events = [watcher.events for watcher in watchers]
    gaps = sum(watcher.gaps for watcher in watchers)
    print(json.dumps({"least": min(events), "most": max(events), "gaps": gaps}), flush=True)
    return 0


# `make bench` runs every file in this folder without arguments, so this file must do nothing then.
if __name__ == "__main__" and len(sys.argv) == 3:
    sys.exit(main(*sys.argv[1:]))
