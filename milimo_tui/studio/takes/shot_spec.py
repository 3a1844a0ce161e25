"""Build the spec that an engine gets for a shot, and check if takes are stale by comparing specs.

Pure functions over a story snapshot; nothing is queued.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from threading import Lock

from pydantic import ValidationError

from milimo_tui.core.errors import NotFound, Refused, Unavailable
from milimo_tui.engines.contract.profile import Composer
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import DescribedPerson, ShotFacts, SpokenLine
from milimo_tui.engines.specs.video_specs import Chunk, GuidanceParts, MakeVideo
from milimo_tui.story.breakdown.film_reading import load_person
from milimo_tui.story.breakdown.people import PersonKind
from milimo_tui.story.elements.prompt import (
    ComposedPrompt,
    PromptPart,
    ShotPlace,
    compose,
    compose_signature_text,
)
from milimo_tui.story.lines.dialogue_language import ENGLISH, find_dialogue_language
from milimo_tui.story.looks.looks import apply_looks_at_shot
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import ElementKind, Scene, Shot, Story, Take, number_shots
from milimo_tui.story.values.suggestion import Suggestion
from milimo_tui.studio.session.names import find_by_name
from milimo_tui.studio.takes import conditioning, sharing
from milimo_tui.studio.takes.beats import time_prompt_beats
from milimo_tui.studio.takes.conditioning import StoryIndex
from milimo_tui.studio.takes.element_inputs import (
    find_voice_sample,
    get_first_seed,
    get_scene,
    list_reference_pictures,
    list_reference_subjects,
    list_shot_loras,
)
from milimo_tui.studio.takes.meaning import collect_shot_meaning, list_additional_facts
from milimo_tui.studio.takes.shot_place import (
    describe_shot_place,
    get_drawn_place,
    get_earlier_drawn_place,
    is_setting_guessed,
)
from milimo_tui.studio.takes.signatures import copy_equal_voices, copy_voices, is_signature_of
from milimo_tui.studio.takes.subjects import choose_subject_pictures
from milimo_tui.studio.takes.written_prompts import (
    choose_prompt_family,
    find_accepted_prompt,
)

# The engine of provisional lines, which has the same voices as drawn takes.
SCRATCH_VOICE = engine_registry.find_scratch_voice().name
WRITTEN_BY = "written by"  # Beginning of the source of a prompt that a language model wrote.


@dataclass(frozen=True, slots=True)
class ShotState:
    """A shot with its number, scene and takes (oldest first). `picked` is the take that it shows, and `stale`
    is True if that take is stale.
    """

    shot: Shot
    number: str
    scene: Scene
    takes: tuple[Take, ...]
    picked: Take | None
    stale: bool
    story: Story
    # The shot whose take is shown: usually this shot, but the first shot if this shot continues a
    # performance.
    maker: Shot

    @property
    def is_shared(self) -> bool:
        """True if the shot shows the take of another shot, so that no take is made for it."""
        return self.maker.id != self.shot.id

    @property
    def shares(self) -> str:
        """A text with the first shot of the performance that this shot continues, and the manner: `1B,
        closer`. Empty if the shot continues no performance.
        """
        return sharing.describe_sharing_briefly(self.story, self.shot) if self.shot.continues_as else ""

    @property
    def lacks_take(self) -> bool:
        """True if the shot needs a take and has none."""
        return self.picked is None and not self.is_shared

    @property
    def is_chosen_by_user(self) -> bool:
        """True if the user picked or rated the take that is shown. No new take replaces such a take
        automatically.
        """
        return self.picked is not None and picked_takes.is_user_choice(self.maker, self.picked)

    @property
    def waiting_take(self) -> Take | None:
        """The newest fresh take that the user has to decide on in Review, because the shot still shows a
        stale take that the user chose. None if there is no such take.
        """
        if not (self.stale and self.is_chosen_by_user):
            return None
        able = (take for take in reversed(self.takes) if not take.rejected and take != self.picked)
        return next((take for take in able if self.is_fresh(take)), None)

    @property
    def is_due(self) -> bool:
        """True if the picked take is stale and must be made again. False if a fresh take waits for the user's
        decision.
        """
        return self.stale and self.waiting_take is None and not self.is_shared

    def is_fresh(self, take: Take) -> bool:
        """Return True if a take is not stale, which means that it was made from the shot's present values."""
        return not _is_outdated(self.story, self.maker, take)


