"""A cluster on this machine for tests: a head and nodes as real processes on loopback, with a token."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from milimo_tui.core.paths import Home
from milimo_tui.jobs.cluster import access as accesses
from milimo_tui.jobs.cluster import node_processes
from milimo_tui.jobs.cluster.node_processes import HEAD, MachineShare, NodeNote


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((accesses.LOOPBACK, 0))
        return int(probe.getsockname()[1])


class LocalCluster:
    """A local cluster with nodes by name. `end` stops all its processes."""

    def __init__(self, root: Path, *names: str, cpus: int = 1, gpus: int = 0) -> None:
        self.home = Home(root)
        root.mkdir(exist_ok=True)
        self.access = accesses.create_cluster_access(accesses.LOOPBACK, free_port())
        accesses.write_cluster_access(self.home, self.access)
        self.notes: dict[str, NodeNote] = {}
        self.join(HEAD, MachineShare(store_mb=80))
        for name in names:
            self.join(name, MachineShare(cpus=cpus, gpus=gpus, store_mb=80))

    @property
    def token(self) -> Path:
        return accesses.get_cluster_token_path(self.home)

    def join(self, name: str, share: MachineShare) -> NodeNote:
        self.notes[name] = node_processes.start_node(self.home, self.access, name, share)
        return self.notes[name]

    def join_of(self, name: str, version: str) -> None:
        """Add a node that runs another version of Milimo."""
        script = (
            f"import milimo_tui; milimo_tui.__version__ = {version!r}\n"
            "import sys; from pathlib import Path\n"
            "from milimo_tui.core.paths import Home\n"
            "from milimo_tui.jobs.cluster import access, node_processes\n"
            "home = Home(Path(sys.argv[1]))\n"
            "share = node_processes.MachineShare(cpus=1, store_mb=80)\n"
            "node_processes.start_node(home, access.read_cluster_access(home), sys.argv[2], share)\n"
        )
        subprocess.run([sys.executable, "-c", script, str(self.home.root), name], check=True, timeout=120)

    def kill(self, name: str) -> None:
        """Kill all processes of a node at once, like a power cut."""
        os.killpg(self.notes.pop(name).pid, 9)

    def end(self) -> None:
        for note in reversed(node_processes.list_running_nodes(self.home)):
            assert node_processes.end_node(self.home, note)
        node_processes.remove_ray_scratch(self.home, self.access)
