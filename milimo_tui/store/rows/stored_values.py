"""What the store hands out beside the story and the cuts: edits, boards, renders, the bin, a peek.

Frozen values; no I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

PROJECT_SCOPE = "project"
BOX = "box"  # the actor of edits that no person made
START = "start"  # the state before the first edit of a line of work


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One undoable change. `scope` is "project" or a cut's id; `base` the revision it was made on.

    `parent` is the edit before it in the same line of work (`lineage`), empty for a first one. Edits of one
    `bundle` are one step, with `step` for its words. `moved` is the revision at which it was last applied or
    undone; `name` what a person called the state after it; `place` the screen it was made on, empty for the
    command line. An edit that changed nothing has an empty id and
    is not kept.
    """

    id: str
    scope: str
    actor: str
    label: str
    base: int
    parent: str = ""
    applied: bool = True
    created: float = 0.0
    lineage: str = ""
    bundle: str = ""
    step: str = ""
    name: str = ""
    moved: int = 0
    place: str = ""

    @property
    def words(self) -> str:
        """What undoing it takes back: the edit, or the whole step that it is part of."""
        return self.step or self.label


@dataclass(frozen=True, slots=True)
class Bundle:
    """A step of several edits: its id, empty for a lone edit, and the step in words."""

    id: str = ""
    words: str = ""


ALONE = Bundle()


@dataclass(frozen=True, slots=True)
class Jump:
    """A way through the history: how many edits were undone, how many done again; the edit one is at now,
    None at the beginning.
    """

    undone: int
    redone: int
    at: Edit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A picture that is, or was, a shot's board; `job` made it. `previs`: drawn, but by no model."""

    id: str
    shot: str
    asset: str
    job: str
    created: float = 0.0
    previs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """A matte over the asset `source`, in the file of `asset`: of one `object`, or of all found (0).

    `box` (x0, y0, x1, y1, corners included) is in pixels of the source at `frame`, empty where nothing was
    found; `seen` counts the frames that show it. `score` is how sure the model was, 0 to 1.
    """

    id: str
    source: str
    asset: str
    job: str
    object: int = 0
    label: str = ""
    score: float | None = None
    box: tuple[int, ...] = ()
    frame: int = 0
    seen: int = 0
    created: float = 0.0
    binned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How a file of the film was made. `said` is JSON that the file carries too: spec, weights, recipe,
    versions, seed, inputs by hash. `machine` is JSON of where; `seconds` is how long its job's work took.
    """

    id: str
    job: str
    asset: str
    said: str = "{}"
    machine: str = "{}"
    seconds: float = 0.0
    created: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Render:
    """A film that was rendered. `signature` is its plan's; `path` is absolute or relative to the project."""

    id: str
    cut: str
    path: str
    frames: int
    job: str
    name: str = ""
    signature: str = ""
    preset: str = ""
    seconds: Fraction = Fraction(0)
    bytes: int = 0
    previs: bool = False
    created: float = 0.0
    settings: str = "{}"  # JSON of its `cut.delivery.delivery.Delivery`
    report: str = "{}"  # JSON of the check after it, `cut.plan.report`


@dataclass(frozen=True, slots=True, kw_only=True)
class Binned:
    """Something in the bin. `kind` is scene, shot, element, cut, asset, mask or take."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Peek:
    """What a list of films shows of one, read without opening it."""

    root: Path
    name: str
    id: str = ""
    created: float = 0.0
    updated: float = 0.0
    shots: int = 0
    takes: int = 0
    problem: str = ""  # why it can't be read; then the name is the folder's
