"""Start and end the cluster nodes that run on this machine in the background. Running nodes are found by the
process ids in their notes.

Each node has a note, a file in the home's `cluster` folder that is named after the node.
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
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from milimo_tui import __version__
from milimo_tui.core.errors import BadInput, Failed, MilimoError, Unavailable
from milimo_tui.core.host import (
    explain_os_error,
    find_privacy_problem,
    is_in_memory,
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
# Size in MB of Ray's object store on a node. It carries messages and pieces of files, but no complete films.
STORE_MB = 200
# The longest path of Ray's folder, in bytes. A socket's path has at most 107 bytes, and Ray appends up to 68:
# `/session_2026-11-29_08-15-00_123456_4194304/sockets/plasma_store.999`.
SCRATCH_BYTES = 107 - 68


@dataclass(frozen=True, slots=True)
class NodeNote:
    """The content of a node's note, which describes its process on this machine."""

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
        """Return True if the process in the note is still running."""
        return self.boot == read_boot_id() and is_process_alive(self.pid, self.ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineShare:
    """The resources that a machine gives to a cluster.

    `cpus` is the number of CPU workers, `gpus` the number of cards, and `share` the number of workers on each
    card. `card` is the model name of the cards, and `memory_mb` the memory of one card.
    """

    cpus: int = 0
    gpus: int = 0
    share: int = 1
    card: str = ""
    memory_mb: int = 0
    store_mb: int = STORE_MB


def get_own_node_name() -> str:
    """Return this machine's host name, changed so that it can be the name of a node."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", socket.gethostname()).strip("-")[:40] or "machine"


def check_node_name(name: str) -> str:
    """Return the name unchanged. Raises BadInput if it can't be the name of a node, which is used in file
    names.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}", name) or name == HEAD:
        raise BadInput(f"“{name}” can't be the name of a node", "use up to 40 letters, digits and dashes")
    return name


def list_running_nodes(home: Home) -> list[NodeNote]:
    """Return the notes of the nodes that run on this machine, the head node first."""
    found = []
    for path in sorted(home.cluster.glob("node-*.json")):
        with suppress(OSError, ValueError, TypeError):
            found.append(NodeNote(**json.loads(path.read_text())))
    return sorted((note for note in found if note.is_alive()), key=lambda note: (not note.is_head, note.name))


def start_node(
    home: Home, access: ClusterAccess, name: str, share: MachineShare, *, ip: str = ""
) -> NodeNote:
    """Start a node with a name and wait until it has joined the cluster. `ip` is the node's own address;
    empty: found automatically.

    Raises BadInput if a node with this name is running or the token is refused. Raises Unavailable, with
    Ray's message, if the node does not start or the cluster does not answer.
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
        folder=str(make_ray_scratch(home, access)),
        labels=labels,
    )
    if not is_head:
        _require_cluster_answer(access)
    process, log = _launch_node(home, access, name, order)
    try:
        answer = _read_first_answer(process, UP_SECONDS + 5)
    except BaseException:  # For example, the user interrupted the wait.
        _kill_failed_node(home, name, process)
        raise
    if "address" not in answer:
        _kill_failed_node(home, name, process)
        raise _build_node_error(
            name, access, ": ".join(filter(None, (answer.get("error"), answer.get("detail")))), log
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
        data: dict[str, str] = json.loads(line)
    except ValueError:
        return {}
    return data


def _kill_failed_node(home: Home, name: str, process: subprocess.Popen[str]) -> None:
    """Kill the processes of a node that did not start, and delete its token file."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (home.cluster / f"token-{name}").unlink(missing_ok=True)


def _build_node_error(name: str, access: ClusterAccess, message: str, log: Path) -> MilimoError:
    """Return the error for a node that did not start. `message` is the node's message, and `log` is its log
    file.

    A head node does not answer a node with a wrong token. The head is known to be running, so a missing
    answer means that the token is wrong.
    """
    if name != HEAD and (not message or "connect to GCS" in message or "TimeoutError" in message):
        return BadInput(
            f"the cluster at {access.address} does not accept this token",
            "copy the token file that milimo cluster up named on the first machine",
        )
    first = (message.splitlines() or ["it printed nothing"])[0]
    return Unavailable(f"the node {name} could not be started: {first}", f"read its log: {log}")


