"""The form that orders music, an effect or an ambience, new sound for a shot's take, or lays a sound of the
library. Before anything runs, the form shows the prompt, the values with their rules, the length and the
engine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast, get_args

from milimo_tui.core.format import format_count
from milimo_tui.jobs.values.states import ENDED
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField
from milimo_tui.tui.forms.form import Form, Renewal
from milimo_tui.tui.forms.form_dialogs import ask_form, run_form_command
from milimo_tui.tui.forms.form_lines import KEEP

if TYPE_CHECKING:
    from milimo_tui.story.sound.scene_sound import SceneSoundFacts
    from milimo_tui.story.sound.sound_prompts import SoundRole
    from milimo_tui.story.values.film import Scene, Story
    from milimo_tui.studio.registry.registry import Outcome
    from milimo_tui.studio.session.studio import Studio
    from milimo_tui.tui.shell.screen import StudioScreen

MUSIC, AMBIENCE, EFFECT, FOLEY, LIBRARY = "music", "ambience", "effect", "foley", "library"
FILM = "the film"
KINDS = (
    FieldChoice(MUSIC, "made by a model from the prompt"),
    FieldChoice(AMBIENCE, "room tone, weather, background"),
    FieldChoice(EFFECT, "sound effects from the prompt"),
    FieldChoice(FOLEY, "new sound for a shot's take, to its picture"),
    FieldChoice(LIBRARY, "lay a sound of the library"),
)
# The values of the profile that decide the prompt of each kind of sound.
PROFILE_VALUES = {
    MUSIC: ("genre", "mood", "action", "rhythm", "intensity"),
    AMBIENCE: ("mood",),
    EFFECT: ("action", "rhythm"),
}
# Texts whose change gives another prompt, another engine, or other fields.
_RENEWED = (
    "kind", "under", "genre", "mood", "action", "rhythm", "intensity", "stem", "from_", "repaint", "words",
)  # fmt: skip
_CHOICES = ("genre", "mood", "action", "rhythm", "intensity", "stem")
JOB_CHECK_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class SoundPlace:
    """The place for which the form is opened: a kind of sound, the number of a scene (empty: the film), the
    number of a shot for foley, and the number of a take from which the sound is made.
    """

    kind: str = MUSIC
    scene: str = ""
    shot: str = ""
    source: str = ""
    lays: bool = True


async def ask_sound(screen: StudioScreen, place: SoundPlace) -> None:
    """Open the form for a place, and run its order. If it says so, lay the finished sound in the cut."""
    studio = screen.studio_app.studio
    outcomes: list[Outcome] = []

    async def keep(texts: Mapping[str, str]) -> str:
        command, values = make_sound_order(place, {**form.changes, **_get_fixed_answers(texts)})
        return await run_form_command(screen, command, values, outcomes)

    read = partial(read_sound_fields, studio, place)
    where = f"scene {place.scene}" if place.scene else FILM
    form = Form(
        f"{place.kind} for {where}",
        await screen.in_thread(lambda: read({})),
        keep,
        verb="starts",
        whole=True,
        renewal=Renewal(_RENEWED, read),
    )
    if not await ask_form(screen, form, KEEP):
        return
    jobs: Sequence[str] = outcomes[-1].data.get("jobs", ()) if isinstance(outcomes[-1].data, dict) else ()
    if jobs and form.typed_texts.get("lay", "on" if place.lays else "off") == "on":
        screen.studio_app.run_in_background(partial(_lay_finished_sound, screen, jobs[0]), "sounds")


def _get_fixed_answers(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: texts[key] for key in ("kind", "under", "shot", "sound", "role") if key in texts}


async def _lay_finished_sound(screen: StudioScreen, id: str) -> None:
    """Wait for a job that makes sound, then pick its first take and lay it in the cut."""
    app = screen.studio_app
    while True:
        await asyncio.sleep(JOB_CHECK_SECONDS)
        job = next((job for job in app.queue.jobs if job.id == id), None)
        if job is not None and job.state in ENDED:
            break
    listed = await app.run_and_wait("sound.list", {}, quiet=True)
    made = [row["id"] for row in listed.data if row["job"] == id] if listed is not None else []
    if made:
        await app.run_and_wait("sound.pick", {"take": made[0], "lay": True})


def make_sound_order(place: SoundPlace, texts: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Return the id of the command that the answers of the form order, and its arguments. `texts` has the
    answers that differ from the rules.
    """
    kind = texts.get("kind", place.kind)
    under = texts.get("under", place.scene or FILM)
    where = {"film": True} if under == FILM else {"scene": under}
    if kind == FOLEY:
        return "shot.sound", {"id": texts.get("shot", place.shot), "detach": True}
    if kind == LIBRARY:
        scene = {} if under == FILM else {"scene": under}
        return "sound.library.use", {
            "sound": texts.get("sound", ""),
            "role": texts.get("role", MUSIC),
            **scene,
        }
    known = ("prompt", *_CHOICES, "seconds", "loop", "engine", "variations", "seed", "strength", "repaint")
    given = {key: texts[key] for key in known if texts.get(key)}
    if source := texts.get("from_", place.source):
        given["from_"] = source
    if given.get("repaint"):
        given.pop("strength", None)
    return "sound.make", {"role": kind, **where, **given, "detach": True}


