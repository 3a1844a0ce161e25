"""Orders with which a language model writes the prompts of shots: the facts of each shot, the text of its
scene, and the prompt guide of the model family. Pure functions over a story snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from milimo_tui.engines.contract.meaning import MeantSubject, ShotMeaning
from milimo_tui.engines.prompting.composing import describe_speech, name_camera_subject
from milimo_tui.engines.prompting.framing_words import describe_movement, describe_size, describe_viewpoint
from milimo_tui.engines.prompting.paragraph_check import MOST_WORDS, check_paragraph
from milimo_tui.engines.prompting.person_words import describe_look
from milimo_tui.engines.prompting.place_names import phrase_time_of_day
from milimo_tui.engines.specs.text_specs import PersonFacts, PromptFacts, PromptOrder, ShotBrief
from milimo_tui.story.breakdown.numbered_scene import NumberedScene, number_scene
from milimo_tui.story.elements.sheet import describe_role_and_traits
from milimo_tui.story.screenplay import fountain
from milimo_tui.story.screenplay.cast import build_cast
from milimo_tui.story.screenplay.screenplay import ScreenplayMode
from milimo_tui.story.screenplay.script_language import find_script_language
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import ElementKind, Scene, Shot, Story
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.element_inputs import get_scene
from milimo_tui.studio.takes.meaning import collect_shot_meaning, list_additional_facts
from milimo_tui.studio.takes.written_prompts import choose_prompt_family, get_prompt_guide

_CIRCUMSTANCES = ("location", "part", "time_of_day", "weather")


def choose_guide_family(story: Story, shot: Shot, *, still: bool = False) -> str:
    """Return the name of the engine whose prompt guide applies to a shot (`choose_prompt_family`)."""
    return choose_prompt_family(shot_spec.choose_engine(story, shot), still=still)


def compose_current_prompt(story: Story, shot: Shot, family: str) -> str:
    """Return the present prompt of a shot, worded for a model family. The film's style is left out, because
    it is always added at the beginning of a prompt.
    """
    parts = shot_spec.get_prompt(story, shot, family).parts
    return " ".join(part.text for part in parts if part.role != "style" or part.source != "the film")


def make_prompt_order(
    story: Story,
    shots: Iterable[tuple[Shot, str]],
    mode: ScreenplayMode,
    *,
    seed: int = 10,
    known_answers: Sequence[tuple[str, str]] = (),
) -> PromptOrder:
    """Return the order to write the prompts of shots, each for a family. `mode` is the mode in which the
    screenplay of the film is parsed. A shot that shows another shot's take is left out.
    """
    performances = FilmPerformances(story)
    made = [(shot, family) for shot, family in shots if performances.find_take_maker(shot).id == shot.id]
    texts = map_scene_texts(story, mode)
    briefs = tuple(
        make_shot_brief(story, performances.prepare_for_take(shot), family, (seed + at) % 2**32)
        for at, (shot, family) in enumerate(made)
    )
    used = {shot.scene for shot, _ in made}
    scenes = tuple(
        (scene.number, texts[scene.id]) for scene in story.scenes if scene.id in used & texts.keys()
    )
    return PromptOrder(briefs=briefs, scenes=scenes, known_answers=tuple(known_answers))


def map_scene_texts(story: Story, mode: ScreenplayMode) -> dict[str, str]:
    """Return the numbered text of each scene of the film that is in the screenplay, by the scene's id."""
    screenplay = fountain.parse(story.project.script.encode(errors="replace"), mode)
    cast = build_cast(screenplay)
    numbered = [number_scene(scene, cast) for scene in screenplay.scenes]
    by_line = {each.first_line: each for each in numbered}
    by_number = {each.number: each for each in numbered}

    def find(scene: Scene) -> NumberedScene | None:
        return by_line.get(scene.line) or by_number.get(scene.number)

    return {scene.id: found.format_for_model() for scene in story.scenes if (found := find(scene))}


