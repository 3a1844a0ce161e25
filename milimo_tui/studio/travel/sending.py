"""File transfer to and from the other box. Each file continues at the byte where it was interrupted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from milimo_tui.core.errors import Damaged
from milimo_tui.core.host import explain_os_error
from milimo_tui.studio.travel import box_messages
from milimo_tui.studio.travel.box import Conversation
from milimo_tui.studio.travel.staging import TransferStaging

MEGABYTE = 1_000_000
# A function that receives the number of transferred megabytes and the name of the current file.
ReportProgress = Callable[[int, str], None]


class TransferMeter:
    """A counter of transferred bytes. It calls `tell` each time another megabyte is complete. `tell` may
    raise Cancelled.
    """

    def __init__(self, tell: ReportProgress) -> None:
        self._tell = tell
        self._bytes = 0
        self.name = ""

    def count_bytes(self, count: int) -> None:
        before, self._bytes = self._bytes // MEGABYTE, self._bytes + count
        if self._bytes // MEGABYTE != before:
            self._tell(self._bytes // MEGABYTE, self.name)


def send_files(
    conversation: Conversation,
    wanted: Mapping[str, int],
    sources: Mapping[str, tuple[Path, int, str]],
    meter: TransferMeter,
) -> None:
    """Send files to the other box.

    `wanted` maps the hash of each file to the byte from which the file is sent. `sources` maps the hash to a
    tuple: the file's path, its size in bytes, and its name for the progress display. Raises Damaged for a
    file that does not match its hash, and errors that the other box reports.
    """
    for digest, start in wanted.items():
        path, size, meter.name = sources[digest]
        conversation.send_question(box_messages.PieceHeader(digest, size, start))
        try:
            with path.open("rb") as stream:
                stream.seek(start)
                for count in conversation.frames.send_file(stream):
                    meter.count_bytes(count)
        except BrokenPipeError:
            raise conversation.make_end_error() from None
        except OSError as error:
            raise explain_os_error(error, path, "read") from error
        try:
            conversation.receive_answer(box_messages.Ok)
        except Damaged as error:
            with path.open("rb") as stream:
                ours = hashlib.file_digest(stream, "sha256").hexdigest()
            if ours == digest:
                raise
            raise Damaged(
                f"{path} has changed since it was imported", "milimo asset check shows details"
            ) from error


def fetch_files(
    conversation: Conversation,
    wanted: Mapping[str, int],
    places: Mapping[str, tuple[str, int]],
    staging: TransferStaging,
    meter: TransferMeter,
) -> None:
    """Receive files from the other box into the staging folder.

    `wanted` maps the hash of each file to the byte from which the file is sent. `places` maps the hash to a
    pair: the file's path on the other box, and its size in bytes. Raises Damaged if the received bytes do not
    match the hash, and Refused if the file no longer exists on the other box.
    """
    for digest, start in wanted.items():
        path, size = places[digest]
        meter.name = path or "the film"
        conversation.ask_far_side(box_messages.ReadRequest(path, digest, start), box_messages.Ok)

        def count_pieces() -> Iterator[bytes]:
            for piece in conversation.frames.receive_file():
                meter.count_bytes(len(piece))
                yield piece

        staging.receive_pieces(digest, size, start, count_pieces())
