"""The tables of project.db, defined with SQLModel: one class a table, columns as the values name them.

New films are made from these classes and migrations are held against them. The studio itself reads and writes
plain SQL (`store.rows.mapping`), because importing SQLModel costs a quarter of a second: nothing that opens a
film imports this module. Scripts read films with it (`docs/data.md`).
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
    """The film itself: one row. `revision` counts what changed it, `updated` says when."""

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
    """`state` of this and other tables: live, binned (a person deleted it) or undone (its making was)."""

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
    own: str = words("[]")  # JSON: the columns that a person set, and what the script says
    part: str = words("")
    weather: str = words("")
    era: str = words("")
    coverage: str = words("")
    omitted: int = whole(0)
    prompt_parts: str = words("[]")
    layers: str = words("[]")


# What a shot's row names.
_SHOT_REFS = {
    "scene": ref("scene.id", gone="CASCADE"),
    "continues": ref("shot.id", gone="SET NULL", optional=True),
    "take": ref("take.id", gone="SET NULL", optional=True),
    "board": ref("asset.id", gone="SET NULL", optional=True),
}


def _shot_columns(body: dict[str, Any]) -> None:
    """Write the columns of a shot into the body of its class: its fields, as `SHOT` keeps them."""
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
        if name == "board":  # where it lies in the first films
            kinds["state"], body["state"] = str, words("live")
    body |= {
        "__module__": __name__,
        "__annotations__": kinds,
        "__tablename__": "shot",
        "__doc__": "A shot: the fields of `story.values.film.Shot`; records and lists are JSON text.",
    }


ShotRow: Any = new_class("ShotRow", (Row,), {"table": True}, _shot_columns)


class AssetRow(Row, table=True):
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
    """One made result of a shot; a job makes one take, once. `note` is a person's remark on it, `notes` are
    those on its frames; `head` and `tail` are its handles, in frames.
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
    """How a file was made: `said` is what it says itself, `machine` where, `seconds` how long it took."""

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
    """Jobs whose result, or failure, a person has looked at, and when."""

    __tablename__ = "seen"
    job: str = key()
    at: float = real()


class BoardRow(Row, table=True):
    """Every picture that was a shot's board; the shot names the current one. `previs`: no model drew it."""

    __tablename__ = "board"
    id: str = key()
    shot: str = ref("shot.id", gone="CASCADE")
    asset: str = ref("asset.id")
    job: str = words(unique=True)
    created: float = real(0.0)
    previs: int = whole(0)


class ElementRow(Row, table=True):
    """`loras` is JSON text; `lora` is what was there before, and stays for edits of that time."""

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
    """How an element looks for a part of the film; `loras` and `references` are JSON text.

    `begins` and `ends` are ids of shots, which may be gone: the look says so then.
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
    """A reference picture of an element, by its place in the list."""

    __tablename__ = "reference"
    id: str = key()
    element: str = ref("element.id", gone="CASCADE")
    position: int = whole()
    asset: str = ref("asset.id")


class ConditioningRow(Row, table=True):
    """What takes of the shot must follow, set by hand: an asset, or another shot's board or take."""

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

    `box` is JSON text: the pixels around it in `frame` of the source; `seen` counts frames that show it.
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
    """Words that a model wrote for a shot; `parts` is JSON text. A job makes one for a shot, once."""

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
    """Pictures that were found to be reference sheets, or not to be: one row an asset."""

    __tablename__ = "sheet"
    id: str = key()
    asset: str = ref("asset.id", gone="CASCADE")
    is_sheet: int = whole(1)
    reason: str = words("")
    by: str = words("")


class TalkRow(Row, table=True):
    """What models answered about the film, once for a job; `left_out` and `notes` are JSON text."""

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
    """One undoable change. `lineage` is one hand's line of edits, which terminals pass on
    (`store.history.history`).

    `changes` is JSON; `base` the revision it was made on; `moved` the revision at which it was last
    applied or undone.
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
    bundle: str = words("")  # edits of one step (a macro, a wizard's): undone as one
    step: str = words("")  # that step in words
    name: str = words("")  # what a person called the state after this edit
    place: str = words("")  # the screen it was made on; empty: the command line


class ActorRow(Row, table=True):
    """A terminal that edits, the process behind it, and the lineage it holds."""

    __tablename__ = "actor"
    name: str = key()
    lineage: str = words()
    pid: int = whole()
    ticks: int | None = maybe_whole()
    boot: str = words("")
    opened: float = real()
    closed: float | None = maybe_real()


class SettingRow(Row, table=True):
    """What the studio remembers about this film (open screen, selection): JSON text by key."""

    __tablename__ = "setting"
    key: str = key()
    value: str = words()


class RenderRow(Row, table=True):
    """Films that were rendered; `signature` is of the plan."""

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
