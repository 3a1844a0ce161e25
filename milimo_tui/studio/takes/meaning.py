"""Collect the facts of a shot from which composers (the code that words prompts for a model) write its
prompt: people and their appearance, place, light and dialogue. Pure functions over a story snapshot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from milimo_tui.engines.contract.meaning import MeantLine, MeantLook, MeantPose, MeantSubject, ShotMeaning
from milimo_tui.engines.prompting.composing import READING
from milimo_tui.story.breakdown.facts import Fact
from milimo_tui.story.breakdown.film_reading import load_person
from milimo_tui.story.breakdown.people import Person, PersonKind
from milimo_tui.story.breakdown.scenes import VisiblePerson
from milimo_tui.story.breakdown.shot_facts import find_read_circumstances, list_people_in_shot
from milimo_tui.story.elements.circumstances import SCRIPT, ShotCircumstances, gather_circumstances
from milimo_tui.story.elements.place_tree import BETWEEN
from milimo_tui.story.elements.prompt import BY_USER
from milimo_tui.story.elements.triggers import expand_triggers
from milimo_tui.story.looks.breakdown_looks import join_look_facts
from milimo_tui.story.looks.looks import describe_visible_look, find_look_at_shot
from milimo_tui.story.screenplay.extensions import is_absent_extension, names_device
from milimo_tui.story.screenplay.word_usage import is_used_with_article, list_ordinary_words
from milimo_tui.story.values.film import Element, ElementKind, Line, Look, Project, Scene, Shot, Story
from milimo_tui.story.values.place_layers import WORD_LAYERS
from milimo_tui.story.values.shot_words import Setting
from milimo_tui.story.values.text import collapse_text, fold, has_phrase, make_display_name, split_sentences
from milimo_tui.studio.takes.element_inputs import get_scene
from milimo_tui.studio.takes.shot_place import choose_setting, strip_heading_setting

PROMPT_PARTS = (
    "action",
    "camera",
    "people",
    "things",
    "place",
    *WORD_LAYERS,
    "light",
    "palette",
    "style",
    "sound",
    "speech",
)


def collect_shot_meaning(story: Story, shot: Shot) -> ShotMeaning:
    """Return the facts of a shot from which composers write its prompt."""
    scene = get_scene(story, shot)
    people = {
        fold(name): element
        for element in story.elements
        if element.kind is ElementKind.CHARACTER
        for name in (element.trigger, *element.aliases, element.name)
    }
    at = gather_circumstances(story, scene, shot)
    whole, _, room = strip_heading_setting(at.location.text).partition(BETWEEN)
    worded_parts, by = collect_worded_parts(story.project, scene, shot)
    layers = {name: attribute.text for name, attribute in at.layers.items()}
    sources = list_fact_sources(at)
    if BY_USER not in sources.get("detail", "") and not _is_said_in_scene(layers.get("detail", ""), scene):
        layers.pop("detail", None)  # The script may describe the place differently in another scene.
    setting = choose_setting(at, scene, shot)
    if (read_here := find_read_circumstances(scene, shot)) is not None:
        # The reading describes the place of these lines, which the rules find only for the complete scene.
        layers = {name: text for name, text in layers.items() if SCRIPT not in sources.get(name, "")}
        if "location" not in dict(shot.own):
            setting = read_here.setting or setting
        if read_here.light and BY_USER not in sources.get("light", ""):
            layers["light"], sources["light"] = read_here.light.text, READING
    texts = tuple(one.text for one in story.scenes)
    ordinary_words = list_ordinary_words(texts)
    place_names = (make_display_name(whole), make_display_name(at.part.text or room))
    named = (*shot.characters, *(line.character for line in shot.dialogue), *place_names)
    poses = {fold(one.name): one for one in list_people_in_shot(scene, shot)}
    negatives = dict.fromkeys(filter(None, (shot.negative.strip(), story.project.negative.strip())))
    return ShotMeaning(
        action=expand_triggers(shot.action, story.elements, {element.id for element in story.elements}),
        size=shot.size.value,
        angle=shot.angle.value,
        movement=shot.movement.value,
        camera_lora=shot.camera_lora,
        function=shot.function.value,
        rig=shot.rig.value,
        people=tuple(
            replace(
                _describe_person(name, people.get(fold(name)), shot, story),
                pose=_make_pose(poses.get(fold(name)), shot, people),
            )
            for name in shot.characters
        ),
        focus=shot.focus,
        lines=tuple(_describe_spoken_line(line, people.get(fold(line.character))) for line in shot.dialogue),
        caption=shot.caption,
        setting=setting.value,
        place=place_names[0],
        part=place_names[1],
        place_words=at.looks.text,
        place_details=_list_place_details(read_here.place.text) if read_here is not None else (),
        layers=layers,
        things=list_visible_things(story, shot),
        sources=sources,
        time_of_day=at.time_of_day.text,
        weather=at.weather.text,
        era=scene.era.value,
        style=story.project.style,
        lens=shot.lens,
        palette=shot.palette,
        negative=", ".join(negatives),
        names=tuple(people),
        ordinary_words=ordinary_words,
        described_names=frozenset(name for name in named if is_used_with_article(name, texts)),
        own=None if shot.prompt is None else expand_triggers(shot.prompt.strip(), story.elements),
        reworded=worded_parts,
        by=by,
    )


def _is_said_in_scene(text: str, scene: Scene) -> bool:
    """Return True if all sentences of a text are in the script of a scene."""
    script = collapse_text(scene.text)
    return all(sentence in script for sentence in split_sentences(text))


def _list_place_details(place: str) -> tuple[str, ...]:
    """Return what the reading says of a place after its name: `a gasworks beyond the water` for “canal steps,
    a gasworks beyond the water”.
    """
    return tuple(filter(None, (piece.strip(" .") for piece in place.split(",")[1:])))


def list_visible_things(story: Story, shot: Shot) -> tuple[MeantSubject, ...]:
    """Return the visible objects of a shot whose appearance is known. Objects that the rules found in the
    script are left out if the scene has a reading.
    """
    is_read = find_read_circumstances(get_scene(story, shot), shot) is not None
    seen = f"{shot.action} {shot.focus}" if shot.focus not in shot.characters else shot.action
    out: list[MeantSubject] = []
    for element in story.elements:
        if element.kind is not ElementKind.OBJECT or element.dismissed or (element.found and is_read):
            continue
        names = (element.name, *element.aliases, element.trigger)
        called = next((name for name in names if has_phrase(fold(seen), fold(name))), "")
        words = describe_visible_look(element, find_look_at_shot(story, shot, element)) if called else ""
        if words:
            source = f"{element.trigger}, {SCRIPT if element.found else BY_USER}"
            out.append(MeantSubject(name=called.lstrip("@"), visible=words, source=source))
    return tuple(out)


def list_fact_sources(at: ShotCircumstances) -> dict[str, str]:
    """Return the source of each fact about the place, time and weather of a shot, such as “the script” or “by
    hand”, by the name of the fact. Facts without a source are left out.
    """
    facts = {
        "place": at.location,
        "looks": at.looks,
        "time": at.time_of_day,
        "weather": at.weather,
        **at.layers,
    }
    return {name: one.source for name, one in facts.items() if one.source}


def collect_worded_parts(project: Project, scene: Scene, shot: Shot) -> tuple[dict[str, str], dict[str, str]]:
    """Return the prompt parts (such as action, camera or light) that the user has worded, by the name of the
    part. A second mapping has the level at which each part was set: `film`, `scene` or `shot`.

    If a part is worded at several levels, the level nearest to the shot applies.
    """
    words: dict[str, str] = {}
    levels: dict[str, str] = {}
    for name, value in (("film", project), ("scene", scene), ("shot", shot)):
        for part, text in value.prompt_parts:
            words[part], levels[part] = text, name
    return words, levels


def list_additional_facts(story: Story, shot: Shot, *, with_reading: bool = True) -> Iterator[str]:
    """Yield facts of a shot that are not in its plain prompt, as lines of text. Without `with_reading`, the
    facts of the scene's breakdown are left out.

    These lines are part of the signature of a take, so that the take becomes stale if the facts change. For a
    shot without such facts nothing is yielded. Its takes from before these facts were introduced therefore
    stay fresh.
    """
    scene = get_scene(story, shot)
    words, _ = collect_worded_parts(story.project, scene, shot)
    yield from (f"{part}: {text}" for part, text in sorted(words.items()))
    for name in ("location", "part", "time_of_day", "weather"):
        if value := getattr(shot, name):
            yield f"{name}: {value}"
    at = gather_circumstances(story, scene, shot)
    if at.weather_said is not None:
        yield f"weather: {at.weather_said}"
    # The plain prompt contains no descriptions of objects. Add those set by the user, so that a change of
    # them makes takes stale.
    yield from (
        f"{one.name}: {one.visible}" for one in list_visible_things(story, shot) if BY_USER in one.source
    )
    if with_reading:
        yield from _list_read_facts(story, scene, shot)
    speakers = [
        one for one in story.elements if any(one.has_name_or_alias(line.character) for line in shot.dialogue)
    ]
    yield from (f"{one.name} sounds: {one.speech}" for one in speakers if one.speech)
    # Leave out attributes of the place that were found in the screenplay. Otherwise a commit that first finds
    # them would make existing takes stale.
    by_hand = {name: attribute.text for name, attribute in at.layers.items() if BY_USER in attribute.source}
    yield from (f"{layer}: {text}" for layer, text in sorted(by_hand.items()))


def _list_read_facts(story: Story, scene: Scene, shot: Shot) -> Iterator[str]:
    """Yield the facts of the scene's breakdown about a shot that are not in its plain prompt."""
    for one in list_people_in_shot(scene, shot):
        facts = (one.posture.text, one.position.text, one.holds.text, one.looks_at.text)
        yield f"{one.name} is: {'; '.join(facts)}"
    for name in shot.characters:
        element = next((each for each in story.elements if each.has_name_or_alias(name)), None)
        person = load_person(element) if element is not None else None
        if person is not None and person.kind is not PersonKind.PERSON:
            yield f"{name} is: {person.kind.value}"
    read_here = find_read_circumstances(scene, shot)
    if read_here is None:
        return
    if read_here.light:
        yield f"light: {read_here.light.text}"
    at = gather_circumstances(story, scene, shot)
    if read_here.setting not in (Setting.NONE, choose_setting(at, scene, shot)):
        yield f"setting: {read_here.setting.value}"


