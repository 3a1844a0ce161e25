"""The access of a home to its cluster: address and token, in a folder of the home that only its owner may
read.
"""

from __future__ import annotations

import ipaddress
import json
import os
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.host import explain, write_atomic
from milimo_tui.core.paths import Home

RAY = "2.60.0"  # all nodes of a cluster need the same version, and this one was reviewed
LOOPBACK = "127.0.0.1"
PORT = 6397

# Ray's processes query cloud metadata whatever their settings say; this proxy address leads nowhere.
NOWHERE = "http://127.0.0.1:9"
PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY")
THREADS = "OMP_NUM_THREADS"  # Ray limits an actor's threads to the number of its CPUs
KEPT = "MILIMO_KEPT_"  # prefix of a variable whose value is changed for Ray's processes


@dataclass(frozen=True, slots=True)
class Access:
    """The address of a cluster's head (`host:port`), and the token (64 hex digits) that gives access."""

    address: str
    token: str

    @property
    def host(self) -> str:
        """The host of the address."""
        return self.address.rpartition(":")[0]

    @property
    def is_loopback(self) -> bool:
        """True if the head is reachable only on this machine."""
        return self.host == LOOPBACK


def _path(home: Home) -> Path:
    return home.cluster / "access.json"


def read(home: Home) -> Access | None:
    """Return the access to the home's cluster; None if it has none. Raises Failed if the file can't be
    read.
    """
    try:
        return Access(**json.loads(_path(home).read_text()))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise explain(error, _path(home), "read") from error
    except (ValueError, TypeError):
        raise Failed(f"{_path(home)} is damaged", "milimo cluster down, then up or join") from None


def write(home: Home, access: Access) -> None:
    """Save the access. Raises DiskFull, ReadOnly, Failed."""
    try:
        home.cluster.mkdir(mode=0o700, exist_ok=True)
        write_token(token_path(home), access)
        write_atomic(home.cluster / "mark", secrets.token_hex(16).encode())
        _path(home).touch(mode=0o600)
        write_atomic(_path(home), json.dumps(asdict(access)).encode())
        _path(home).chmod(0o600)
    except OSError as error:
        raise explain(error, home.cluster, "write") from error


def write_token(path: Path, access: Access) -> None:
    """Write the token to a file that only its owner may read. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(handle, "w") as file:
        file.write(access.token)


def forget(home: Home) -> None:
    """Delete the access, because the home has no cluster any more."""
    for path in (_path(home), token_path(home)):
        path.unlink(missing_ok=True)


def token_path(home: Home) -> Path:
    """Return the path of the token as Ray reads it."""
    return home.cluster / "token"


def fresh(host: str, port: int) -> Access:
    """Create the access to a new cluster, with a new token."""
    return Access(f"{host}:{port}", secrets.token_hex(32))


def check_host(access: Access) -> Access:
    """Return the access unchanged. Raises BadInput if this machine lacks its address, or if its port is in
    use.
    """
    port = int(access.address.rpartition(":")[2])
    try:
        if not access.host or ipaddress.ip_address(socket.gethostbyname(access.host)).is_unspecified:
            raise ValueError("that is no address that others reach it by")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((access.host, port))
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", "") or error
        raise BadInput(
            f"no cluster can be at {access.address[:80]}: {said}",
            "give --host of this machine, or another --port",
        ) from None
    return access


def check_token(token: str, where: str) -> str:
    """Return the token unchanged. Raises BadInput, without the text itself, if it can't be a cluster's
    token.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", token):
        raise BadInput(f"{where} holds no token of a cluster", "copy the file that milimo cluster up named")
    return token


def answers(access: Access) -> bool:
    """Return True if the address accepts a connection within a second."""
    try:
        socket.create_connection((access.host, int(access.address.rpartition(":")[2])), timeout=1).close()
    except (OSError, ValueError):
        return False
    return True


def check_address(address: str) -> str:
    """Return the address unchanged. Raises BadInput if it is not `host:port`."""
    host, _, port = address.rpartition(":")
    if not host or ":" in host or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadInput(f"“{address}” is no address of a cluster", "give HOST:PORT, as milimo cluster up said")
    return address


def environment(access: Access, token: Path, env: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Build the environment of Ray's processes: the token, no outgoing connections, and loopback only if
    requested.

    The original values that workers need are saved under `SAVED_PREFIX`.
    """
    kept = {KEPT + name: env[name] for name in (*PROXIES, THREADS) if name in env and KEPT + name not in env}
    return {
        **kept,
        "http_proxy": NOWHERE,
        "https_proxy": NOWHERE,
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
        "no_proxy": f"{LOOPBACK},localhost,{access.host}",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_DEDUP_LOGS": "0",
        "RAY_worker_niceness": "0",  # Ray would otherwise give workers a lower priority than idle programs
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        # Without this a driver replaces loopback by the machine's first address, and waits there forever.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0" if access.is_loopback else "1",
    }


def give_back(env: dict[str, str] | os._Environ[str]) -> None:
    """Undo, for workers, what `build_ray_environment` and Ray itself changed."""
    for name in (*PROXIES, THREADS):
        env.pop(name, None)
        if KEPT + name in env:
            env[name] = env.pop(KEPT + name)
