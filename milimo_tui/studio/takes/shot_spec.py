"""Specs of shots: the spec that an engine is sent for a shot, and the test whether a take is stale.

Pure over a story snapshot; nothing is queued.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from threading import Lock

from milimo_tui.core.errors import NotFound, Refused, Unavailable
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Person, ShotFacts, SpokenLine
from milimo_tui.engines.specs.video_specs import Chunk, GuidanceParts, MakeVideo
from milimo_tui.story.elements.circumstances import gather_circumstances
from milimo_tui.story.elements.prompt import ComposedPrompt, compose
from milimo_tui.story.looks.looks import apply_looks_at_shot
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values import picked_takes
from milimo_tui.story.values.film import ElementKind, Scene, Shot, Story, Take, number_shots
from milimo_tui.studio.session.names import find_by_name
from milimo_tui.studio.takes import conditioning, sharing
from milimo_tui.studio.takes.beats import time_prompt_beats
from milimo_tui.studio.takes.conditioning import StoryIndex
from milimo_tui.studio.takes.element_inputs import (
    find_voice_sample,
    get_first_seed,
    get_scene,
    list_reference_pictures,
    list_shot_loras,
)
from milimo_tui.studio.takes.meaning import collect_shot_meaning, list_additional_facts
from milimo_tui.studio.takes.signatures import get_signature
from milimo_tui.studio.takes.subjects import choose_subject_pictures


@dataclass(frozen=True, slots=True)
class ShotState:
    """A shot with its number, scene, takes (oldest first), picked take, and staleness."""

    shot: Shot
    number: str
    scene: Scene
    takes: tuple[Take, ...]
    picked: Take | None
    stale: bool
    story: Story
    maker: Shot  # the shot whose take is shown: this shot, or the first of a performance

    @property
    def is_shared(self) -> bool:
        """True if the shot shows another shot's take and gets none itself."""
        return self.maker.id != self.shot.id

    @property
    def shares(self) -> str:
        """The performance that the shot continues, and how: `1B, closer`; empty for none."""
        return sharing.describe_sharing_briefly(self.story, self.shot) if self.shot.continues_as else ""

    @property
    def lacks_take(self) -> bool:
        """True if the shot needs a take and has none."""
        return self.picked is None and not self.is_shared

    @property
    def is_chosen_by_user(self) -> bool:
        """True if the user picked or rated the shown take: no new take replaces it automatically."""
        return self.picked is not None and picked_takes.is_user_choice(self.maker, self.picked)

    @property
    def waiting_take(self) -> Take | None:
        """The newest fresh take that waits in Review while a stale take chosen by the user is shown; or
        None.
        """
        if not (self.stale and self.is_chosen_by_user):
            return None
        able = (take for take in reversed(self.takes) if not take.rejected and take != self.picked)
        return next((take for take in able if self.is_fresh(take)), None)

    @property
    def is_due(self) -> bool:
        """True if the stale take must be made again: not if a fresh take waits for the user's decision."""
        return self.stale and self.waiting_take is None and not self.is_shared

    def is_fresh(self, take: Take) -> bool:
        """Return True if a take was made from the shot's current values."""
        return not _is_outdated(self.story, self.maker, take)


def choose_engine(story: Story, shot: Shot, override: str = "") -> str:
    """Return the engine of a shot: `override`, or else the shot's own, or else the film's.

    For a shot of one frame, the film's engine may name a picture engine.
    """
    named = override or shot.engine
    row = engine_registry.find_engine(story.project.engine)
    if not named and shot.frames == 1 and row is not None and row.one_frame:
        return row.one_frame
    return named or story.project.engine


def get_prompt(story: Story, shot: Shot, engine: str = "") -> ComposedPrompt:
    """Return the prompt exactly as it will be sent for the shot, in the words of the engine's composer."""
    performances = FilmPerformances(story)
    if performances.find_take_maker(shot).id != shot.id:
        return ComposedPrompt("", "", ())  # The shot shows another shot's take, so nothing is sent.
    return compose_shot_prompt(story, performances.prepare_for_take(shot), engine)


