"""Messages between two boxes, as values that are written as JSON and validated when they are received."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from milimo_tui import __version__
from milimo_tui.core.errors import (
    BadInput,
    Conflict,
    Damaged,
    DiskFull,
    Failed,
    MilimoError,
    Newer,
    NotFound,
    ReadOnly,
    Refused,
    Unavailable,
)
from milimo_tui.core.safe_text import clean_one_line
from milimo_tui.store.history.two_boxes import MergeResult
from milimo_tui.store.project.schema import SCHEMA

PROTOCOL = 1
FILES_PER_MESSAGE = 500  # files listed in one message
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
MaybeDigest = Annotated[str, StringConstraints(pattern="^([0-9a-f]{64})?$")]
MaybeFilmId = Annotated[str, StringConstraints(pattern="^([a-z]+_[0-9a-zA-Z]{6,40})?$")]
FilmId = Annotated[str, StringConstraints(pattern="^[a-z]+_[0-9a-zA-Z]{6,40}$")]  # used as a folder name
Words = Annotated[str, StringConstraints(max_length=1000)]
Bytes = Annotated[int, Field(ge=0, le=2**53)]
A = TypeVar("A")


@checked(frozen=True)
class HelloRequest:
    """The first message, from the box that asks. `film` is an id or a name; empty for weights only."""

    film: Words
    folder: Words = ""
    named: bool = False  # True if `film` is a name and not an id
    box: Words = ""  # identifies the home that asks
    protocol: int = PROTOCOL
    schema: int = SCHEMA.newest
    version: Words = __version__


@checked(frozen=True)
class HelloAnswer:
    """The answer to the first message: the film on this box, and its stored states, newest first."""

    there: bool
    film: MaybeFilmId
    folder: Words
    name: Words
    seen: tuple[Digest, ...]
    protocol: int = PROTOCOL
    schema: int = SCHEMA.newest
    version: Words = __version__


@checked(frozen=True)
class TravellingFile:
    """A file of a film, or of weights: its place, size and SHA-256."""

    path: Words
    bytes: Bytes
    digest: Digest


@checked(frozen=True)
class BeginRequest:
    """The announcement of a pushed film. `folder` is the name of its folder if the film is new on the other
    box.
    """

    film: FilmId
    folder: Words


@checked(frozen=True)
class FilesOffer:
    """A question which of these files are needed. `then` is the state of the film whose list of files both
    boxes know.
    """

    files: Annotated[tuple[TravellingFile, ...], Field(max_length=FILES_PER_MESSAGE)]
    then: MaybeDigest = ""


@checked(frozen=True)
class StateOffer:
    """The announcement of a state of the film, that is, its database."""

    snapshot: Digest
    bytes: Bytes


@checked(frozen=True)
class WantedFiles:
    """The answer with the needed hashes, each with its start byte, and the places of files that stay as they
    are.
    """

    wanted: dict[Digest, Bytes]
    kept: tuple[Words, ...] = ()


@checked(frozen=True)
class PieceHeader:
    """The announcement that a file, or its missing part, follows."""

    digest: Digest
    bytes: Bytes
    start: Bytes


@checked(frozen=True)
class SettleRequest:
    """The request to create or merge the film from the received files. `then` is empty if there is no common
    state.
    """

    snapshot: Digest
    then: MaybeDigest = ""
    keep: Literal["", "mine", "theirs"] = ""
    box: Words = ""  # name of the other side for messages


@checked(frozen=True)
class TransferResult:
    """The result of a merge."""

    made: bool = False
    rows: int = 0
    edits: int = 0
    differences: tuple[Words, ...] = ()  # changes made on both sides, of which one side's was chosen
    kept: tuple[Words, ...] = ()  # places of files that both sides changed; each side keeps its own
    ahead: int = 0  # edits of the receiving side that the other side does not know


@checked(frozen=True)
class StateRequest:
    """The request to make a state of the film that can be read. `then` is the state that both boxes know."""

    then: MaybeDigest = ""


@checked(frozen=True)
class StateAnswer:
    """A state of the film that was made for reading. `files` counts its media, which are sent in pages of
    `FILES_PER_MESSAGE`.
    """

    snapshot: Digest
    bytes: Bytes
    files: int


@checked(frozen=True)
class PageRequest:
    """The request for a page of the files that `StateAnswer` counts."""

    start: Bytes


@checked(frozen=True)
class ReadRequest:
    """The request to send this file of the film, or of a state of it, from a byte on."""

    path: Words
    digest: Digest
    start: Bytes


@checked(frozen=True)
class WeightsOffer:
    """A question whether these weights are installed. `manifest` is JSON, as in the model store."""

    id: Words
    manifest: Annotated[str, StringConstraints(max_length=1_000_000)]


@checked(frozen=True)
class WeightsAnswer:
    """The answer to `WeightsOffer`."""

    there: bool


@dataclass(frozen=True, slots=True)
class Ok:
    """The answer that a request was carried out."""


ASKS: dict[str, type[Any]] = {
    "hello": HelloRequest,
    "begin": BeginRequest,
    "offer": FilesOffer,
    "state": StateOffer,
    "piece": PieceHeader,
    "settle": SettleRequest,
    "take": StateRequest,
    "page": PageRequest,
    "read": ReadRequest,
    "bring": WeightsOffer,
    "shelve": Ok,
}
_WORDS = {kind: word for word, kind in ASKS.items() if kind is not Ok}
_ERRORS: dict[str, type[MilimoError]] = {
    kind.kind: kind
    for kind in (
        BadInput, NotFound, Refused, Conflict, Damaged, DiskFull, Failed, Newer, ReadOnly, Unavailable,
    )
}  # fmt: skip


def build_message(value: Any, ask: str = "") -> dict[str, Any]:
    """Return the message for a value. `ask` names the request if the value's class does not."""
    word = ask or _WORDS.get(type(value), "")
    return {**({"ask": word} if word else {}), **asdict(value)}


