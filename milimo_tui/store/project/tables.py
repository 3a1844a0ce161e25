"""The tables of project.db as SQLModel classes: one class for each table, with columns named as in the
values.

New films are created from these classes, and migrations are tested against them. The studio itself reads and
writes with plain SQL (`store.rows.mapping`), because importing SQLModel takes a quarter of a second: no code
that opens a film imports this module. Scripts use it to read films (`docs/data.md`).
"""

from __future__ import annotations

from dataclasses import fields
from types import new_class
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text

import milimo_tui.store.project.cut_tables  # noqa: F401 - the film's row refers to a cut
from milimo_tui.store.project.table_row import Row
from milimo_tui.store.rows.mapping import SHOT
from milimo_tui.store.sqlite.columns import (
    STRICT,
    key,
    maybe_real,
    maybe_whole,
    maybe_words,
    number_key,
    real,
    ref,
    whole,
    words,
)
from milimo_tui.story.values.film import Shot


class ProjectRow(Row, table=True):
    """The film itself, in one row. `revision` counts its changes; `updated` is the time of the last
    change.
    """

    __tablename__ = "project"
    __table_args__ = (CheckConstraint("slot = 1"), STRICT)
    slot: int = number_key()
    id: str = words()
    name: str = words()
    rate: str = words("25/1")
    width: int = whole(768)
    height: int = whole(512)
    sample_rate: int = whole(48000)
    style: str = words("")
    negative: str = words("")
    engine: str = words("animatic")
    seed: int = whole(42)
    script: str = words("")
    script_name: str = words("")
    created: float = real(0.0)
    current_cut: str | None = ref("cut.id", gone="SET NULL", optional=True, index=False)
    revision: int = whole(0)
    updated: float = real(0.0)
    loras: str = words("[]")
    boarded: str = words("")
    coverage: str = words("")
    numbers_locked: int = whole(0)
    prompt_parts: str = words("[]")
    status: str = words("draft")
    tags: str = words("[]")
    description: str = words("")
    passed: str = words("[]")


class SceneRow(Row, table=True):
    """A scene. `state` here and in other tables is live, binned (the user deleted it) or undone (its creation
    was undone).
    """

    __tablename__ = "scene"
    id: str = key()
    order: str = words()
    number: str = words("")
    heading: str = words("")
    setting: str = words("")
    location: str = words("")
    time_of_day: str = words("")
    text: str = words("")
    line: int = whole(0)
    parked: int = whole(0)
    state: str = words("live")
    own: str = words("[]")  # JSON of the columns that the user set, and their values in the script.
    part: str = words("")
    weather: str = words("")
    era: str = words("")
    coverage: str = words("")
    omitted: int = whole(0)
    prompt_parts: str = words("[]")
    layers: str = words("[]")


# The references in the row of a shot.
_SHOT_REFS = {
    "scene": ref("scene.id", gone="CASCADE"),
    "continues": ref("shot.id", gone="SET NULL", optional=True),
    "take": ref("take.id", gone="SET NULL", optional=True),
    "board": ref("asset.id", gone="SET NULL", optional=True),
}


def _shot_columns(body: dict[str, Any]) -> None:
    """Add the columns of a shot to the body of its class: its fields, as `SHOT` stores them."""
    empty = SHOT.encode(Shot(id="", scene="", order=""))
    kinds: dict[str, Any] = {}
    columns: dict[str, Any] = {"id": key(), "order": words(), **_SHOT_REFS}
    for field in fields(Shot):
        name = field.name
        if name not in SHOT.columns:
            continue
        default = empty[name]
        kind: Any = None
        match default, str(field.type):
            case None, "int | None":
                kind, column = int | None, maybe_whole()
            case None, "float | None":
                kind, column = float | None, maybe_real()
            case None, _:
                kind, column = str | None, maybe_words()
            case int(), _:
                kind, column = int, whole(default)
            case float(), _:
                kind, column = float, real(default)
            case _:
                kind, column = str, words(default)
        kinds[name] = kind
        body[name] = columns.get(name, column)
        if name == "board":  # The first films have the column at this position.
            kinds["state"], body["state"] = str, words("live")
    body |= {
        "__module__": __name__,
        "__annotations__": kinds,
        "__tablename__": "shot",
        "__doc__": "A shot: the fields of `story.values.film.Shot`; records and lists are JSON text.",
    }


ShotRow: Any = new_class("ShotRow", (Row,), {"table": True}, _shot_columns)


