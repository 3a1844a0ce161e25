"""Run the cluster driver (the bridge), a process next to the supervisor that connects to Ray.

Ray ends a driver whose node has gone, or lets it wait forever. In a separate process this does not harm the
supervisor. When the driver ends, Ray ends its actors, and the actors end their workers.

The supervisor sends the commands `prepare`, `start`, `send`, `end` and `release`, each with the id of a slot.
The driver reports with the messages `nodes`, `ready`, `unready`, `started`, `refused`, `heard`, `sample`,
`skew` and `ended`, and with `broken` if it can't reach a cluster.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

from milimo_tui import __version__
from milimo_tui.core import linux
from milimo_tui.core.errors import DiskFull, Failed
from milimo_tui.core.host import HOST, explain_os_error
from milimo_tui.core.wire_json import dump_wire_json, load
from milimo_tui.jobs.cluster.courier import Courier
from milimo_tui.jobs.cluster.worker_host import LINE_SECONDS, WorkerHost
from milimo_tui.jobs.worker.worker import exit_with_children
from milimo_tui.jobs.worker.worker_queue import Message, WorkerQueue

log = logging.getLogger(__name__)

ADDRESS = "MILIMO_CLUSTER_ADDRESS"
# Variable with the path of a file in the home. A node that can read the file shares the home.
MARK = "MILIMO_CLUSTER_MARK"
# Variable that identifies the home. The names of Ray actors begin with its value.
HOME = "MILIMO_CLUSTER_HOME"
CONNECT_SECONDS = 20.0  # Seconds to wait for the connection. With a wrong token, Ray would wait forever.
NODES_SECONDS = 0.5
UP_SECONDS = 60.0  # Seconds to wait until an actor has started.
SLOW_SECONDS = 5.0  # Seconds without an answer after which a node is reported as slow.
# Seconds for which a node is watched after its actor was lost, to see if the node died too.
DEAD_SECONDS = 2.0
FORCE_SECONDS = 2.0  # Seconds that an actor gets to kill its worker. After that, the actor itself is killed.
# A larger difference in seconds between a node's clock and this machine's clock is reported.
SKEW_SECONDS = 60.0


class SlotHost:
    """The state of the Ray actor of one slot (the place for one worker). It holds the commands that were not
    sent to the actor yet (`unsent`), and the asyncio tasks that exchange messages with the actor.
    """

    def __init__(self, id: str, node: str, actor: Any) -> None:
        self.id = id
        self.node = node
        self.actor = actor
        self.unsent: list[Message] = []
        self.has_unsent = asyncio.Event()
        self.is_ready = False
        self.runs = False
        self.heard = 0
        self.tasks: list[asyncio.Task[None]] = []
        # Transfers files if the node has no access to the home; otherwise None.
        self.courier: Courier | None = None


class Bridge:
    """The main object of the cluster driver. It carries out the supervisor's commands and passes on messages
    of remote workers. All its methods run on the event loop of the driver's process.
    """

    def __init__(self, ray: Any, say: Callable[[Message], None], beat_seconds: float) -> None:
        self._ray = ray
        self._say = say
        self._beat_seconds = beat_seconds
        self._actor = ray.remote(WorkerHost)
        self._hosts: dict[str, SlotHost] = {}
        self._nodes: dict[str, Mapping[str, Any]] = {}
        self._told: list[Message] = []
        self._slow: set[str] = set()
        self._background: set[asyncio.Task[None]] = set()

    async def watch_nodes(self) -> None:
        """Ask Ray for the nodes at intervals, and report them whenever they have changed. Runs forever."""
        while True:
            self._report_nodes(await asyncio.to_thread(self._ray.nodes))
            await asyncio.sleep(NODES_SECONDS)

    def _report_nodes(self, rows: list[Mapping[str, Any]]) -> None:
        self._nodes = {row["NodeID"]: row for row in rows}
        nodes = [
            {
                "id": row["NodeID"],
                "alive": row["Alive"],
                "host": row["NodeManagerAddress"],
                "labels": dict(row.get("Labels") or {}),
                "cpus": int(row["Resources"].get("CPU", 0)),
                "gpus": int(row["Resources"].get("GPU", 0)),
                "slow": row["NodeID"] in self._slow,
            }
            for row in rows
        ]
        if nodes != self._told:
            self._told = nodes
            self._say({"say": "nodes", "nodes": nodes})

    def _is_dead(self, node: str) -> bool:
        return not self._nodes.get(node, {}).get("Alive", False)

    def handle_bridge_command(self, command: Message) -> None:
        """Carry out a command of the supervisor. Commands must be handled in the order of their arrival."""
        do, id = command["do"], command.get("id", "")
        host = self._hosts.get(id)
        if do == "prepare":
            self._run_in_background(self._prepare_host(command))
        elif do == "start":
            self._run_in_background(self._start_remote_worker(command))
        elif do == "send" and host:
            host.unsent.append(command["message"])
            host.has_unsent.set()
        elif do == "end" and host:
            self._run_in_background(self._end_remote_worker(host, command["force"]))
        elif do == "release" and host and not host.runs:
            self._drop_host(host)

    def _run_in_background(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def _prepare_host(self, command: Message) -> None:
        id = command["id"]
        try:
            host = await self._get_ready_host(command)
        except Exception as error:  # noqa: BLE001  any error of Ray is caught here and reported as the reason
            self._say({"say": "unready", "id": id, "why": _get_first_error_line(error)})
            return
        self._say({"say": "ready", "id": host.id})

    async def _get_ready_host(self, command: Message) -> SlotHost:
        """Return the actor of a command's slot once it is ready. A missing actor is created. Raises Ray's
        errors, and TimeoutError.
        """
        id = command["id"]
        node = command["node"] or self._choose_node()
        host = self._hosts.get(id)
        if host is None:
            from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

            name = f"{os.environ.get(HOME, '')}.{id}"
            await asyncio.to_thread(self._kill_old_actor, name)
            actor = self._actor.options(
                name=name,
                num_cpus=command.get("cpus") or 0,
                num_gpus=command.get("gpus") or 0,
                max_restarts=0,
                max_task_retries=0,
                max_concurrency=100,
                scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False),
            ).remote(id, self._beat_seconds, *_read_home_mark())
            host = self._hosts[id] = SlotHost(id, node, actor)
        if not host.is_ready:
            try:
                hello = await asyncio.wait_for(host.actor.hello.remote(), UP_SECONDS)
            except TimeoutError:
                self._drop_host(host)
                raise TimeoutError("no space for its actor, or its node does not answer") from None
            except Exception:
                # Ray also raises the errors of the actor's own code, of any type. After each of them the
                # actor must release its resources. The error is raised again.
                self._drop_host(host)
                raise
            if hello["version"] != __version__:
                self._drop_host(host)
                raise RuntimeError(f"it has Milimo {hello['version']}, not {__version__}")
            host.is_ready = True
            if hello["is_apart"]:
                host.courier = Courier(self._ray, host.actor)
            skew = hello["clock"] - HOST.now()
            if abs(skew) > SKEW_SECONDS:
                self._say({"say": "skew", "node": node, "seconds": round(skew)})
            host.tasks.append(asyncio.ensure_future(self._send_commands(host)))
        return host

    def _kill_old_actor(self, name: str) -> None:
        """Kill an actor with this name that an earlier supervisor of the home left behind, because a slot may
        have only one worker.
        """
        try:
            old = self._ray.get_actor(name)
        except ValueError:
            return
        self._ray.kill(old)

    def _choose_node(self) -> str:
        """Return the id of the node with the fewest slots in use, for a command that names no node."""
        used = [host.node for host in self._hosts.values()]
        alive = [id for id, row in self._nodes.items() if row["Alive"] and row["Resources"].get("CPU")]
        if not alive:
            raise RuntimeError("the cluster has no node with room for work")
        return min(alive, key=lambda id: (used.count(id), id))

    async def _start_remote_worker(self, command: Message) -> None:
        id, n = command["id"], command["n"]
        try:
            host = await self._get_ready_host(command)
            slot = {"lane": command["lane"], "environment": command["environment"]}
            trace = load(await asyncio.wait_for(host.actor.start.remote(dump_wire_json(slot)), UP_SECONDS))
        except Exception as error:  # noqa: BLE001  any error of Ray is caught here and reported as the reason
            self._say({"say": "refused", "n": n, "id": id, "why": _get_first_error_line(error)})
            return
        if "why" in trace:
            self._say({"say": "refused", "n": n, "id": id, "why": trace["why"]})
            return
        host.runs = True
        self._say({"say": "started", "n": n, "id": id, "node": host.node, **trace})
        host.tasks.append(asyncio.ensure_future(self._carry_messages(host)))

    async def _send_commands(self, host: SlotHost) -> None:
        """Send the commands for a slot to its actor, in order, until the slot is removed. Commands that wait
        at the same time are sent together. Each transfer ends before the next begins.
        """
        while True:
            await host.has_unsent.wait()
            host.has_unsent.clear()
            words, host.unsent = host.unsent, []
            if words:
                try:
                    if host.courier is None:
                        await host.actor.send.remote(dump_wire_json(words))
                    else:
                        for word in words:
                            await self._send_with_files(host, host.courier, word)
                except Exception as error:  # noqa: BLE001  `_carry_messages` reports a lost actor
                    log.warning("%s: %s", host.id, _get_first_error_line(error))

    async def _send_with_files(self, host: SlotHost, courier: Courier, word: Message) -> None:
        """Send a command to a node that has no access to the home. Before a `run` command, the job's files
        are sent.
        """
        if word["do"] != "run":
            await host.actor.send.remote(dump_wire_json([word]))
            return
        try:
            await courier.send(word)
        except OSError as error:
            kind = DiskFull if error.errno == errno.ENOSPC else Failed
            failure = kind(
                f"its inputs can't be sent to {host.id}: {error.strerror or error}", "free disk space there"
            )
            message = {"say": "failed", "token": word["token"], **failure.as_json()}
            self._say({"say": "heard", "id": host.id, "message": message})

    async def _end_remote_worker(self, host: SlotHost, force: bool) -> None:
        try:
            await asyncio.wait_for(host.actor.end.remote(force), FORCE_SECONDS if force else None)
        except TimeoutError:
            self._ray.kill(host.actor)
        except Exception as error:  # noqa: BLE001  it is gone or cut off: `_listen` tells of it
            log.warning("%s: %s", host.id, _get_first_error_line(error))

    async def _carry_messages(self, host: SlotHost) -> None:
        """Pass a worker's messages on to the supervisor, until the worker, its actor or its node ends."""
        while host.runs:
            call = host.actor.hear.remote(host.heard)
            try:
                answer = await self._wait_for_answer(host, call)
            except Exception as error:  # noqa: BLE001  any error of Ray: dead, or unreachable
                if not self._is_actor_lost(host, error):
                    await asyncio.sleep(0.2)
                    continue
                host.runs = False
                self._drop_host(host)
                self._say({"say": "ended", "id": host.id, "why": await self._explain_lost_actor(host)})
                return
            for n, word, apart in answer["words"]:
                if n <= host.heard:
                    continue
                if apart and host.courier:
                    try:
                        await host.courier.receive_files(word, apart["files"], apart["log"])
                    except OSError as error:
                        log.warning("%s: what it made can't be fetched: %s", host.id, error)
                        apart["word"] = _build_unfetched_message(word, error)
                    except Exception:  # noqa: BLE001  an error of Ray: fetched again, or found dead
                        break
                    word = apart["word"]
                host.heard = n
                if word["say"] == "ended":
                    host.runs = False
                    self._say({"say": "ended", "id": host.id, "why": ""})
                else:
                    self._say({"say": "heard", "id": host.id, "message": word})
            if answer["sample"] and host.runs:
                self._say({"say": "sample", "id": host.id, "sample": answer["sample"]})

    async def _wait_for_answer(self, host: SlotHost, call: Any) -> Message:
        """Wait for the answer to an actor call and return it. If the node takes long, it is reported as slow
        until it answers.
        """
        wait = asyncio.ensure_future(_await_result(call))
        done, _ = await asyncio.wait([wait], timeout=LINE_SECONDS + SLOW_SECONDS)
        if not done:
            self._slow.add(host.node)
            await asyncio.wait([wait])
        self._slow.discard(host.node)
        answer: Message = load(wait.result())
        return answer

    def _is_actor_lost(self, host: SlotHost, error: Exception) -> bool:
        """Return True if `error` means that the actor will never answer again. An unreachable node does not
        count as lost until Ray declares it dead, because the connection may return.
        """
        from ray.exceptions import ActorUnavailableError

        return not isinstance(error, ActorUnavailableError) or self._is_dead(host.node)

    async def _explain_lost_actor(self, host: SlotHost) -> str:
        """Return the reason why an actor was lost: either its node is gone, or only the actor ended.

        Ray reports the loss of a node later than the loss of the node's actors. The function therefore waits
        some time for that report.
        """
        until = time.monotonic() + DEAD_SECONDS
        while not self._is_dead(host.node) and time.monotonic() < until:
            self._report_nodes(await asyncio.to_thread(self._ray.nodes))
            await asyncio.sleep(0.1)
        name = (self._nodes.get(host.node, {}).get("Labels") or {}).get("name", host.node[:8])
        return f"the machine {name} is gone" if self._is_dead(host.node) else f"its host on {name} ended"

    def _drop_host(self, host: SlotHost) -> None:
        if self._hosts.get(host.id) is host:
            del self._hosts[host.id]
        self._ray.kill(host.actor)
        here = asyncio.current_task()
        for task in host.tasks:
            if task is not here:
                task.cancel()


