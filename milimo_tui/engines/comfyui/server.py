"""Communicate with a ComfyUI server: upload, queue, withdraw, report the status, and download results.

Source of the protocol: docs.comfy.org, “Routes”, and the server's own `server.py`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlencode

from milimo_tui.core.errors import Cancelled, Failed, MilimoError, Unavailable
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.core.settings import Settings
from milimo_tui.core.untrusted_json import parse_untrusted_json
from milimo_tui.engines.comfyui.workflow import Workflow
from milimo_tui.engines.remote.event_socket import EventSocket
from milimo_tui.engines.remote.fetched_file import download_service_file
from milimo_tui.engines.remote.form_data import encode_form
from milimo_tui.engines.remote.http_call import (
    HttpRequest,
    Tick,
    fetch_json,
    make_json_request,
    send_json_request,
)
from milimo_tui.engines.remote.remote_service import ErrorResponse, RemoteService

SUBFOLDER = "milimo"  # subfolder of the server's input folder that receives uploads
PARTING = 2.0  # time limit in seconds for withdrawing work from the server


@dataclass(frozen=True, slots=True)
class ResultFile:
    """A file that a node has saved, located as the server describes it."""

    node: str
    filename: str
    subfolder: str
    type: str

    @property
    def suffix(self) -> str:
        """The suffix of the file name in lower case."""
        return Path(self.filename).suffix.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkStatus:
    """The status of submitted work.

    - `waiting`: `before` other items are ahead in the queue.
    - `running`: the server is running the work.
    - `ended`: `entry` is the work's entry in the server's history.
    - `gone`: the server does not know the work.
    """

    state: Literal["waiting", "running", "ended", "gone"]
    before: int = 0
    entry: Mapping[str, Any] | None = None

    @property
    def has_failed(self) -> bool:
        """True if the work has ended with an error."""
        status = self.entry.get("status") if self.entry is not None else None
        return isinstance(status, dict) and status.get("status_str") == "error"


@dataclass(frozen=True, slots=True)
class ComfyUIServer:
    """A connection to the ComfyUI server that the settings name.

    Methods with a parameter `tick` call this function while they wait for the server. `tick` may raise an
    exception to cancel the call.
    """

    service: RemoteService
    most_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> ComfyUIServer:
        """Create the connection to the server whose address, key and time limit are in the settings. No
        request is sent.
        """
        service = RemoteService(
            title="ComfyUI",
            setting="comfyui",
            address=settings.comfyui_url,
            key=settings.comfyui_key,
            seconds=settings.comfyui_seconds,
            patience="comfyui_seconds",
        )
        return cls(service, settings.comfyui_most_mb << 20)

    def open_socket(self, client: str) -> EventSocket:
        """Open the websocket for messages about the work of the client with the id `client`. Raises the
        errors of `EventSocket`.
        """
        return EventSocket(self.service, f"/ws?clientId={quote(client)}")

    def upload_file(self, name: str, data: bytes, tick: Tick) -> str:
        """Upload a picture or a clip and return the name by which a node loads it. Raises the errors of
        `http_call`.
        """
        fields = {"subfolder": SUBFOLDER, "type": "input", "overwrite": "true"}
        body, type = encode_form(fields, "image", name, data)
        answer = self._send_request(HttpRequest(path="/upload/image", body=body, type=type), tick)
        given = answer.get("name") if isinstance(answer, dict) else None
        if not isinstance(given, str) or not given:
            raise Failed(f"{self.service.where} did not report where {name} is stored")
        folder = answer.get("subfolder")
        return f"{folder}/{given}" if isinstance(folder, str) and folder else given

    def submit_workflow(self, nodes: Mapping[str, Any], client: str, workflow: Workflow, tick: Tick) -> str:
        """Queue a workflow and return the id of the work.

        Raises Failed with the node that the server rejects, and Unavailable for a node that the server does
        not have.
        """
        # Choose the id of the work here and send it. The work can then be withdrawn even if the job is
        # cancelled before the server replies. Older servers ignore this id and return their own.
        own = str(uuid.uuid4())
        request = {"prompt": nodes, "client_id": client, "prompt_id": own}
        try:
            answer = send_json_request(self.service, make_json_request("/prompt", request), tick)
        except ErrorResponse as response:
            raise self._make_rejection_error(response, workflow) from None
        except Cancelled:
            self.withdraw_work(own)
            raise
        wrong = answer.get("node_errors") if isinstance(answer, dict) else None
        if isinstance(wrong, dict) and wrong:
            raise Failed(_describe_first_node_error(wrong, workflow) or "the server rejected the workflow")
        id = answer.get("prompt_id") if isinstance(answer, dict) else None
        if not isinstance(id, str) or not id:
            raise Failed(f"{self.service.where} accepted the workflow but returned no job id")
        return id

    def fetch_work_status(self, prompt: str, tick: Tick) -> WorkStatus:
        """Return the status of submitted work."""
        kept = self._send_request(HttpRequest(path=f"/history/{quote(prompt)}"), tick)
        entry = kept.get(prompt) if isinstance(kept, dict) else None
        if isinstance(entry, dict):
            return WorkStatus(state="ended", entry=entry)
        queue = self._send_request(HttpRequest(path="/queue"), tick)
        if prompt in _list_queue_ids(queue, "queue_running"):
            return WorkStatus(state="running")
        waiting = _list_queue_ids(queue, "queue_pending")
        if prompt in waiting:
            return WorkStatus(
                state="waiting", before=waiting.index(prompt) + len(_list_queue_ids(queue, "queue_running"))
            )
        return WorkStatus(state="gone")

    def withdraw_work(self, prompt: str) -> None:
        """Withdraw work from the server: remove it from the queue, or interrupt it if it is running.

        An older server ignores the id in an interrupt and stops any work that is running. The id of the
        running work is therefore checked first.
        """
        brief = replace(self, service=replace(self.service, seconds=PARTING))
        with suppress(MilimoError):
            brief._send_request(make_json_request("/queue", {"delete": [prompt]}), _ignore_tick)
            if prompt in _list_queue_ids(
                brief._send_request(HttpRequest(path="/queue"), _ignore_tick), "queue_running"
            ):
                brief._send_request(make_json_request("/interrupt", {"prompt_id": prompt}), _ignore_tick)

    def fetch_result_file(
        self, file: ResultFile, target: Path, tick: Tick, heard: Callable[[int], None]
    ) -> int:
        """Download a file that a node has saved and return its size in bytes. Raises the errors of
        `download_service_file`.
        """
        query = urlencode({"filename": file.filename, "subfolder": file.subfolder, "type": file.type})
        try:
            path = f"/view?{query}"
            return download_service_file(self.service, path, target, tick, most=self.most_bytes, heard=heard)
        except ErrorResponse as response:
            raise self.make_http_error(response, f"did not send {file.filename}") from None

    def fetch_server_facts(self, tick: Tick) -> Mapping[str, Any]:
        """Return the server's version, its GPUs, its free memory and the length of its queue."""
        stats = self._send_request(HttpRequest(path="/system_stats"), tick)
        queue = self._send_request(HttpRequest(path="/queue"), tick)
        system = stats.get("system") if isinstance(stats, dict) else None
        system = system if isinstance(system, dict) else {}
        devices = stats.get("devices") if isinstance(stats, dict) else None
        rows = [row for row in devices or () if isinstance(row, dict)]
        return {
            "version": clean_one_line(str(system.get("comfyui_version") or ""), 60),
            "cards": [clean_one_line(str(row.get("name", "")), 80) for row in rows],
            "free_bytes": [row.get("vram_free") for row in rows],
            "queue": len(_list_queue_ids(queue, "queue_running"))
            + len(_list_queue_ids(queue, "queue_pending")),
        }

    def list_missing_nodes(self, workflow: Workflow, tick: Tick) -> tuple[str, ...]:
        """Return the nodes of a workflow whose classes the server does not have."""
        wanted = {str(node["class_type"]): id for id, node in workflow.nodes.items()}
        missing = []
        for cls, id in wanted.items():
            known = self._send_request(HttpRequest(path=f"/object_info/{quote(cls, safe='')}"), tick)
            if not isinstance(known, dict) or cls not in known:
                missing.append(workflow.format_node(id))
        return tuple(missing)

    def _send_request(self, request: HttpRequest, tick: Tick) -> Any:
        try:
            if request.body is None:
                return fetch_json(self.service, request.path, None, tick)
            return send_json_request(self.service, request, tick)
        except ErrorResponse as response:
            raise self.make_http_error(response) from None

    def make_http_error(self, response: ErrorResponse, action: str = "refused the request") -> MilimoError:
        """Return the error for an HTTP error response, in one sentence. `action` is the verb of that
        sentence.
        """
        where = self.service.where
        match response.status:
            case 401 | 403:
                given = "did not accept the key" if self.service.key else "wants a key or a login"
                return Unavailable(
                    f"{where} {given} ({response.status}): {response.message}",
                    "milimo config set comfyui_key KEY, or comfyui_url https://NAME:PASSWORD@HOST",
                )
            case 413:
                return Failed(
                    f"{where} does not accept a file of this size (413)",
                    "the server's option --max-upload-size sets the limit",
                )
            case 429 | 503:
                wait = f", in {response.wait} s" if response.wait else ""
                return Failed(
                    f"the queue of {where} is full ({response.status}): {response.message}",
                    f"retry the job{wait}: milimo job retry",
                )
            case status if status >= 500:
                return Failed(
                    f"{where} has failed ({status}): {response.message}",
                    "milimo job retry sends the request again",
                )
            case status:
                return Failed(f"{where} {action} ({status}): {response.message}")

    def _make_rejection_error(self, response: ErrorResponse, workflow: Workflow) -> MilimoError:
        """Return the error for a workflow that the server rejected, with the name of the node."""
        try:
            body = parse_untrusted_json(response.body)
        except ValueError:
            return self.make_http_error(response)
        if response.status != 400 or not isinstance(body, dict):
            return self.make_http_error(response)
        where, error = self.service.where, body.get("error")
        error = error if isinstance(error, dict) else {}
        more = error.get("extra_info")
        more = more if isinstance(more, dict) else {}
        if error.get("type") == "missing_node_type" or "does not exist" in str(error.get("message", "")):
            id = str(more.get("node_id") or _find_node_id_in(str(error.get("details", ""))))
            missing = (
                workflow.format_node(id) if id in workflow.nodes else str(more.get("class_type") or "a node")
            )
            return Unavailable(
                f"{where} does not have the node {clean_one_line(missing, 120)}",
                "install the package with it on the server, or remove it from the workflow",
            )
        wrong = body.get("node_errors")
        text = _describe_first_node_error(wrong, workflow) if isinstance(wrong, dict) else ""
        words = text or clean_one_line(f"{error.get('message', '')} {error.get('details', '')}".strip(), 300)
        return Failed(
            f"ComfyUI rejected the workflow: {words or response.message}",
            "milimo workflow show lists the inputs of its nodes",
        )


