"""Give a film its sound in one step: spoken lines, ambience for every scene, music under the film, captions.

Each part is also a separate command: `line say`, `line lay`, `sound make`, `sound lay`,
`caption make`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.errors import MilimoError, NotFound, Unavailable
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.cut.sound.laid_lines import lay_spoken_lines
from milimo_tui.cut.values.captions import CutCaption
from milimo_tui.cut.values.cut import Cut
from milimo_tui.cut.words.caption_edits import add_caption_track, list_track_captions
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.music_specs import MakeSound
from milimo_tui.engines.specs.weight_specs import MakeTiny
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.story.lines.dialogue_language import find_dialogue_language
from milimo_tui.story.values.film import Asset, Scene
from milimo_tui.story.values.sound_take import SoundTake, SoundTakeRole, find_picked_sound
from milimo_tui.studio.machine.model_stack import list_missing_packages
from milimo_tui.studio.media.imports import add_media
from milimo_tui.studio.queue.waiting import Job, describe_job_problem, wait_with_progress
from milimo_tui.studio.render.script_captions import DEFAULT_TRACK, make_script_captions
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.sounds import laying, library, sound_orders
from milimo_tui.studio.sounds.sound_orders import SoundOrder
from milimo_tui.studio.speech.line_laying import plan_line_laying
from milimo_tui.studio.speech.line_orders import VoiceChanges, prepare_lines, submit_lines
from milimo_tui.studio.speech.line_states import list_film_lines

LOUDNESS = "speech"  # the loudness of a film with voices or music: −16 LUFS
# Music for a longer film is made as a loop of this many seconds, which repeats.
MOST_MUSIC_SECONDS = 120
# The family of the tiny weights that stand in for a model of music where none is installed.
STAND_IN = engine_registry.find_first_engine(sound_orders.KIND).name


@dataclass(frozen=True, slots=True)
class WantedSound:
    """The sound that `milimo film` gives a film: spoken lines, music with ambience, captions."""

    voices: bool = False
    music: bool = False
    captions: bool = False

    @property
    def loudness(self) -> str:
        """The loudness of the delivery; empty for a film whose sound is not mixed here."""
        return LOUDNESS if self.voices or self.music else ""


@dataclass(frozen=True, slots=True)
class AddedSound:
    """The sound that a film got: the jobs, sentences about its origin (`notes`) and about what failed
    (`problems`), and the origin of music and ambience.
    """

    jobs: dict[str, Job]
    notes: tuple[str, ...]
    problems: tuple[str, ...] = ()
    music: str = ""
    ambience: tuple[str, ...] = ()


def add_film_voices(studio: Studio, come_back: str) -> AddedSound:
    """Speak the lines that have no take or a stale one, and lay all lines in the cut as one edit."""
    film = list_film_lines(studio.take_snapshot().story, studio.settings)
    due = [state for state in film.states if state.shown is None or state.stale]
    jobs: dict[str, Job] = {}
    notes: list[str] = []
    problems: list[str] = []
    if due:
        client = studio.require_client()
        prepared = prepare_lines(studio, due, film.language, VoiceChanges(), client=client, only_due=True)
        jobs = wait_with_progress(studio, "lines", submit_lines(client, prepared), come_back=come_back)
        problems += _list_failures(jobs)
    story = studio.take_snapshot().story
    film = list_film_lines(story, studio.settings)
    scratch = sum(state.shown is not None and state.shown.scratch for state in film.states)
    if scratch:
        count, engine = format_count(scratch, "line"), engine_registry.find_scratch_voice().name
        notes.append(f"{count} in scratch voices. Others: milimo voice list --engine {engine}")
    plan = plan_line_laying(story, film, film.states)
    cut = studio.take_snapshot().cut
    if cut is not None:
        _save_cut(studio, "lay the lines", cut, lay_spoken_lines(cut, plan.sounds, new_id=new_id))
    return AddedSound(jobs, tuple(notes), (*problems, *plan.notes))


def add_film_music(studio: Studio, come_back: str) -> AddedSound:
    """Make the ambience of every scene and the music of the film, unless fresh ones are picked, and lay them
    under the dialogue as one edit.
    """
    problems: list[str] = []
    story = studio.take_snapshot().story
    requests = [
        request for scene in story.live_scenes() if (request := _request_ambience(studio, scene, problems))
    ]
    bed, jobs = _find_library_bed(studio), {}
    if bed is None:
        stand_in = _make_stand_in_weights(studio, come_back)
        request = _request_music(studio, problems)
        jobs, requests = stand_in, [*requests, *([request] if request else [])]
    if requests:
        ids = studio.require_client().submit_jobs(requests)
        jobs = jobs | wait_with_progress(studio, "sounds", ids, come_back=come_back)
        problems += _list_failures(jobs)
    return _lay_film_music(studio, jobs, problems, bed)


def has_unedited_captions(studio: Studio) -> bool:
    """Return True if the film has no captions, or if those from the script are as the script and the cut
    give them. Edited or imported captions are never replaced.
    """
    snapshot = studio.take_snapshot()
    cut = snapshot.cut
    if cut is None or not cut.caption_tracks:
        return True
    track = next((each for each in cut.caption_tracks if each.name == DEFAULT_TRACK), None)
    return track is not None and _list_caption_facts(
        list_track_captions(cut, track.id)
    ) == _list_caption_facts(make_script_captions(snapshot.story, cut))


def add_film_captions(studio: Studio, *, unedited: bool) -> AddedSound:
    """Add captions from the script to the cut as one edit. Captions that exist are replaced if they are
    `unedited`, which the caller has found out before the script and the cut changed.
    """
    snapshot = studio.take_snapshot()
    story, cut = snapshot.story, snapshot.cut
    if cut is None:
        return AddedSound({}, ())
    made = make_script_captions(story, cut)
    track = next((each for each in cut.caption_tracks if each.name == DEFAULT_TRACK), None)
    if not made and track is None:
        return AddedSound({}, ("no captions: the film has no dialogue",))
    old = list_track_captions(cut, track.id) if track else ()
    if track is not None and _list_caption_facts(old) == _list_caption_facts(made):
        return AddedSound({}, ())
    if not unedited:
        return AddedSound({}, ("captions stay as they are. New ones: milimo caption make --overwrite",))
    language = find_dialogue_language(story)
    after = add_caption_track(cut, made, name=DEFAULT_TRACK, language=language, new_id=new_id)
    _save_cut(studio, f"{format_count(len(made), 'caption')} from the script", cut, after)
    return AddedSound({}, ())


def _list_caption_facts(captions: Sequence[CutCaption]) -> list[tuple[object, ...]]:
    """Return the times, texts and speakers of captions, in order."""
    return sorted((each.start, each.end, each.text, each.speaker) for each in captions)


def _list_failures(jobs: dict[str, Job]) -> list[str]:
    return [describe_job_problem(job) for job in jobs.values() if job.state != "done"]


def _request_ambience(studio: Studio, scene: Scene, notes: list[str]) -> JobRequest | None:
    """Return the request of a scene's ambience, or None if a fresh one is picked or none can be made."""
    order = SoundOrder(role="ambience", scene=scene)
    return _request_sound(studio, order, SoundTakeRole.AMBIENCE, scene, notes)