def compose_shot_prompt(story: Story, shot: Shot, engine: str = "") -> ComposedPrompt:
    """Return the prompt for the shot's own lines only, even within a performance."""
    name = choose_engine(story, shot, engine)
    composer = engine_registry.profile(name).composer() if engine_registry.find_engine(name) else None
    return composer(collect_shot_meaning(story, shot)) if composer else compose_plain_prompt(story, shot)


def compose_plain_prompt(story: Story, shot: Shot) -> ComposedPrompt:
    """Return the prompt before an engine words it, which engines without a composer are sent."""
    known = apply_looks_at_shot(story, shot)
    return compose(story.project, get_scene(story, shot), shot, known)


def get_plain_text(story: Story, shot: Shot) -> str:
    """Return the facts of a shot from the script and the user, independent of the composer. Staleness depends
    on it.
    """
    return "\n".join((compose_plain_prompt(story, shot).text, *list_additional_facts(story, shot)))


def get_shot_facts(story: Story, shot: Shot, *, voiced: bool = False) -> ShotFacts:
    """Return the facts of a shot. With `voiced`, include the characters' voices, for an engine that speaks
    the lines.
    """
    scene = get_scene(story, shot)
    people = [element for element in story.elements if element.kind is ElementKind.CHARACTER]
    described = {
        element.name.casefold(): element.description
        for element in apply_looks_at_shot(story, shot)
        if element.kind is ElementKind.CHARACTER
    }
    voices = {element.name.casefold(): element.voice for element in people} if voiced else {}
    genders = {element.name.casefold(): element.gender for element in people}
    numbers = story.numbers
    location, when = _get_drawn_place_and_time(story, scene, shot)
    return ShotFacts(
        number=numbers.get(shot.id, ""),
        scene_number=scene.number,
        heading=scene.heading,
        setting=scene.setting.value,
        location=location,
        time_of_day=when,
        action=shot.action,
        size=shot.size.value,
        angle=shot.angle.value,
        movement=shot.movement.value,
        function=shot.function.value,
        rig=shot.rig.value,
        characters=tuple(
            Person(
                name=name,
                description=described.get(name.casefold(), ""),
                gender=genders.get(name.casefold(), ""),
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
    )


def _get_drawn_place_and_time(story: Story, scene: Scene, shot: Shot) -> tuple[str, str]:
    """Return the place and time at which a shot is drawn: the scene's, except for values set by the user.

    Values found in the script do not change the drawing, so that drawings from before this analysis stay
    fresh.
    """
    at = gather_circumstances(story, scene, shot)
    location = at.location.text if "for the shot" in at.location.source else scene.location
    time = at.time_of_day.text if "by hand" in at.time_of_day.source else scene.time_of_day
    weather = at.weather.text if "by hand" in at.weather.source else ""
    return location, ", ".join(filter(None, (time, weather)))


def is_drawing_engine(engine: str) -> bool:
    """Return True if an engine draws takes from a shot's facts only; then it is sent nothing to follow."""
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
    """Return the spec for a shot, including the entire performance that begins with it.

    The end of a previous shot is not included (see `take_batch`). `root` is the project's folder; without it,
    managed files have relative paths, which is enough for a signature. `index` saves indexing the film for
    each shot.
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
    """Return the spec for a shot that `Performances.performed` has prepared with all lines of its
    performance.
    """
    project = story.project
    name = choose_engine(story, shot, engine)
    prompt = compose_shot_prompt(story, shot, name)
    plain = get_plain_text(story, shot)
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
        facts=get_shot_facts(story, shot, voiced=is_drawing_engine(name)),
    )
    if is_drawing_engine(name):
        return spec
    things = conditioning.list_followed(story, shot, index)
    return spec.model_copy(
        update={
            "model": shot.model,
            "schedule": shot.schedule,
            "stages": shot.stages,
            "guidance_parts": GuidanceParts(**asdict(shot.guidance_parts)),
            "loras": list_shot_loras(story, shot, name),
            "conditioning": conditioning.make_conditioning(things, root),
            "control": conditioning.make_controls(things, root),
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
    """The specs of a film's shots, each built once.

    `engine` makes all shots; empty: each shot's own engine. Input paths are in `root`, as in
    `make_video_spec`.
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
    """Return how many reference pictures an engine takes. Video engines take none: they begin with the board
    instead.
    """
    row = engine_registry.find_engine(engine)
    return row.references if row is not None else 0


def make_board_spec(story: Story, shot: Shot, *, engine: str, root: Path | None = None) -> MakePicture:
    """Return the spec of a shot's storyboard picture, which takes can begin with.

    The picture is a panel drawn from facts, or a model's picture with the elements' references, LoRAs and
    seed.
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
    """Return the first seed for the first take, and a new seed for a further take unless the seed is
    locked.
    """
    if state.shot.seed_locked or not state.takes:
        return get_first_seed(state.story, state.shot)
    return draw_random_seed()


def draw_random_seed() -> int:
    """Return a random seed of 32 bits."""
    return random.SystemRandom().randrange(2**32)


def number_story(story: Story) -> Story:
    """Return a film that was built in memory with its shots numbered."""
    return replace(story, numbers=number_shots(story.scenes, story.shots))


class _StateCache:
    """A cache for the states of the last story. Screens ask for the same states, and thousands take long to
    compute.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.story: Story | None = None
        self.states: tuple[ShotState, ...] = ()


_STATE_CACHE = _StateCache()


def list_shot_states(story: Story, *, with_omitted: bool = False) -> tuple[ShotState, ...]:
    """Return the state of every live shot in film order.

    `with_omitted` includes OMITTED shots in their places, as lists show them.
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
    # The seed is not part of a signature, so 0 saves looking it up.
    return take.signature != get_signature(
        make_video_spec(story, shot, engine=take.engine, seed=0, index=index)
    )


def make_shared_take_error(number: str, first: str) -> Refused:
    """Return the error for an order of a take for a shot that shows a closer crop of the first shot (by
    numbers).
    """
    return Refused(
        f"{number} is a closer crop of {first}, so make {first} instead", f"milimo shot make {first}"
    )


def set_state_engine(state: ShotState, engine: str) -> ShotState:
    """Return the shot's state with that engine."""
    made = replace(state.shot, engine=engine)
    return replace(state, shot=made, maker=made if not state.is_shared else state.maker)


def format_waiting_message(state: ShotState) -> str:
    """Return the message that a new take is not shown."""
    return f"{state.number} still shows the take that you chose; the new one is in Review"


def find_shot(story: Story, name: str) -> Shot:
    """Find a shot by id or slate number ("3B"). Raises NotFound, and Ambiguous if two scenes have the same
    number.
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
    gone = _find_omitted(story, name) if shot is None or shot.omitted else ""
    if gone:
        raise NotFound(f"{gone} is omitted", f"milimo {gone.replace(' ', ' restore ')} restores it")
    if shot is None:
        raise NotFound(f"there is no shot “{name}”", "milimo shot list shows ids and numbers")
    return shot


def _find_omitted(story: Story, name: str) -> str:
    """Return the OMITTED shot or scene of that name: `shot 2C`, `scene 2`; empty for none."""
    wanted = name.strip().upper()
    gone = (each for each in story.shots if each.omitted)
    shots = (each.number for each in gone if wanted in (each.id.upper(), each.number.upper()))
    scenes = (each.number for each in story.scenes if each.omitted and each.id == name)
    return next((f"shot {number}" for number in shots), next((f"scene {number}" for number in scenes), ""))


def make_missing_engine_error(engine: str, number: str) -> Unavailable:
    """Return the error for a shot whose engine belongs to a distribution that is not installed."""
    other = engine_registry.find_first_engine("make_video").name
    return Unavailable(
        f"the engine “{engine}” of {number} is not installed; existing takes stay",
        f"install the package with this engine, or milimo shot set {number} --engine {other}",
    )


def check_engine(name: str, kind: str) -> None:
    """Check that an engine can do this kind of work. Raises NotFound if it can't, or is unknown."""
    entry = engine_registry.row(name)
    if kind not in entry.kinds:
        able = ", ".join(row.name for row in engine_registry.rows() if kind in row.kinds)
        raise NotFound(f"the engine “{name}” can't {kind.replace('_', ' ')}", f"engines that can: {able}")
