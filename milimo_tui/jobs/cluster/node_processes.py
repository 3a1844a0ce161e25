"""This machine's nodes of a home's cluster: started in the background, found again by pid, ended.

Each has a note in the home's `cluster` folder, under the name by which the cluster knows it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from milimo_tui import __version__
from milimo_tui.core.errors import BadInput, Failed, MilimoError, Unavailable
from milimo_tui.core.host import (
    explain_os_error,
    is_process_alive,
    read_boot_id,
    read_start_ticks,
    write_file_atomically,
)
from milimo_tui.core.paths import Home
from milimo_tui.jobs.cluster import access as accesses
from milimo_tui.jobs.cluster import nodes
from milimo_tui.jobs.cluster.access import LOOPBACK, ClusterAccess
from milimo_tui.jobs.cluster.ray_node import UP_SECONDS, NodeOrder
from milimo_tui.media.files import helper_process

HEAD = "head"
END_SECONDS = 10.0
STORE_MB = 200  # size of the object store, which carries messages and pieces of files, but no complete films


@dataclass(frozen=True, slots=True)
class NodeNote:
    """The note about a node's process on this machine."""

    name: str
    pid: int
    ticks: int
    boot: str
    address: str

    @property
    def is_head(self) -> bool:
        """True for the cluster's head node."""
        return self.name == HEAD

    def is_alive(self) -> bool:
        """Return True if the noted process is still running."""
        return self.boot == read_boot_id() and is_process_alive(self.pid, self.ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineShare:
    """The resources that a machine gives to a cluster: CPU workers, cards, workers on each card; `card` is
    the cards' name.
    """

    cpus: int = 0
    gpus: int = 0
    share: int = 1
    card: str = ""
    memory_mb: int = 0
    store_mb: int = STORE_MB


def get_own_node_name() -> str:
    """Return this machine's host name in a form that a node may have."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", socket.gethostname()).strip("-")[:40] or "machine"


def check_node_name(name: str) -> str:
    """Return the name unchanged. Raises BadInput if it can't be a node's name, which occurs in file names."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}", name) or name == HEAD:
        raise BadInput(f"“{name}” can't be the name of a node", "use up to 40 letters, digits and dashes")
    return name


def list_running_nodes(home: Home) -> list[NodeNote]:
    """Return the notes of this machine's running nodes, the head first."""
    found = []
    for path in sorted(home.cluster.glob("node-*.json")):
        with suppress(OSError, ValueError, TypeError):
            found.append(NodeNote(**json.loads(path.read_text())))
    return sorted((note for note in found if note.is_alive()), key=lambda note: (not note.is_head, note.name))


def start_node(
    home: Home, access: ClusterAccess, name: str, share: MachineShare, *, ip: str = ""
) -> NodeNote:
    """Start a node with a name and wait until it is in the cluster.

    Raises BadInput if such a node is running or its token is refused, and Unavailable, with Ray's message, if
    the node does not start or the cluster does not answer.
    """
    if any(note.name == name for note in list_running_nodes(home)):
        raise BadInput(f"a node {name} already runs here", "choose another name with --name")
    is_head = name == HEAD
    labels = {nodes.VERSION: __version__, nodes.NAME: name, nodes.SHARE: str(share.share)}
    if share.card:
        labels |= {nodes.CARD: _make_ray_label(share.card), nodes.MEMORY: str(share.memory_mb)}
    order = NodeOrder(
        is_head=is_head,
        address=access.address,
        ip=ip or (LOOPBACK if access.is_loopback else _find_own_ip(access.host)),
        cpus=share.cpus,
        gpus=share.gpus,
        store=share.store_mb * 1_000_000,
        folder=str(_get_ray_scratch(home, access)),
        labels=labels,
    )
    if not is_head:
        _require_cluster_answer(access)
    process, log = _launch_node(home, access, name, order)
    try:
        said = _read_first_answer(process, UP_SECONDS + 5)
    except BaseException:  # such as when a person interrupts the wait
        _kill_failed_node(home, name, process)
        raise
    if "address" not in said:
        _kill_failed_node(home, name, process)
        raise _build_node_error(
            name, access, ": ".join(filter(None, (said.get("error"), said.get("detail")))), log
        )
    note = NodeNote(name, process.pid, read_start_ticks(process.pid) or 0, read_boot_id(), access.address)
    write_file_atomically(_get_node_note_path(home, name), json.dumps(asdict(note)).encode())
    return note