def _request_music(studio: Studio, notes: list[str]) -> JobRequest | None:
    snapshot = studio.take_snapshot()
    rate = snapshot.cut.rate if snapshot.cut else snapshot.story.project.rate
    most = int(MOST_MUSIC_SECONDS * rate)
    frames = sound_orders.count_sound_frames(snapshot, None)
    order = SoundOrder(role="music", frames=min(frames, most) or None, loop=frames > most)
    return _request_sound(studio, order, SoundTakeRole.MUSIC, None, notes)


def _request_sound(
    studio: Studio, order: SoundOrder, role: SoundTakeRole, scene: Scene | None, notes: list[str]
) -> JobRequest | None:
    snapshot = studio.take_snapshot()
    picked = find_picked_sound(snapshot.story.sound_takes, role, scene.id if scene else "")
    if picked is not None and not sound_orders.find_stale_reason(snapshot, picked):
        return None
    try:
        spec: MakeSound = sound_orders.prepare_sound(studio, order).spec
    except MilimoError as error:
        notes.append(f"{error.message}: {error.hint}".removesuffix(": "))
        return None
    owner = sound_orders.describe_sound_owner(snapshot.story, spec.scene)
    return sound_orders.make_sound_request(studio, spec, f"{spec.role} for {owner}")


def _find_library_bed(studio: Studio) -> Asset | None:
    """Return music of the library for the film, imported as an asset: the first sound that matches the genre
    or the mood, else the first with the tag music. None if the library has no music.
    """
    facts = sound_orders.collect_sound_facts(studio.take_snapshot().story, None)
    for words in (("music", facts.mood.value), ("music", facts.genre.value), ("music",)):
        for found in library.find_library_sounds(studio.home, words):
            try:
                return add_media(studio, found.path, link=False)
            except MilimoError:
                continue  # The file can't be read; the next one may.
    return None


