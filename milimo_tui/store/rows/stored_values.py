"""Define the values that the store returns in addition to the story and the cuts: edits, boards, renders,
items in the bin, summaries.

The values are immutable.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

PROJECT_SCOPE = "project"
BOX = "box"  # the actor of edits that were made by merging with another machine
# The actors that are programs: the command line, Python programs, and the far side of a transfer. Every other
# actor except `BOX` is a terminal.
PROGRAM_ACTORS = ("cli", "script", "far-side")
START = "start"  # names the state before the first edit of a lineage


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """An undoable change of a film or cut.

    - `scope` is "project" or a cut's id.
    - `base` is the revision of the film on which the edit was made.
    - `parent` is the previous edit of the same `lineage`, empty for the first edit.
    - `bundle` is the id of the step to which the edit belongs, and `step` the step's description.
    - `moved` is the revision at which the edit was last applied or undone.
    - `name` is the user's name for the state after the edit.
    - `place` is the screen on which the edit was made, empty for the command line.

    An edit that changed nothing has an empty id and is not stored.
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
        """The label to show for undo: of the step that the edit belongs to, or of the edit if it belongs to
        none.
        """
        return self.step or self.label


@dataclass(frozen=True, slots=True)
class EditStep:
    """A step: several edits that are undone and redone together. `id` is empty for an edit that belongs to no
    step. `words` is the description for the user.
    """

    id: str = ""
    words: str = ""


ALONE = EditStep()


@dataclass(frozen=True, slots=True)
class Jump:
    """The result of a jump in the history: the numbers of edits undone and redone, and the edit whose state
    is current now.

    `at` is None at the beginning of the history.
    """

    undone: int
    redone: int
    at: Edit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A picture that is or was the board of a shot, made by job `job`. `previs` is True for a drawing that
    was made without a model.
    """

    id: str
    shot: str
    asset: str
    job: str
    created: float = 0.0
    previs: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """A mask of the asset `source`, stored as a matte in the file of `asset`.

    `object` is the number of the masked object, or 0 for all objects that were found. `box` (x0, y0, x1, y1,
    corners included) is the region of the object in pixels of the source at `frame`, and empty if nothing was
    found. `seen` is the number of frames that show the object. `score` is the model's confidence, from 0 to
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

    `said` is JSON that is also embedded in the file: spec, weights, recipe, versions, seed, and the hashes of
    inputs. `machine` is JSON about the machine. `seconds` is the duration of the work.
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
    """A rendered film. `signature` identifies the plan it was rendered from. `path` is absolute or relative
    to the film's folder.
    """

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
    settings: str = "{}"  # the render's `cut.delivery.delivery.Delivery` as JSON
    report: str = "{}"  # the result of the check after the render (`cut.plan.report`) as JSON


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
    problem: str = ""  # The reason why the film cannot be read. `name` is then the name of its folder.