def choose_engine(story: Story, shot: Shot, override: str = "") -> str:
    """Return the name of the engine for a shot. This is `override` if it is not empty, otherwise the shot's
    own engine, otherwise the film's engine.

    If the shot has a single frame, the film's engine may name a picture engine, which is then used instead.
    """
    named = override or shot.engine
    row = engine_registry.find_engine(story.project.engine)
    if not named and shot.frames == 1 and row is not None and row.one_frame:
        return row.one_frame
    return named or story.project.engine


def get_prompt(story: Story, shot: Shot, engine: str = "") -> ComposedPrompt:
    """Return the prompt exactly as it is sent for the shot, worded by the engine's composer. Return an empty
    prompt for a shot that shows another shot's take.
    """
    performances = FilmPerformances(story)
    if performances.find_take_maker(shot).id != shot.id:
        return ComposedPrompt("", "", ())  # The shot shows another shot's take, so nothing is sent.
    return compose_shot_prompt(story, performances.prepare_for_take(shot), engine)


def compose_shot_prompt(story: Story, shot: Shot, engine: str = "") -> ComposedPrompt:
    """Return the prompt for this shot and its own dialogue only, even if the shot begins a performance that
    includes the dialogue of further shots.

    The user's own prompt comes first, then an accepted prompt by a language model that agrees with the
    present facts, then the text of the engine's composer.
    """
    name = choose_engine(story, shot, engine)
    written = find_written_prompt(story, shot, name)
    own = shot.prompt if written is None else written.text
    if composer := _find_composer(name):
        meaning = collect_shot_meaning(story, shot)
        composed = composer(meaning if written is None else replace(meaning, own=written.text))
    else:
        composed = compose_plain_prompt(story, replace(shot, prompt=own))
    if written is not None:
        parts = tuple(
            replace(part, source=f"{WRITTEN_BY} {written.model}") if part.role == "prompt" else part
            for part in composed.parts
        )
        composed = replace(composed, parts=parts, all_parts=())
    return composed if shot.prompt is not None else _add_reference_words(story, shot, name, composed)


def _add_reference_words(story: Story, shot: Shot, engine: str, prompt: ComposedPrompt) -> ComposedPrompt:
    """Return a prompt that says which reference picture shows whom, for an engine that gets such pictures."""
    shown = list_reference_subjects(story, shot, _get_reference_limit(engine))
    if not shown:
        return prompt
    rows = [f"image {at} shows {name}" for at, name in enumerate(shown, 1)]
    text = f"{', '.join(rows[:-1])} and {rows[-1]}." if len(rows) > 1 else f"{rows[0]}."
    part = PromptPart("references", text[0].upper() + text[1:], "the reference pictures")
    parts, every = (*prompt.parts, part), (*prompt.all_parts, part) if prompt.all_parts else ()
    return ComposedPrompt(" ".join(each.text for each in parts), prompt.negative, parts, every)


def describe_shot_meaning(story: Story, shot: Shot) -> str:
    """Describe a shot by facts from the screenplay and the user only, without the film's style and without
    the user's own prompt.

    The text is stored with the prompts that language models write. If it has changed since, such a prompt is
    out of date and the composer's text is sent.
    """
    parts = compose_plain_prompt(story, replace(shot, prompt=None)).parts
    plain = " ".join(part.text for part in parts if part.role != "style")
    return "\n".join((plain, *list_additional_facts(story, shot)))


def find_written_prompt(story: Story, shot: Shot, engine: str) -> Suggestion | None:
    """Return the prompt by a language model that is sent for a shot: an accepted prompt for the engine that
    agrees with the present facts. None if there is none, or if the user wrote a prompt.

    If the shot begins a performance, `shot` includes the dialogue of its further shots.
    """
    if shot.prompt is not None or not any(one.shot == shot.id for one in story.suggestions):
        return None
    accepted = find_accepted_prompt(story, shot.id, choose_prompt_family(engine))
    if accepted is None or accepted.meant != describe_shot_meaning(story, shot):
        return None
    return accepted


