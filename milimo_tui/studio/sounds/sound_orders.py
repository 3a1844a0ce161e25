"""Compose the requests of music, effects and ambience, choose their engine, and find stale takes of sound."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from milimo_tui.core.errors import BadInput, MilimoError, NotFound, Unavailable
from milimo_tui.core.untrusted_json import read_stored_object
from milimo_tui.cut.layout.layout import layout
from milimo_tui.cut.layout.scene_spans import SceneSpan, list_scene_spans
from milimo_tui.cut.values.cut import Cut
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.contract.engine_row import EngineRow
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.music_specs import MOST_FRAMES, DescribedPlace, MakeSound, SoundSource
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.story.sound.scene_sound import (
    RULES_DECIDE,
    SceneSoundFacts,
    SoundChoices,
    collect_film_facts,
    collect_scene_facts,
)
from milimo_tui.story.sound.sound_prompts import SoundPrompt, SoundRole, StemName, compose_sound_prompt
from milimo_tui.story.values.film import Scene, Story
from milimo_tui.story.values.sound_take import SoundTake
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.session.studio import FilmSnapshot, Studio

KIND = "make_sound"
_WORDS = "prompt"  # the name of the choice that replaces the composed prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundOrder:
    """The user's order of a sound. `scene` is None for the complete film. `frames` is its length; None: the
    length of the scene or the film. `words` replace the composed prompt. `source` is an existing sound from
    which the sound is made.
    """

    role: SoundRole
    scene: Scene | None = None
    engine: str = ""
    variations: int = 1
    seed: int | None = None
    frames: int | None = None
    loop: bool = False
    stem: StemName = ""
    words: str = ""
    choices: SoundChoices = field(default=RULES_DECIDE)
    model: str = ""
    source: SoundSource | None = None


@dataclass(frozen=True, slots=True)
class PreparedSound:
    """The request of a sound, with the prompt and the facts from which it was composed."""

    spec: MakeSound
    prompt: SoundPrompt
    facts: SceneSoundFacts


def collect_sound_facts(
    story: Story, scene: Scene | None, choices: SoundChoices = RULES_DECIDE
) -> SceneSoundFacts:
    """Return the facts that decide the sound of a scene, or of the film if `scene` is None."""
    return collect_film_facts(story, choices) if scene is None else collect_scene_facts(story, scene, choices)


def list_sound_spans(story: Story, cut: Cut | None, scene: Scene | None) -> tuple[SceneSpan, ...]:
    """Return the frames of a cut that belong to a scene, or all its frames if `scene` is None."""
    if cut is None:
        return ()
    placed = layout(cut)
    if scene is None:
        return (SceneSpan("", 0, placed.frames),) if placed.frames else ()
    spans = list_scene_spans(placed, {shot.id: shot.scene for shot in story.shots})
    return tuple(span for span in spans if span.scene == scene.id)


def count_sound_frames(snapshot: FilmSnapshot, scene: Scene | None) -> int:
    """Return the length of the sound for a scene or the film, in frames: its longest span in the current cut,
    or else the sum of its shots.
    """
    spans = list_sound_spans(snapshot.story, snapshot.cut, scene)
    if spans:
        return max(span.end - span.start for span in spans)
    shots = snapshot.story.live_shots()
    return sum(shot.frames for shot in shots if scene is None or shot.scene == scene.id)


def prepare_sound(studio: Studio, order: SoundOrder) -> PreparedSound:
    """Compose the request of a sound and choose its engine. Nothing is queued. Raises the errors of
    `compose_sound` and `choose_sound_engine`.
    """
    made = compose_sound(studio, order)
    engine = choose_sound_engine(studio, made.spec, order.engine)
    return PreparedSound(made.spec.model_copy(update={"engine": engine.name}), made.prompt, made.facts)


def compose_sound(studio: Studio, order: SoundOrder) -> PreparedSound:
    """Compose the request of a sound, without an engine.

    Raises BadInput if the scene has no shots, so that the sound has no length.
    """
    snapshot = studio.take_snapshot()
    story = snapshot.story
    facts = collect_sound_facts(story, order.scene, order.choices)
    prompt = compose_sound_prompt(facts, order.role, order.stem)
    frames = order.frames or count_sound_frames(snapshot, order.scene)
    if not frames:
        what = f"scene {order.scene.number}" if order.scene else "the film"
        raise BadInput(f"{what} has no shots, so its sound has no length", "--seconds 30 sets the length")
    if frames > MOST_FRAMES:
        raise BadInput("a sound that long can't be made", f"the longest has {MOST_FRAMES} frames")
    choices = {name: value for name, value in asdict(order.choices).items() if value}
    spec = MakeSound(
        engine="",
        role=order.role,
        prompt=order.words or prompt.text,
        negative=prompt.negative,
        frames=frames,
        rate=story.project.rate if snapshot.cut is None else snapshot.cut.rate,
        seed=story.project.seed if order.seed is None else order.seed,
        variations=order.variations,
        loop=order.loop,
        bpm=prompt.bpm,
        place=_describe_place(order.scene),
        model=order.model,
        scene=order.scene.id if order.scene else "",
        stem=order.stem,
        choices=tuple({**choices, **({_WORDS: order.words} if order.words else {})}.items()),
        source=order.source,
        meant=compute_sound_order_signature(order.words or prompt.text, frames),
    )
    return PreparedSound(spec, prompt, facts)


def _describe_place(scene: Scene | None) -> DescribedPlace:
    if scene is None:
        return DescribedPlace()
    return DescribedPlace(
        heading=scene.heading,
        setting=scene.setting.value,
        location=scene.location,
        time_of_day=scene.time_of_day,
        action=f"{scene.weather} {scene.text}".strip(),
    )


def compute_sound_order_signature(prompt: str, frames: int) -> str:
    """Return the hash of the prompt and the length of a sound."""
    return hashlib.sha256(json.dumps([prompt, frames], ensure_ascii=False).encode()).hexdigest()


def choose_sound_engine(studio: Studio, spec: MakeSound, name: str = "") -> EngineRow:
    """Return the engine that makes a sound: the named one, else the first with installed weights that can
    make it, else for ambience the engine that makes room tones by rules.

    Raises NotFound, BadInput, and Unavailable if no engine can make the sound.
    """
    store = ModelStore(studio.home.models)
    if name:
        return _require_sound_engine(store, engine_registry.row(name), spec)
    for row in _iterate_sound_engines():
        try:
            return _require_sound_engine(store, row, spec)
        except MilimoError:
            continue
    if spec.role == "ambience" and spec.source is None:
        return engine_registry.find_first_engine(KIND, previs=True)
    what = f"{spec.role} from an existing sound" if spec.source is not None else spec.role
    raise Unavailable(
        f"no engine here makes {what}",
        "milimo model list shows models; milimo sound library add FOLDER adds sounds",
    )


def _iterate_sound_engines() -> Iterator[EngineRow]:
    return (row for row in engine_registry.rows() if KIND in row.kinds and not row.previs)


def _require_sound_engine(store: ModelStore, row: EngineRow, spec: MakeSound) -> EngineRow:
    if KIND not in row.kinds:
        names = ", ".join(one.name for one in engine_registry.rows() if KIND in one.kinds)
        raise BadInput(f"{row.name} does not make sound", f"engines that do: {names}")
    profile = engine_registry.profile(row.name)
    if row.previs:
        if spec.role != "ambience":
            raise BadInput(f"{row.name} makes only room tones, not {spec.role}", "leave out --engine")
        if spec.source is not None:
            raise BadInput(f"{row.name} can't use an existing sound", "leave out --engine")
        return row
    profile.check(spec.model_copy(update={"engine": row.name}))
    profile.weights_for(store, spec)
    require_stack(f"making {spec.role}")
    return row


def make_sound_request(studio: Studio, spec: MakeSound, label: str) -> JobRequest:
    """Return the job request of a sound for the open film."""
    root = studio.require_project().paths.root
    return JobRequest(spec=spec.model_dump(mode="json"), label=label, project=str(root))


def describe_sound_owner(story: Story, scene_id: str) -> str:
    """Return the words for the owner of a sound: `scene 3`, or `the film`."""
    if not scene_id:
        return "the film"
    number = next((scene.number for scene in story.scenes if scene.id == scene_id), "")
    return f"scene {number or scene_id}"


def find_stale_reason(snapshot: FilmSnapshot, take: SoundTake) -> str:
    """Return the reason why a take of sound is stale: another prompt or length. Empty if the take is fresh,
    or if its request is unknown.
    """
    story = snapshot.story
    spec = read_stored_object(take.spec)
    if not take.signature or not spec:
        return ""
    scene = next((scene for scene in story.scenes if scene.id == take.scene), None)
    if take.scene and scene is None:
        return "its scene is no longer in the film"
    given = {str(name): str(value) for name, value in spec.get("choices", ())}
    words = given.pop(_WORDS, "")
    frames = count_sound_frames(snapshot, scene)
    if not spec.get("loop") and frames and frames != take.frames:
        return f"the length is {frames} frames, not {take.frames}"
    known = {name: value for name, value in given.items() if name in SoundChoices.__dataclass_fields__}
    facts = collect_sound_facts(story, scene, SoundChoices(**known))
    prompt = compose_sound_prompt(facts, take.role.value, spec.get("stem", ""))
    if not words and prompt.text != take.prompt:
        return "the scene's facts give another prompt"
    return ""


def find_sound_take(story: Story, name: str) -> SoundTake:
    """Find a take of sound by its id or by the number that `milimo sound list` shows. Raises NotFound."""
    for number, take in enumerate(story.sound_takes, 1):
        if name in (take.id, str(number)):
            return take
    raise NotFound(f"there is no take of sound “{name}”", "milimo sound list shows them with their numbers")