def read_sound_fields(studio: Studio, place: SoundPlace, texts: Mapping[str, str]) -> list[FormField]:
    """Return the fields of the form for the texts that the user typed. Runs in a thread."""
    story = studio.take_snapshot().story
    kind = texts.get("kind", place.kind)
    first = FormField(key="kind", label="sound", kind=FieldKind.CHOICE, text=place.kind, choices=KINDS)
    if kind == FOLEY:
        return [first, _make_shot_field(story, place)]
    scenes = tuple(FieldChoice(scene.number, scene.heading) for scene in story.live_scenes())
    under = FormField(
        key="under",
        label="under",
        kind=FieldKind.CHOICE,
        text=place.scene or FILM,
        choices=(FieldChoice(FILM, "as long as the cut"), *scenes),
    )
    if kind == LIBRARY:
        return [first, under, *_iterate_library_fields(studio, texts)]
    name = texts.get("under", place.scene or FILM)
    scene = next((scene for scene in story.live_scenes() if scene.number == name), None)
    return [first, under, *_iterate_sound_fields(studio, place, cast("SoundRole", kind), scene, texts)]


def _make_shot_field(story: Story, place: SoundPlace) -> FormField:
    choices = tuple(
        FieldChoice(story.numbers[shot.id], shot.action[:40]) for shot in story.live_shots() if shot.take
    )
    return FormField(
        key="shot",
        label="shot",
        kind=FieldKind.CHOICE,
        text=place.shot,
        choices=choices,
        is_needed=True,
        help="LTX-2 makes new sound; the pictures stay",
    )


def _iterate_library_fields(studio: Studio, texts: Mapping[str, str]) -> Iterator[FormField]:
    from milimo_tui.studio.sounds import library

    yield FormField(key="words", label="words", help="tags, file names and folders, such as rain roof")
    found = library.find_library_sounds(studio.home, texts.get("words", "").split())
    name = found[0].name if texts.get("words") and found else ""
    tagged = next((tag for sound in found for tag in sound.tags if tag in PROFILE_VALUES), "")
    yield FormField(
        key="sound",
        label="file",
        kind=FieldKind.CHOICE,
        text=name,
        choices=tuple(FieldChoice(sound.name, " ".join(sound.tags)) for sound in found),
        is_needed=not name,
        help="" if found else "nothing found; ctrl+p, “Add a folder of sounds” adds files",
    )
    yield FormField(
        key="role",
        label="as",
        kind=FieldKind.CHOICE,
        text=tagged or EFFECT,
        choices=KINDS[:3],
    )


def _iterate_sound_fields(
    studio: Studio, place: SoundPlace, role: SoundRole, scene: Scene | None, texts: Mapping[str, str]
) -> Iterator[FormField]:
    from milimo_tui.story.sound.scene_sound import RULES_DECIDE, SoundChoices
    from milimo_tui.story.sound.sound_prompts import compose_sound_prompt
    from milimo_tui.studio.sounds import sound_orders

    snapshot = studio.take_snapshot()
    story = snapshot.story
    chosen = SoundChoices(**{name: texts.get(name, "") for name in PROFILE_VALUES[MUSIC]})
    by_rules = sound_orders.collect_sound_facts(story, scene, RULES_DECIDE)
    facts = sound_orders.collect_sound_facts(story, scene, chosen)
    prompt = compose_sound_prompt(facts, role, cast("Any", texts.get("stem", "")) if role == MUSIC else "")
    yield FormField(key="prompt", label="prompt", text=prompt.text)
    yield from _iterate_value_fields(role, by_rules, prompt.bpm)
    rate = snapshot.cut.rate if snapshot.cut is not None else story.project.rate
    frames = sound_orders.count_sound_frames(snapshot, scene)
    owner = sound_orders.describe_sound_owner(story, scene.id if scene is not None else "")
    yield FormField(
        key="seconds",
        label="length",
        kind=FieldKind.NUMBER,
        text=f"{float(frames / rate):.2f}",
        least=0.1,
        most=3600,
        unit="s",
        source=f"{format_count(frames, 'frame')}, as long as {owner}",
    )
    yield FormField(
        key="loop", label="loop", kind=FieldKind.SWITCH, text="off", help="its end continues with its start"
    )
    yield from _iterate_source_fields(story, place, role, texts)
    yield from _iterate_model_fields(studio, place, texts)
    yield FormField(
        key="lay",
        label="lay it",
        kind=FieldKind.SWITCH,
        text="on" if place.lays else "off",
        help="pick it and lay it in the cut when it is made",
    )