def _require_cluster_answer(access: ClusterAccess) -> None:
    """Raise Unavailable if no cluster answers at the address. Without this check, Ray would wait a long time
    for an answer.
    """
    try:
        socket.create_connection((access.host, int(access.address.rpartition(":")[2])), timeout=5).close()
    except OSError as error:
        raise Unavailable(
            f"no cluster answers at {access.address}: {error.strerror or error}",
            "milimo cluster up shows the address on that machine",
        ) from None


def end_node(home: Home, note: NodeNote) -> bool:
    """End the process of a node together with all processes that it started. Return True if the node's
    process has exited.
    """
    for number, seconds in ((signal.SIGTERM, END_SECONDS), (signal.SIGKILL, END_SECONDS)):
        if note.is_alive():
            with suppress(ProcessLookupError):
                (os.kill if number == signal.SIGTERM else os.killpg)(note.pid, number)
        until = time.monotonic() + seconds
        while note.is_alive() and time.monotonic() < until:
            _reap_child(note.pid)
            time.sleep(0.02)
    # Processes that the node started may still be running.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(note.pid, signal.SIGKILL)
    has_exited = not note.is_alive()
    if has_exited:
        _get_node_note_path(home, note.name).unlink(missing_ok=True)
        (home.cluster / f"token-{note.name}").unlink(missing_ok=True)
    return has_exited


def _reap_child(pid: int) -> None:
    """Collect the exit status of a process if it is a child of this process, so that it does not remain as a
    zombie.
    """
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _get_node_note_path(home: Home, name: str) -> Path:
    return home.cluster / f"node-{name}.json"


def make_ray_scratch(home: Home, access: ClusterAccess) -> Path:
    """Return the folder for Ray's sockets and logs, and create its private parent. The folder is outside the
    home, because a socket's path must be short.

    Ray gives all users access to the folder itself, so only the parent protects it. Raises Failed if no
    parent on a disk is private and has a short path.
    """
    folders = _list_ray_scratch_folders(home, access)
    suitable = [
        folder
        for folder in folders
        if len(os.fsencode(folder)) <= SCRATCH_BYTES and not is_in_memory(folder.parent.parent)
    ]
    for folder in suitable:
        if not find_privacy_problem(folder.parent):
            return folder
    if suitable:
        raise Failed(
            find_privacy_problem(suitable[-1].parent),
            f"remove {suitable[-1].parent}, or set TMPDIR to another folder",
        )
    raise Failed(
        f"Ray needs a temporary folder on a disk, with a path of at most {SCRATCH_BYTES} bytes",
        "set TMPDIR to such a folder",
    )


def _list_ray_scratch_folders(home: Home, access: ClusterAccess) -> list[Path]:
    """Return the possible folders for Ray's sockets and logs, in the order of preference."""
    key = hashlib.sha256(f"{home.root.resolve()} {access.token}".encode()).hexdigest()[:8]
    bases = dict.fromkeys([os.environ.get("TMPDIR") or "/tmp", "/var/tmp", "/tmp"])
    return [Path(base) / f"milimo-ray-{os.getuid()}" / key for base in bases]


def remove_ray_scratch(home: Home, access: ClusterAccess) -> None:
    """Delete the folder of Ray's sockets and logs if no node is running on this machine."""
    for folder in _list_ray_scratch_folders(home, access):
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # The parent is missing, or another cluster uses it.
            folder.parent.rmdir()


def remove_node_files(home: Home) -> None:
    """Delete the files that were sent to nodes on this machine, unless a node is still running here."""
    shutil.rmtree(home.node_files, ignore_errors=True)


def _find_own_ip(peer: str) -> str:
    """Return the address of this machine that the machine `peer` sees. Raises Failed if there is no route to
    it.
    """
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((peer, 9))
            return str(probe.getsockname()[0])
    except OSError as error:
        raise Failed(f"{peer} can't be reached: {error.strerror or error}", "check the address") from None


def _make_ray_label(text: str) -> str:
    """Return a text changed so that Ray accepts it as a label."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip("._-")[:63]