def _describe_person(name: str, element: Element | None, shot: Shot, story: Story) -> MeantSubject:
    look = find_look_at_shot(story, shot, element) if element is not None else None
    known = element is not None and any(one.element == element.id for one in story.looks)
    person = load_person(element) if element is not None else None
    return MeantSubject(
        name=element.name if element is not None else name,
        visible=describe_visible_look(element, look) if element is not None and (look or not known) else "",
        gender=element.gender if element is not None else "",
        stands=dict(shot.stands).get(name, ""),
        source=f"the look {look.name}".strip() if look is not None else "",
        kind=person.kind.value if person is not None else "",
        look=_make_look(person, look) if person is not None and look is not None else None,
    )


def _make_look(person: Person, look: Look) -> MeantLook | None:
    """Return a look as separate facts, or None for a look of the user or of the rules."""
    rest = (look.hair, look.wardrobe, look.condition)
    # A look of another age, as in a flashback, has neither the role nor the build of the first look.
    for role, build in ((person.role.text, person.build.text), ("", "")):
        if look.found and look.text == join_look_facts(look.age, role, build, *rest):
            features, clothes, condition = rest
            return MeantLook(
                age=look.age,
                role=role,
                build=build,
                features=features,
                clothes=clothes,
                condition=condition,
            )
    return None


