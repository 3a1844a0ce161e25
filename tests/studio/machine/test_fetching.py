"""Test the command that downloads a film over SSH: the address through which the person is connected, and
quoting for both shells.
"""

from __future__ import annotations

import getpass
import shlex
import socket
from pathlib import Path

import pytest

from milimo_tui.studio.machine import scp_line

ME = getpass.getuser()


def words(path: Path, connection: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("SSH_CONNECTION", connection)
    return shlex.split(scp_line.format_scp_line(path))


def test_address_of_the_connection_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    line = words(Path("/films/rain.mp4"), "10.0.0.7 51234 203.0.113.9 22", monkeypatch)
    assert line == ["scp", f"{ME}@203.0.113.9:/films/rain.mp4", "."]


def test_file_in_the_home_folder_is_shown_relative_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path.home() / "films" / "rain market.mp4"
    line = words(path, "10.0.0.7 51234 203.0.113.9 22", monkeypatch)
    assert line == ["scp", f"{ME}@203.0.113.9:films/rain\\ market.mp4", "."]


def test_address_with_port_and_colons_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    line = words(Path("/films/rain.mp4"), "fe80::1 51234 2001:db8::5 2222", monkeypatch)
    assert line == ["scp", "-P", "2222", f"{ME}@[2001:db8::5]:/films/rain.mp4", "."]


def test_spaces_and_quotes_are_escaped_for_both_machines(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = Path("/films of me/it's late (v2) $x *.mp4")
    _, far, _ = words(path, "a 1 host 22", monkeypatch)
    assert shlex.split(far.partition(":")[2]) == [str(path)]


def test_folder_is_fetched_completely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert words(tmp_path, "a 1 host 22", monkeypatch)[:2] == ["scp", "-r"]


def test_name_of_the_machine_is_used_without_ssh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    assert not scp_line.find_ssh_address().over_ssh
    assert f"@{socket.gethostname()}:" in scp_line.format_scp_line(Path("/films/rain.mp4"))
