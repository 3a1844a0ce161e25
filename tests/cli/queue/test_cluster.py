"""Test `milimo cluster`: its refusals with their reasons, and a cluster on this machine from `up` to
`down`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from milimo_tui.core.host import is_process_alive
from milimo_tui.core.paths import Home
from milimo_tui.jobs.cluster import access as accesses
from milimo_tui.jobs.cluster import node_processes
from milimo_tui.jobs.cluster.nodes import Node, build_nodes, list_node_slots
from tests.front_door import Milimo
from tests.jobs.cluster.clusters import free_port
from tests.jobs.conftest import until

PAGE = Path(__file__).parents[3] / "docs" / "cluster.md"


def test_home_without_a_cluster_explains_how_to_start_one(milimo: Milimo) -> None:
    assert "milimo cluster up" in milimo.act("cluster", "status")
    milimo.act("cluster", "down")
    assert not Home(milimo.home).cluster.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("join",), "this home has no cluster"),
        (("join", "somewhere"), "address of a cluster"),
        (("join", "a:b:9"), "address of a cluster"),
        (("join", "host:99999"), "address of a cluster"),
        (("join", "127.0.0.1:9"), "no cluster token"),
        (("join", "127.0.0.1:9", "--token-file", "short"), "no cluster token"),
        (("join", "127.0.0.1:9", "--token-file", "token", "--name", "../x"), "can't be the name of a node"),
        (("join", "127.0.0.1:9", "--token-file", "token", "--name", "head"), "can't be the name of a node"),
        (("up", "--host", "0.0.0.0"), "0.0.0.0"),
        (("up", "--host", "192.0.2.77"), "192.0.2.77:6397"),
        (("down", "nobody"), "no node nobody runs on this machine"),
    ],
)
def test_impossible_request_is_refused_in_one_sentence(
    milimo: Milimo, words: tuple[str, ...], said: str
) -> None:
    (milimo.cwd / "token").write_text("0" * 64)
    (milimo.cwd / "short").write_text("123")
    refusal = milimo.refusal("cluster", *words)
    assert said in refusal
    assert len(refusal.splitlines()) == 2
    assert not list(Home(milimo.home).cluster.glob("*")), "nothing is left half done"


def test_token_file_of_an_unknown_user_is_named(milimo: Milimo) -> None:
    words = ("cluster", "join", "127.0.0.1:9", "--token-file", "~no-such-user/token")
    assert "~no-such-user/token" in milimo.inside(*words, code=1)["error"]["message"]


def test_unreachable_node_causes_no_wait(milimo: Milimo) -> None:
    (milimo.cwd / "token").write_text("0" * 64)
    refusal = milimo.refusal("cluster", "join", "127.0.0.1:9", "--token-file", "token", code=3)
    assert "127.0.0.1:9" in refusal


def test_node_offers_its_cards_and_cpus() -> None:
    node = Node(id="n", name="one", cpus=2, gpus=2, share=2, card="H200", memory_mb=141_000)
    slots = list_node_slots(node)
    assert [slot.id for slot in slots] == [*(f"one.gpu{n}" for n in range(4)), "one.cpu0", "one.cpu1"]
    assert {(slot.lane, slot.share) for slot in slots} == {("gpu", 0.5), ("cpu", 0.0)}


def test_one_missing_node_of_each_name_is_reported() -> None:
    def row(id: str, name: str, alive: bool) -> dict[str, object]:
        return {"id": id, "labels": {"name": name}, "host": "h", "alive": alive, "cpus": 1, "gpus": 0}

    rows = [row("1", "a", False), row("2", "a", False), row("3", "b", False), row("4", "b", True)]
    assert sorted(node.id for node in build_nodes(rows, {}).values()) == ["2", "4"]


@pytest.mark.long("ray")
def test_cluster_on_this_machine_starts_works_and_stops(milimo: Milimo) -> None:
    port = str(free_port())
    try:
        up = milimo.json("cluster", "up", "--port", port)
        assert up["address"] == f"127.0.0.1:{port}"
        assert Path(up["token_file"]).stat().st_mode & 0o777 == 0o600
        assert up["address"] in milimo.refusal("cluster", "up", "--port", port)
        assert milimo.json("cluster", "join", "--name", "one", "--cpus", "1")["name"] == "one"
        milimo.refusal("cluster", "join", "--name", "one")
        (milimo.cwd / "wrong").write_text("0" * 64)
        join = ("cluster", "join", up["address"], "--name", "two", "--token-file")
        assert "token" in milimo.refusal(*join, "wrong")
        milimo.act("supervisor", "start")
        until(lambda: milimo.json("cluster", "status")["nodes"], "the supervisor sees it")
        status = milimo.json("cluster", "status")
        assert [(node["name"], node["state"], node["slots"]) for node in status["nodes"]] == [
            ("one", "up", 1)
        ]
        assert status["here"] == ["head", "one"]
        assert up["address"] in milimo.act("doctor")
        pids = [note.pid for note in node_processes.list_running_nodes(Home(milimo.home))]
        assert milimo.json("cluster", "down")["ended"] == ["head", "one"]
        assert not any(is_process_alive(pid) for pid in pids)
        assert milimo.json("cluster", "status") == {"address": None, "nodes": [], "here": []}
    finally:
        milimo.act("cluster", "down")
        milimo.act("supervisor", "stop", "--now")


@pytest.mark.long("ray")
def test_commands_of_the_page_run_in_order(milimo: Milimo) -> None:
    """The documented commands run in order, with this machine's address and token instead of those on the
    page.
    """
    port, lines = (
        free_port(),
        re.findall(r"^    milimo (cluster .+?)(?: +#.*)?$", PAGE.read_text(), re.MULTILINE),
    )
    assert len(lines) >= 4
    address, token = f"127.0.0.1:{port}", str(accesses.get_cluster_token_path(Home(milimo.home)))
    try:
        for line in lines:
            words = re.sub(r"--host \S+", f"--port {port}", line)
            words = re.sub(r"(?<=join )\S+", address, words)
            words = re.sub(r"--token-file \S+", f"--token-file {token}", words)
            milimo.act(*words.split())
    finally:
        milimo.act("cluster", "down")
        milimo.act("supervisor", "stop", "--now")


@pytest.mark.long("command_line")
def test_page_names_existing_commands_and_flags(milimo: Milimo) -> None:
    lines = re.findall(r"^    milimo (cluster \w+)(.*?)(?:#|$)", PAGE.read_text(), re.MULTILINE)
    assert {verb for verb, _ in lines} == {f"cluster {act}" for act in ("up", "join", "status", "down")}
    for verb, rest in lines:
        known = milimo.text(*verb.split(), "--help")
        assert all(flag in known for flag in re.findall(r"--[a-z-]+", rest)), verb


# A program that prints the folder that Ray gets, or exits with 1 if there is none.
SCRATCH = """
import sys
from pathlib import Path
from milimo_tui.core.errors import Failed
from milimo_tui.core.paths import Home
from milimo_tui.jobs.cluster.access import ClusterAccess
from milimo_tui.jobs.cluster.node_processes import make_ray_scratch
try:
    print(make_ray_scratch(Home(Path(sys.argv[1])), ClusterAccess("127.0.0.1:6397", "0" * 64)))
