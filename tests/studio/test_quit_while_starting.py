"""Test that closing the studio does not wait for a supervisor that is still starting."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from milimo_tui.studio.session.studio import Studio
from tests.tui.studio_setup import make_studio


def test_quitting_does_not_wait_for_a_starting_supervisor(tmp_path: Path) -> None:
    studio = make_studio(tmp_path / "home")
    event, free = threading.Event(), threading.Event()
    thread = threading.Thread(target=_starts, args=(studio, event, free))
    thread.start()
    try:
        assert event.wait(10)
        began = time.monotonic()
        studio.close()
        assert time.monotonic() - began < 10
        assert not free.is_set()
    finally:
        free.set()
        thread.join()


def _starts(studio: Studio, held: threading.Event, free: threading.Event) -> None:
    """Hold the queue lock until `free` is set, as a thread does that waits for a supervisor."""
    with studio._queue_lock:
        held.set()
        free.wait(60)
