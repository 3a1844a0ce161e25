"""This machine's nodes of a home's cluster: started in the background, found again by number, ended.

Each is noted in the home's `cluster` folder, by the name that the cluster knows it by.
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
from milimo_tui.core.host import boot_id, explain, is_alive, start_ticks, write_atomic
from milimo_tui.core.paths import Home
from milimo_tui.jobs.cluster import access as accesses
from milimo_tui.jobs.cluster import nodes
from milimo_tui.jobs.cluster.access import LOOPBACK, Access
from milimo_tui.jobs.cluster.ray_node import UP_SECONDS, NodeOrder
from milimo_tui.media.files import helper_process

HEAD = "head"
END_SECONDS = 10.0
STORE_MB = 200  # of the object store: words and pieces of files go through it, no films


@dataclass(frozen=True, slots=True)
class NodeNote:
    """A node's process on this machine."""

    name: str
    pid: int
    ticks: int
    boot: str
    address: str

    @property
    def is_head(self) -> bool:
        return self.name == HEAD

    def is_alive(self) -> bool:
        return self.boot == boot_id() and is_alive(self.pid, self.ticks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a machine gives to a cluster: CPU workers, cards, workers on each card; `card` is their name."""

    cpus: int = 0
    gpus: int = 0
    share: int = 1
    card: str = ""
    memory_mb: int = 0
    store_mb: int = STORE_MB


def own_name() -> str:
    """This machine's name, as a node may have it."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", socket.gethostname()).strip("-")[:40] or "machine"


def check_name(name: str) -> str:
    """Raises BadInput for what is no name of a node: it stands in the names of files."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,39}", name) or name == HEAD:
        raise BadInput(f"“{name}” can't be the name of a node", "give up to 40 letters, digits and dashes")
    return name


def notes(home: Home) -> list[NodeNote]:
    """The nodes of this machine that run, the head first."""
    found = []
    for path in sorted(home.cluster.glob("node-*.json")):
        with suppress(OSError, ValueError, TypeError):
            found.append(NodeNote(**json.loads(path.read_text())))
    return sorted((note for note in found if note.is_alive()), key=lambda note: (not note.is_head, note.name))


def start(home: Home, access: Access, name: str, share: Share, *, ip: str = "") -> NodeNote:
    """Start a node of that name and wait until it is in the cluster.

    Raises Unavailable with what Ray said where it does not come up, or where no such machine answers.
    """
    if any(note.name == name for note in notes(home)):
        raise BadInput(f"a node {name} runs here already", "give another --name")
    is_head = name == HEAD
    labels = {nodes.VERSION: __version__, nodes.NAME: name, nodes.SHARE: str(share.share)}
    if share.card:
        labels |= {nodes.CARD: _label(share.card), nodes.MEMORY: str(share.memory_mb)}
    order = NodeOrder(
        is_head=is_head,
        address=access.address,
        ip=ip or (LOOPBACK if access.is_loopback else _own_ip(access.host)),
        cpus=share.cpus,
        gpus=share.gpus,
        store=share.store_mb * 1_000_000,
        folder=str(_scratch(home, access)),
        labels=labels,
    )
    if not is_head:
        _require_answer(access)
    process, log = _launch(home, access, name, order)
    try:
        said = _first_line(process, UP_SECONDS + 5)
    except BaseException:  # somebody would not wait
        _abandon(home, name, process)
        raise
    if "address" not in said:
        _abandon(home, name, process)
        raise _why_down(name, access, ": ".join(filter(None, (said.get("error"), said.get("detail")))), log)
    note = NodeNote(name, process.pid, start_ticks(process.pid) or 0, boot_id(), access.address)
    write_atomic(_note_path(home, name), json.dumps(asdict(note)).encode())
    return note


def _launch(home: Home, access: Access, name: str, order: NodeOrder) -> tuple[subprocess.Popen[str], Path]:
    folder = home.cluster
    log = folder / f"node-{name}.log"
    token = folder / f"token-{name}"
    own = {"PYTHONPATH": helper_process.import_path(), "MILIMO_HOME": str(home.root)}
    env = {**os.environ, **accesses.environment(access, token), **own}
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        accesses.write_token(token, access)
        if order.is_head:
            Path(order.folder).mkdir(mode=0o700, exist_ok=True)
        with log.open("w") as errors:
            process = subprocess.Popen(
                helper_process.command("milimo_tui.jobs.cluster.ray_node"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=env,
                cwd="/",
                text=True,
                start_new_session=True,
            )
    except OSError as error:
        raise explain(error, folder, "start a node in") from error
    assert process.stdin
    with suppress(BrokenPipeError):
        process.stdin.write(order.text() + "\n")
        process.stdin.close()
    return process, log


def _first_line(process: subprocess.Popen[str], seconds: float) -> dict[str, str]:
    assert process.stdout
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        line = process.stdout.readline() if waiting.select(seconds) else ""
    try:
        said: dict[str, str] = json.loads(line)
    except ValueError:
        return {}
    return said


def _abandon(home: Home, name: str, process: subprocess.Popen[str]) -> None:
    """End a node that is not up."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (home.cluster / f"token-{name}").unlink(missing_ok=True)


def _why_down(name: str, access: Access, said: str, log: Path) -> MilimoError:
    """Why a node did not come up. One with another token gets no answer of a head that is there."""
    if name != HEAD and (not said or "connect to GCS" in said or "TimeoutError" in said):
        return BadInput(
            f"the cluster at {access.address} does not take this token",
            "copy the file that its milimo cluster up named",
        )
    first = (said.splitlines() or ["it says nothing"])[0]
    return Unavailable(f"the node {name} does not come up: {first}", f"its log tells more: {log}")


def _require_answer(access: Access) -> None:
    """Ray itself would wait for an address where nobody is."""
    try:
        socket.create_connection((access.host, int(access.address.rpartition(":")[2])), timeout=5).close()
    except OSError as error:
        raise Unavailable(
            f"no cluster answers at {access.address}: {error.strerror or error}",
            "milimo cluster up on that machine says its address",
        ) from None


def end(home: Home, note: NodeNote) -> bool:
    """End a node, with what it started; returns whether it is gone."""
    for number, seconds in ((signal.SIGTERM, END_SECONDS), (signal.SIGKILL, END_SECONDS)):
        if note.is_alive():
            with suppress(ProcessLookupError):
                (os.kill if number == signal.SIGTERM else os.killpg)(note.pid, number)
        until = time.monotonic() + seconds
        while note.is_alive() and time.monotonic() < until:
            _reap(note.pid)
            time.sleep(0.02)
    with suppress(ProcessLookupError, PermissionError):  # what it left of its group
        os.killpg(note.pid, signal.SIGKILL)
    gone = not note.is_alive()
    if gone:
        _note_path(home, note.name).unlink(missing_ok=True)
        (home.cluster / f"token-{note.name}").unlink(missing_ok=True)
    return gone


def _reap(pid: int) -> None:
    """Take leave of a child of ours, where it is one: else it stays as a zombie."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _note_path(home: Home, name: str) -> Path:
    return home.cluster / f"node-{name}.json"


def _scratch(home: Home, access: Access) -> Path:
    """Where Ray keeps sockets and logs: sockets have short names, so it is not in the home."""
    key = hashlib.sha256(f"{home.root.resolve()} {access.token}".encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"milimo-ray-{key}"


def remove_scratch(home: Home, access: Access) -> None:
    """Remove that, once no node of this machine runs."""
    shutil.rmtree(_scratch(home, access), ignore_errors=True)


def remove_files(home: Home) -> None:
    """Remove what was sent to nodes of this machine, once none runs."""
    shutil.rmtree(home.node_files, ignore_errors=True)


def _own_ip(peer: str) -> str:
    """Our address as that machine sees it. Raises Failed where there is no way to it."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((peer, 9))
            return str(probe.getsockname()[0])
    except OSError as error:
        raise Failed(f"there is no way to {peer}: {error.strerror or error}", "check the address") from None


def _label(text: str) -> str:
    """A text as Ray takes it for a label."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip("._-")[:63]
