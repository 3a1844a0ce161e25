"""Test the replacements for Linux functions on other systems, by comparison with the Linux functions."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from milimo_tui.core import linux


@pytest.mark.parametrize("by_descriptor", [True, False])
def test_socket_in_a_deep_folder_is_reached_by_a_short_name(tmp_path: Path, by_descriptor: bool) -> None:
    folder = tmp_path / ("deep" * 20) / ("deeper" * 20)
    folder.mkdir(parents=True)
    with (
        linux.shorten_folder_path(folder, by_descriptor=by_descriptor) as short,
        socket.socket(socket.AF_UNIX) as server,
    ):
        assert len(str(short)) < 60
        server.bind(str(short / "s"))
    assert (folder / "s").is_socket()


def test_peer_of_a_socket_is_this_user() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert linux.get_peer_user(ours) == os.getuid()


def test_ended_process_has_no_fields_and_no_descriptor() -> None:
    assert linux.read_stat_fields(2**22 + 1) == []
    assert linux.open_process_descriptor(2**22 + 1) is None
    assert linux.read_proc_file("no/such/file") == ""
    assert (linux.count_resident_pages() or 0) > 0
    assert linux.count_usable_cores() >= 1