def find_outdated_prompt(story: Story, shot: Shot, engine: str) -> Suggestion | None:
    """Return the accepted prompt by a language model that is not sent for a shot, because the facts of the
    shot have changed since it was written. None if there is none.
    """
    shot = FilmPerformances(story).prepare_for_take(shot)
    accepted = find_accepted_prompt(story, shot.id, choose_prompt_family(engine))
    if accepted is None or accepted.meant == describe_shot_meaning(story, shot):
        return None
    return accepted


def _find_composer(engine: str) -> Composer | None:
    """Return the function that words prompts for an engine, or None if the engine gets plain prompts."""
    return engine_registry.profile(engine).composer() if engine_registry.find_engine(engine) else None


def compose_plain_prompt(story: Story, shot: Shot) -> ComposedPrompt:
    """Return the plain prompt, which no composer has worded. Engines without a composer get this prompt."""
    known = apply_looks_at_shot(story, shot)
    return compose(
        story.project, describe_shot_place(story, get_scene(story, shot), shot, known), shot, known
    )


def get_signature_text(story: Story, shot: Shot, engine: str) -> str:
    """Return the facts of a shot from the screenplay and the user as text. Stale takes are found by comparing
    this text and not the composed prompt, so that a new version of a composer makes no take stale.

    The text contains the place that the engine was sent. An engine without a composer is sent the place of
    the shot. For other engines, the text has the place of the scene, as in the first versions: their
    composers, and the facts of a drawing, always had the place of the shot.
    """
    known, scene = apply_looks_at_shot(story, shot), get_scene(story, shot)
    if is_drawing_engine(engine) or _find_composer(engine) is not None:
        place = ShotPlace.from_scene(scene)
    else:
        place = describe_shot_place(story, scene, shot, known)
    text = compose_signature_text(story.project, place, shot, known)
    return "\n".join((text, *list_additional_facts(story, shot)))


def get_shot_facts(story: Story, shot: Shot, *, engine: str = "", voiced: bool = False) -> ShotFacts:
    """Return the facts of a shot for an engine, or for a drawing if `engine` is empty. If `voiced` is True,
    the voices of the characters and the language are included, for an engine that speaks the dialogue.
    """
    scene = get_scene(story, shot)
    people = [element for element in story.elements if element.kind is ElementKind.CHARACTER]
    described = {
        element.name.casefold(): element.description
        for element in apply_looks_at_shot(story, shot)
        if element.kind is ElementKind.CHARACTER
    }
    # A voice of another engine than the speech program is not a voice of drawn takes.
    voices = (
        {each.name.casefold(): each.voice for each in people if each.voice_engine in ("", SCRATCH_VOICE)}
        if voiced
        else {}
    )
    genders = {element.name.casefold(): element.gender for element in people}
    animals = {
        element.name.casefold()
        for element in people
        if (person := load_person(element)) is not None and person.kind is PersonKind.ANIMAL
    }
    numbers = story.numbers
    # The prompt of an engine with a composer contains the place. Its facts have the place as in the first
    # versions, because they are part of the signature of its takes.
    composed = bool(engine) and _find_composer(engine) is not None
    drawn = get_earlier_drawn_place(story, scene, shot) if composed else get_drawn_place(story, scene, shot)
    return ShotFacts(
        number=numbers.get(shot.id, ""),
        scene_number=scene.number,
        heading=drawn.heading,
        setting=drawn.setting.value,
        location=drawn.location,
        time_of_day=drawn.time_and_weather,
        action=shot.action,
        size=shot.size.value,
        angle=shot.angle.value,
        movement=shot.movement.value,
        function=shot.function.value,
        rig=shot.rig.value,
        characters=tuple(
            DescribedPerson(
                name=name,
                description=described.get(name.casefold(), ""),
                gender=genders.get(name.casefold(), ""),
                kind=PersonKind.ANIMAL.value if name.casefold() in animals else "",
            )
            for name in shot.characters
        ),
        lines=tuple(
            SpokenLine(
                character=line.character,
                text=line.text,
                extension=line.extension,
                voice=voices.get(line.character.casefold(), ""),
            )
            for line in shot.dialogue
            if line.text
        ),
        title=story.project.name,
        stands=shot.stands,
        language=_get_spoken_language(story) if voiced and any(line.text for line in shot.dialogue) else "",
    )


