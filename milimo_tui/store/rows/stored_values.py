"""The values that the store returns apart from the story and the cuts: edits, boards, renders, bin items,
summaries.

The values are immutable. No I/O.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

PROJECT_SCOPE = "project"
BOX = "box"  # The actor of edits that a merge with another machine made.
START = "start"  # The state before the first edit of a lineage.


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An undoable change. `scope` is "project" or a cut's id; `base` is the revision that the edit was made
    on.

    `parent` is the previous edit of the same `lineage`, empty for the first. Edits with the same `bundle`
    form one step, which `step` describes. `moved` is the revision at which the edit was last applied or
    undone. `name` is the user's name for the state after the edit. `place` is the screen of the edit, empty
    for the command line. An edit that changed nothing has an empty id and is not stored.
    """

    id: str
    scope: str
    actor: str
    lineage: str = ""
    parent: str = ""
    label: str
    base: int
    moved: int = 0
    applied: bool = True
    created: float = 0.0
    bundle: str = ""
    step: str = ""
    name: str = ""
    place: str = ""

    @property
    def step_label(self) -> str:
        """The label of what undo reverts: the step that the edit is part of, or the edit alone."""
        return self.step or self.label


@dataclass(frozen=True, slots=True)
class EditStep:
    """A step of several edits: its id, which is empty for a single edit, and its description."""

    id: str = ""
    words: str = ""


ALONE = EditStep()


@dataclass(frozen=True, slots=True)
class Jump:
    """The result of a jump in the history: how many edits were undone and redone, and the edit at the new
    position.

    The edit is None at the beginning.
    """

    undone: int
    redone: int
    at: Edit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A picture that is or was the board of a shot, made by `job`. `previs` marks a drawing that no model
    made.
    """

    id: str
    shot: str
    asset: str
    job: str
    created: float = 0.0
    previs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """A matte over the asset `source`, stored in the file of `asset`: of one `object`, or of all found
    objects (0).

    `box` (x0, y0, x1, y1, corners included) is in pixels of the source at `frame`, and empty if nothing was
    found. `seen` is the number of frames that show the object. `score` is the confidence of the model, 0 to
    1.
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
    """A record of how a file of the film was made.

    `said` is JSON that the file contains too: spec, weights, recipe, versions, seed, inputs by hash.
    `machine` is JSON about the machine. `seconds` is the duration of the job's work.
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
    """A rendered film. `signature` identifies its plan; `path` is absolute or relative to the project."""

    id: str
    cut: str
    name: str = ""
    path: str
    signature: str = ""
    preset: str = ""
    frames: int
    seconds: Fraction = Fraction(0)
    bytes: int = 0
    previs: bool = False
    job: str
    created: float = 0.0
    settings: str = "{}"  # JSON of its `cut.delivery.delivery.Delivery`.
    report: str = "{}"  # JSON of the check after the render, `cut.plan.report`.


@dataclass(frozen=True, slots=True, kw_only=True)
class Binned:
    """An item in the bin. `kind` is scene, shot, element, cut, asset, mask or take."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Peek:
    """A summary of a film for a list of films, read without opening the film."""

    root: Path
    name: str
    id: str = ""
    created: float = 0.0
    updated: float = 0.0
    shots: int = 0
    takes: int = 0
    problem: str = ""  # The reason why the film cannot be read. The name is then the folder's.