def _make_pose(
    person: VisiblePerson | None, shot: Shot, everybody: Mapping[str, Element]
) -> MeantPose | None:
    """Return the posture, position, things and gaze of a person in a shot. Facts that name somebody who is
    not in the picture are left out, so that a model does not draw that person.
    """
    if person is None:
        return None
    here = set(map(fold, shot.characters))
    here |= {
        fold(name)
        for shown in shot.characters
        if (element := everybody.get(fold(shown))) is not None
        for name in (element.name, *element.aliases)
    }
    absent = [name for name in everybody if name not in here]

    def use(fact: Fact) -> str:
        folded = fold(fact.text)
        return "" if any(has_phrase(folded, name) for name in absent) else fact.text

    return MeantPose(
        posture=use(person.posture),
        position=use(person.position),
        holds=use(person.holds),
        looks_at=use(person.looks_at) or ("out of the frame" if person.looks_at else ""),
    )


def _describe_spoken_line(line: Line, element: Element | None) -> MeantLine:
    heard = line.heard.value or ("off screen" if is_absent_extension(line.extension) else "")
    voice = element.speech if element is not None else ""
    devices = [each.strip().lower() for each in line.extension.split(",") if names_device(each)]
    tone = ", ".join((*devices, *filter(None, (line.parenthetical,))))
    return MeantLine(name=line.character, text=line.text, heard=heard, tone=tone, voice=voice)
