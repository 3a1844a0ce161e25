"""Commands on a cluster of machines that work for one home: start it, join it, show its nodes, stop it."""

from __future__ import annotations

import importlib.metadata
import os
from collections.abc import Mapping
from typing import Any

from milimo_tui.core.errors import BadInput, NotFound, Refused, Unavailable
from milimo_tui.core.format import format_count
from milimo_tui.core.host import explain_os_error, parse_user_path
from milimo_tui.jobs.client.connection import SupervisorSilent
from milimo_tui.jobs.values.cluster_view import NodeView
from milimo_tui.studio.registry.args import Args, NoArgs, arg
from milimo_tui.studio.registry.registry import Command, Outcome
from milimo_tui.studio.session.studio import Studio

# Maximum number of characters that are read from a token file. Anything after them is ignored.
MAX_TOKEN_LENGTH = 100
TOKEN_VARIABLE = "MILIMO_CLUSTER_TOKEN"


class ClusterUpArgs(Args):
    host: str = arg(
        "127.0.0.1", description="address at which the other machines reach this one", longest=200
    )
    port: int = arg(6397, ge=1, le=65535, description="port of the cluster")
    cpus: int = arg(0, ge=0, le=256, description="additional CPU workers of this machine")


def _start_cluster(studio: Studio, args: ClusterUpArgs) -> Outcome:
    from milimo_tui.jobs.cluster import access as accesses
    from milimo_tui.jobs.cluster import node_processes
    from milimo_tui.jobs.cluster.node_processes import HEAD, MachineShare

    require_ray()
    home = studio.home
    known, running = accesses.read_cluster_access(home), node_processes.list_running_nodes(home)
    if known and any(note.is_head for note in running):
        raise Refused(
            f"a cluster of this home already runs at {known.address}",
            "milimo cluster status shows it; milimo cluster down stops it",
        )
    access = accesses.check_head_address(accesses.create_cluster_access(args.host, args.port))
    accesses.write_cluster_access(home, access)
    try:
        node_processes.start_node(home, access, HEAD, MachineShare())
        if args.cpus:
            node_processes.start_node(
                home, access, node_processes.get_own_node_name(), MachineShare(cpus=args.cpus)
            )
    except BaseException:  # Stop the started nodes even if the user interrupts.
        for note in reversed(node_processes.list_running_nodes(home)):
            node_processes.end_node(home, note)
        accesses.delete_cluster_access(home)
        raise
    _notify_supervisor_of_cluster(studio)
    line = f"milimo cluster join {access.address} --token-file {accesses.get_cluster_token_path(home)}"
    data = {"address": access.address, "token_file": str(accesses.get_cluster_token_path(home)), "join": line}
    return Outcome(data=data, message=f"the cluster is up at {access.address}", text=_format_join_steps(line))


def _format_join_steps(line: str) -> str:
    return "\n".join(
        (
            "the cluster is up. On each machine that is to work for it:",
            f"    {line}",
            "with the token's file copied there; on this machine milimo cluster join --cpus 1 is enough.",
        )
    )


class ClusterJoinArgs(Args):
    address: str = arg("", description="HOST:PORT of a cluster; empty: this home's own", longest=200)
    token_file: str = arg(
        "", description="file with the cluster's token (else $MILIMO_CLUSTER_TOKEN)", longest=4096
    )
    name: str = arg(
        "", description="name of this machine in the cluster (default: its own)", longest=80, one_line=True
    )
    cpus: int = arg(
        -1, ge=-1, le=256, description="CPU workers (-1: one if the machine has no card, else none)"
    )
    share: int = arg(1, ge=1, le=16, description="workers on each graphics card")


def _join_cluster(studio: Studio, args: ClusterJoinArgs) -> Outcome:
    from milimo_tui.jobs.cluster import access as accesses
    from milimo_tui.jobs.cluster import node_processes
    from milimo_tui.jobs.cluster.node_processes import MachineShare

    require_ray()
    home = studio.home
    if args.address:
        accesses.check_cluster_address(args.address)
        access = accesses.ClusterAccess(args.address, _read_cluster_token(args.token_file))
    else:
        found = accesses.read_cluster_access(home)
        if found is None:
            raise BadInput(
                "this home has no cluster", "give HOST:PORT of a cluster, or start one: milimo cluster up"
            )
        access = found
    name = node_processes.check_node_name(args.name or node_processes.get_own_node_name())
    cards = _list_cards(studio)
    cpus = args.cpus if args.cpus >= 0 else int(not cards)
    card, memory = min(cards, key=lambda card: card[1]) if cards else ("", 0)
    share = MachineShare(cpus=cpus, gpus=len(cards), share=args.share, card=card, memory_mb=memory)
    note = node_processes.start_node(home, access, name, share)
    _notify_supervisor_of_cluster(studio)
    contributions = [format_count(len(cards), "card")] if cards else []
    contributions += [format_count(cpus, "CPU worker")] if cpus else []
    message = f"{name} gives {' and '.join(contributions) or 'nothing'} to the cluster at {access.address}"
    return Outcome(data={"name": name, "pid": note.pid, "address": access.address}, message=message)


def _read_cluster_token(file: str) -> str:
    from milimo_tui.jobs.cluster.access import check_cluster_token

    if not file:
        return check_cluster_token(os.environ.get(TOKEN_VARIABLE, ""), f"${TOKEN_VARIABLE}")
    try:
        with parse_user_path(file).open() as handle:
            return check_cluster_token(handle.read(MAX_TOKEN_LENGTH).strip(), file)
    except UnicodeDecodeError:
        raise BadInput(
            f"{file} has no token", "copy the token from the machine on which milimo cluster up ran"
        ) from None
    except OSError as error:
        raise explain_os_error(error, file, "read") from error


