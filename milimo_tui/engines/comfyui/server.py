"""A ComfyUI server: uploads, queueing, status, withdrawal, and downloads of results.

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
from milimo_tui.core.safe_text import one_line
from milimo_tui.core.settings import Settings
from milimo_tui.core.untrusted_json import read_json
from milimo_tui.engines.comfyui.workflow import Workflow
from milimo_tui.engines.remote.event_socket import EventSocket
from milimo_tui.engines.remote.fetched_file import fetch_file
from milimo_tui.engines.remote.form_data import form
from milimo_tui.engines.remote.http_call import Question, Tick, ask_json, get_json, question
from milimo_tui.engines.remote.remote_service import Service, Turned

SUBFOLDER = "milimo"  # the subfolder of the server's input folder
PARTING = 2.0  # time limit in seconds for telling the server to withdraw the work


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that a node has saved, by the server's description of its location."""

    node: str
    filename: str
    subfolder: str
    type: str

    @property
    def suffix(self) -> str:
        """The suffix of the file name in lower case."""
        return Path(self.filename).suffix.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The status of submitted work: `waiting` after `before` other items, `running`, `ended` with a history
    `entry`, or `gone`.
    """

    state: Literal["waiting", "running", "ended", "gone"]
    before: int = 0
    entry: Mapping[str, Any] | None = None

    @property
    def went_wrong(self) -> bool:
        """True if the work has ended with an error."""
        status = self.entry.get("status") if self.entry is not None else None
        return isinstance(status, dict) and status.get("status_str") == "error"


@dataclass(frozen=True, slots=True)
class Server:
    """A ComfyUI server according to the settings."""

    service: Service
    most_bytes: int

    @classmethod
    def of(cls, settings: Settings) -> Server:
        """Return the server that the settings name."""
        service = Service(
            title="ComfyUI",
            setting="comfyui",
            address=settings.comfyui_url,
            key=settings.comfyui_key,
            seconds=settings.comfyui_seconds,
            patience="comfyui_seconds",
        )
        return cls(service, settings.comfyui_most_mb << 20)

    def listen(self, client: str) -> EventSocket:
        """Open the websocket for messages about the work of that client. Raises as `EventSocket`."""
        return EventSocket(self.service, f"/ws?clientId={quote(client)}")

    def upload(self, name: str, data: bytes, tick: Tick) -> str:
        """Send a picture or a clip; return the name by which a node loads it. Raises as `http_call`."""
        fields = {"subfolder": SUBFOLDER, "type": "input", "overwrite": "true"}
        body, type = form(fields, "image", name, data)
        said = self._asked(Question(path="/upload/image", body=body, type=type), tick)
        given = said.get("name") if isinstance(said, dict) else None
        if not isinstance(given, str) or not given:
            raise Failed(f"{self.service.where} did not say where it keeps {name}")
        folder = said.get("subfolder")
        return f"{folder}/{given}" if isinstance(folder, str) and folder else given

    def submit(self, nodes: Mapping[str, Any], client: str, workflow: Workflow, tick: Tick) -> str:
        """Queue a workflow; return the id of the work.

        Raises Failed with the node that the server names, Unavailable for a node that the server does not
        have.
        """
        own = str(uuid.uuid4())  # chosen here, so that the id is known at once on servers that accept it
        asked = {"prompt": nodes, "client_id": client, "prompt_id": own}
        try:
            said = ask_json(self.service, question("/prompt", asked), tick)
        except Turned as turned:
            raise self._refused(turned, workflow) from None
        except Cancelled:
            self.withdraw(own)
            raise
        wrong = said.get("node_errors") if isinstance(said, dict) else None
        if isinstance(wrong, dict) and wrong:
            raise Failed(_node_error(wrong, workflow) or "the server finds the workflow wrong")
        id = said.get("prompt_id") if isinstance(said, dict) else None
        if not isinstance(id, str) or not id:
            raise Failed(f"{self.service.where} took the workflow without an id for it")
        return id

    def standing(self, prompt: str, tick: Tick) -> Standing:
        """Return the status of submitted work."""
        kept = self._asked(Question(path=f"/history/{quote(prompt)}"), tick)
        entry = kept.get(prompt) if isinstance(kept, dict) else None
        if isinstance(entry, dict):
            return Standing(state="ended", entry=entry)
        queue = self._asked(Question(path="/queue"), tick)
        if prompt in _ids(queue, "queue_running"):
            return Standing(state="running")
        waiting = _ids(queue, "queue_pending")
        if prompt in waiting:
            return Standing(state="waiting", before=waiting.index(prompt) + len(_ids(queue, "queue_running")))
        return Standing(state="gone")

    def withdraw(self, prompt: str) -> None:
        """Withdraw work that is no longer wanted: remove it from the queue, or interrupt it if it runs.

        An older server ignores the id in an interrupt and stops whatever it runs, so the running work is
        checked first.
        """
        brief = replace(self, service=replace(self.service, seconds=PARTING))
        with suppress(MilimoError):
            brief._asked(question("/queue", {"delete": [prompt]}), _nothing)
            if prompt in _ids(brief._asked(Question(path="/queue"), _nothing), "queue_running"):
                brief._asked(question("/interrupt", {"prompt_id": prompt}), _nothing)

    def fetch(self, file: MadeFile, target: Path, tick: Tick, heard: Callable[[int], None]) -> int:
        """Download a file that a node has saved. Raises as `fetch_file`."""
        query = urlencode({"filename": file.filename, "subfolder": file.subfolder, "type": file.type})
        try:
            path = f"/view?{query}"
            return fetch_file(self.service, path, target, tick, most=self.most_bytes, heard=heard)
        except Turned as turned:
            raise self.error_for(turned, f"gave {file.filename} not out") from None

    def facts(self, tick: Tick) -> Mapping[str, Any]:
        """Return the server's version, cards, free memory and queue length."""
        stats = self._asked(Question(path="/system_stats"), tick)
        queue = self._asked(Question(path="/queue"), tick)
        system = stats.get("system") if isinstance(stats, dict) else None
        system = system if isinstance(system, dict) else {}
        devices = stats.get("devices") if isinstance(stats, dict) else None
        rows = [row for row in devices or () if isinstance(row, dict)]
        return {
            "version": one_line(str(system.get("comfyui_version") or ""), 60),
            "cards": [one_line(str(row.get("name", "")), 80) for row in rows],
            "free_bytes": [row.get("vram_free") for row in rows],
            "queue": len(_ids(queue, "queue_running")) + len(_ids(queue, "queue_pending")),
        }

    def lacks(self, workflow: Workflow, tick: Tick) -> tuple[str, ...]:
        """Return the nodes of a workflow whose classes the server does not have."""
        wanted = {str(node["class_type"]): id for id, node in workflow.nodes.items()}
        missing = []
        for cls, id in wanted.items():
            known = self._asked(Question(path=f"/object_info/{quote(cls, safe='')}"), tick)
            if not isinstance(known, dict) or cls not in known:
                missing.append(workflow.called(id))
        return tuple(missing)

    def _asked(self, asked: Question, tick: Tick) -> Any:
        try:
            if asked.body is None:
                return get_json(self.service, asked.path, None, tick)
            return ask_json(self.service, asked, tick)
        except Turned as turned:
            raise self.error_for(turned) from None

    def error_for(self, turned: Turned, doing: str = "refused the question") -> MilimoError:
        """Return the error for an HTTP error response, in one sentence."""
        where = self.service.where
        match turned.status:
            case 401 | 403:
                given = "did not accept the key" if self.service.key else "wants a key or a login"
                return Unavailable(
                    f"{where} {given} ({turned.status}): {turned.message}",
                    "comfyui_key in config.toml, or comfyui_url with one: https://NAME:PASSWORD@HOST",
                )
            case 413:
                return Failed(
                    f"{where} takes no file as large as that (413)",
                    "its own --max-upload-size says how large",
                )
            case 429 | 503:
                wait = f", in {turned.wait} s" if turned.wait else ""
                return Failed(
                    f"{where} has no room in its queue ({turned.status}): {turned.message}",
                    f"milimo job retry{wait}",
                )
            case status if status >= 500:
                return Failed(
                    f"{where} has failed ({status}): {turned.message}", "milimo job retry asks again"
                )
            case status:
                return Failed(f"{where} {doing} ({status}): {turned.message}")

    def _refused(self, turned: Turned, workflow: Workflow) -> MilimoError:
        """Return the error for a rejected workflow, with the node that the server names."""
        try:
            body = read_json(turned.body)
        except ValueError:
            return self.error_for(turned)
        if turned.status != 400 or not isinstance(body, dict):
            return self.error_for(turned)
        where, error = self.service.where, body.get("error")
        error = error if isinstance(error, dict) else {}
        more = error.get("extra_info")
        more = more if isinstance(more, dict) else {}
        if error.get("type") == "missing_node_type" or "does not exist" in str(error.get("message", "")):
            id = str(more.get("node_id") or _id_in(str(error.get("details", ""))))
            missing = workflow.called(id) if id in workflow.nodes else str(more.get("class_type") or "a node")
            return Unavailable(
                f"{where} does not have the node {one_line(missing, 120)}",
                "install what brings it there, or leave it out of the workflow",
            )
        wrong = body.get("node_errors")
        said = _node_error(wrong, workflow) if isinstance(wrong, dict) else ""
        words = said or one_line(f"{error.get('message', '')} {error.get('details', '')}".strip(), 300)
        return Failed(f"ComfyUI turned the workflow down: {words or turned.message}", "milimo workflow show")


