"""A hub on loopback that speaks the protocol of huggingface_hub over real HTTP.

It has listings, files with ranges, redirects to a store, tokens and gated repositories, and can cause the
faults of real networks.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, unquote, urlparse

LARGE = 100  # size in bytes from which a file is kept in the separate store, as with Git LFS
PIECE = 16 << 10


@dataclass
class Repository:
    """A repository with its files by name. `lies` holds the bytes sent instead of those in the listing."""

    files: dict[str, bytes]
    commit: str = "c0ffee" + "0" * 34
    gated: str = ""
    private: bool = False
    lies: dict[str, bytes] = field(default_factory=dict)
    xet: dict[str, str] = field(default_factory=dict)  # Xet hashes of files in Xet storage
    sizes: dict[str, int] = field(default_factory=dict)  # false sizes in the listing, by file name
    downloads: int = 0
    changed: str = "2026-11-01T10:00:00.000Z"


@dataclass
class HubRequest:
    """A request that the server received."""

    method: str
    path: str
    range: str
    token: str
    store: bool


class FakeHub:
    """A fake hub with its repositories and the requests that it received.

    - `cuts`: byte counts, used one after another by requests for more bytes. The connection breaks after that
      number of bytes.
    - `answers`: HTTP statuses with headers that are sent before regular replies.
    """

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.tokens: dict[str, tuple[str, ...]] = {}  # gated repositories that each token may read
        self.requests: list[HubRequest] = []
        self.cuts: list[int] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.ranges = True
        self.gate: Callable[[HubRequest], None] = lambda asked: None
        self.bytes_per_second = 0.0
        self.portal = 0  # number of replies to replace with the login page of a captive portal
        self.address = ""
        self.store_address = ""
        self.xet_address = ""

    def add(self, hub: str, files: dict[str, bytes], **more: Any) -> Repository:
        self.repositories[hub] = Repository(files, **more)
        return self.repositories[hub]

    def file_requests(self) -> list[HubRequest]:
        return [asked for asked in self.requests if asked.store or "/resolve/" in asked.path]


def git_hash(data: bytes) -> str:
    """Return the hash that git gives a file's content."""
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()