def _read_home_mark() -> tuple[str, str]:
    """Return the path and the text of the file by which nodes recognise the home. Both are empty if it can't
    be read.
    """
    path = os.environ.get(MARK, "")
    try:
        return path, Path(path).read_text() if path else ""
    except OSError:
        return "", ""


def _build_unfetched_message(word: Message, error: OSError) -> Message:
    """Return the message that the supervisor gets instead of the worker's message `word`, whose files could
    not be fetched.

    Lost previews, checkpoints and finished parts do no harm yet, so the new message only says that the worker
    is alive. If the job's result was lost, the new message says that the job failed.
    """
    if word["say"] in ("preview", "checkpoint", "part"):
        return {"say": "beat", "token": word["token"], "memory": {}}
    failure = explain_os_error(error, error.filename or "the workspace", "fetch what was made into")
    return {"say": "failed", "token": word["token"], **failure.as_json()}


async def _await_result(call: Any) -> bytes:
    answer: bytes = await call
    return answer


def _get_first_error_line(error: Exception) -> str:
    """Return the first line of an error's text, because Ray's errors often have many lines."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def main(queue: WorkerQueue, supervisor: int, beat_seconds: float) -> None:
    """Run the cluster driver in its own process.

    `queue` connects it to the supervisor, whose process id is `supervisor`. `beat_seconds` is the interval at
    which workers report.
    """
    os.setpgid(0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    linux.die_with_parent()
    if os.getppid() != supervisor:
        exit_with_children()
    setattr(resource_tracker._resource_tracker, "_fd", None)  # noqa: B010  starts its own tracker
    os.dup2(2, 1)  # Ray prints to stdout, which is redirected to stderr.
    # Ray adds the driver's working folder to the import path of actors. Nobody else can write to this folder.
    os.chdir("/")
    asyncio.run(_run_bridge(queue, beat_seconds))


async def _run_bridge(queue: WorkerQueue, beat_seconds: float) -> None:
    try:
        ray = await asyncio.wait_for(asyncio.to_thread(_connect_to_ray, os.environ[ADDRESS]), CONNECT_SECONDS)
    except TimeoutError:
        queue.put({"say": "broken", "why": "it does not answer, or has another token"})
        os._exit(1)
    except Exception as error:  # noqa: BLE001  any error of Ray
        queue.put({"say": "broken", "why": _get_first_error_line(error)})
        os._exit(1)
    bridge = Bridge(ray, queue.put, beat_seconds)
    bridge._report_nodes(await asyncio.to_thread(ray.nodes))
    reading = (queue, asyncio.get_running_loop(), bridge)
    threading.Thread(target=_read_commands, args=reading, name="commands", daemon=True).start()
    await bridge.watch_nodes()


def _read_commands(queue: WorkerQueue, loop: asyncio.AbstractEventLoop, bridge: Bridge) -> None:
    """Pass each command of the supervisor to the event loop as it arrives. Exit with all child processes if
    the supervisor has ended.
    """
    with suppress(EOFError):
        while True:
            loop.call_soon_threadsafe(bridge.handle_bridge_command, queue.get())
    exit_with_children()


def _connect_to_ray(address: str) -> Any:
    import ray

    ray.init(
        address=address,
        namespace="milimo",
        log_to_driver=False,
        include_dashboard=False,
        configure_logging=False,
        logging_level=logging.ERROR,
    )
    return ray