def _get_spoken_language(story: Story) -> str:
    """Return the code of the language of the dialogue for the facts of a shot; empty for English."""
    language = find_dialogue_language(story)
    return "" if language == ENGLISH else language


def is_drawing_engine(engine: str) -> bool:
    """Return True if an engine only draws takes from the facts of a shot. Such an engine gets no pictures or
    clips to follow.
    """
    row = engine_registry.find_engine(engine)
    return row is not None and row.previs


def make_video_spec(
    story: Story,
    shot: Shot,
    *,
    engine: str = "",
    seed: int | None = None,
    root: Path | None = None,
    index: StoryIndex | None = None,
) -> MakeVideo:
    """Return the spec for a take of a shot. If the shot begins a performance, the spec covers the entire
    performance.

    The end of the previous shot is not included; `take_batch` adds it. `root` is the project's folder. If it
    is None, the paths of managed files are relative, which is sufficient for a signature. `index` is an index
    of the story, which saves building one for each shot.
    """
    film = index or StoryIndex.from_story(story)
    shot = film.performances.prepare_for_take(shot)
    return make_performed_spec(story, shot, engine=engine, seed=seed, root=root, index=film)


def make_performed_spec(
    story: Story,
    shot: Shot,
    *,
    engine: str = "",
    seed: int | None = None,
    root: Path | None = None,
    index: StoryIndex | None = None,
) -> MakeVideo:
    """Return the spec for a take of a shot that `FilmPerformances.prepare_for_take` has already extended by
    all dialogue of its performance.
    """
    project = story.project
    name = choose_engine(story, shot, engine)
    prompt = compose_shot_prompt(story, shot, name)
    plain = get_signature_text(story, shot, name)
    spec = MakeVideo(
        engine=name,
        prompt=prompt.text,
        plain="" if plain == prompt.text else plain,
        negative=prompt.negative,
        frames=shot.frames,
        rate=project.rate,
        width=project.width,
        height=project.height,
        sample_rate=project.sample_rate,
        seed=get_first_seed(story, shot) if seed is None else seed,
        steps=shot.steps,
        guidance=shot.guidance,
        pipeline=shot.pipeline,
        facts=get_shot_facts(story, shot, engine=name, voiced=is_drawing_engine(name)),
    )
    if is_drawing_engine(name):
        return spec
    followed = conditioning.list_followed(story, shot, index)
    return spec.model_copy(
        update={
            "model": shot.model,
            "schedule": shot.schedule,
            "stages": shot.stages,
            "guidance_parts": GuidanceParts(**asdict(shot.guidance_parts)),
            "loras": list_shot_loras(story, shot, name),
            "conditioning": conditioning.make_conditioning(followed, root),
            "control": conditioning.make_controls(followed, root),
            "references": list_reference_pictures(story, shot, _get_reference_limit(name), root),
            "camera_lora": shot.camera_lora,
            "temporal_upscale": shot.temporal_upscale,
            "chunks": tuple(Chunk(prompt=one.prompt, seed=one.seed) for one in shot.chunks),
            "deterministic": shot.deterministic,
            "cache": shot.cache,
            "options": shot.options,
            "voice": find_voice_sample(story, shot, root),
            "beats": time_prompt_beats(name, shot, prompt, project.rate),
            "subjects": choose_subject_pictures(story, shot, name, root),
        }
    )


class FilmSpecs:
    """The specs of a film's shots, each built when it is first needed.

    `engine` is the engine for all shots; if it is empty, each shot uses its own engine. `root` is the folder
    for input paths, as in `make_video_spec`.
    """

    def __init__(self, story: Story, *, engine: str = "", root: Path | None = None) -> None:
        self.story = story
        self.engine = engine
        self._root = root
        self.film = StoryIndex.from_story(story)
        self._built: dict[Shot, MakeVideo] = {}

    def get_spec(self, shot: Shot) -> MakeVideo:
        """Return the spec of a shot, with its first seed."""
        if shot not in self._built:
            self._built[shot] = make_video_spec(
                self.story, shot, engine=self.engine, root=self._root, index=self.film
            )
        return self._built[shot]


def _get_reference_limit(engine: str) -> int:
    """Return the number of reference pictures that an engine accepts. It is 0 for video engines, whose takes
    begin with the board.
    """
    row = engine_registry.find_engine(engine)
    return row.references if row is not None else 0