def listing(hub: str, repository: Repository) -> dict[str, Any]:
    """Return the reply to `/api/models/OWNER/NAME?blobs=true`."""
    siblings: list[dict[str, Any]] = []
    for name, data in repository.files.items():
        git = git_hash(data)
        size = repository.sizes.get(name, len(data))
        one: dict[str, Any] = {"rfilename": name, "size": size, "blobId": git}
        if len(data) >= LARGE:
            one["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": size, "pointerSize": 134}
        siblings.append(one)
    return {
        "_id": "0",
        "id": hub,
        "sha": repository.commit,
        "siblings": siblings,
        "gated": repository.gated or False,
        "private": repository.private,
        "tags": [],
        "downloads": repository.downloads,
        "lastModified": repository.changed,
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        hub = self.server.hub
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        asked = HubRequest(
            self.command, self.path, self.headers.get("Range", ""), token, self.server.is_store
        )
        hub.requests.append(asked)
        hub.gate(asked)
        if hub.portal:
            hub.portal -= 1
            return self._send(
                200, b"<html>Welcome! Log in to go on.</html>" * 9, {"Content-Type": "text/html"}
            )
        if hub.answers and not self.server.is_store:
            status, headers = hub.answers.pop(0)
            return self._send(status, b"{}", headers)
        path = urlparse(self.path)
        if path.path == "/api/models":
            return self._search(parse_qs(path.query))
        if path.path == "/api/whoami-v2":
            known = token in hub.tokens
            return self._json({"name": "mara", "auth": {}} if known else {}, 200 if known else 401)
        repository, name, file = self._find(unquote(path.path))
        if repository is None:
            return self._send(404 if token in hub.tokens else 401, b"{}", {"X-Error-Code": "RepoNotFound"})
        if not self._may_read(name, repository, token, file):
            return None
        if "/xet-read-token/" in path.path:
            return self._send(
                200,
                b"{}",
                {
                    "X-Xet-Cas-Url": hub.xet_address,
                    "X-Xet-Access-Token": "lent",
                    "X-Xet-Token-Expiration": "4102444800",
                },
            )
        if not file:
            return self._json(listing(name, repository))
        if file not in repository.files:
            return self._send(404, b"{}", {"X-Error-Code": "EntryNotFound"})
        data = repository.lies.get(file, repository.files[file])
        if self.server.is_store:
            return self._file(data)
        metadata = {"X-Repo-Commit": repository.commit, "ETag": f'"{git_hash(repository.files[file])}"'}
        if len(repository.files[file]) < LARGE:
            return self._file(data, metadata)
        digest = hashlib.sha256(repository.files[file]).hexdigest()
        metadata |= {"X-Linked-Size": str(len(repository.files[file])), "X-Linked-ETag": f'"{digest}"'}
        if file in repository.xet:
            token = f"{hub.address}/api/models/{name}/xet-read-token/{repository.commit}"
            metadata |= {"X-Xet-Hash": repository.xet[file], "X-Xet-Refresh-Route": token}
        return self._send(302, b"", {"Location": f"{hub.store_address}{self.path}", **metadata})

    def _find(self, path: str) -> tuple[Repository | None, str, str]:
        """Return the requested repository, its name and the file name. The file name is empty for the
        listing.
        """
        words = path.strip("/").split("/")
        file = ""
        if words[:2] == ["api", "models"]:
            name = "/".join(words[2:4])
        else:
            name = "/".join(words[:2])
            file = "/".join(words[4:]) if words[2:3] == ["resolve"] else ""
        return self.server.hub.repositories.get(name), name, file

    def _may_read(self, name: str, repository: Repository, token: str, file: str) -> bool:
        hub = self.server.hub
        if self.server.is_store:
            return True
        if token and token not in hub.tokens:
            self._send(401, b"{}", {"X-Error-Message": "Invalid credentials in Authorization header"})
            return False
        if repository.private and name not in hub.tokens.get(token, ()):
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
            return False
        if repository.gated and file and name not in hub.tokens.get(token, ()):
            status = 403 if token else 401
            self._send(status, b"{}", {"X-Error-Code": "GatedRepo", "X-Error-Message": f"{name} is gated"})
            return False
        return True

    def _search(self, query: dict[str, list[str]]) -> None:
        author, words = query.get("author", [""])[0], query.get("search", [""])[0].lower()
        found = [
            listing(name, repository)
            for name, repository in self.server.hub.repositories.items()
            if name.startswith(f"{author}/" if author else "") and words in name.lower()
        ]
        found.sort(key=lambda one: -one["downloads"])
        # The hub sends only these fields by default
        told = {"_id", "id", *query.get("expand", ("downloads", "private", "tags"))}
        found = [{key: value for key, value in one.items() if key in told} for one in found]
        self._json(found)

    def _json(self, value: Any, status: int = 200) -> None:
        self._send(status, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def _file(self, data: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        hub = self.server.hub
        start = 0
        asked = self.headers.get("Range", "")
        if asked and hub.ranges:
            start = int(asked.removeprefix("bytes=").split("-")[0])
            if start >= len(data):
                return self._send(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        self.send_response(206 if asked and hub.ranges else 200)
        for name, value in headers.items():
            self.send_header(name, value)
        if asked and hub.ranges:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if self.command == "HEAD":
            return None
        cut = hub.cuts.pop(0) if hub.cuts and hub.cuts[0] < len(data) - start else None
        rest = data[start:] if cut is None else data[start : start + cut]
        for at in range(0, len(rest), PIECE):
            self.wfile.write(rest[at : at + PIECE])
            if hub.bytes_per_second:
                time.sleep(PIECE / hub.bytes_per_second)
        if cut is not None and len(rest) < len(data) - start:
            self.close_connection = True
            self.wfile.flush()
        return None


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, hub: FakeHub, *, is_store: bool) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.hub = hub
        self.is_store = is_store

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors: tests disconnect clients in the middle of a reply."""


@contextmanager
def serving() -> Iterator[FakeHub]:
    """Run a hub, and a store for large files at a separate address."""
    hub = FakeHub()
    servers = Server(hub, is_store=False), Server(hub, is_store=True)
    hub.address, hub.store_address = (f"http://127.0.0.1:{server.server_address[1]}" for server in servers)
    threads = [threading.Thread(target=server.serve_forever, args=(0.05,)) for server in servers]
    for thread in threads:
        thread.start()
    try:
        yield hub
    finally:
        for server, thread in zip(servers, threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()