class AssetRow(Row, table=True):
    """A media file of the film."""

    __tablename__ = "asset"
    id: str = key()
    kind: str = words()
    path: str = words()
    name: str = words("")
    managed: int = whole(1)
    digest: str = words("", index=True)
    bytes: int = whole(0)
    mtime: float = real(0.0)
    frames: int | None = maybe_whole()
    rate: str | None = maybe_words()
    width: int | None = maybe_whole()
    height: int | None = maybe_whole()
    seconds: str | None = maybe_words()
    sample_rate: int | None = maybe_whole()
    channels: int | None = maybe_whole()
    created: float = real(0.0)
    binned: int = whole(0)
    facts: str = words("{}")


class TakeRow(Row, table=True):
    """A take of a shot. A job makes one take, once.

    `note` is the user's remark on the take, and `notes` are remarks on its frames. `head` and `tail` are its
    handles in frames.
    """

    __tablename__ = "take"
    id: str = key()
    shot: str = ref("shot.id", gone="CASCADE")
    asset: str = ref("asset.id")
    job: str = words(unique=True)
    engine: str = words()
    seed: int = whole()
    frames: int = whole()
    spec: str = words("{}")
    signature: str = words("")
    rating: int = whole(0)
    rejected: int = whole(0)
    previs: int = whole(0)
    created: float = real(0.0)
    binned: int = whole(0)
    note: str = words("")
    head: int = whole(0)
    tail: int = whole(0)
    notes: str = words("[]")
    tags: str = words("[]")
    likeness: str = words("")


class ProvenanceRow(Row, table=True):
    """A record of how a file was made: `said` is JSON from the file itself, `machine` describes the machine.

    `seconds` is the duration.
    """

    __tablename__ = "provenance"
    __table_args__ = (UniqueConstraint("job", "asset"), STRICT)
    id: str = key()
    job: str = words()
    asset: str = ref("asset.id", gone="CASCADE")
    said: str = words("{}")
    machine: str = words("{}")
    seconds: float = real(0.0)
    created: float = real(0.0)


class SeenRow(Row, table=True):
    """A job whose result or failure the user has viewed, and the time."""

    __tablename__ = "seen"
    job: str = key()
    at: float = real()


class BoardRow(Row, table=True):
    """A picture that was a shot's board. The shot names the current board. `previs` marks a drawing that no
    model made.
    """

    __tablename__ = "board"
    id: str = key()
    shot: str = ref("shot.id", gone="CASCADE")
    asset: str = ref("asset.id")
    job: str = words(unique=True)
    created: float = real(0.0)
    previs: int = whole(0)


class ElementRow(Row, table=True):
    """An element. `loras` is JSON text; `lora` is its older form, which stays for edits of that time."""

    __tablename__ = "element"
    id: str = key()
    kind: str = words()
    name: str = words()
    trigger: str = words()
    description: str = words("")
    seed: int | None = maybe_whole()
    lora: str = words("")
    voice: str = words("")
    found: int = whole(0)
    state: str = words("live")
    loras: str = words("[]")
    aliases: str = words("[]")
    gender: str = words("")
    extra: int = whole(0)
    dismissed: int = whole(0)
    parent: str = words("")
    layers: str = words("[]")
    quote: str = words("")
    own: str = words("[]")
    sample: str = words("")
    role: str = words("")
    traits: str = words("[]")
    arc: str = words("")
    relations: str = words("[]")
    speech: str = words("")
    faces: str = words("[]")


class LookRow(Row, table=True):
    """The looks of an element in a part of the film; `loras` and `references` are JSON text.

    `begins` and `ends` are ids of shots, which may be missing. The look then reports that.
    """

    __tablename__ = "look"
    id: str = key()
    element: str = ref("element.id", gone="CASCADE")
    order: str = words()
    name: str = words("")
    text: str = words("")
    age: str = words("")
    wardrobe: str = words("")
    hair: str = words("")
    condition: str = words("")
    begins: str = words("")
    ends: str = words("")
    era: str = words("")
    quote: str = words("")
    line: int = whole(0)
    found: int = whole(0)
    loras: str = words("[]")
    references: str = words("[]")
    sample: str = words("")


class ReferenceRow(Row, table=True):
    """A reference picture of an element, by its position in the list."""

    __tablename__ = "reference"
    id: str = key()
    element: str = ref("element.id", gone="CASCADE")
    position: int = whole()
    asset: str = ref("asset.id")


class ConditioningRow(Row, table=True):
    """A condition on the takes of a shot that the user set: an asset, or another shot's board or take."""

    __tablename__ = "conditioning"
    id: str = key()
    shot: str = ref("shot.id", gone="CASCADE")
    order: str = words("V")
    kind: str = words("asset")
    asset: str | None = ref("asset.id", optional=True)
    other: str | None = ref("shot.id", gone="CASCADE", optional=True)
    at: int | None = maybe_whole()
    frame: int = whole(0)
    strength: float = real(1.0)
    control: str = words("")
    prepared: int = whole(0)