def make_shot_brief(story: Story, shot: Shot, family: str, seed: int) -> ShotBrief:
    """Return everything that a language model needs to write the prompt of a shot: its facts, its composed
    prompt, and the rules of the guide. If the shot begins a performance, it includes all dialogue.
    """
    guide = get_prompt_guide(family)
    assert guide is not None, f"{family} has no guide"
    scene, meaning = get_scene(story, shot), collect_shot_meaning(story, shot)
    seconds = float(shot.frames / story.project.rate)
    is_silent = guide.still or guide.silent
    natures = list_visible_natures(story, shot)
    rows = (
        *_iterate_fact_lines(meaning, seconds, still=guide.still, silent=is_silent),
        *_list_set_facts(story, shot, meaning),
        *(f"{one}, which acting shows and no word names" for one in natures),
    )
    return ShotBrief(
        shot=shot.id,
        number=story.numbers.get(shot.id, ""),
        scene=scene.number,
        lines=(max(0, shot.line - scene.line), max(0, shot.end_line - scene.line)),
        text=compose_current_prompt(story, shot, family),
        facts="\n".join(f"- {row}" for row in dict.fromkeys(rows)),
        checked=collect_prompt_facts(story, shot, family),
        rules=guide.rules,
        still=guide.still,
        family=family,
        seed=seed,
        meant=shot_spec.describe_shot_meaning(story, shot),
    )


def collect_prompt_facts(story: Story, shot: Shot, family: str) -> PromptFacts:
    """Return the facts with which a written prompt of a shot must agree. If the shot begins a performance, it
    includes all dialogue.
    """
    guide = get_prompt_guide(family)
    is_still = guide is not None and guide.still
    is_silent = is_still or (guide is not None and guide.silent)
    meaning = collect_shot_meaning(story, shot)
    here = {one.name for one in meaning.people}
    heard = tuple(line.name for line in meaning.lines if line.name not in here)
    elements = [one for one in story.elements if one.kind is ElementKind.CHARACTER and not one.dismissed]
    shown = {one.id for one in elements if any(map(one.has_name_or_alias, (*here, *heard)))}
    known = "\n".join(
        (
            get_scene(story, shot).text,
            compose_current_prompt(story, shot, family),
            *_iterate_fact_lines(meaning, float(shot.frames / story.project.rate), still=False, silent=False),
            *_list_set_facts(story, shot, meaning),
        )
    )
    return PromptFacts(
        size=describe_size(meaning),
        angle="" if meaning.function in ("OTS", "POV") else meaning.angle,
        movement="" if meaning.camera_lora == "instead" else meaning.movement,
        people=tuple(PersonFacts(name=one.name, look=tuple(_list_traits(one))) for one in meaning.people),
        heard=heard,
        absent=tuple(one.name for one in elements if one.id not in shown),
        lines=()
        if is_silent or "speech" in meaning.reworded
        else tuple(line.text for line in meaning.lines if line.text),
        place=" ".join(filter(None, (meaning.place, meaning.part))),
        time_of_day=meaning.time_of_day,
        action=meaning.action,
        caption=meaning.caption,
        other_actions=tuple(
            each.action
            for each in story.live_shots()
            if each.scene == shot.scene and each.id != shot.id and each.action
        ),
        user_words=tuple(text for text in meaning.reworded.values() if text.strip()),
        known_text=known,
        is_still=is_still,
        most=min(guide.most, MOST_WORDS) if guide is not None else MOST_WORDS,
        is_english=_is_in_english(story.project.script),
    )


@lru_cache(maxsize=4)
def _is_in_english(script: str) -> bool:
    """Return True if a script is in English or empty. This is called for each shot of a film."""
    return not script.strip() or find_script_language(fountain.parse(script.encode(errors="replace"))) == "en"