def make_board_spec(story: Story, shot: Shot, *, engine: str, root: Path | None = None) -> MakePicture:
    """Return the spec of a shot's board, the picture that its takes can begin with.

    `engine` makes the board: a drawing engine draws a panel from facts, and a model uses the pictures, LoRAs
    and seed of the shot's elements.
    """
    project = story.project
    prompt = compose_shot_prompt(story, shot, engine)
    spec = MakePicture(
        engine=engine,
        prompt=prompt.text,
        width=project.width,
        height=project.height,
        seed=get_first_seed(story, shot),
        facts=get_shot_facts(story, shot),
    )
    if is_drawing_engine(engine):
        return spec
    return spec.model_copy(
        update={
            "negative": prompt.negative,
            "loras": list_shot_loras(story, shot, engine),
            "references": list_reference_pictures(story, shot, _get_reference_limit(engine), root),
            "deterministic": shot.deterministic,
        }
    )


def choose_next_seed(state: ShotState) -> int:
    """Return the seed for the next take of a shot. The first take and shots with a locked seed use the seed
    from `get_first_seed`; further takes get a random seed.
    """
    if state.shot.seed_locked or not state.takes:
        return get_first_seed(state.story, state.shot)
    return draw_random_seed()


def draw_random_seed() -> int:
    """Return a random seed of 32 bits."""
    return random.SystemRandom().randrange(2**32)


def number_story(story: Story) -> Story:
    """Return a copy of the story in which the shots have their numbers. Needed for a film that was built in
    memory and not read from a database.
    """
    return replace(story, numbers=number_shots(story.scenes, story.shots))


class _StateCache:
    """A cache for the shot states of the last story. Several screens need the same states, and computing
    thousands of them is slow.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.story: Story | None = None
        self.states: tuple[ShotState, ...] = ()


_STATE_CACHE = _StateCache()


def list_shot_states(story: Story, *, with_omitted: bool = False) -> tuple[ShotState, ...]:
    """Return the state of every shot in film order, without parked shots.

    With `with_omitted`, include OMITTED shots at their positions, as lists show them.
    """
    if with_omitted:
        return _make_shot_states(story, story.shown_shots())
    with _STATE_CACHE.lock:
        if _STATE_CACHE.story is not story:
            _STATE_CACHE.story, _STATE_CACHE.states = story, _make_shot_states(story, story.live_shots())
        return _STATE_CACHE.states


def _make_shot_states(story: Story, shots: Iterable[Shot]) -> tuple[ShotState, ...]:
    by_shot: dict[str, list[Take]] = {}
    for take in story.takes:
        by_shot.setdefault(take.shot, []).append(take)
    scenes = {scene.id: scene for scene in story.scenes}
    index = StoryIndex.from_story(story)
    return tuple(
        _make_shot_state(
            story,
            shot,
            scenes[shot.scene],
            by_shot.get(index.performances.find_take_maker(shot).id, ()),
            index,
        )
        for shot in shots
    )


def find_live_shot_state(story: Story, shot_id: str) -> ShotState | None:
    """Return a live shot's state; None if the shot is parked or deleted."""
    for shot in story.live_shots():
        if shot.id == shot_id:
            index = StoryIndex.from_story(story)
            maker = index.performances.find_take_maker(shot)
            takes = [take for take in story.takes if take.shot == maker.id]
            return _make_shot_state(story, shot, get_scene(story, shot), takes, index)
    return None


def _make_shot_state(
    story: Story, shot: Shot, scene: Scene, takes: Sequence[Take], index: StoryIndex
) -> ShotState:
    maker = index.performances.find_take_maker(shot)
    picked = picked_takes.pick_from_takes(maker, takes)
    stale = picked is not None and bool(picked.signature) and _is_outdated(story, maker, picked, index)
    return ShotState(shot, story.numbers.get(shot.id, ""), scene, tuple(takes), picked, stale, story, maker)


def _is_outdated(story: Story, shot: Shot, take: Take, index: StoryIndex | None = None) -> bool:
    # Use 0 as seed, because signatures do not include the seed and finding the real one takes time.
    spec = make_video_spec(story, shot, engine=take.engine, seed=0, index=index)
    return not is_take_of_spec(index or StoryIndex.from_story(story), shot, take, spec)