def _launch_node(
    home: Home, access: ClusterAccess, name: str, order: NodeOrder
) -> tuple[subprocess.Popen[str], Path]:
    folder = home.cluster
    log = folder / f"node-{name}.log"
    token = folder / f"token-{name}"
    own = {"PYTHONPATH": helper_process.make_import_path(), "MILIMO_HOME": str(home.root)}
    env = {**os.environ, **accesses.build_ray_environment(access, token), **own}
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        accesses.write_cluster_token(token, access)
        if order.is_head:
            Path(order.folder).mkdir(mode=0o700, exist_ok=True)
        with log.open("w") as errors:
            process = subprocess.Popen(
                helper_process.make_module_command("milimo_tui.jobs.cluster.ray_node"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=env,
                cwd="/",
                text=True,
                start_new_session=True,
            )
    except OSError as error:
        raise explain_os_error(error, folder, "start a node in") from error
    assert process.stdin
    with suppress(BrokenPipeError):
        process.stdin.write(order.to_json_text() + "\n")
        process.stdin.close()
    return process, log


def _read_first_answer(process: subprocess.Popen[str], seconds: float) -> dict[str, str]:
    assert process.stdout
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if waiting.select(seconds) else ""
    try:
        said: dict[str, str] = json.loads(line)
    except ValueError:
        return {}
    return said


def _kill_failed_node(home: Home, name: str, process: subprocess.Popen[str]) -> None:
    """Kill a node that did not start."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (home.cluster / f"token-{name}").unlink(missing_ok=True)


def _build_node_error(name: str, access: ClusterAccess, said: str, log: Path) -> MilimoError:
    """Build the error about a node that did not start. A node with a wrong token gets no answer from a head
    that is there.
    """
    if name != HEAD and (not said or "connect to GCS" in said or "TimeoutError" in said):
        return BadInput(
            f"the cluster at {access.address} does not accept this token",
            "copy the token file that milimo cluster up named on the first machine",
        )
    first = (said.splitlines() or ["it says nothing"])[0]
    return Unavailable(f"the node {name} could not be started: {first}", f"read its log: {log}")


def _require_cluster_answer(access: ClusterAccess) -> None:
    """Raise Unavailable if no cluster answers; Ray itself would wait for a missing address."""
    try:
        socket.create_connection((access.host, int(access.address.rpartition(":")[2])), timeout=5).close()
    except OSError as error:
        raise Unavailable(
            f"no cluster answers at {access.address}: {error.strerror or error}",
            "milimo cluster up shows the address on that machine",
        ) from None


def end_node(home: Home, note: NodeNote) -> bool:
    """End a node with everything it started; return True if it has exited."""
    for number, seconds in ((signal.SIGTERM, END_SECONDS), (signal.SIGKILL, END_SECONDS)):
        if note.is_alive():
            with suppress(ProcessLookupError):
                (os.kill if number == signal.SIGTERM else os.killpg)(note.pid, number)
        until = time.monotonic() + seconds
        while note.is_alive() and time.monotonic() < until:
            _reap_child(note.pid)
            time.sleep(0.02)
    with suppress(ProcessLookupError, PermissionError):  # the remaining processes of its group
        os.killpg(note.pid, signal.SIGKILL)
    gone = not note.is_alive()
    if gone:
        _get_node_note_path(home, note.name).unlink(missing_ok=True)
        (home.cluster / f"token-{note.name}").unlink(missing_ok=True)
    return gone


def _reap_child(pid: int) -> None:
    """Collect the exit status of a process if it is our child, so that it does not stay as a zombie."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _get_node_note_path(home: Home, name: str) -> Path:
    return home.cluster / f"node-{name}.json"


def _get_ray_scratch(home: Home, access: ClusterAccess) -> Path:
    """Return the folder for Ray's sockets and logs. It is outside the home, because a socket's path must be
    short.
    """
    key = hashlib.sha256(f"{home.root.resolve()} {access.token}".encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"milimo-ray-{key}"


def remove_ray_scratch(home: Home, access: ClusterAccess) -> None:
    """Remove Ray's folder, once no node of this machine runs."""
    shutil.rmtree(_get_ray_scratch(home, access), ignore_errors=True)


def remove_node_files(home: Home) -> None:
    """Remove the files that were sent to nodes of this machine, once none runs."""
    shutil.rmtree(home.node_files, ignore_errors=True)


def _find_own_ip(peer: str) -> str:
    """Return our address as another machine sees it. Raises Failed if there is no route to that machine."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((peer, 9))
            return str(probe.getsockname()[0])
    except OSError as error:
        raise Failed(f"{peer} can't be reached: {error.strerror or error}", "check the address") from None


def _make_ray_label(text: str) -> str:
    """Return a text in the form that Ray accepts as a label."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip("._-")[:63]