def list_result_files(
    entry: Mapping[str, Any], workflow: Workflow, output: str = ""
) -> tuple[ResultFile, ...]:
    """Return the files that finished work has saved, in the order of the workflow's nodes. `entry` is the
    entry of the work in the server's history.

    Saved outputs are preferred to temporary previews. If `output` is the id of a node, only files of this
    node are returned.
    """
    outputs = entry.get("outputs")
    outputs = outputs if isinstance(outputs, dict) else {}
    order = [output] if output else [*workflow.nodes, *(id for id in outputs if id not in workflow.nodes)]
    found = [file for id in order for file in _list_node_files(str(id), outputs.get(id))]
    return tuple([one for one in found if one.type == "output"] or found)


def _list_node_files(id: str, kept: Any) -> list[ResultFile]:
    lists = kept.values() if isinstance(kept, dict) else ()
    rows = [row for rows in lists if isinstance(rows, list) for row in rows if isinstance(row, dict)]
    return [
        ResultFile(id, row["filename"], str(row.get("subfolder") or ""), str(row.get("type") or "output"))
        for row in rows
        if isinstance(row.get("filename"), str) and row["filename"]
    ]


def _describe_first_node_error(wrong: Mapping[str, Any], workflow: Workflow) -> str:
    """Return a description of the first node error, such as `“Loader” (4, CheckpointLoaderSimple): Value not
    in list: …`.
    """
    for id, row in wrong.items():
        errors = row.get("errors") if isinstance(row, dict) else None
        for error in errors if isinstance(errors, list) else ():
            if isinstance(error, dict):
                words = f"{error.get('message', '')}: {error.get('details', '')}".strip(": ")
                return f"{workflow.format_node(str(id))}: {clean_one_line(words, 240)}"
    return ""


def _find_node_id_in(details: str) -> str:
    """Return the node id in an error text such as `Node ID '#12'`. Empty if there is none."""
    return details.partition("#")[2].partition("'")[0]


def _list_queue_ids(queue: Any, name: str) -> list[str]:
    """Return the ids of the work in one of the server's queues, in the order of their numbers."""
    rows = queue.get(name) if isinstance(queue, dict) else None
    able = [row for row in rows or () if isinstance(row, list) and len(row) > 1]
    able.sort(key=lambda row: row[0] if isinstance(row[0], int | float) else 0)
    return [str(row[1]) for row in able]


def _ignore_tick() -> None:
    pass


def make_client_id(seed: str) -> str:
    """Return the client id that a job uses on a server. Equal seeds give equal ids."""
    return f"milimo-{seed}"


def serialize_nodes(nodes: Mapping[str, Any]) -> str:
    """Return a workflow's nodes as text. Equal nodes give equal texts."""
    return json.dumps(nodes, sort_keys=True, ensure_ascii=False)