def is_take_of_spec(index: StoryIndex, shot: Shot, take: Take, spec: MakeVideo) -> bool:
    """Return True if a take was made from `spec`, a spec of its shot.

    The voices of a drawn take do not count if every line has a take of its own, because these takes are heard
    in place of the drawn take's sound.
    """
    project = index.story.project
    match_signature = partial(
        is_signature_of,
        take.signature,
        is_setting_guessed=is_setting_guessed(shot),
        is_language_detected=not project.language,
    )
    if match_signature(spec):
        return True
    then = parse_take_spec(take) if is_drawing_engine(spec.engine) else None
    if then is None:
        return False
    copy = copy_voices if index.is_spoken_separately(shot) else copy_equal_voices
    return match_signature(copy(spec, then))


def parse_take_spec(take: Take) -> MakeVideo | None:
    """Return the spec that a take was made from; None if it can't be read."""
    try:
        return MakeVideo.model_validate_json(take.spec)
    except ValidationError:
        return None


def make_shared_take_error(number: str, first: str) -> Refused:
    """Return the error for ordering a take of a shot that shows a closer crop of another shot's take.
    `number` is the number of the shot, and `first` that of the other shot.
    """
    return Refused(
        f"{number} is a closer crop of {first}, so it has no take of its own",
        f"milimo shot make {first} makes the take of both",
    )


def set_state_engine(state: ShotState, engine: str) -> ShotState:
    """Return the state of a shot, changed so that the shot uses the engine `engine`."""
    shot = replace(state.shot, engine=engine)
    return replace(state, shot=shot, maker=shot if not state.is_shared else state.maker)


def format_waiting_message(state: ShotState) -> str:
    """Return the message that a shot has a new take but still shows the take that the user chose."""
    return f"{state.number} still shows the take that you chose; the new one is in Review"


def find_shot(story: Story, name: str) -> Shot:
    """Return the shot with this id or number ("3B"). Raises NotFound. Raises Ambiguous if several scenes have
    the same number, so that the shot number occurs several times.
    """
    wanted = name.strip().upper()
    shot = find_by_name(
        name,
        "shots",
        story.shots,
        lambda each: (each.id, f"({get_scene(story, each).heading})"),
        lambda each: each.id == name,
        lambda each: not each.parked and story.numbers.get(each.id, "").upper() == wanted,
    )
    omitted_name = _find_omitted(story, name) if shot is None or shot.omitted else ""
    if omitted_name:
        raise NotFound(
            f"{omitted_name} is omitted", f"milimo {omitted_name.replace(' ', ' restore ')} restores it"
        )
    if shot is None:
        raise NotFound(f"there is no shot “{name}”", "milimo shot list shows ids and numbers")
    return shot


def _find_omitted(story: Story, name: str) -> str:
    """Return `shot 2C` or `scene 2` if `name` is the id or number of an OMITTED shot, or the id of an OMITTED
    scene. Return an empty text otherwise.
    """
    wanted = name.strip().upper()
    omitted = (each for each in story.shots if each.omitted)
    shots = (each.number for each in omitted if wanted in (each.id.upper(), each.number.upper()))
    scenes = (each.number for each in story.scenes if each.omitted and each.id == name)
    return next((f"shot {number}" for number in shots), next((f"scene {number}" for number in scenes), ""))


def make_missing_engine_error(engine: str, number: str) -> Unavailable:
    """Return the error for a shot whose engine is not installed, because it belongs to a separate
    distribution package. `number` is the shot's number.
    """
    other = engine_registry.find_first_engine("make_video").name
    return Unavailable(
        f"the engine “{engine}” of {number} is not installed; existing takes stay",
        f"install the package with this engine, or milimo shot set {number} --engine {other}",
    )


def check_engine(name: str, kind: str) -> None:
    """Check that an engine can do jobs of this kind, such as `make_video`. Raises NotFound if it can't, or if
    the engine is unknown.
    """
    entry = engine_registry.row(name)
    if kind not in entry.kinds:
        able = ", ".join(row.name for row in engine_registry.rows() if kind in row.kinds)
        raise NotFound(f"the engine “{name}” can't {kind.replace('_', ' ')}", f"engines that can: {able}")
