"""Pushes: send a film, or its changes since the last common state, to another box. Also sends weights,
selected by name.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from milimo_tui.core.errors import NotFound
from milimo_tui.engines.catalog.installed_weights import InstalledWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.store.history.two_boxes import Keep
from milimo_tui.store.project.opening import read_film_summary
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.travel import box_messages
from milimo_tui.studio.travel.box import Conversation, RemoteBox, open_conversation
from milimo_tui.studio.travel.far_side import get_home_name
from milimo_tui.studio.travel.sending import MEGABYTE, TransferMeter, send_files
from milimo_tui.studio.travel.snapshots import Snapshots
from milimo_tui.studio.travel.weight_files import require_sendable_weights

_KEEP_ON_FAR_SIDE: dict[Keep, Keep] = {"": "", "mine": "theirs", "theirs": "mine"}


def push_film(
    studio: Studio, box: RemoteBox, file: ProjectFile, *, folder: str, keep: Keep
) -> tuple[box_messages.TransferResult, int]:
    """Send a film to a box, or merge its changes into the film that exists there. Return the merge result and
    the number of sent bytes.

    `folder` is the name for the folder of a film that is new there. `keep` says whose change wins in a
    conflict. Raises Unavailable, Newer, Conflict, DiskFull, Refused, Failed, Cancelled. After an error, the
    film on the box is intact, and files received there are preserved for the next try.
    """
    paths, known = file.paths, read_film_summary(file.paths)
    states = Snapshots(paths)
    with greet_box(
        studio, box, box_messages.HelloRequest(known.id, folder or paths.root.name, box=get_home_name(studio))
    ) as (
        conversation,
        there,
    ):
        conversation.ask_far_side(
            box_messages.BeginRequest(known.id, folder or paths.root.name), box_messages.Ok
        )
        then = states.find_common_state(file, there.seen, box.name)
        snapshot, files = states.make_state(file)
        wanted: dict[str, int] = {}
        for at in range(0, len(files), box_messages.FILES_PER_MESSAGE):
            wanted |= conversation.ask_far_side(
                box_messages.FilesOffer(files[at : at + box_messages.FILES_PER_MESSAGE], then),
                box_messages.WantedFiles,
            ).wanted
        size = states.get_state_path(snapshot).stat().st_size
        wanted |= conversation.ask_far_side(
            box_messages.StateOffer(snapshot, size), box_messages.WantedFiles
        ).wanted
        sources = {file.digest: (paths.root / file.path, file.bytes, file.path) for file in files}
        sources[snapshot] = states.get_state_path(snapshot), size, "the film"
        total = sum(sources[digest][1] - start for digest, start in wanted.items())
        with studio.counted(f"MB to {box.host}", total // MEGABYTE) as report_progress:
            send_files(conversation, wanted, sources, TransferMeter(report_progress))
        settle = box_messages.SettleRequest(snapshot, then, _KEEP_ON_FAR_SIDE[keep], socket.gethostname())
        settled = conversation.ask_far_side(settle, box_messages.TransferResult)
        states.record_common_state(box.name, snapshot)
    return settled, total


def push_weights(studio: Studio, box: RemoteBox, names: Sequence[str]) -> tuple[int, int]:
    """Send the named weights to the model store of a box. Return the number of weights that were new there,
    and the number of sent bytes.

    Raises NotFound, Refused for weights that can't be sent, DiskFull, Unavailable, Newer, Cancelled.
    """
    store = ModelStore(studio.home.models)
    rows = [_find_sendable_weights(store, name) for name in names]
    sent = 0
    new = 0
    with greet_box(studio, box, box_messages.HelloRequest("", box=get_home_name(studio))) as (
        conversation,
        _,
    ):
        for row in rows:
            if conversation.ask_far_side(
                box_messages.WeightsOffer(row.id, json.dumps(row.as_json())), box_messages.WeightsAnswer
            ).there:
                continue
            new += 1
            sent += _send_weight_files(studio, conversation, store, row)
    return new, sent


def _send_weight_files(
    studio: Studio, conversation: Conversation, store: ModelStore, row: InstalledWeights
) -> int:
    named = [box_messages.TravellingFile(file.name, file.bytes, file.digest) for file in row.files]
    wanted: dict[str, int] = {}
    for at in range(0, len(named), box_messages.FILES_PER_MESSAGE):
        wanted |= conversation.ask_far_side(
            box_messages.FilesOffer(tuple(named[at : at + box_messages.FILES_PER_MESSAGE])),
            box_messages.WantedFiles,
        ).wanted
    sources = {
        file.digest: (store.get_files_root(row) / file.name, file.bytes, file.name) for file in row.files
    }
    total = sum(sources[digest][1] - start for digest, start in wanted.items())
    with studio.counted(f"MB of {row.id} to {conversation.box.host}", total // MEGABYTE) as report_progress:
        send_files(conversation, wanted, sources, TransferMeter(report_progress))
    conversation.ask_far_side(box_messages.Ok(), box_messages.Ok, "shelve")
    return total


def _find_sendable_weights(store: ModelStore, name: str) -> InstalledWeights:
    row = store.get(name)
    if row is None:
        raise NotFound(f"there are no weights “{name}” here", "milimo model list shows the weights")
    store.check_files(row)
    require_sendable_weights(row)
    return row


@contextmanager
def greet_box(
    studio: Studio, box: RemoteBox, hello: box_messages.HelloRequest
) -> Iterator[tuple[Conversation, box_messages.HelloAnswer]]:
    """Open a conversation with a box, and send `hello`, the first request. Yield the conversation and the
    box's answer to `hello`. Raises Unavailable, and Newer if the versions don't match.
    """
    with open_conversation(box, may_ask=studio.actor == "cli") as conversation:
        there = conversation.ask_far_side(hello, box_messages.HelloAnswer)
        box_messages.require_same_version(there.protocol, there.schema, there.version, box.host)
        yield conversation, there
