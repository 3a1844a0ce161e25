"""Messages between two boxes (machines with Milimo), as values that are written as JSON and validated when
they are received.
"""

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
from milimo_tui.store.backup.manifest import Digest
from milimo_tui.store.history.two_boxes import MergeResult
from milimo_tui.store.project.schema import SCHEMA

PROTOCOL = 1
# Longer lists of files are split over several messages with this number of files each.
FILES_PER_MESSAGE = 500
MaybeDigest = Annotated[str, StringConstraints(pattern="^([0-9a-f]{64})?$")]
MaybeFilmId = Annotated[str, StringConstraints(pattern="^([a-z]+_[0-9a-zA-Z]{6,40})?$")]
# The id of a film. The pattern is strict, because the id is used as the name of a folder.
FilmId = Annotated[str, StringConstraints(pattern="^[a-z]+_[0-9a-zA-Z]{6,40}$")]
Words = Annotated[str, StringConstraints(max_length=1000)]
Bytes = Annotated[int, Field(ge=0, le=2**53)]
A = TypeVar("A")


@checked(frozen=True)
class HelloRequest:
    """The first message of a conversation, sent by the box where the user runs the command. `film` is an id
    or a name; it is empty if only weights are sent.
    """

    film: Words
    folder: Words = ""
    named: bool = False  # True if `film` is the name of a film and not its id.
    box: Words = ""  # The name of the home in which the user runs the command.
    protocol: int = PROTOCOL
    schema: int = SCHEMA.newest
    version: Words = __version__


@checked(frozen=True)
class HelloAnswer:
    """The answer to `HelloRequest`. `there` is True if the film exists on the answering box. `seen` lists the
    hashes of the states that the answering box has stored for the film, newest first.
    """

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
    """A file of a film or of weights: its path inside the film's or the weights' folder, its size in bytes,
    and its SHA-256.
    """

    path: Words
    bytes: Bytes
    digest: Digest


@checked(frozen=True)
class BeginRequest:
    """The message that begins the push of a film. `folder` is the name for its folder if the film does not
    exist on the receiving box.
    """

    film: FilmId
    folder: Words


@checked(frozen=True)
class FilesOffer:
    """A list of files of a film, sent to ask which of them the other box needs.

    `then` is the hash of the common state: a copy of the film's database that both boxes have. From it, the
    other box finds the files that each side has changed. If there is no common state, `then` is empty.
    """

    files: Annotated[tuple[TravellingFile, ...], Field(max_length=FILES_PER_MESSAGE)]
    then: MaybeDigest = ""


@checked(frozen=True)
class StateOffer:
    """The offer of a state of the film: the hash and the size in bytes of its database."""

    snapshot: Digest
    bytes: Bytes


@checked(frozen=True)
class WantedFiles:
    """The answer to an offer. It has the hashes of the files that are needed, each with the byte at which the
    transfer must begin. `kept` has the paths of files that were changed on both boxes; they are not replaced.
    """

    wanted: dict[Digest, Bytes]
    kept: tuple[Words, ...] = ()


@checked(frozen=True)
class PieceHeader:
    """The message before the contents of a file. `bytes` is the size of the complete file, and the contents
    begin at byte `start`.
    """

    digest: Digest
    bytes: Bytes
    start: Bytes


@checked(frozen=True)
class SettleRequest:
    """The request to create or merge the film from the files sent before. `then` is the hash of the common
    state; empty if there is none.
    """

    snapshot: Digest
    then: MaybeDigest = ""
    keep: Literal["", "mine", "theirs"] = ""
    box: Words = ""  # The name of the sending box, for messages on the receiving box.


@checked(frozen=True)
class TransferResult:
    """The answer to `SettleRequest`: the result of creating or merging a film. `made` is True if the film is
    new, and `edits` is the number of merged edits.
    """

    made: bool = False
    rows: int = 0
    edits: int = 0
    # Descriptions of values changed on both boxes, for which one box's change was chosen.
    differences: tuple[Words, ...] = ()
    kept: tuple[Words, ...] = ()  # The paths of files changed on both boxes. Each box keeps its own version.
    ahead: int = 0  # The number of edits of the receiving box that the other box does not have yet.


