"""The process of one cluster node. It starts Ray's own processes on this machine and monitors them until it
ends.

Started as `python -m milimo_tui.jobs.cluster.ray_node`. The process reads a description of the node
(`NodeOrder`) as JSON from its standard input. It prints one line of JSON: either that the node has started,
or why it could not start. All processes that it starts end together with it, even if it is killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

# Ray checks a node first after 5 s, then every 0.5 s. A node that is silent for 3 s counts as lost.
HEALTH = {
    "health_check_initial_delay_ms": 5000,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 1500,
    "health_check_failure_threshold": 3,
}
# The longest time that a node may take to start. Without this limit, a node with a wrong token would wait
# forever.
UP_SECONDS = 40.0
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeOrder:
    """The description of a node to start.

    `ip` is the node's own address. `address` is host and port of the head node. `store` is the size of Ray's
    object store in bytes. `labels` are short texts that the other nodes can read.
    """

    is_head: bool
    address: str
    ip: str
    cpus: int
    gpus: int
    store: int
    folder: str
    labels: dict[str, str]

    def to_json_text(self) -> str:
        """Return the description as JSON text."""
        return json.dumps(asdict(self))


def main() -> int:
    """Run the node until a signal ends it, or until Ray's processes have ended."""
    order = NodeOrder(**json.loads(sys.stdin.readline()))
    signal.signal(signal.SIGALRM, _raise_start_timeout)
    signal.setitimer(signal.ITIMER_REAL, UP_SECONDS)
    answers = os.fdopen(os.dup(1), "w")
    # Ray's processes print to stdout, which is redirected to stderr so that only our JSON line is on stdout.
    os.dup2(2, 1)
    from ray._private import node as ray_nodes
    from ray._private.parameter import RayParams

    # Typed as `Any`, because Ray's own code passes values that the declared parameter types do not allow.
    make_params: Any = RayParams
    make_node: Any = ray_nodes.Node

    host, _, port = order.address.rpartition(":")
    try:
        params = make_params(
            gcs_address=None if order.is_head else f"{host}:{port}",
            gcs_server_port=int(port) if order.is_head else None,
            node_ip_address=order.ip,
            num_cpus=order.cpus,
            num_gpus=order.gpus,
            object_store_memory=order.store,
            min_worker_port=0,
            max_worker_port=0,
            temp_dir=order.folder,
            include_dashboard=False,
            include_log_monitor=False,
            no_monitor=True,
            labels=order.labels,
            _system_config=HEALTH if order.is_head else None,
        )
        node = make_node(params, head=order.is_head, shutdown_at_exit=True)
    except Exception as error:  # noqa: BLE001  any error of Ray is the reason why the node is not up
        _print_answer(answers, {"error": type(error).__name__, "detail": str(error)[:500]})
        return 1
    signal.setitimer(signal.ITIMER_REAL, 0)
    over: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.append(1))
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    _print_answer(answers, {"address": node.gcs_address, "id": node.node_id})
    while not over and not node.dead_processes():
        time.sleep(LOOK_SECONDS)
    node.kill_all_processes(check_alive=False, allow_graceful=True)
    return 0


def _print_answer(answers: object, words: dict[str, str]) -> None:
    print(json.dumps(words), file=answers, flush=True)  # type: ignore[call-overload]


def _raise_start_timeout(*_: object) -> None:
    raise TimeoutError("no answer: wrong token, or no cluster there")


if __name__ == "__main__":
    sys.exit(main())