def _make_stand_in_weights(studio: Studio, come_back: str) -> dict[str, Job]:
    """Build tiny weights that make noise instead of music, if no engine here makes music but the packages for
    models are installed. The result is marked as a placeholder.
    """
    try:
        sound_orders.prepare_sound(studio, SoundOrder(role="music", frames=1))
    except Unavailable:
        if list_missing_packages():
            return {}
        spec = MakeTiny(family=STAND_IN).model_dump(mode="json")
        ids = studio.require_client().submit_jobs([JobRequest(spec=spec, label=f"tiny {STAND_IN}")])
        return wait_with_progress(studio, "tiny weights", ids, come_back=come_back)
    except MilimoError:
        return {}
    return {}


def _lay_film_music(
    studio: Studio, jobs: dict[str, Job], problems: list[str], bed: Asset | None
) -> AddedSound:
    snapshot = studio.take_snapshot()
    story, cut = snapshot.story, snapshot.cut
    assets = {asset.id: asset for asset in story.assets}
    sounds: list[laying.LaidSound] = []
    marked: list[str] = []
    role = SoundTakeRole.AMBIENCE
    wanted: list[tuple[Scene | None, SoundTake | None, SoundTakeRole]] = [
        (scene, find_picked_sound(story.sound_takes, role, scene.id), role) for scene in story.live_scenes()
    ]
    music = find_picked_sound(story.sound_takes, SoundTakeRole.MUSIC, "")
    for scene, take, role in (*wanted, (None, music, SoundTakeRole.MUSIC)):
        asset = assets.get(take.asset) if take else None
        if bed is not None and role is SoundTakeRole.MUSIC:
            asset, take = bed, None
        if asset is None:
            continue
        spans = sound_orders.list_sound_spans(story, cut, scene)
        try:
            sounds.append(laying.prepare_laid_sound(studio, asset, role, scene, spans, take))
        except NotFound:
            continue  # The scene has no clip in this cut.
        if take is not None and role is SoundTakeRole.AMBIENCE:
            marked.append(take.placeholder or take.engine)
    if cut is not None and sounds:
        _save_cut(
            studio,
            "lay music and ambience",
            cut,
            laying.lay_sounds(cut, sounds, laying.find_duck_ranges(studio, "script")),
        )
    source = f"library: {bed.name}" if bed else (music.placeholder or music.engine) if music else ""
    ambience = tuple(dict.fromkeys(marked))
    notes = (*(f"ambience: {mark}" for mark in ambience), f"music: {source or 'none was made'}")
    return AddedSound(jobs, notes, tuple(problems), source, ambience)


def _save_cut(studio: Studio, label: str, before: Cut, after: Cut) -> None:
    """Write the cut as one undoable edit, if it changed."""
    if after != before:
        studio.require_project().write_edit(
            label, scope=before.id, actor=studio.actor, before=[before], after=[after]
        )


def join_film_sounds(parts: Sequence[AddedSound]) -> AddedSound:
    """Return the jobs and sentences of several parts together."""
    jobs = {id: job for part in parts for id, job in part.jobs.items()}
    return AddedSound(
        jobs,
        tuple(note for part in parts for note in part.notes),
        tuple(problem for part in parts for problem in part.problems),
        next((part.music for part in parts if part.music), ""),
        tuple(one for part in parts for one in part.ambience),
    )
