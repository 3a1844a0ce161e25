"""Many watchers of one queue, read by a single process, for `job_queue.py`: HOME COUNT.

Prints `ready` once all watchers are connected. Then a line on its input gives the number of the last event.
When every watcher has received that event, the process prints the number of events of each watcher and the
number of gap marks. A client would decode each line; this process only counts lines, so that the supervisor
is what is measured.
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
    """A connection that watches from now on."""

    def __init__(self, home: Home) -> None:
        self.line = socket.socket(socket.AF_UNIX)
        self.line.connect(str(get_socket_path(home)))
        self.events = -2  # The greeting and the answer are lines too, but no events.
        self.gaps = 0
        self.tail = b""
        self.line.sendall(encode_message({"hello": {"min": OLDEST, "max": PROTOCOL}}))
        self.line.sendall(encode_message({"op": "watch", "id": 1}))
        while self.events < 0:
            self.read()

    def read(self) -> None:
        """Read what has arrived, and count its events and gaps."""
        data = self.line.recv(1 << 20)
        assert data, "the supervisor hung up"
        self.events += data.count(b"\n")
        self.gaps += data.count(b'{"gap"')
        self.tail = (self.tail + data)[-2000:]

    def find_last_event(self) -> int:
        """Return the number of the newest complete event."""
        found = SEQ.findall(self.tail[: self.tail.rfind(b"\n") + 1])
        return int(found[-1]) if found else 0


def main(root: str, count: str) -> int:
    """Watch a home's queue with `count` connections, and print the counts."""
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
    told = [watcher.events for watcher in watchers]
    gaps = sum(watcher.gaps for watcher in watchers)
    print(json.dumps({"least": min(told), "most": max(told), "gaps": gaps}), flush=True)
    return 0


# `make bench` runs every file in this folder, also without arguments.
if __name__ == "__main__" and len(sys.argv) == 3:
    sys.exit(main(*sys.argv[1:]))
