"""Pushes: send a film's changes since the last common state to another box, and send weights by name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from milimo_tui.core.errors import NotFound
from milimo_tui.engines.catalog.installed_weights import Installed
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.store.history.two_boxes import Keep
from milimo_tui.store.project.opening import peek
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.travel import asks
from milimo_tui.studio.travel.box import Box, Conversation, talking
from milimo_tui.studio.travel.far_side import box_name, home_name
from milimo_tui.studio.travel.sending import MB, Meter, send
from milimo_tui.studio.travel.snapshots import Snapshots
from milimo_tui.studio.travel.weight_files import require_sendable

_FOR_THEM: dict[Keep, Keep] = {"": "", "mine": "theirs", "theirs": "mine"}


def push(studio: Studio, box: Box, file: ProjectFile, *, folder: str, keep: Keep) -> tuple[asks.Settled, int]:
    """Send a film to the box, or merge its changes into the film there. Return the merge result and the sent
    bytes.

    Raises Unavailable, Newer, Conflict, DiskFull, Refused, Failed, Cancelled. The film there is then intact,
    and files that arrived are preserved for the next try.
    """
    paths, known = file.paths, peek(file.paths)
    states = Snapshots(paths)
    with begun(studio, box, asks.Hello(known.id, folder or paths.root.name, box=home_name(studio))) as (
        talk,
        there,
    ):
        talk.ask(asks.Begin(known.id, folder or paths.root.name), asks.Ok)
        then = states.common(file, there.seen, box.name)
        snapshot, files = states.make(file)
        wanted: dict[str, int] = {}
        for at in range(0, len(files), asks.MANY):
            wanted |= talk.ask(asks.Offer(files[at : at + asks.MANY], then), asks.Want).wanted
        size = states.file(snapshot).stat().st_size
        wanted |= talk.ask(asks.State(snapshot, size), asks.Want).wanted
        sources = {file.digest: (paths.root / file.path, file.bytes, file.path) for file in files}
        sources[snapshot] = states.file(snapshot), size, "the film"
        total = sum(sources[digest][1] - start for digest, start in wanted.items())
        with studio.counted(f"MB to {box.host}", total // MB) as tell:
            send(talk, wanted, sources, Meter(tell))
        settle = asks.Settle(snapshot, then, _FOR_THEM[keep], box_name())
        settled = talk.ask(settle, asks.Settled)
        states.keep_for(box.name, snapshot)
    return settled, total


def push_weights(studio: Studio, box: Box, names: Sequence[str]) -> tuple[int, int]:
    """Send weights to the box's model store. Return the number of new weights there, and the sent bytes.

    Raises NotFound, Refused for weights that can't be sent, DiskFull, Unavailable, Newer, Cancelled.
    """
    store = ModelStore(studio.home.models)
    rows = [_weights(store, name) for name in names]
    sent = 0
    new = 0
    with begun(studio, box, asks.Hello("", box=home_name(studio))) as (talk, _):
        for row in rows:
            if talk.ask(asks.Bring(row.id, json.dumps(row.as_json())), asks.Have).there:
                continue
            new += 1
            sent += _send_weights(studio, talk, store, row)
    return new, sent


def _send_weights(studio: Studio, talk: Conversation, store: ModelStore, row: Installed) -> int:
    named = [asks.Named(file.name, file.bytes, file.digest) for file in row.files]
    wanted: dict[str, int] = {}
    for at in range(0, len(named), asks.MANY):
        wanted |= talk.ask(asks.Offer(tuple(named[at : at + asks.MANY])), asks.Want).wanted
    sources = {file.digest: (store.root(row) / file.name, file.bytes, file.name) for file in row.files}
    total = sum(sources[digest][1] - start for digest, start in wanted.items())
    with studio.counted(f"MB of {row.id} to {talk.box.host}", total // MB) as tell:
        send(talk, wanted, sources, Meter(tell))
    talk.ask(asks.Ok(), asks.Ok, "shelve")
    return total


def _weights(store: ModelStore, name: str) -> Installed:
    row = store.get(name)
    if row is None:
        raise NotFound(f"there are no weights “{name}” on the shelf", "milimo model list tells which are")
    store.check(row)
    require_sendable(row)
    return row


@contextmanager
def begun(studio: Studio, box: Box, hello: asks.Hello) -> Iterator[tuple[Conversation, asks.Here]]:
    """Open a conversation in which both sides have identified themselves. Raises Unavailable, Newer."""
    with talking(box, may_ask=studio.actor == "cli") as talk:
        there = talk.ask(hello, asks.Here)
        asks.require_same(there.protocol, there.schema, there.version, box.host)
        yield talk, there