def parse_message(kind: type[A], message: Mapping[str, Any]) -> A:
    """Return the value of a message, without the word that names the request. Raises Failed."""
    values = {name: value for name, value in message.items() if name != "ask"}
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Failed(
            f"the other box sent unreadable data: {place}: {first['msg']:.80}",
            "install the same version on both; milimo --version prints it",
        ) from None


def make_transfer_result(met: MergeResult | None, kept: Iterable[str], box: str) -> TransferResult:
    """Return the result of a merge for the other box; `met` is None if the film was new."""
    told = tuple(kept)[:FILES_PER_MESSAGE]
    if met is None:
        return TransferResult(made=True, kept=told)
    differences = tuple(each.describe_difference(box)[:1000] for each in met.differences)
    return TransferResult(False, met.rows, met.edits, differences[:FILES_PER_MESSAGE], told, met.ahead)


def build_far_error(error: MilimoError) -> dict[str, Any]:
    """Return a message for an error."""
    return {"error": error.kind, "message": error.message[:1000], "hint": error.hint[:1000]}


def raise_far_error(message: Mapping[str, Any], box: str) -> None:
    """Raise the error in a message, with the name of that box; do nothing if there is none."""
    kind = message.get("error")
    if kind is None:
        return
    said, hint = (clean_one_line(str(message.get(name, "")), 400) for name in ("message", "hint"))
    raise _ERRORS.get(str(kind), Failed)(f"{box}: {said}", hint)


def require_same_version(protocol: int, schema: int, version: str, box: str) -> None:
    """Check that the other side has the same protocol and film schema. Raises Newer if it differs."""
    if (protocol, schema) != (PROTOCOL, SCHEMA.newest):
        raise Newer(
            f"{box} has Milimo {clean_one_line(version, 20)} (schema {schema}), this box has {__version__}"
            f" (schema {SCHEMA.newest})",
            "nothing was sent; install the same version on both",
        )
