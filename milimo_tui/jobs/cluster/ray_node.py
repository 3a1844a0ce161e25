"""A node's process: runs Ray's own processes on this machine, for as long as it lives.

Started as `python -m milimo_tui.jobs.cluster.ray_node`, with its description as JSON on its input
(`NodeOrder`). It prints a line of JSON once it is up, or why it is not. Everything it starts ends with it,
even if it is killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any

HEALTH = {  # a node that is silent for 3 s counts as gone; the first check is after 5 s
    "health_check_initial_delay_ms": 5000,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 1500,
    "health_check_failure_threshold": 3,
}
UP_SECONDS = 40.0  # a node's longest start; without the right token it would wait forever
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeOrder:
    """The description of a node: `ip` is its own address, `labels` are short texts that others see, sizes are
    in bytes.
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
    """Run the node until told to end, or until Ray's processes are gone."""
    order = NodeOrder(**json.loads(sys.stdin.readline()))
    signal.signal(signal.SIGALRM, _raise_start_timeout)
    signal.setitimer(signal.ITIMER_REAL, UP_SECONDS)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # Ray's processes print to stdout
    from ray._private import node as ray_nodes
    from ray._private.parameter import RayParams

    make_params: Any = RayParams  # Ray's own code passes values that this type does not allow
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
            temp_dir=order.folder if order.is_head else None,
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
    raise TimeoutError("no answer: another token, or nobody there")


if __name__ == "__main__":
    sys.exit(main())
