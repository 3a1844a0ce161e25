"""The profile of an engine: a description of the engine, and the plan for a piece of work before it is
queued.

The studio process queries the profile while a user types, so this module imports neither torch nor any other
model library.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
from milimo_tui.engines.specs.spec_values import DescribedPerson, Loras, SpecValue
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.story.elements.prompt import ComposedPrompt


@dataclass(frozen=True, slots=True)
class SpecField:
    """A field of a spec that an engine uses, with its bounds: the smallest and largest value of a number, or
    the allowed choices. None, or an empty tuple of choices, means no bound.
    """

    name: str
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def bounds(self) -> str:
        """The allowed values in words, such as `1 to 1441`, `at least 64` or `auto, one or two`. Empty if
        every value is allowed.
        """
        if self.choices:
            return " or ".join(filter(None, (", ".join(self.choices[:-1]), self.choices[-1])))
        if self.least is not None and self.most is not None:
            return f"{self.least:g} to {self.most:g}"
        if self.least is not None:
            return f"at least {self.least:g}"
        return f"at most {self.most:g}" if self.most is not None else ""

    def allows(self, value: object) -> bool:
        """Return True if a value is within the bounds. None is always allowed, because it leaves the choice
        to the engine.
        """
        if value is None or (self.choices and value in self.choices):
            return True
        if self.choices or not isinstance(value, int | float):
            return not self.choices
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice in which an engine can speak lines: the id that a shot's settings use, and its display name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceModel:
    """A model that a network service offers. `sees` says whether the model accepts pictures; None if the
    service does not report it. `until` is the time at which the service removes the model from memory; empty
    if the model is not in memory or the time is unknown.
    """

    name: str
    bytes: int = 0
    parameters: str = ""
    quantisation: str = ""
    sees: bool | None = None
    writes: bool = True
    until: str = ""
    in_use: bool = False


@dataclass(frozen=True, slots=True)
class ReadyModel:
    """A language model that can answer now. An empty name means the model of the settings.

    `seconds_per_page` is the expected time for reading a page of a screenplay; 0 if it is unknown.
    """

    name: str = ""
    seconds_per_page: float = 0.0


NO_SIDES: Mapping[int, str] = MappingProxyType({})


# Fields of take specs that apply only to models with sound, with several sampling stages, or with several
# guidance scales.
STAGED_MODEL_FIELDS = frozenset(
    ("pipeline", "schedule", "stages", "temporal_upscale", "guidance_parts", "camera_lora", "voice")
)


def _find_no_pair(path: Path, generation: str) -> tuple[Path, Path] | None:
    return None


@dataclass(frozen=True, slots=True)
class SingleFile:
    """The rules that recognize a complete checkpoint in one file by its tensors.

    - `marks` are parts of tensor names in the original authors' checkpoints.
    - `base` is the catalog id of the weights whose folder supplies the missing components. `bases` has one
      such id for each generation of the model family.
    - `generation` is the default generation. `later` maps parts of tensor names to the generation that
      introduced them, the latest first. `sides` instead names a tensor whose second dimension identifies the
      generation.
    - `pair` finds both files of a model with two transformers, given either file. It is None if the model has
      one transformer.
    """

    marks: tuple[str, ...]
    base: str
    generation: str
    later: tuple[tuple[str, str], ...] = ()
    sides: tuple[str, Mapping[int, str]] = ("", NO_SIDES)
    bases: Mapping[str, str] = field(default_factory=dict)
    pair: Callable[[Path, str], tuple[Path, Path] | None] = _find_no_pair

    def generation_of(self, tensors: Mapping[str, TensorEntry]) -> str:
        """Return the generation of the model family to which tensors with these names and shapes belong."""
        mark, sides = self.sides
        shape = next((one.shape for name, one in tensors.items() if mark and name.endswith(mark)), ())
        if len(shape) > 1 and shape[1] in sides:
            return sides[shape[1]]
        there = (one for mark, one in self.later if any(mark in name for name in tensors))
        return next(there, self.generation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """An engine's description of itself. `family` is the family of its weights, or empty if the engine loads
    no weights of the catalog.

    - `fields` are the spec fields that the engine bounds.
    - `unread` are the fields of take specs that the engine ignores. Forms do not show them.
    - `usual_model` and `usual` are the default weights, and a spec of the size that the model's authors
      recommend. Explanations use both if the user names nothing.
    - `trial` is the smallest spec that exercises all of the engine's code, without a prompt.
    - `borrows` means that the engine may use weights of another family.
    - `single` recognizes checkpoints in one file. Only families that support LoRAs have it.
    - `tiny` names the tiny weights that the fastest trial take needs.
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
    """The plan by which a model makes a take or picture. It is shown to the user and recorded with the take.

    `steps` is the total number of sampling steps. `parts` lists the parts of a long take, each with its
    frames, seed and prompt. `negative` is the film's negative prompt, or else the model's; empty if none is
    used. `changes` describes the differences from the request in sentences.
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
    subjects: tuple[str, ...] = ()  # names of the elements whose pictures the model receives

    @property
    def go(self) -> int:
        """Number of frames of the longest part, which is the first; 0 for a picture."""
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
    """The weights that an engine would run: the id for display, and the installed weights (`found`). They may
    be tiny random weights, which exist only for tests.
    """

    id: str
    found: ResolvedWeights

    @property
    def tiny(self) -> bool:
        """True if the weights are tiny random ones."""
        return self.found.tiny


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine on which work would be done, as far as a plan needs to know it.

    - `shelf` is the store of installed weights.
    - `found` are the weights to use; None if they are not installed.
    - `model` is the id of published weights that are not installed.
    - `card` returns the graphics card. It is called only if the card's memory matters.
    - `memo` caches facts that an engine has read from these weights, for later plans.
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
    """The base class of all engine profiles. It describes an engine by the engine's row alone. Engines with
    models override more methods.

    A profile is constructed from the row. It imports no model library and loads no weights.
    """

    def __init__(self, row: EngineRow) -> None:
        self.row = row

    @property
    def drawing(self) -> int:
        """Version of the engine's drawing code. Increase it when the same facts are drawn differently, so
        that cached drawings are made again.
        """
        return 1

    def describe(self) -> Description:
        """Return the engine's description: kinds of work, fields with their bounds, and the family of its
        weights.
        """
        return Description(name=self.row.name, title=self.row.title, kinds=self.row.kinds)

    def kinds_of(self, found: ResolvedWeights) -> tuple[str, ...]:
        """Return the kinds of work that the engine can do with these weights. Raises BadInput if the engine
        cannot run the weights.
        """
        return self.row.kinds

    def check(self, spec: SpecValue) -> None:
        """Raise BadInput if the engine cannot make this spec with any weights, because a field is out of its
        bounds.
        """
        for each in self.describe().fields:
            value = getattr(spec, each.name, None)
            if not each.allows(value):
                raise BadInput(
                    f"{each.name} is {_format_field_value(value)}, which {self.row.name} can't do",
                    f"it takes {each.bounds}",
                )

    def check_settings(self, settings: Settings) -> None:
        """Raise BadInput or Refused for a setting that the engine cannot use, Unavailable for a setting or
        program that it needs.
        """

    def composer(self) -> Composer | None:
        """Return the function that composes a shot's prompt for this engine's models, or None if they need no
        special wording.
        """
        return None

    def guide(self) -> Guide | None:
        """Return the prompt guide of the model's authors, or None if they published none."""
        return None

    def picture_limits(self) -> Limits:
        """Return the limits for the width and height of pictures that the engine makes."""
        return Limits(title=self.row.title, multiple=1)

    def check_references(self, sizes: Sequence[tuple[int, int]]) -> None:
        """Check reference pictures by their (width, height). Raises Refused for too many pictures, and
        BadInput for a picture of an unusable size.
        """

    def check_inputs(self, spec: SpecValue, width: int, height: int, frames: int = 1) -> None:
        """Check the inputs of a request for a picture, or for a clip of `frames` frames. Raises BadInput for
        an input that the engine cannot use.
        """

    def check_weights(self, store: ModelStore, found: ResolvedWeights, loras: Loras, negative: str) -> None:
        """Check that installed weights support the negative prompt and that the LoRAs fit them. Raises
        Refused if not, NotFound for a missing LoRA, and BadInput.
        """

    def check_kind(self, found: ResolvedWeights, kind: str) -> None:
        """Raise Refused if the installed weights cannot do this kind of work."""

    def in_use(self, store: ModelStore, model: str = "") -> InUse:
        """Return the weights that the engine would run: the named weights, else those the user selected, else
        the best that are installed. Raises Unavailable with the command that downloads weights, and Damaged.
        """
        found = store.resolve(self.describe().family or self.row.name, model=model)
        return InUse(found.id, found)

    def weights_for(self, store: ModelStore, spec: SpecValue) -> tuple[ResolvedWeights, ...]:
        """Return all installed weights that a spec needs. Raises Unavailable with the command that downloads
        missing weights, NotFound, Damaged.
        """
        return (self.in_use(store, getattr(spec, "model", "")).found,)

    def plan(self, spec: SpecValue, machine: Machine, clips: Sequence[bool] = ()) -> Way | None:
        """Return the plan by which the engine would make the take or picture of `spec` on a given machine.
        The plan includes the reason for its choices. None means that there is nothing to report.

        `clips` has one entry for each condition of the spec: True for a clip, False for a picture. Raises
        BadInput, Refused or Unavailable if the spec cannot be made.
        """
        return None

    def parts(self, frames: int) -> int:
        """Return the number of parts in which the engine makes a take of `frames` frames."""
        return 1

    def voices(self) -> tuple[Voice, ...]:
        """Return the voices that the engine has on this machine. The call may run a program. Empty if a user
        cannot choose a voice.
        """
        return ()

    def has_voice(self, voice: str) -> bool | None:
        """Return True if a voice with this id exists. None means that this machine cannot look it up."""
        return None

    def find_default_voice(self, person: DescribedPerson, language: str) -> str:
        """Return the id of the voice that speaks for a character without a voice. Empty if it is unknown."""
        return ""

    def suit_voices(self, person: DescribedPerson, language: str) -> tuple[str, ...]:
        """Return the ids of the voices that suit a character who speaks `language`, the best first. Empty if
        this machine cannot list the voices.
        """
        return tuple(voice.id for voice in self.voices())

    def service_models(self, settings: Settings, tick: Callable[[], None]) -> tuple[ServiceModel, ...] | None:
        """Ask the engine's network service for its models. Return None if the engine uses no service. `tick`
        is called while waiting and may raise to cancel. Raises Unavailable, Failed, and any exception of
        `tick`.
        """
        return None

    def iterate_ready_models(
        self, settings: Settings, store: ModelStore, processor: Callable[[], Card | None], model: str = ""
    ) -> Iterator[ReadyModel]:
        """Yield the language models of this engine that can answer now, the preferred one first. `model`
        limits them to one. `processor` returns the CPU, or None on a machine with a GPU. Never raises.
        """
        return iter(())

    def check_text_model(
        self, store: ModelStore, processor: Callable[[], Card | None], model: str
    ) -> ReadyModel:
        """Return a language model that the user has named. Raises Unavailable if it can't run here. A service
        is asked only when the job runs.
        """
        return ReadyModel(model)

    def get_text_model_name(self, settings: Settings, store: ModelStore, model: str) -> str:
        """Return the name that is recorded with the answers of a language model. An empty `model` is the
        model of the settings. Empty if there is none.
        """
        return model

    def sizes(self) -> Sizes | None:
        """Return the sizes of the engine's models and the memory and time of their work. None if the engine
        does not choose between recipes.
        """
        return None

    def request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        """Return the memory request of a spec, or of the engine's usual spec if `spec` is None. Installed
        weights are measured as a worker measures them; otherwise the sizes of the published weights are used.
        `go` is the maximum number of frames that are made at once; 0 means as many as the model can make.

        Raises NotFound if the engine does not choose between recipes or the model's size is unknown; BadInput
        and Refused for a spec that cannot be made; Unavailable and Damaged for missing components of
        installed weights.
        """
        raise NotFound(f"{self.row.name} does not run a model, so it has no recipes")

    def likely_request(self, spec: MakeVideo | MakePicture | None, machine: Machine, go: int = 0) -> Request:
        """Return the memory request as `request` does. If a component of the installed weights is missing,
        use the sizes of the published weights.

        Raises the original error if these weights are not published.
        """
        if machine.found is None:
            return self.request(spec, replace(machine, found=None), go)
        try:
            return self.request(spec, machine, go)
        except (Unavailable, NotFound, Damaged) as error:
            named = machine.model or machine.found.id
            try:  # Another check reports the error itself.
                return self.request(spec, replace(machine, found=None, model=named), go)
            except NotFound:
                raise error from None


class BrokenProfile(Profile):
    """The replacement for a plug-in engine's profile that cannot be imported or constructed. With it, the
    list of engines can still be shown. Every request for work by this engine fails with the original error.
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