class MaskRow(Row, table=True):
    """A still or moving matte over an asset, made by segmentation (`job`): of one `object`, or of all (0).

    `box` is JSON text: the pixels around the object in `frame` of the source. `seen` is the number of frames
    that show it.
    """

    __tablename__ = "mask"
    __table_args__ = (UniqueConstraint("job", "object"), STRICT)
    id: str = key()
    source: str = ref("asset.id")
    asset: str = ref("asset.id")
    job: str = words()
    object: int = whole(0)
    label: str = words("")
    score: float | None = maybe_real()
    box: str = words("[]")
    frame: int = whole(0)
    seen: int = whole(0)
    created: float = real(0.0)
    binned: int = whole(0)


class SuggestionRow(Row, table=True):
    """A model's text for a shot; `parts` is JSON text. A job makes one suggestion for a shot, once."""

    __tablename__ = "suggestion"
    id: str = key()
    shot: str = ref("shot.id", gone="CASCADE")
    job: str = words(index=True)
    task: str = words("enhance")
    text: str = words("")
    parts: str = words("[]")
    original: str = words("")
    meant: str = words("")
    family: str = words("")
    engine: str = words("")
    model: str = words("")
    seed: int = whole(0)
    picture: str | None = ref("asset.id", gone="SET NULL", optional=True, index=False)
    note: str = words("")
    state: str = words("open")
    created: float = real(0.0)


class SheetRow(Row, table=True):
    """The verdict on whether a picture is a reference sheet: one row for each asset."""

    __tablename__ = "sheet"
    id: str = key()
    asset: str = ref("asset.id", gone="CASCADE")
    is_sheet: int = whole(1)
    reason: str = words("")
    by: str = words("")


class TalkRow(Row, table=True):
    """A model's answer about the film, once for each job; `left_out` and `notes` are JSON text."""

    __tablename__ = "talk"
    id: str = key()
    job: str = words(unique=True)
    question: str = words()
    task: str = words("ask")
    text: str = words("")
    about: str = words("")
    voiced: int = whole(0)
    engine: str = words("")
    model: str = words("")
    seed: int = whole(0)
    told: int = whole(0)
    answered: int = whole(0)
    price: str = words("")
    left_out: str = words("[]")
    notes: str = words("[]")
    created: float = real(0.0)


class EditRow(Row, table=True):
    """An undoable change. `lineage` is one actor's line of edits, which terminals pass on
    (`store.history.history`).

    `changes` is JSON; `base` is the revision that the edit was made on; `moved` is the revision at which it
    was last applied or undone.
    """

    __tablename__ = "edit"
    __table_args__ = (
        Index("ix_edit_scope_lineage", "scope", "lineage", "seq"),
        Index("ix_edit_bundle", "bundle", sqlite_where=text("bundle <> ''")),
        Index("ix_edit_moved", "moved"),
        STRICT,
    )
    seq: int = number_key()
    id: str = words(unique=True)
    scope: str = words()
    actor: str = words()
    lineage: str = words()
    parent: str | None = ref("edit.id", optional=True)
    label: str = words()
    changes: str = words()
    base: int = whole()
    moved: int = whole()
    applied: int = whole(1)
    created: float = real()
    # The step (such as a macro or a wizard) that the edit belongs to. Its edits are undone together.
    bundle: str = words("")
    step: str = words("")  # The description of that step.
    name: str = words("")  # The user's name for the state after this edit.
    place: str = words("")  # The screen of the edit, empty for the command line.


class ActorRow(Row, table=True):
    """A terminal that edits, its process, and its lineage."""

    __tablename__ = "actor"
    name: str = key()
    lineage: str = words()
    pid: int = whole()
    ticks: int | None = maybe_whole()
    boot: str = words("")
    opened: float = real()
    closed: float | None = maybe_real()


class SettingRow(Row, table=True):
    """A value that the studio remembers about this film (open screen, selection): JSON text by key."""

    __tablename__ = "setting"
    key: str = key()
    value: str = words()


class RenderRow(Row, table=True):
    """A rendered film; `signature` identifies its plan."""

    __tablename__ = "render"
    id: str = key()
    cut: str = words(index=True)
    name: str = words("")
    path: str = words()
    signature: str = words("", index=True)
    preset: str = words("")
    frames: int = whole()
    seconds: str = words("0/1")
    bytes: int = whole(0)
    previs: int = whole(0)
    job: str = words(unique=True)
    created: float = real(0.0)
    settings: str = words("{}")
    report: str = words("{}")
