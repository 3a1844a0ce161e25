"""File transfer to and from the other box. Each file continues at the byte where it was interrupted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from milimo_tui.core.errors import Damaged
from milimo_tui.core.host import explain
from milimo_tui.studio.travel import asks
from milimo_tui.studio.travel.box import Conversation
from milimo_tui.studio.travel.staging import Staging

MB = 1_000_000
Tell = Callable[[int, str], None]  # takes the transferred megabytes and the current file's name


class Meter:
    """A counter of bytes that reports full megabytes. `tell` may raise Cancelled."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._bytes = 0
        self.name = ""

    def add(self, count: int) -> None:
        before, self._bytes = self._bytes // MB, self._bytes + count
        if self._bytes // MB != before:
            self._tell(self._bytes // MB, self.name)


def send(
    talk: Conversation, wanted: Mapping[str, int], sources: Mapping[str, tuple[Path, int, str]], meter: Meter
) -> None:
    """Send files by their hashes, each from the requested byte on. A source is a path, a size and a name.

    Raises Damaged for a file that does not match its hash, and errors of the other side.
    """
    for digest, start in wanted.items():
        path, size, meter.name = sources[digest]
        talk.tell(asks.Piece(digest, size, start))
        try:
            with path.open("rb") as stream:
                stream.seek(start)
                for count in talk.frames.send_file(stream):
                    meter.add(count)
        except BrokenPipeError:
            raise talk.ended() from None
        except OSError as error:
            raise explain(error, path, "read") from error
        try:
            talk.answer(asks.Ok)
        except Damaged as error:
            with path.open("rb") as stream:
                ours = hashlib.file_digest(stream, "sha256").hexdigest()
            if ours == digest:
                raise
            raise Damaged(
                f"{path} is not what it was when it came in", "milimo asset check tells more"
            ) from error


def fetch(
    talk: Conversation,
    wanted: Mapping[str, int],
    places: Mapping[str, tuple[str, int]],
    staging: Staging,
    meter: Meter,
) -> None:
    """Fetch files of the other side into the staging folder. A place is a path on the other side and a size.

    Raises Damaged if the received bytes do not match the hash, and Refused if the file no longer exists
    there.
    """
    for digest, start in wanted.items():
        path, size = places[digest]
        meter.name = path or "the film"
        talk.ask(asks.Read(path, digest, start), asks.Ok)

        def pieces() -> Iterator[bytes]:
            for piece in talk.frames.take_file():
                meter.add(len(piece))
                yield piece

        staging.receive(digest, size, start, pieces())