def _iterate_value_fields(role: str, facts: SceneSoundFacts, bpm: int | None) -> Iterator[FormField]:
    from milimo_tui.story.sequences.tables import read_moods
    from milimo_tui.story.sound.tables import read_stems
    from milimo_tui.studio.commands.sound.profiles import SoundChoiceArgs
    from milimo_tui.studio.registry.args import read_arguments

    moods = {"mood": tuple(read_moods())}
    given = read_arguments(SoundChoiceArgs)
    for name in PROFILE_VALUES[role]:
        fact = getattr(facts, name)
        words = moods.get(name) or tuple(word for word in get_args(given[name].type) if word)
        tempo = f"{bpm} BPM; " if name == "rhythm" and bpm else ""
        yield FormField(
            key=name,
            label=name,
            kind=FieldKind.CHOICE,
            text=fact.value or "none",
            choices=tuple(FieldChoice(word) for word in words),
            is_free=name == "mood",
            source=f"{tempo}{fact.rule}",
        )
    if role == MUSIC:
        stems = tuple(FieldChoice(stem.name, stem.plays) for stem in read_stems())
        yield FormField(key="stem", label="stem", kind=FieldKind.CHOICE, default="all", choices=stems)


def _iterate_source_fields(
    story: Story, place: SoundPlace, role: str, texts: Mapping[str, str]
) -> Iterator[FormField]:
    from milimo_tui.studio.sounds.sound_orders import describe_sound_owner

    takes = tuple(
        FieldChoice(str(number), f"{take.role.value} of {describe_sound_owner(story, take.scene)}")
        for number, take in enumerate(story.sound_takes, 1)
    )
    yield FormField(
        key="from_",
        label="from",
        kind=FieldKind.CHOICE,
        text=place.source,
        choices=takes,
        is_free=True,
        default="only the words",
        help="a take, a file, or a sound of the library",
    )
    if not texts.get("from_", place.source):
        return
    if not texts.get("repaint"):
        yield FormField(
            key="strength",
            label="strength",
            kind=FieldKind.NUMBER,
            default="0.6",
            least=0.01,
            most=1,
            step=0.05,
            big=0.25,
            help="1 is all new, less stays closer",
        )
    yield FormField(
        key="repaint",
        label="only range",
        default="all of it",
        help="2s-4.5s: the rest stays exact",
    )


def _iterate_model_fields(studio: Studio, place: SoundPlace, texts: Mapping[str, str]) -> Iterator[FormField]:
    from milimo_tui.engines.registry import engine_registry
    from milimo_tui.studio.registry.registry import run_by_id

    rows = [row for row in engine_registry.rows() if "make_sound" in row.kinds]
    engines = tuple(FieldChoice(row.name, row.title) for row in rows)
    order = {key: texts[key] for key in ("kind", "under", "from_", "repaint") if texts.get(key)}
    command, values = make_sound_order(place, order)
    shown = run_by_id(studio, command, {**values, "dry_run": True})
    usual = shown.data["engine"]
    yield FormField(
        key="engine",
        label="engine",
        kind=FieldKind.CHOICE,
        choices=engines,
        default=usual or shown.message,
        source="the first here that can" if usual else "",
    )
    yield FormField(
        key="variations", label="variations", kind=FieldKind.NUMBER, text="1", least=1, most=16, is_whole=True
    )
    yield FormField(
        key="seed",
        label="seed",
        kind=FieldKind.NUMBER,
        text=str(studio.take_snapshot().story.project.seed),
        least=0,
        most=2**32 - 1,
        is_whole=True,
        source="the film's",
    )