def _list_cards(studio: Studio) -> list[tuple[str, int]]:
    """Return this machine's cards as pairs of name and memory in MB."""
    from milimo_tui.jobs.machine import gpus

    if not studio.settings.gpu_probe:
        return []
    found = gpus.find_gpus(os.environ)
    sizes = [gpus.read_gpu_figures(card.environment).memory_total or 0 for card in found]
    return [(card.name, size // 1_000_000) for card, size in zip(found, sizes, strict=True)]


def require_ray() -> None:
    """Raise Unavailable, with the command that installs Ray, if Ray is missing or has another version."""
    from milimo_tui.jobs.cluster.access import RAY, RAY_INSTALL_COMMAND

    try:
        there = importlib.metadata.version("ray")
    except importlib.metadata.PackageNotFoundError:
        raise Unavailable("a cluster needs Ray, which is not installed", RAY_INSTALL_COMMAND) from None
    if there.rsplit(".", 1)[0] != RAY.rsplit(".", 1)[0]:
        raise Unavailable(f"a cluster needs Ray {RAY}, but {there} is installed", RAY_INSTALL_COMMAND)


def _notify_supervisor_of_cluster(studio: Studio) -> None:
    """Send a request to a running supervisor. The supervisor looks for a cluster with each request, so it
    finds the cluster at once. Nothing happens if no supervisor is running.
    """
    try:
        client = studio.client_or_none()
        if client:
            client.fetch_machine()
    except (SupervisorSilent, Unavailable):
        return  # No supervisor answers. It will look for the cluster when it gets its next request.


def _list_nodes(studio: Studio) -> list[NodeView]:
    try:
        client = studio.client_or_none()
        return list(client.fetch_machine().nodes) if client else []
    except Unavailable:
        return []


def _show_cluster_status(studio: Studio, args: NoArgs) -> Outcome:
    from milimo_tui.jobs.cluster import access as accesses
    from milimo_tui.jobs.cluster import node_processes

    access, nodes = accesses.read_cluster_access(studio.home), node_processes.list_running_nodes(studio.home)
    if access is None and not nodes:
        nothing: dict[str, Any] = {"address": None, "nodes": [], "here": []}
        return Outcome(data=nothing, message="this home has no cluster; milimo cluster up makes one")
    found = [node for node in _list_nodes(studio) if node.name != node_processes.HEAD]
    names = [note.name for note in nodes]
    data = {"address": access.address if access else None, "nodes": [node.as_json() for node in found]}
    lines = [f"cluster at {access.address}" if access else "no cluster of its own"]
    lines += [format_node_line(node) for node in found]
    if access and not found:
        lines.append("  no machine has joined, or no supervisor runs")
    lines.append(f"nodes of this machine: {', '.join(names) or 'none'}")
    return Outcome(data={**data, "here": names}, text="\n".join(lines))


def format_node_line(node: NodeView) -> str:
    """Format a node as a line: `  one  up  1 of 2 busy  H200  ltx2 loaded`."""
    facts: Mapping[str, str] = {
        "busy": f"{node.busy} of {node.slots} busy" if node.slots else "",
        "card": f"{node.gpus} x {node.card}" if node.card else "",
        "loaded": f"{' + '.join(node.loaded)} loaded" if node.loaded else "",
        "reason": node.reason,
    }
    return "  ".join(filter(None, ("", f"{node.name:<12}", f"{node.state:<7}", *facts.values())))


class ClusterDownArgs(Args):
    name: str = arg("", description="one node of this machine; empty: all of them", longest=80, one_line=True)


def _stop_cluster(studio: Studio, args: ClusterDownArgs) -> Outcome:
    from milimo_tui.jobs.cluster import access as accesses
    from milimo_tui.jobs.cluster import node_processes

    home = studio.home
    nodes = [note for note in node_processes.list_running_nodes(home) if args.name in ("", note.name)]
    if args.name and not nodes:
        raise NotFound(f"no node {args.name} runs on this machine", "milimo cluster status lists the nodes")
    access = accesses.read_cluster_access(home)
    # The access file is deleted before the nodes stop, so that the supervisor disconnects and does not report
    # a lost cluster.
    if not args.name:
        accesses.delete_cluster_access(home)
        _notify_supervisor_of_cluster(studio)
    left = [note.name for note in reversed(nodes) if not node_processes.end_node(home, note)]
    if left:
        raise Unavailable(f"{', '.join(left)} can't be stopped", "run milimo cluster down again")
    if not node_processes.list_running_nodes(home):
        node_processes.remove_node_files(home)
        if access:
            node_processes.remove_ray_scratch(home, access)
    ended = [note.name for note in nodes]
    if not ended and access is None:
        return Outcome(data={"ended": []}, message="this home has no cluster")
    return Outcome(data={"ended": ended}, message=f"ended: {', '.join(ended) or 'no node ran here'}")


COMMANDS = (
    Command(
        "cluster.up",
        "Start cluster",
        "start a cluster that works for this home",
        _start_cluster,
        ClusterUpArgs,
        cli="cluster up",
    ),
    Command(
        "cluster.join",
        "Join a cluster",
        "let this machine work for a cluster",
        _join_cluster,
        ClusterJoinArgs,
        cli="cluster join",
        positional=("address",),
    ),
    Command(
        "cluster.status",
        "List machines",
        "list the machines of the cluster and their work",
        _show_cluster_status,
        NoArgs,
        cli="cluster status",
    ),
    Command(
        "cluster.down",
        "Stop cluster",
        "stop the nodes of this machine; their jobs run elsewhere",
        _stop_cluster,
        ClusterDownArgs,
        cli="cluster down",
        positional=("name",),
    ),
)
