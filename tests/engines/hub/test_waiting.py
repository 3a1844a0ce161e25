"""Test counting the bytes of an unfinished download while its files appear and disappear."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from milimo_tui.engines.catalog.model_store import PARTIAL, count_partial_bytes


def test_files_removed_during_a_check_are_not_reported(tmp_path: Path) -> None:
    partial = tmp_path / PARTIAL
    partial.mkdir()
    (partial / "stays").write_bytes(b"12345")
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            for number in range(40):
                (partial / f"{number}.part").write_bytes(b"")
            for number in range(40):
                os.rename(partial / f"{number}.part", tmp_path / f"{number}")

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        assert {count_partial_bytes(tmp_path) for _ in range(1500)} == {5}
    finally:
        over.set()
        other.join()
    assert count_partial_bytes(tmp_path / "nowhere") == 0
