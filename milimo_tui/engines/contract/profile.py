"""How an engine describes itself, and says beforehand how it would do a piece of work. No model stack: the
studio asks it while a person types.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged, NotFound, Unavailable
from milimo_tui.core.settings import Settings
from milimo_tui.engines.catalog.installed_weights import Found
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.safetensors_headers import Tensor
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.contract.fitting import Fitted, Limits
from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.recipes.values import Card, Known, Request
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Loras, SpecValue
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.story.elements.prompt import Prompt


@dataclass(frozen=True, slots=True)
class SpecField:
    """A field of a spec that an engine uses: its least and most value where it is a number, its choices
    where it is one of a few. None and empty: no bound.
    """

    name: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def bounds(self) -> str:
        """`1 to 1441`, `at least 64`, `auto, one or two`; empty where anything goes."""
        if self.choices:
            return " or ".join(filter(None, (", ".join(self.choices[:-1]), self.choices[-1])))
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g}"
        if self.least is not None:
            return f"at least {self.least:g}"
        return f"at most {self.most:g}" if self.most is not None else ""

    def allows(self, value: object) -> bool:
        """Whether a value lies within; None, what the engine chooses itself, does."""
        if value is None or (self.choices and value in self.choices):
            return True
        if self.choices or not isinstance(value, int | float):
            return not self.choices
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice that lines are spoken with: how a shot names it, and what people call it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceModel:
    """A model that a service behind an address has. `sees` is None where it does not say; `until` is when it
    leaves the memory that it is in; empty: it is in none, or nobody says.
    """

    name: str
    bytes: int = 0
    parameters: str = ""
    quantisation: str = ""
    sees: bool | None = None
    writes: bool = True
    until: str = ""
    in_use: bool = False


NO_SIDES: Mapping[int, str] = MappingProxyType({})


# Fields of takes that a model reads only where it samples sound along, in stages, or by parts of guidance.
OF_STAGED_MODELS = frozenset(
    ("pipeline", "schedule", "stages", "temporal_upscale", "guidance_parts", "camera_lora", "voice")
)


def _of_one(path: Path, generation: str) -> tuple[Path, Path] | None:
    return None


@dataclass(frozen=True, slots=True)
class SingleFile:
    """How a whole checkpoint in one file is known: pieces of names of its makers' tensors. `base` is the
    folder of the catalog that holds the parts beside it, or one for each generation in `bases`; `generation`
    what it is where nobody says and none of `later` is in its names, each with the generation that brought
    it, the last first. `sides`: a tensor whose second side tells it instead.

    `pair` finds, of a file of one of two transformers, the files of both; None for a generation of one.
    """

    marks: tuple[str, ...]
    base: str
    generation: str
    later: tuple[tuple[str, str], ...] = ()
    sides: tuple[str, Mapping[int, str]] = ("", NO_SIDES)
    bases: Mapping[str, str] = field(default_factory=dict)
    pair: Callable[[Path, str], tuple[Path, Path] | None] = _of_one

    def generation_of(self, tensors: Mapping[str, Tensor]) -> str:
        """The generation that those tensors are of."""
        mark, sides = self.sides
        shape = next((one.shape for name, one in tensors.items() if mark and name.endswith(mark)), ())
        if len(shape) > 1 and shape[1] in sides:
            return sides[shape[1]]
        there = (one for mark, one in self.later if any(mark in name for name in tensors))
        return next(there, self.generation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What an engine is. `family` is that of its weights, empty where it loads none of the catalog.

    `fields` are those of its specs that it bounds, `unread` those of takes that it does not go by: nobody is
    asked for them. `usual_model` and `usual` are what is explained where
    nothing is named: the weights to begin with, and the size that their makers show. `trial` is the smallest
    work that shows that all of it runs, without its prompt. `borrows` tells that weights of another family
    may serve it. `single` is how its checkpoints in one file are known, of a family that wears LoRAs. `tiny`
    are the tiny weights that a take needs, the quickest way.
    """

    name: str
    title: str
    kinds: tuple[str, ...]
    family: str = ""
    fields: tuple[SpecField, ...] = ()
    unread: frozenset[str] = frozenset()
    borrows: bool = False
    single: SingleFile | None = None
    tiny: tuple[str, ...] = ()
    usual_model: str = ""
    trial: MakeVideo | MakePicture | None = None
    usual: MakeVideo | MakePicture | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a model makes a take. `steps` are all of it, `parts` the chunks: frames, seed, prompt.

    `negative` is what it is guided away from: the film's words, else the model's own; empty where it is not.
    `changes` are sentences on what is not as it was asked for.
    """

    pipeline: str
    reason: str
    fitted: Fitted
    stages: int = 1
    schedule: str = ""
    steps: int = 0
    guidance: str = ""
    negative: str = ""
    parts: tuple[tuple[int, int, str], ...] = ()
    changes: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()  # whose pictures go along

    @property
    def go(self) -> int:
        """Frames of its longest go; 0 for a picture."""
        return self.parts[0][0] if self.parts else 0


Composer = Callable[[ShotMeaning], Prompt]


def _no_card() -> Card | None:
    return None


def _nothing_shown(card: Card) -> Collection[Known]:
    return ()


def _no_packages() -> Collection[str]:
    return ()


@dataclass(frozen=True, slots=True)
class InUse:
    """Weights that an engine runs: as they are called to people, what holds them, whether they are random."""

    id: str
    found: Found

    @property
    def tiny(self) -> bool:
        return self.found.tiny


@dataclass(frozen=True, slots=True)
class Machine:
    """Where work would be done: the weights here, those it would be done with (`found`; None: they are not
    here), and the card, which is asked for only when its memory matters.

    `model` is the id of published weights, for those that are not here. `memo` keeps what an engine has read
    of these weights from one plan to the next.
    """

    shelf: ModelStore | None = None
    found: Found | None = None
    model: str = ""
    card: Callable[[], Card | None] = _no_card
    shown: Callable[[Card], Collection[Known]] = _nothing_shown
    packages: Callable[[], Collection[str]] = _no_packages
    memo: dict[str, Any] = field(default_factory=dict)


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


class Profile:
    """What an engine says of itself. This one says what its row does; engines of models say more.

    Made from the engine's row; imports no model stack and loads nothing.
    """

    def __init__(self, row: EngineRow) -> None:
        self.row = row

    @property
    def drawing(self) -> int:
        """A number that goes up when equal facts give another drawing, so that kept ones are drawn anew."""
        return 1

    def describe(self) -> Description:
        """What it is: kinds of work, fields with their bounds, family of weights."""
        return Description(name=self.row.name, title=self.row.title, kinds=self.row.kinds)

    def kinds_of(self, found: Found) -> tuple[str, ...]:
        """The kinds of work that it does by those weights. Raises BadInput for weights that it can't run."""
        return self.row.kinds

    def check(self, spec: SpecValue) -> None:
        """Raises BadInput for what it can't make by whatever weights: a field out of its bounds."""
        for each in self.describe().fields:
            value = getattr(spec, each.name, None)
            if not each.allows(value):
                raise BadInput(
                    f"{each.name} is {_plain(value)}, which {self.row.name} can't do",
                    f"it takes {each.bounds}",
                )

    def composer(self) -> Composer | None:
        """What words the prompt of a shot as its models want it; None where the plain one will do."""
        return None

    def guide(self) -> Guide | None:
        """How its makers want prompts worded; None where they say nothing of it."""
        return None

    def picture_limits(self) -> Limits:
        """The sides of pictures that it makes."""
        return Limits(title=self.row.title, multiple=1)

    def check_references(self, sizes: Sequence[tuple[int, int]]) -> None:
        """Check pictures that it is to look at, by their widths and heights. Raises Refused for more than it
        can, BadInput for one that is of no use.
        """

    def check_inputs(self, spec: SpecValue, width: int, height: int, frames: int = 1) -> None:
        """Check what is asked for of a picture, or a clip of so many frames. Raises BadInput."""

    def check_weights(self, store: ModelStore, found: Found, loras: Loras, negative: str) -> None:
        """Check weights that are here. Raises Refused where they know no negative prompt, or a LoRA does not
        fit them; NotFound, BadInput.
        """

    def check_kind(self, found: Found, kind: str) -> None:
        """Check that weights that are here can do that kind of work. Raises Refused."""

    def in_use(self, store: ModelStore, model: str = "") -> InUse:
        """The weights that it runs: those named or chosen, else the best here. Raises Unavailable with the
        command that gets some, Damaged.
        """
        found = store.resolve(self.describe().family or self.row.name, model=model)
        return InUse(found.id, found)

    def weights_for(self, store: ModelStore, spec: SpecValue) -> tuple[Found, ...]:
        """All weights that a spec needs here. Raises Unavailable with the command that gets them, NotFound,
        Damaged.
        """
        return (self.in_use(store, getattr(spec, "model", "")).found,)

    def plan(self, spec: SpecValue, machine: Machine, clips: Sequence[bool] = ()) -> Way | None:
        """How it would make it there and why; None where there is nothing to say. `clips` tells for each
        conditioning whether it is a clip. Raises BadInput, Refused, Unavailable for what can't be made.
        """
        return None

    def parts(self, frames: int) -> int:
        """In how many parts it makes a take of so many frames, one go each."""
        return 1

    def voices(self) -> tuple[Voice, ...]:
        """The voices that it speaks lines with here; may run a program. Empty: none that can be named."""
        return ()

    def has_voice(self, voice: str) -> bool | None:
        """Whether there is such a voice; None where that can't be looked up here."""
        return None

    def service_models(self, settings: Settings, tick: Callable[[], None]) -> tuple[ServiceModel, ...] | None:
        """The models of the service that it asks, which is asked for them; None where it asks none. Raises
        Unavailable, Failed, and what `tick` raises.
        """
        return None

    def sizes(self) -> Sizes | None:
        """What its models weigh and their work takes; None where it runs no model by recipes."""
        return None

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        """What memory goes by, of a spec or of the usual one: by weights that are here as a worker counts it,
        else by published ones. `go` is the most frames that are made at once (0: as many as the model can).

        Raises NotFound where it runs no model by recipes, or one whose sizes nobody knows; BadInput and
        Refused for what can't be made; Unavailable, Damaged for what is missing beside weights that are here.
        """
        raise NotFound(f"{self.row.name} runs no model by recipes")

    def likely_request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        """`request`, by the published weights where something is missing beside those that are here.

        Raises what is wrong with those that nobody has published.
        """
        if machine.found is None:
            return self.request(spec, replace(machine, found=None), go)
        try:
            return self.request(spec, machine, go)
        except (Unavailable, NotFound, Damaged) as error:
            named = machine.model or machine.found.id
            try:  # what is wrong is told elsewhere
                return self.request(spec, replace(machine, found=None, model=named), go)
            except NotFound:
                raise error from None


class Broken(Profile):
    """Stands for what an engine of others would say of itself where that can't be imported or made: the list
    of engines goes on, and whoever wants work of it is told.
    """

    def __init__(self, row: EngineRow, error: Exception) -> None:
        super().__init__(row)
        self._error = f"{type(error).__name__}: {error}"

    def check(self, spec: SpecValue) -> None:
        """Raises Unavailable, always: with why the engine can't describe itself."""
        raise Unavailable(
            f"{self.row.name} can't describe itself: {self._error}",
            "its profile is at fault: mend its distribution, or leave the profile out",
        )
