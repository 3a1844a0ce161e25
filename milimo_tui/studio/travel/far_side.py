"""The command `milimo far-side`. It runs on the box (another machine with Milimo) that a user pushes to or
pulls from, and answers requests over standard input and output.

The command does not trust the user who pushes or pulls. The conversation may end at any time without damage
to a film.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from milimo_tui.core.errors import Failed, MilimoError, NotFound, Refused
from milimo_tui.core.host import explain_os_error
from milimo_tui.core.paths import ProjectPaths
from milimo_tui.store.project.opening import read_film_summary
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.travel import box_messages
from milimo_tui.studio.travel.arrival import FilmArrival, find_film_folder
from milimo_tui.studio.travel.carried import require_valid_place
from milimo_tui.studio.travel.frames import Frames
from milimo_tui.studio.travel.snapshots import Snapshots
from milimo_tui.studio.travel.staging import TransferStaging
from milimo_tui.studio.travel.weight_files import WeightArrival

# The name of the other box in error messages, before that box has given its name.
_OTHER = "the requesting box"


def serve_requests(studio: Studio, reader: BinaryIO, writer: BinaryIO) -> int:
    """Answer requests until the other box ends the conversation. Return the exit code."""
    frames = Frames(reader, writer)
    try:
        with ExitStack() as stack:
            side = _FarSide(studio, frames, stack)
            while (message := frames.wait_for_message()) is not None:
                frames.send_message(_answer_far_request(side, message))
                side.send_requested_file()
    except BrokenPipeError:
        return 0
    except MilimoError as error:  # An error of the conversation itself: no later message can be trusted.
        frames.send_message(box_messages.build_far_error(error))
        return error.exit_code
    return 0


def _answer_far_request(side: _FarSide, message: dict[str, Any]) -> dict[str, Any]:
    word = str(message.get("ask", ""))
    try:
        if word not in box_messages.ASKS:
            raise Failed(
                "the other machine requests something that this Milimo does not know",
                "install the same version on both machines",
            )
        value = box_messages.parse_message(box_messages.ASKS[word], message)
        act: Callable[[Any], Any] = getattr(side, f"on_{word}")
        try:
            return box_messages.build_message(act(value), word)
        except OSError as error:
            raise explain_os_error(error, str(error.filename or "a file"), "use") from error
    except MilimoError as error:
        return box_messages.build_far_error(error)


class _FarSide:
    """The answering side of a conversation between two boxes, with its state. The method `on_X` answers the
    request named `X`.
    """

    def __init__(self, studio: Studio, frames: Frames, held: ExitStack) -> None:
        self._studio = studio
        self._frames = frames
        self._held = held
        self._asks = ""  # A name that identifies the home of the other box.
        self._arrival: FilmArrival | None = None
        self._weights: WeightArrival | None = None
        self._paths: ProjectPaths | None = None
        # The files of the film that the other box pulls, by path.
        self._files: dict[str, box_messages.TravellingFile] = {}
        self._send: tuple[Path, int] | None = None

    def send_requested_file(self) -> None:
        """Send the contents of the file that the last request asked for, after its answer. Do nothing if it
        asked for none.
        """
        if self._send is not None:
            (path, start), self._send = self._send, None
            with path.open("rb") as stream:
                stream.seek(start)
                for _ in self._frames.send_file(stream):
                    pass

    def on_hello(self, hello: box_messages.HelloRequest) -> box_messages.HelloAnswer:
        box_messages.require_same_version(hello.protocol, hello.schema, hello.version, _OTHER)
        self._asks = hello.box
        if not hello.film:
            return box_messages.HelloAnswer(False, "", "", "", ())
        if hello.named:
            self._paths = self._studio.find_project(hello.film)
            id = read_film_summary(self._paths).id
        else:
            self._paths, id = find_film_folder(self._studio, hello.film), hello.film
        seen = _read_known_states(self._paths) if self._paths else ()
        folder = self._paths.root.name if self._paths else hello.folder
        name = read_film_summary(self._paths).name if self._paths else ""
        return box_messages.HelloAnswer(self._paths is not None, id, folder, name, seen)

    # Requests of a push.

    def _require_arrival(self) -> FilmArrival:
        if self._arrival is None:
            raise Refused(
                "the other machine did not say which film it sends",
                "install the same version on both machines",
            )
        return self._arrival

    def on_begin(self, begin: box_messages.BeginRequest) -> box_messages.Ok:
        staging = TransferStaging(self._studio.home, begin.film)
        self._held.enter_context(staging.hold_lock())
        self._arrival = FilmArrival(self._studio, begin.film, begin.folder, staging)
        self._arrival.require_film_folder()
        return box_messages.Ok()

    def on_offer(self, offer: box_messages.FilesOffer) -> box_messages.WantedFiles:
        if self._weights is not None:
            return box_messages.WantedFiles(self._weights.choose_wanted_weight_files(offer.files))
        arrival = self._require_arrival()
        known = len(arrival.kept)
        wanted = arrival.choose_wanted_files(offer.files, offer.then)
        return box_messages.WantedFiles(wanted, tuple(arrival.kept[known:]))

    def on_state(self, state: box_messages.StateOffer) -> box_messages.WantedFiles:
        """Return the hash of the offered state, and the byte at which its transfer must begin. Return an
        empty answer if this box already has the complete state.
        """
        start = self._require_arrival().find_state_start(state.snapshot, state.bytes)
        return box_messages.WantedFiles({} if start == state.bytes else {state.snapshot: start})

    def on_piece(self, piece: box_messages.PieceHeader) -> box_messages.Ok:
        staging = self._weights.staging if self._weights is not None else self._require_arrival().staging
        staging.receive_pieces(piece.digest, piece.bytes, piece.start, self._frames.receive_file())
        return box_messages.Ok()

    def on_settle(self, settle: box_messages.SettleRequest) -> box_messages.TransferResult:
        arrival = self._require_arrival()
        box = settle.box or _OTHER
        merged = arrival.complete_arrival(settle.snapshot, settle.then, settle.keep, box, self._asks)
        return box_messages.make_transfer_result(merged, arrival.kept, box)

    # Requests of a pull.

    def _require_film(self) -> ProjectPaths:
        if self._paths is None:
            raise NotFound(
                "this film is not on that machine", "run milimo project list there to see its films"
            )
        return self._paths

    def on_take(self, take: box_messages.StateRequest) -> box_messages.StateAnswer:
        paths = self._require_film()
        states = Snapshots(paths)
        states.record_common_state(self._asks, take.then)
        with ProjectFile.open(paths) as film:
            snapshot, files = states.make_state(film)
        self._files = {file.path: file for file in files}
        return box_messages.StateAnswer(snapshot, states.get_state_path(snapshot).stat().st_size, len(files))

    def on_page(self, page: box_messages.PageRequest) -> box_messages.FilesOffer:
        return box_messages.FilesOffer(
            tuple(self._files.values())[page.start : page.start + box_messages.FILES_PER_MESSAGE]
        )

    def on_read(self, read: box_messages.ReadRequest) -> box_messages.Ok:
        paths = self._require_film()
        if read.path:
            require_valid_place(box_messages.TravellingFile(read.path, 0, read.digest))
            path = paths.resolve_managed_path(read.path)
        else:
            path = Snapshots(paths).get_state_path(read.digest)
        if not path.is_file():
            raise Refused(
                f"{read.path or 'that state of the film'} no longer exists", "run the command again"
            )
        self._send = path, read.start
        return box_messages.Ok()

    # Requests for weights.

    def on_bring(self, bring: box_messages.WeightsOffer) -> box_messages.WeightsAnswer:
        arrival = WeightArrival(self._studio.home, bring.id, bring.manifest)
        if not arrival.is_installed():
            self._held.enter_context(arrival.staging.hold_lock())
            self._weights = arrival
        return box_messages.WeightsAnswer(arrival.is_installed())

    def on_shelve(self, _: box_messages.Ok) -> box_messages.Ok:
        if self._weights is None:
            raise Refused(
                "the other machine did not say which weights it sends",
                "install the same version on both machines",
            )
        self._weights.install_weights()
        self._weights = None
        return box_messages.Ok()


def _read_known_states(paths: ProjectPaths) -> tuple[str, ...]:
    with ProjectFile.open(paths) as film:
        return Snapshots(paths).list_known_states(film)


def get_home_name(studio: Studio) -> str:
    """Return the name that identifies this home on other boxes."""
    return f"{socket.gethostname()}:{studio.home.key}"