def find_prompt_faults(story: Story, shot: Shot, text: str, family: str) -> tuple[str, ...]:
    """Return a sentence for each fact of a shot that a written prompt leaves out, changes or adds."""
    made = FilmPerformances(story).prepare_for_take(shot)
    return check_paragraph(text, collect_prompt_facts(story, made, family))


def list_visible_natures(story: Story, shot: Shot) -> list[str]:
    """Return the role and traits of each person in the frame who has a character sheet, one line each."""
    elements = (one for one in story.elements if any(map(one.has_name_or_alias, shot.characters)))
    return [f"{one.name}: {nature}" for one in elements if (nature := describe_role_and_traits(one))]


def _list_traits(one: MeantSubject) -> Iterator[str]:
    """Yield the look of a person as separate facts."""
    if one.look is not None:
        look = one.look
        yield from filter(None, (look.age, look.build, look.features, look.clothes, look.condition))
        return
    for part in one.visible.replace(";", ",").split(","):
        if part.strip(" ."):
            yield part.strip(" .")


def _iterate_fact_lines(meaning: ShotMeaning, seconds: float, *, still: bool, silent: bool) -> Iterator[str]:
    """Yield the facts of a shot in words. `seconds` is the length of the shot. With `still`, facts that a
    single picture can't show are left out, and with `silent` the speech.
    """
    yield f"action: {meaning.action or 'none'}"
    yield f"size: {describe_size(meaning)}"
    yield f"viewpoint: {describe_viewpoint(meaning)}"
    if not still:
        if meaning.camera_lora != "instead":
            yield f"camera: {describe_movement(meaning, name_camera_subject(meaning))}"
        yield f"length: {seconds:.1f} seconds"
    for one in meaning.people:
        yield f"in the frame: {_format_person_facts(one)}"
    if not meaning.people:
        yield "in the frame: nobody"
    place = ", in ".join(filter(None, (meaning.part, meaning.place)))
    yield f"place: {place or 'not said'}{f' ({meaning.setting})' if meaning.setting else ''}"
    if meaning.place_words:
        yield f"the place: {meaning.place_words}"
    if time := phrase_time_of_day(meaning.time_of_day):
        yield f"time: {time}"
    for name, text in (("weather", meaning.weather), *meaning.layers.items(), ("focus", meaning.focus)):
        if text:
            yield f"{name}: {text}"
    for thing in meaning.things:
        yield f"thing: {thing.name}, {thing.visible}"
    if meaning.caption:
        yield f"words written in the picture: “{meaning.caption}”"
    if not silent:
        yield f"speech: {describe_speech(meaning.lines) or 'nobody speaks'}"


def _format_person_facts(one: MeantSubject) -> str:
    """Return a person with the present look, the position, and what the person does with the body."""
    pose = one.pose
    posture = (pose.posture, pose.position) if pose is not None else ()
    holds = (pose.holds, pose.looks_at) if pose is not None else ("", "")
    parts = [
        one.kind if one.kind == "animal" else "",
        describe_look(one),
        one.stands and f"on the {one.stands} of the frame".replace("on the centre", "in the centre"),
        *posture,
        f"holding {holds[0]}" if holds[0] else "",
        f"looking at {holds[1]}" if holds[1] else "",
    ]
    return ", ".join(filter(None, (one.name, *parts)))


def _list_set_facts(story: Story, shot: Shot, meaning: ShotMeaning) -> Iterator[str]:
    """Yield the parts of the prompt that the user worded, and further facts that the user set."""
    for part, text in meaning.reworded.items():
        yield f"{part}, in exactly these words: {text}" if text.strip() else f"{part}: say nothing about it"
    # The lines of the shot's own facts have the place, the time and the weather already.
    parts = tuple(f"{part}: " for part in (*meaning.reworded, *_CIRCUMSTANCES))
    facts = list_additional_facts(story, shot, with_reading=False)
    yield from (fact for fact in facts if not fact.startswith(parts))
