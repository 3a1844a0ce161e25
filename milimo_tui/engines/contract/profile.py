"""The profile in which an engine describes itself and says in advance how it would do a piece of work.

Imports no model stack: the studio asks the profile while a user types.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from milimo_tui.core.errors import BadInput, Damaged, NotFound, Unavailable
from milimo_tui.core.settings import Settings
from milimo_tui.engines.catalog.installed_weights import ResolvedWeights
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.catalog.safetensors_headers import TensorEntry
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.contract.fitting import Fitted, Limits
from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.recipes.model_sizes import Sizes
from milimo_tui.engines.recipes.values import Card, RecipeOutcome, Request
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Loras, SpecValue
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.story.elements.prompt import ComposedPrompt


@dataclass(frozen=True, slots=True)
class SpecField:
    """A field of a spec that an engine uses: its smallest and largest value if it is a number, or its allowed
    choices. None and empty mean no bound.
    """

    name: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def bounds(self) -> str:
        """The allowed values in words: `1 to 1441`, `at least 64`, `auto, one or two`; empty if everything is
        allowed.
        """
        if self.choices:
            return " or ".join(filter(None, (", ".join(self.choices[:-1]), self.choices[-1])))
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g}"
        if self.least is not None:
            return f"at least {self.least:g}"
        return f"at most {self.most:g}" if self.most is not None else ""

    def allows(self, value: object) -> bool:
        """Return True if a value is within the bounds. None, the engine's own choice, is always allowed."""
        if value is None or (self.choices and value in self.choices):
            return True
        if self.choices or not isinstance(value, int | float):
            return not self.choices
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice that speaks lines: the id by which a shot names it, and its display name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceModel:
    """A model that a service at an address offers. `sees` is None if the service does not say whether the
    model accepts pictures. `until` is the time at which the model leaves memory; empty: the model is not
    loaded, or the time is unknown.
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


# Fields of take specs that only models with sound, several stages or separate guidance parts use.
STAGED_MODEL_FIELDS = frozenset(
    ("pipeline", "schedule", "stages", "temporal_upscale", "guidance_parts", "camera_lora", "voice")
)


def _find_no_pair(path: Path, generation: str) -> tuple[Path, Path] | None:
    return None


@dataclass(frozen=True, slots=True)
class SingleFile:
    """The rules that recognize a complete checkpoint in one file. `marks` are parts of the original authors'
    tensor names. `base` is the catalog folder with the companion parts, or `bases` has one for each
    generation. `generation` is the default generation; `later` maps parts of tensor names to the generation
    that introduced them, the latest first. `sides` names a tensor whose second dimension tells the generation
    instead.

    `pair` finds both files of a model with two transformers from one of them; None if the generation has one
    transformer.
    """

    marks: tuple[str, ...]
    base: str
    generation: str
    later: tuple[tuple[str, str], ...] = ()
    sides: tuple[str, Mapping[int, str]] = ("", NO_SIDES)
    bases: Mapping[str, str] = field(default_factory=dict)
    pair: Callable[[Path, str], tuple[Path, Path] | None] = _find_no_pair

    def generation_of(self, tensors: Mapping[str, TensorEntry]) -> str:
        """Return the generation that tensors with these names and shapes belong to."""
        mark, sides = self.sides
        shape = next((one.shape for name, one in tensors.items() if mark and name.endswith(mark)), ())
        if len(shape) > 1 and shape[1] in sides:
            return sides[shape[1]]
        there = (one for mark, one in self.later if any(mark in name for name in tensors))
        return next(there, self.generation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """An engine's description of itself. `family` is the family of its weights; empty if it loads none of the
    catalog.

    `fields` are the spec fields that the engine bounds, and `unread` the take fields that it ignores, which
    users are not asked for. `usual_model` and `usual` are explained if the user names nothing: the default
    weights, and the size that the model's authors show. `trial` is the smallest work that exercises
    everything, without its prompt. `borrows` means that weights of another family may be used. `single`
    recognizes checkpoints in one file, of a family that supports LoRAs. `tiny` are the tiny weights that a
    take needs for the quickest method.
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
    """The method by which a model makes a take. `steps` is the total number of steps; `parts` are the chunks:
    frames, seed, prompt.

    `negative` is the negative prompt: the film's words, else the model's own; empty if none is used.
    `changes` are sentences on differences from the request.
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
    subjects: tuple[str, ...] = ()  # names of the elements whose pictures are used

    @property
    def go(self) -> int:
        """Number of frames of the longest chunk; 0 for a picture."""
        return self.parts[0][0] if self.parts else 0


Composer = Callable[[ShotMeaning], ComposedPrompt]


def _find_no_card() -> Card | None:
    return None


def _list_no_outcomes(card: Card) -> Collection[RecipeOutcome]:
    return ()


def _list_no_packages() -> Collection[str]:
    return ()


@dataclass(frozen=True, slots=True)
class InUse:
    """The weights that an engine runs: their display id, and the installed weights (`found`), which may be
    random.
    """

    id: str
    found: ResolvedWeights

    @property
    def tiny(self) -> bool:
        """True if the weights are tiny random ones."""
        return self.found.tiny


@dataclass(frozen=True, slots=True)
class Machine:
    """The place where work would be done: the installed weights (`shelf`), the weights to use (`found`; None:
    not installed), and the card, which is queried only when its memory matters.

    `model` is the id of published weights that are not installed. `memo` caches what an engine has read from
    these weights, from one plan to the next.
    """

    shelf: ModelStore | None = None
    found: ResolvedWeights | None = None
    model: str = ""
    card: Callable[[], Card | None] = _find_no_card
    shown: Callable[[Card], Collection[RecipeOutcome]] = _list_no_outcomes
    packages: Callable[[], Collection[str]] = _list_no_packages
    memo: dict[str, Any] = field(default_factory=dict)


def _format_field_value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


class Profile:
    """The description of an engine by itself. This base class reports the engine's row; engines of models
    override more.

    Made from the engine's row; imports no model stack and loads nothing.
    """

    def __init__(self, row: EngineRow) -> None:
        self.row = row

    @property
    def drawing(self) -> int:
        """Version of the drawing code. An increase invalidates cached drawings of the same facts."""
        return 1

    def describe(self) -> Description:
        """Return the engine's description: kinds of work, fields with their bounds, family of weights."""
        return Description(name=self.row.name, title=self.row.title, kinds=self.row.kinds)

    def kinds_of(self, found: ResolvedWeights) -> tuple[str, ...]:
        """Return the kinds of work that the engine does with these weights. Raises BadInput for weights that
        it can't run.
        """
        return self.row.kinds

    def check(self, spec: SpecValue) -> None:
        """Raise BadInput for a spec that the engine can't make with any weights: a field is out of its
        bounds.
        """
        for each in self.describe().fields:
            value = getattr(spec, each.name, None)
            if not each.allows(value):
                raise BadInput(
                    f"{each.name} is {_format_field_value(value)}, which {self.row.name} can't do",
                    f"it takes {each.bounds}",
                )

    def composer(self) -> Composer | None:
        """Return the function that words a shot's prompt for this engine's models, or None if the plain
        prompt will do.
        """
        return None

    def guide(self) -> Guide | None:
        """Return the prompt guide of the model's authors, or None if they published none."""
        return None

    def picture_limits(self) -> Limits:
        """Return the limits for the sides of pictures that the engine makes."""
        return Limits(title=self.row.title, multiple=1)

    def check_references(self, sizes: Sequence[tuple[int, int]]) -> None:
        """Check the reference pictures by their widths and heights. Raises Refused for too many, and BadInput
        for an unusable one.
        """

    def check_inputs(self, spec: SpecValue, width: int, height: int, frames: int = 1) -> None:
        """Check a request for a picture, or for a clip of `frames` frames. Raises BadInput."""

    def check_weights(self, store: ModelStore, found: ResolvedWeights, loras: Loras, negative: str) -> None:
        """Check installed weights. Raises Refused if they support no negative prompt or a LoRA does not fit
        them; also NotFound and BadInput.
        """

    def check_kind(self, found: ResolvedWeights, kind: str) -> None:
        """Check that installed weights can do this kind of work. Raises Refused."""

    def in_use(self, store: ModelStore, model: str = "") -> InUse:
        """Return the weights that the engine runs: the named or selected ones, else the best that are
        installed. Raises Unavailable with the command that downloads some, and Damaged.
        """
        found = store.resolve(self.describe().family or self.row.name, model=model)
        return InUse(found.id, found)

    def weights_for(self, store: ModelStore, spec: SpecValue) -> tuple[ResolvedWeights, ...]:
        """Return all weights that a spec needs here. Raises Unavailable with the command that downloads them,
        NotFound, Damaged.
        """
        return (self.in_use(store, getattr(spec, "model", "")).found,)

    def plan(self, spec: SpecValue, machine: Machine, clips: Sequence[bool] = ()) -> Way | None:
        """Return how the engine would make a spec on this machine and why, or None if there is nothing to
        report. `clips` says for each conditioning whether it is a clip. Raises BadInput, Refused or
        Unavailable if the spec can't be made.
        """
        return None

    def parts(self, frames: int) -> int:
        """Return the number of chunks in which the engine makes a take of `frames` frames."""
        return 1

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices that the engine speaks lines with on this machine; may run a program. Empty: no
        voice can be named.
        """
        return ()

    def has_voice(self, voice: str) -> bool | None:
        """Return True if this voice exists, or None if that can't be looked up here."""
        return None

    def service_models(self, settings: Settings, tick: Callable[[], None]) -> tuple[ServiceModel, ...] | None:
        """Query the engine's service for its models; None if the engine uses no service. Raises Unavailable,
        Failed, and any exception of `tick`.
        """
        return None

    def sizes(self) -> Sizes | None:
        """Return the sizes of the engine's models and the costs of their work, or None if it runs no model by
        recipes.
        """
        return None

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        """Return the memory request of a spec, or of the usual spec: from installed weights as a worker
        counts them, else from published weights. `go` is the maximum number of frames that are made at once
        (0: as many as the model can).

        Raises NotFound if the engine runs no model by recipes, or a model of unknown size; BadInput and
        Refused for a spec that can't be made; Unavailable and Damaged for missing companions of installed
        weights.
        """
        raise NotFound(f"{self.row.name} does not run a model, so it has no recipes")

    def likely_request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        """Return `request`, by the published weights if a companion of the installed weights is missing.

        Raises the original error if the weights are not published.
        """
        if machine.found is None:
            return self.request(spec, replace(machine, found=None), go)
        try:
            return self.request(spec, machine, go)
        except (Unavailable, NotFound, Damaged) as error:
            named = machine.model or machine.found.id
            try:  # The error itself is reported elsewhere.
                return self.request(spec, replace(machine, found=None, model=named), go)
            except NotFound:
                raise error from None


class BrokenProfile(Profile):
    """The replacement for a plug-in engine's profile that can't be imported or constructed. The list of
    engines keeps working, and any request for work by this engine gets the error.
    """

    def __init__(self, row: EngineRow, error: Exception) -> None:
        super().__init__(row)
        self._error = f"{type(error).__name__}: {error}"

    def check(self, spec: SpecValue) -> None:
        """Always raise Unavailable, with the reason why the engine can't describe itself."""
        raise Unavailable(
            f"{self.row.name} can't describe itself: {self._error}",
            "its profile has an error: update or remove the package that provides it",
        )