except Failed:
    sys.exit(1)
"""


def make_scratch(milimo: Milimo, **env: str) -> Path | None:
    """Return the folder that Ray gets, from a process that reads the disks from MILIMO_TEST_MOUNTS. Return
    None if the process refuses every folder.
    """
    done = subprocess.run(
        [sys.executable, "-c", SCRATCH, str(milimo.home)],
        env={**milimo.env, "MILIMO_TEST_HOST": "1", **env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 or not done.stderr, done.stderr
    return Path(done.stdout.strip()) if done.returncode == 0 else None


def get_scratch_parent(milimo: Milimo, **env: str) -> Path:
    found = make_scratch(milimo, **env)
    assert found is not None
    return found.parent


def test_ray_folder_is_in_a_private_folder_on_a_disk(milimo: Milimo, tmp_path: Path) -> None:
    on_disk = "1 0 8:1 / / rw - ext4 /dev/a rw"
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as short:
        own = Path(short) / f"milimo-ray-{os.getuid()}"
        assert get_scratch_parent(milimo, TMPDIR=short, MILIMO_TEST_MOUNTS=on_disk) == own
        assert own.stat().st_mode & 0o777 == 0o700
        in_memory = f"{on_disk}\n2 1 0:9 / {short} rw - tmpfs tmpfs rw"
        assert get_scratch_parent(milimo, TMPDIR=short, MILIMO_TEST_MOUNTS=in_memory) != own
        own.chmod(0o755)
        assert get_scratch_parent(milimo, TMPDIR=short, MILIMO_TEST_MOUNTS=on_disk) != own
        own.rmdir()
        own.symlink_to(tmp_path)
        assert get_scratch_parent(milimo, TMPDIR=short, MILIMO_TEST_MOUNTS=on_disk) != own
    long = tmp_path / ("x" * 60)
    long.mkdir()
    found = make_scratch(milimo, TMPDIR=str(long), MILIMO_TEST_MOUNTS=on_disk)
    assert found is not None
    socket = found / "session_2026-11-29_08-15-00_123456_4194304" / "sockets" / "plasma_store.999"
    assert len(os.fsencode(socket)) <= 107
    assert make_scratch(milimo, MILIMO_TEST_MOUNTS="1 0 0:9 / / rw - tmpfs tmpfs rw") is None


@pytest.mark.long("ray")
def test_sockets_of_ray_are_out_of_the_reach_of_other_users(milimo: Milimo) -> None:
    try:
        milimo.json("cluster", "up", "--port", str(free_port()))
        milimo.json("cluster", "join", "--name", "one", "--cpus", "1")
        lines = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()]
        sockets = [Path(line[7]) for line in lines if line[-1].startswith("/") and "/milimo-ray-" in line[-1]]
        assert {path.name.split(".")[0] for path in sockets} >= {"raylet", "plasma_store"}
        assert max(len(str(path)) for path in sockets) <= 107
        for path in sockets:
            private = path.parents[3]
            assert private.name == f"milimo-ray-{os.getuid()}"
            assert (private.stat().st_mode & 0o777, private.stat().st_uid) == (0o700, os.getuid())
        if os.getuid() == 0:
            words = ["/bin/mv", str(sockets[0]), f"{sockets[0]}.moved"]
            moved = subprocess.run(words, user=65534, group=65534, extra_groups=[], check=False)
            assert moved.returncode != 0
        assert not Path("/tmp/ray").exists()
    finally:
        milimo.act("cluster", "down")
        milimo.act("supervisor", "stop", "--now")
    assert not any(path.parents[2].exists() for path in sockets)
