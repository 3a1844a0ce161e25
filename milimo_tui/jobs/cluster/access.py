"""Store the address and the token with which a home accesses its cluster. They are in a folder of the home
that only its owner can read.
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
from milimo_tui.core.host import explain_os_error, write_file_atomically
from milimo_tui.core.paths import Home

# All nodes of a cluster need the same version of Ray. The source code of this version was reviewed.
RAY = "2.60.0"
RAY_INSTALL_COMMAND = "pip install 'milimo-tui[ray]'"
LOOPBACK = "127.0.0.1"
PORT = 6397

# Ray's processes query the metadata services of clouds, and no setting prevents that. With this proxy address
# the queries fail.
NOWHERE = "http://127.0.0.1:9"
PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY")
# Ray sets this variable, which limits an actor's threads to the number of its CPUs.
THREADS = "OMP_NUM_THREADS"
# A variable that is changed for Ray's processes is saved under its name with this prefix.
SAVED_PREFIX = "MILIMO_KEPT_"


@dataclass(frozen=True, slots=True)
class ClusterAccess:
    """The address of a cluster's head node (`host:port`), and the token (64 hex digits) that gives access to
    the cluster.
    """

    address: str
    token: str

    @property
    def host(self) -> str:
        """The host part of the address."""
        return self.address.rpartition(":")[0]

    @property
    def is_loopback(self) -> bool:
        """True if the head node can be reached only from its own machine."""
        return self.host == LOOPBACK


def _get_access_path(home: Home) -> Path:
    return home.cluster / "access.json"


def read_cluster_access(home: Home) -> ClusterAccess | None:
    """Return the access to the home's cluster, or None if the home has no cluster. Raises Failed if the file
    can't be read.
    """
    try:
        return ClusterAccess(**json.loads(_get_access_path(home).read_text()))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise explain_os_error(error, _get_access_path(home), "read") from error
    except (ValueError, TypeError):
        raise Failed(
            f"{_get_access_path(home)} is damaged", "run milimo cluster down, then milimo cluster up or join"
        ) from None


def write_cluster_access(home: Home, access: ClusterAccess) -> None:
    """Save the access in the home. Raises DiskFull, ReadOnly, Failed."""
    try:
        home.cluster.mkdir(mode=0o700, exist_ok=True)
        write_cluster_token(get_cluster_token_path(home), access)
        write_file_atomically(home.cluster / "mark", secrets.token_hex(16).encode())
        _get_access_path(home).touch(mode=0o600)
        write_file_atomically(_get_access_path(home), json.dumps(asdict(access)).encode())
        _get_access_path(home).chmod(0o600)
    except OSError as error:
        raise explain_os_error(error, home.cluster, "write") from error


def write_cluster_token(path: Path, access: ClusterAccess) -> None:
    """Write the token to a file that only its owner may read. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(handle, "w") as file:
        file.write(access.token)


def delete_cluster_access(home: Home) -> None:
    """Delete the saved address and token. Called when the home is disconnected from its cluster."""
    for path in (_get_access_path(home), get_cluster_token_path(home)):
        path.unlink(missing_ok=True)


def get_cluster_token_path(home: Home) -> Path:
    """Return the path of the file from which Ray reads the token."""
    return home.cluster / "token"


def create_cluster_access(host: str, port: int) -> ClusterAccess:
    """Create the access to a new cluster, with a new token."""
    return ClusterAccess(f"{host}:{port}", secrets.token_hex(32))


def check_head_address(access: ClusterAccess) -> ClusterAccess:
    """Check the address on which a head node is to listen, and return `access` unchanged.

    Raises BadInput if the address does not belong to this machine, or if the port is in use.
    """
    port = int(access.address.rpartition(":")[2])
    try:
        if not access.host or ipaddress.ip_address(socket.gethostbyname(access.host)).is_unspecified:
            raise ValueError("other machines can't reach that address")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((access.host, port))
    except (OSError, ValueError) as error:
        problem = getattr(error, "strerror", "") or error
        raise BadInput(
            f"a cluster can't run at {access.address[:80]}: {problem}",
            "give another --host of this machine, or another --port",
        ) from None
    return access


def check_cluster_token(token: str, where: str) -> str:
    """Return the token unchanged. Raises BadInput if it can't be a cluster's token; the error does not repeat
    the token. `where` says where it was found.
    """
    if not re.fullmatch(r"[0-9a-f]{64}", token):
        raise BadInput(f"{where} has no cluster token", "copy the token file that milimo cluster up named")
    return token


def is_cluster_answering(access: ClusterAccess) -> bool:
    """Return True if the cluster's address accepts a connection within a second."""
    try:
        socket.create_connection((access.host, int(access.address.rpartition(":")[2])), timeout=1).close()
    except (OSError, ValueError):
        return False
    return True


def check_cluster_address(address: str) -> str:
    """Return the address unchanged. Raises BadInput if it is not in the form `host:port`."""
    host, _, port = address.rpartition(":")
    if not host or ":" in host or not port.isdigit() or not 0 < int(port) < 65536:
        raise BadInput(
            f"“{address}” is not the address of a cluster", "give HOST:PORT as shown by milimo cluster up"
        )
    return address


def build_ray_environment(
    access: ClusterAccess, token: Path, env: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return the environment variables for Ray's processes. They name the file with the cluster's token, and
    they prevent outgoing connections. If the cluster's address is a loopback address, they also restrict Ray
    to loopback.

    Workers need the original values of some variables. Those are saved under names with `SAVED_PREFIX`.
    """
    kept = {
        SAVED_PREFIX + name: env[name]
        for name in (*PROXIES, THREADS)
        if name in env and SAVED_PREFIX + name not in env
    }
    return {
        **kept,
        "http_proxy": NOWHERE,
        "https_proxy": NOWHERE,
        "HTTP_PROXY": NOWHERE,
        "HTTPS_PROXY": NOWHERE,
        "no_proxy": f"{LOOPBACK},localhost,{access.host}",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_DEDUP_LOGS": "0",
        # Without this, Ray would give workers a lower scheduling priority than other programs.
        "RAY_worker_niceness": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token),
        # Without this, Ray's driver replaces the loopback address by the machine's first address, and waits
        # there forever.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0" if access.is_loopback else "1",
    }


def restore_worker_environment(env: dict[str, str] | os._Environ[str]) -> None:
    """Restore the variables of a worker's environment that `build_ray_environment` or Ray itself changed."""
    for name in (*PROXIES, THREADS):
        env.pop(name, None)
        if SAVED_PREFIX + name in env:
            env[name] = env.pop(SAVED_PREFIX + name)
