"""The command `milimo far-side`, which answers on the box that is pushed to or pulled from, over stdin and
stdout.

It carries out requests and knows nothing of the user who asks. When the conversation ends, at any point, all
films are intact.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from milimo_tui.core.errors import Failed, MilimoError, NotFound, Refused
from milimo_tui.core.host import explain
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import peek
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.travel import asks
from milimo_tui.studio.travel.arrival import Arrival, find_film
from milimo_tui.studio.travel.carried import require_place
from milimo_tui.studio.travel.frames import Frames
from milimo_tui.studio.travel.snapshots import Snapshots
from milimo_tui.studio.travel.staging import Staging
from milimo_tui.studio.travel.weight_files import WeightArrival

_OTHER = "the box that asks"  # name of the other side in errors about its messages


def serve(studio: Studio, reader: BinaryIO, writer: BinaryIO) -> int:
    """Answer until the other side ends; return the exit code."""
    frames = Frames(reader, writer)
    try:
        with ExitStack() as held:
            side = _FarSide(studio, frames, held)
            while (message := frames.hear()) is not None:
                frames.say(_answer(side, message))
                side.after()
    except BrokenPipeError:
        return 0
    except MilimoError as error:  # An error of the conversation itself: no later message can be trusted.
        frames.say(asks.error_in(error))
        return error.exit_code
    return 0


def _answer(side: _FarSide, message: dict[str, Any]) -> dict[str, Any]:
    word = str(message.get("ask", ""))
    try:
        if word not in asks.ASKS:
            raise Failed(
                "the box that asks wants what this Milimo does not know", "bring both to one version"
            )
        value = asks.read(asks.ASKS[word], message)
        act: Callable[[Any], Any] = getattr(side, f"on_{word}")
        try:
            return asks.written(act(value), word)
        except OSError as error:
            raise explain(error, str(error.filename or "a file"), "use") from error
    except MilimoError as error:
        return asks.error_in(error)


class _FarSide:
    """A conversation, with a method `on_X` for each request X."""

    def __init__(self, studio: Studio, frames: Frames, held: ExitStack) -> None:
        self._studio = studio
        self._frames = frames
        self._held = held
        self._asks = ""  # name of the home that asks
        self._arrival: Arrival | None = None
        self._weights: WeightArrival | None = None
        self._paths: ProjectPaths | None = None
        self._files: dict[str, asks.Named] = {}  # files of a pulled film, by place
        self._send: tuple[Path, int] | None = None

    def after(self) -> None:
        """Send the bytes of the file that was requested, after the answer."""
        if self._send is not None:
            (path, start), self._send = self._send, None
            with path.open("rb") as stream:
                stream.seek(start)
                for _ in self._frames.send_file(stream):
                    pass

    def on_hello(self, hello: asks.Hello) -> asks.Here:
        asks.require_same(hello.protocol, hello.schema, hello.version, _OTHER)
        self._asks = hello.box
        if not hello.film:
            return asks.Here(False, "", "", "", ())
        if hello.named:
            self._paths = self._studio.find_project(hello.film)
            id = peek(self._paths).id
        else:
            self._paths, id = find_film(self._studio, hello.film), hello.film
        seen = _seen(self._paths) if self._paths else ()
        folder = self._paths.root.name if self._paths else hello.folder
        name = peek(self._paths).name if self._paths else ""
        return asks.Here(self._paths is not None, id, folder, name, seen)

    # Requests of a push.

    def _coming(self) -> Arrival:
        if self._arrival is None:
            raise Refused("nothing was said of which film comes", "bring both boxes to one version")
        return self._arrival

    def on_begin(self, begin: asks.Begin) -> asks.Ok:
        staging = Staging(self._studio.home, begin.film)
        self._held.enter_context(staging.held())
        self._arrival = Arrival(self._studio, begin.film, begin.folder, staging)
        self._arrival.require_place()
        return asks.Ok()

    def on_offer(self, offer: asks.Offer) -> asks.Want:
        if self._weights is not None:
            return asks.Want(self._weights.offered(offer.files))
        arrival = self._coming()
        known = len(arrival.kept)
        wanted = arrival.offered(offer.files, offer.then)
        return asks.Want(wanted, tuple(arrival.kept[known:]))

    def on_state(self, state: asks.State) -> asks.Want:
        """Return the byte from which that state of the film is needed; nothing if the state is here."""
        start = self._coming().state(state.snapshot, state.bytes)
        return asks.Want({} if start == state.bytes else {state.snapshot: start})

    def on_piece(self, piece: asks.Piece) -> asks.Ok:
        staging = self._weights.staging if self._weights is not None else self._coming().staging
        staging.receive(piece.digest, piece.bytes, piece.start, self._frames.take_file())
        return asks.Ok()

    def on_settle(self, settle: asks.Settle) -> asks.Settled:
        arrival = self._coming()
        box = settle.box or _OTHER
        met = arrival.settle(settle.snapshot, settle.then, settle.keep, box, self._asks)
        return asks.settled(met, arrival.kept, box)

    # Requests of a pull.

    def _film(self) -> ProjectPaths:
        if self._paths is None:
            raise NotFound("that film is not here", "milimo project list shows what is")
        return self._paths

    def on_take(self, take: asks.Take) -> asks.Took:
        paths = self._film()
        states = Snapshots(paths)
        states.keep_for(self._asks, take.then)
        with ProjectFile.open(paths) as film:
            snapshot, files = states.make(film)
        self._files = {file.path: file for file in files}
        return asks.Took(snapshot, states.file(snapshot).stat().st_size, len(files))

    def on_page(self, page: asks.Page) -> asks.Offer:
        return asks.Offer(tuple(self._files.values())[page.start : page.start + asks.MANY])

    def on_read(self, read: asks.Read) -> asks.Ok:
        paths = self._film()
        if read.path:
            require_place(asks.Named(read.path, 0, read.digest))
            path = paths.inside(read.path)
        else:
            path = Snapshots(paths).file(read.digest)
        if not path.is_file():
            raise Refused(f"{read.path or 'that state of the film'} is not there any more", "run it again")
        self._send = path, read.start
        return asks.Ok()

    # Requests for weights.

    def on_bring(self, bring: asks.Bring) -> asks.Have:
        arrival = WeightArrival(self._studio.home, bring.id, bring.manifest)
        if not arrival.is_there():
            self._held.enter_context(arrival.staging.held())
            self._weights = arrival
        return asks.Have(arrival.is_there())

    def on_shelve(self, _: asks.Ok) -> asks.Ok:
        if self._weights is None:
            raise Refused("nothing was said of which weights come", "bring both boxes to one version")
        self._weights.settle()
        self._weights = None
        return asks.Ok()


def _seen(paths: ProjectPaths) -> tuple[str, ...]:
    with ProjectFile.open(paths) as film:
        return Snapshots(paths).seen(film)


def home_name(studio: Studio) -> str:
    """Return the name that identifies this home on other boxes."""
    return f"{box_name()}:{studio.home.key}"


def box_name() -> str:
    """Return the name of this box for messages on other boxes."""
    return socket.gethostname()