@checked(frozen=True)
class StateRequest:
    """The request to make a state of the film, a copy of its database that can then be read. A pull sends it
    to the box that has the film. `then` is the hash of the common state; empty if there is none.
    """

    then: MaybeDigest = ""


@checked(frozen=True)
class StateAnswer:
    """The answer to `StateRequest`: the hash and the size of the prepared state. `files` is the number of
    files of the film, which are then listed in pages of `FILES_PER_MESSAGE`.
    """

    snapshot: Digest
    bytes: Bytes
    files: int


@checked(frozen=True)
class PageRequest:
    """The request for one page of the list of files announced by `StateAnswer`. `start` is the index of the
    page's first file.
    """

    start: Bytes


@checked(frozen=True)
class ReadRequest:
    """The request to send a file of the film, beginning at byte `start`. If `path` is empty, the state of the
    film with the hash `digest` is sent instead of a file.
    """

    path: Words
    digest: Digest
    start: Bytes


@checked(frozen=True)
class WeightsOffer:
    """The question if certain weights are installed on the other box. `manifest` is the JSON text of the
    weights' manifest, as the model store writes it.
    """

    id: Words
    manifest: Annotated[str, StringConstraints(max_length=1_000_000)]


@checked(frozen=True)
class WeightsAnswer:
    """The answer to `WeightsOffer`. `there` is True if the weights are installed."""

    there: bool


@dataclass(frozen=True, slots=True)
class Ok:
    """The answer of a box that has carried out a request, without further data."""


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
    """Return the message for a value, as a JSON object. `ask` names the request if the class of the value
    does not determine it.
    """
    word = ask or _WORDS.get(type(value), "")
    return {**({"ask": word} if word else {}), **asdict(value)}


def parse_message(kind: type[A], message: Mapping[str, Any]) -> A:
    """Parse a message as a value of the class `kind`, after removing the name of the request. Raises Failed
    for an invalid message.
    """
    values = {name: value for name, value in message.items() if name != "ask"}
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Failed(
            f"the answer of the other machine can't be read: {place}: {first['msg']:.80}",
            "install the same Milimo on both machines: milimo --version",
        ) from None


def make_transfer_result(merged: MergeResult | None, kept: Iterable[str], box: str) -> TransferResult:
    """Return the message with the result of a merge. `merged` is the result, or None if the film was new.
    `kept` has the paths of files that both boxes changed. `box` is the name of the other box for messages.
    """
    kept_paths = tuple(kept)[:FILES_PER_MESSAGE]
    if merged is None:
        return TransferResult(made=True, kept=kept_paths)
    differences = tuple(each.describe_difference(box)[:1000] for each in merged.differences)
    return TransferResult(
        False, merged.rows, merged.edits, differences[:FILES_PER_MESSAGE], kept_paths, merged.ahead
    )


def build_far_error(error: MilimoError) -> dict[str, Any]:
    """Return the message that reports an error to the other box."""
    return {"error": error.kind, "message": error.message[:1000], "hint": error.hint[:1000]}


def raise_far_error(message: Mapping[str, Any], box: str) -> None:
    """Raise the error that a message reports, with the name `box` of the box that sent it. Do nothing if the
    message reports no error.
    """
    kind = message.get("error")
    if kind is None:
        return
    text, hint = (clean_one_line(str(message.get(name, "")), 400) for name in ("message", "hint"))
    raise _ERRORS.get(str(kind), Failed)(f"{box}: {text}", hint)


def require_same_version(protocol: int, schema: int, version: str, box: str) -> None:
    """Check that the other box uses the same protocol and the same film schema. Raises Newer if they
    differ.
    """
    if (protocol, schema) != (PROTOCOL, SCHEMA.newest):
        raise Newer(
            f"{box} has Milimo {clean_one_line(version, 20)} (schema {schema}), but this machine "
            f"has {__version__}"
            f" (schema {SCHEMA.newest})",
            "install the same version on both machines; nothing was sent",
        )