def made_files(entry: Mapping[str, Any], workflow: Workflow, output: str = "") -> tuple[MadeFile, ...]:
    """Return the files saved by finished work, in the order of the workflow's nodes.

    Saved outputs are preferred to temporary previews. `output` limits the result to one node.
    """
    outputs = entry.get("outputs")
    outputs = outputs if isinstance(outputs, dict) else {}
    order = [output] if output else [*workflow.nodes, *(id for id in outputs if id not in workflow.nodes)]
    found = [file for id in order for file in _files(str(id), outputs.get(id))]
    return tuple([one for one in found if one.type == "output"] or found)


def _files(id: str, kept: Any) -> list[MadeFile]:
    lists = kept.values() if isinstance(kept, dict) else ()
    rows = [row for rows in lists if isinstance(rows, list) for row in rows if isinstance(row, dict)]
    return [
        MadeFile(id, row["filename"], str(row.get("subfolder") or ""), str(row.get("type") or "output"))
        for row in rows
        if isinstance(row.get("filename"), str) and row["filename"]
    ]


def _node_error(wrong: Mapping[str, Any], workflow: Workflow) -> str:
    """Return `“Loader” (4, CheckpointLoaderSimple): Value not in list: …` for the first node with an
    error.
    """
    for id, row in wrong.items():
        errors = row.get("errors") if isinstance(row, dict) else None
        for error in errors if isinstance(errors, list) else ():
            if isinstance(error, dict):
                words = f"{error.get('message', '')}: {error.get('details', '')}".strip(": ")
                return f"{workflow.called(str(id))}: {one_line(words, 240)}"
    return ""


def _id_in(details: str) -> str:
    """Return the id in `Node ID '#12'`."""
    return details.partition("#")[2].partition("'")[0]


def _ids(queue: Any, name: str) -> list[str]:
    """Return the ids of a queue's rows in the order of their numbers."""
    rows = queue.get(name) if isinstance(queue, dict) else None
    able = [row for row in rows or () if isinstance(row, list) and len(row) > 1]
    able.sort(key=lambda row: row[0] if isinstance(row[0], int | float) else 0)
    return [str(row[1]) for row in able]


def _nothing() -> None:
    pass


def client_of(seed: str) -> str:
    """Return the client id of a job for a server."""
    return f"milimo-{seed}"


def as_text(nodes: Mapping[str, Any]) -> str:
    """Return a workflow's nodes as one text that is equal for equal nodes."""
    return json.dumps(nodes, sort_keys=True, ensure_ascii=False)
