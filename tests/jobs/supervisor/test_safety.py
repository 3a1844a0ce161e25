"""Test access rights: who may talk to the supervisor, who may read its files, and where its socket is."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from milimo_tui.core.paths import Home
from milimo_tui.jobs.client.client import Client
from milimo_tui.jobs.client.protocol import choose_runtime_folder, get_socket_path
from tests.jobs.conftest import JobHome, picture, until_ended, until_state

NOBODY = 65534


def mode(path: Path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.mark.long("queue")
def test_all_stored_files_belong_to_the_user_alone(house: JobHome) -> None:
    os.umask(0)  # use the most permissive mask, so that every mode must be set explicitly
    try:
        client = house.start()
        good, bad = client.submit_jobs([picture(), picture("crash=0")])
        until_ended(client, [good, bad])
        home, path = house.home, get_socket_path(house.home)
        assert mode(path.parent) == "0o700"
        assert mode(path) == "0o600"
        assert mode(home.logs) == "0o700"
        private = [home.studio_db, home.lock, home.log, home.root / "supervisor.json"]
        private += [home.root / f"studio.db{end}" for end in ("-wal", "-shm")]
        private += [home.logs / f"{id}.log" for id in (good, bad)]
        assert {path.name: mode(path) for path in private} == {path.name: "0o600" for path in private}
    finally:
        os.umask(0o022)


def other_user(path: Path, lines: bytes) -> bytes:
    """Send `lines` to a socket as another user and return the answer. A child process does this, because a
    process cannot change back to its first user.
    """
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        said = b"could not connect"
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(60)
                line.connect(str(path))
                said = b"connected: "
                line.sendall(lines)
                while data := line.recv(1 << 16):
                    said += data
        except OSError:
            pass  # the connection was closed; the data received so far counts
        finally:
            os.write(theirs, said)
            os._exit(0)
    os.close(theirs)
    os.waitpid(child, 0)
    with open(ours, "rb") as file:
        return file.read()


@pytest.fixture
def open_runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a runtime folder that other users can reach. The normal folder of a test is private."""
    # Processes that are ending may still write to the folder while it is deleted.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        os.chmod(name, 0o755)
        monkeypatch.setenv("XDG_RUNTIME_DIR", name)
        yield Path(name)


@pytest.mark.long("queue")
def test_other_user_gets_no_answer_whatever_the_permissions(open_runtime: Path, house: JobHome) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can act as another user")
    client = house.start()
    path = get_socket_path(house.home)
    hello = b'{"hello": {"min": 1, "max": 9}}\n{"op": "status"}\n{"op": "stop", "now": true}\n'
    assert other_user(path, hello) == b"could not connect", "the folder keeps others out"
    path.parent.chmod(0o755)
    assert other_user(path, hello) == b"could not connect", "the socket's own mode does"
    path.chmod(0o666)
    assert other_user(path, hello) == b"connected: ", "the peer's user is looked at"
    assert client.fetch_status().running
    assert f"refused a connection of user {NOBODY}" in house.home.log.read_text()
    path.parent.chmod(0o700)


@pytest.mark.long("queue")
def test_temporary_folder_gets_a_private_one_without_a_runtime_folder(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    for missing in ("", str(tmp_path / "no such folder")):
        monkeypatch.setenv("XDG_RUNTIME_DIR", missing)
        assert choose_runtime_folder(house.home.run) == tmp_path / f"milimo-{os.getuid()}"
    client = house.start()
    assert mode(choose_runtime_folder(house.home.run)) == "0o700"
    assert client.fetch_status().socket.startswith(str(tmp_path))
    client.close()
    house.end()


@pytest.mark.long("queue")
def test_too_long_socket_path_is_reached(
    house: JobHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = tmp_path / ("a" * 100) / ("b" * 100)
    deep.mkdir(parents=True, mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    client = house.start()
    [id] = client.submit_jobs([picture()])
    until_state(client, id, "done")
    assert mode(get_socket_path(house.home)) == "0o600"
    house.kill()
    assert house.start().fetch_job(id).state == "done", "what was left behind there is replaced"
    house.end()


def test_home_by_another_name_is_the_same_home(house: JobHome, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(house.home.root)
    pid = house.start().fetch_status().pid
    with Client(Home(link)) as client:
        assert client.fetch_status().pid == pid
    aside = JobHome(link)
    aside.command[-1] = str(link)
    assert aside.start().fetch_status().pid == pid


@pytest.mark.long("queue")
@pytest.mark.parametrize("what", ["directory", "full directory", "file", "dangling link", "link to a file"])
def test_any_file_in_place_of_the_socket_is_handled(house: JobHome, tmp_path: Path, what: str) -> None:
    """A file or link in place of the socket is replaced, and the target of a link stays unchanged. A folder
    may belong to somebody, so it is reported and left alone.
    """
    path = get_socket_path(house.home)
    precious = tmp_path / "precious"
    precious.write_text("keep me")
    match what:
        case "directory":
            path.mkdir()
        case "full directory":
            path.mkdir()
            (path / "mine").write_text("keep me")
        case "file":
            path.write_text("rubbish")
        case "dangling link":
            path.symlink_to(tmp_path / "nowhere")
        case _:
            path.symlink_to(precious)
    if "directory" in what:
        with pytest.raises(Exception, match=r"could not (bind|make|replace) .*: .*[Dd]irectory"):
            house.start()
        assert path.is_dir()
        assert "Traceback" not in house.home.log.read_text()
        for child in path.iterdir():
            child.unlink()
        path.rmdir()
    assert house.start().fetch_status().running
    assert stat.S_ISSOCK(path.lstat().st_mode)
    assert precious.read_text() == "keep me"
    assert not (tmp_path / "nowhere").exists()
