"""What two boxes say to each other, as values: written as JSON, and validated where it comes in."""

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
from milimo_tui.core.safe_text import one_line
from milimo_tui.store.history.two_boxes import Met
from milimo_tui.store.project.schema import SCHEMA

PROTOCOL = 1
MANY = 500  # files named in one message
Digest = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
MaybeDigest = Annotated[str, StringConstraints(pattern="^([0-9a-f]{64})?$")]
MaybeFilmId = Annotated[str, StringConstraints(pattern="^([a-z]+_[0-9a-zA-Z]{6,40})?$")]
FilmId = Annotated[str, StringConstraints(pattern="^[a-z]+_[0-9a-zA-Z]{6,40}$")]  # names a folder
Words = Annotated[str, StringConstraints(max_length=1000)]
Bytes = Annotated[int, Field(ge=0, le=2**53)]
A = TypeVar("A")


@checked(frozen=True)
class Hello:
    """Who asks: the first message. `film` is an id, or what a person calls it; empty: weights alone."""

    film: Words
    folder: Words = ""
    named: bool = False  # `film` is a name, not an id
    box: Words = ""  # what tells the home that asks from others
    protocol: int = PROTOCOL
    schema: int = SCHEMA.newest
    version: Words = __version__


@checked(frozen=True)
class Here:
    """The answer: what is there of the film, and which of its states are kept, newest first."""

    there: bool
    film: MaybeFilmId
    folder: Words
    name: Words
    seen: tuple[Digest, ...]
    protocol: int = PROTOCOL
    schema: int = SCHEMA.newest
    version: Words = __version__


@checked(frozen=True)
class Named:
    """A file of a film, or of weights: its place, size and SHA-256."""

    path: Words
    bytes: Bytes
    digest: Digest


@checked(frozen=True)
class Begin:
    """A film comes; `folder` is the name of its folder where it is new there."""

    film: FilmId
    folder: Words


@checked(frozen=True)
class Offer:
    """Which of these files are wanted? `then`: the state of the film whose list of files both know."""

    files: Annotated[tuple[Named, ...], Field(max_length=MANY)]
    then: MaybeDigest = ""


@checked(frozen=True)
class State:
    """A state of the film comes, its database."""

    snapshot: Digest
    bytes: Bytes


@checked(frozen=True)
class Want:
    """The answer: digests that are wanted, from which byte on; places kept as they are there."""

    wanted: dict[Digest, Bytes]
    kept: tuple[Words, ...] = ()


@checked(frozen=True)
class Piece:
    """A file, or what is lacking of it, follows."""

    digest: Digest
    bytes: Bytes
    start: Bytes


@checked(frozen=True)
class Settle:
    """All is there: make it the film, or bring it into the one there is. `then` empty: none is known."""

    snapshot: Digest
    then: MaybeDigest = ""
    keep: Literal["", "mine", "theirs"] = ""
    box: Words = ""  # how the other side is called in what is told


@checked(frozen=True)
class Settled:
    """What a meeting came to."""

    made: bool = False
    rows: int = 0
    edits: int = 0
    differences: tuple[Words, ...] = ()  # what both had changed, of which one's is kept
    kept: tuple[Words, ...] = ()  # places of files that both had written anew: each has its own
    ahead: int = 0  # edits of the side that took it in that the other does not know


@checked(frozen=True)
class Take:
    """Make a state of the film to be read from here. `then`: the state that both know."""

    then: MaybeDigest = ""


@checked(frozen=True)
class Took:
    """A state of the film, made to be read from here; `files` are its media, by pages of `MANY`."""

    snapshot: Digest
    bytes: Bytes
    files: int


@checked(frozen=True)
class Page:
    """A page of what `Took` counts."""

    start: Bytes


@checked(frozen=True)
class Read:
    """Send this file of the film, or of a state of it, from a byte on."""

    path: Words
    digest: Digest
    start: Bytes


@checked(frozen=True)
class Bring:
    """Are these weights there? `manifest` is JSON, as the shelf keeps it."""

    id: Words
    manifest: Annotated[str, StringConstraints(max_length=1_000_000)]


@checked(frozen=True)
class Have:
    """The answer to `Bring`."""

    there: bool


@dataclass(frozen=True, slots=True)
class Ok:
    """Done, and nothing more to say."""


ASKS: dict[str, type[Any]] = {
    "hello": Hello,
    "begin": Begin,
    "offer": Offer,
    "state": State,
    "piece": Piece,
    "settle": Settle,
    "take": Take,
    "page": Page,
    "read": Read,
    "bring": Bring,
    "shelve": Ok,
}
_WORDS = {kind: word for word, kind in ASKS.items() if kind is not Ok}
_ERRORS: dict[str, type[MilimoError]] = {
    kind.kind: kind
    for kind in (
        BadInput, NotFound, Refused, Conflict, Damaged, DiskFull, Failed, Newer, ReadOnly, Unavailable,
    )
}  # fmt: skip


def written(value: Any, ask: str = "") -> dict[str, Any]:
    """A message of a value; `ask` names what is asked for where its class does not."""
    word = ask or _WORDS.get(type(value), "")
    return {**({"ask": word} if word else {}), **asdict(value)}


def read(kind: type[A], message: Mapping[str, Any]) -> A:
    """The value of a message, without the word that says what is asked. Raises Failed."""
    values = {name: value for name, value in message.items() if name != "ask"}
    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise Failed(
            f"the other box sent what can't be read: {place}: {first['msg']:.80}",
            "have the same Milimo on both: milimo --version",
        ) from None


def settled(met: Met | None, kept: Iterable[str], box: str) -> Settled:
    """What a meeting came to, as it is told; None: the film was new."""
    told = tuple(kept)[:MANY]
    if met is None:
        return Settled(made=True, kept=told)
    differences = tuple(each.sentence(box)[:1000] for each in met.differences)
    return Settled(False, met.rows, met.edits, differences[:MANY], told, met.ahead)


def error_in(error: MilimoError) -> dict[str, Any]:
    """A message of an error."""
    return {"error": error.kind, "message": error.message[:1000], "hint": error.hint[:1000]}


def raise_from(message: Mapping[str, Any], box: str) -> None:
    """Raise the error that a message holds, as one of that box; nothing where it holds none."""
    kind = message.get("error")
    if kind is None:
        return
    said, hint = (one_line(str(message.get(name, "")), 400) for name in ("message", "hint"))
    raise _ERRORS.get(str(kind), Failed)(f"{box}: {said}", hint)


def require_same(protocol: int, schema: int, version: str, box: str) -> None:
    """Raises Newer where the other side speaks, or keeps films, in another way than this one."""
    if (protocol, schema) != (PROTOCOL, SCHEMA.newest):
        raise Newer(
            f"{box} has Milimo {one_line(version, 20)} (schema {schema}), here is {__version__}"
            f" (schema {SCHEMA.newest})",
            "bring both to one version; nothing was sent",
        )
