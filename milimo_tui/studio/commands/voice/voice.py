"""Commands on the voices that speak lines: list, set and preview the voice of a character."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from milimo_tui.core.errors import BadInput, Failed
from milimo_tui.core.format import format_count
from milimo_tui.core.spelling import find_closest_names
from milimo_tui.engines.registry import engine_registry
from milimo_tui.jobs.client.client import BatchRequest, JobRequest
from milimo_tui.story.lines.dialogue_language import find_dialogue_language, parse_language_code
from milimo_tui.story.values.film import Element, ElementKind
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.commands.voice.line_names import load_film_lines
from milimo_tui.studio.media.given_sounds import find_given_sound
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.names import check_name
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.speech.line_orders import make_preview_spec
from milimo_tui.studio.speech.line_records import check_line_sound
from milimo_tui.studio.speech.line_states import FilmLines, describe_element_voice
from milimo_tui.studio.speech.voice_casting import (
    CastVoice,
    cast_characters,
    list_engine_voices,
    split_voice_name,
)
from milimo_tui.studio.takes import shot_spec

PREVIEW_TEXT = "This is how I speak in this film."


class VoiceListArgs(Args):
    engine: str = arg("", description="list the voices of this engine instead of the characters")


def _list_voices(studio: Studio, args: VoiceListArgs) -> Outcome:
    if args.engine:
        shot_spec.check_engine(args.engine, "make_speech")
        voices = list_engine_voices(args.engine, find_dialogue_language(studio.take_snapshot().story))
        rows = [{"voice": voice.id, "name": voice.name, "engine": args.engine} for voice in voices]
        use = "milimo voice cast @MARA=ENGINE/VOICE gives a character a voice"
        message = use.replace("ENGINE", args.engine) if rows else f"{args.engine} has no list of voices here"
        return Outcome(data=rows, columns=("voice", "name"), message=message)
    film = load_film_lines(studio)
    story = studio.take_snapshot().story
    people = [element for element in story.elements if element.kind is ElementKind.CHARACTER]
    rows = [build_voice_row(studio, film, element) for element in people]
    rows = [row for row in rows if row["lines"] or row["set"]]
    columns = ("character", "engine", "voice", "pitch", "pace", "reference", "lines", "spoken", "stale")
    table = [{**row, "voice": _format_heard_voice(row)} for row in rows]
    return Outcome(data=rows, rows=lambda: table, columns=columns)


def _format_heard_voice(row: Mapping[str, Any]) -> str:
    """Return the voice that is heard, marked if it is the engine's default."""
    return row["voice"] or (f"{row['heard']} (default)" if row["heard"] else "")


def get_default_engine(studio: Studio) -> str:
    """Return the engine that speaks for characters without an engine of their own."""
    return studio.settings.voice_engine or engine_registry.find_scratch_voice().name


def build_voice_row(studio: Studio, film: FilmLines, element: Element) -> dict[str, Any]:
    """Return the data of a character's voice for lists and `--json`."""
    names = {asset.id: asset.name for asset in studio.take_snapshot().story.assets}
    default = get_default_engine(studio)
    voice = describe_element_voice(element, default)
    own = [state for state in film.states if element.has_name_or_alias(state.character)]
    return {
        "id": element.id,
        "character": element.trigger,
        "engine": voice.engine,
        "voice": voice.voice,
        "heard": voice.find_heard_voice(own[0].character if own else element.name, film.language),
        "pitch": voice.pitch,
        "pace": voice.pace,
        "reference": names.get(voice.sample, ""),
        "set": bool(element.voice_engine or element.voice or element.sample),
        "lines": len(own),
        "spoken": sum(state.shown is not None for state in own),
        "stale": sum(bool(state.stale) for state in own),
    }


class VoiceSetArgs(Args):
    id: str = arg(description="a character (@MARA, its id or name)")
    engine: str | None = arg(None, description="engine that speaks the lines ('': as in the settings)")
    voice: str | None = arg(None, description="a voice of the engine ('': one that suits the character)")
    pitch: float | None = arg(None, ge=-12, le=12, description="change of the pitch in semitones")
    pace: float | None = arg(None, ge=0.5, le=2, description="pace: 1 is normal, 1.2 is faster")
    reference: str | None = arg(
        None, description="recording whose voice is imitated: a file or an asset ('': none)"
    )


def _set_voice(studio: Studio, args: VoiceSetArgs) -> Outcome:
    element = _find_character(studio, args.id)
    changes: dict[str, Any] = {}
    notes: list[str] = []
    if args.engine is not None:
        if args.engine:
            shot_spec.check_engine(args.engine, "make_speech")
        changes["voice_engine"] = args.engine
        if args.voice is None and args.engine != element.voice_engine:
            changes["voice"] = ""  # A voice is a voice of one engine.
    engine = changes.get("voice_engine", element.voice_engine) or get_default_engine(studio)
    if args.voice is not None:
        if args.voice:
            notes += _check_voice(engine, args.voice)
        changes["voice"] = args.voice
    if args.pitch is not None:
        changes["voice_pitch"] = args.pitch
    if args.pace is not None:
        changes["voice_pace"] = args.pace
    if args.reference is not None:
        changes["sample"] = _find_reference(studio, args.reference) if args.reference else ""
    after = replace(element, **changes)
    if after != element:
        studio.require_project().write_edit(
            f"voice of {element.trigger}",
            scope="project",
            actor=studio.actor,
            before=[element],
            after=[after],
        )
    row = build_voice_row(studio, load_film_lines(studio), after)
    heard = _format_heard_voice(row)
    spoken = f"{element.trigger} speaks by {row['engine']}" + (f" as {heard}" if heard else "")
    return Outcome(data=row, message="; ".join([spoken, *notes]))


def _find_character(studio: Studio, name: str) -> Element:
    element = find_element(studio, name)
    if element.kind is not ElementKind.CHARACTER:
        raise BadInput(f"{element.trigger} is not a character, so it can't speak", "name a character")
    return element


def _check_voice(engine: str, voice: str) -> list[str]:
    """Return a sentence if the engine can't list its voices on this machine. Raises BadInput for a voice that
    the engine does not have.
    """
    profile = engine_registry.profile(engine)
    check_name(voice, f"a voice of {engine}")
    found = profile.has_voice(voice)
    if found is None:
        return [f"the voice was not checked, because {engine} can't list its voices here"]
    if not found:
        near = find_closest_names(voice, [each.id for each in profile.voices()])
        hint = f"milimo voice list --engine {engine} lists them"
        raise BadInput(f"{engine} has no voice “{voice}”", f"similar names: {near}; {hint}" if near else hint)
    return []


def _find_reference(studio: Studio, name: str) -> str:
    return find_given_sound(studio, name, check_line_sound).id


class VoiceCastArgs(Args):
    voices: tuple[str, ...] = arg(
        (),
        description="such as @MARA=kokoro/af_heart @JUN=+m3 (default: suitable voices)",
    )
    dry_run: bool = arg(False, description="only show the voices")


def _cast_voices(studio: Studio, args: VoiceCastArgs) -> Outcome:
    """Give several characters a voice, as one undo step."""
    film = load_film_lines(studio)
    cast = {each.element.id: each for each in cast_characters(film)}
    if args.voices:
        chosen, notes = _read_cast(studio, args.voices, cast)
    else:
        chosen, notes = {id: (each.engine, each.voice) for id, each in cast.items() if each.is_proposed}, []
    elements = [each for each in studio.take_snapshot().story.elements if each.id in chosen]
    after = [replace(each, voice_engine=chosen[each.id][0], voice=chosen[each.id][1]) for each in elements]
    changed = [(old, new) for old, new in zip(elements, after, strict=True) if old != new]
    rows = [
        {"id": each.id, "character": each.trigger, "engine": each.voice_engine, "voice": each.voice}
        for each in after
    ]
    if changed and not args.dry_run:
        studio.require_project().write_edit(
            f"voices of {format_count(len(changed), 'character')}",
            scope="project",
            actor=studio.actor,
            before=[old for old, _ in changed],
            after=[new for _, new in changed],
        )
    none = "every character with lines has a voice" if cast else "no character of the film has lines"
    given = f"{format_count(len(changed), 'character')} {'would get' if args.dry_run else 'got'} a voice"
    return Outcome(
        data=rows,
        columns=("character", "engine", "voice"),
        message="; ".join([given if changed else none, *notes]),
    )


def _read_cast(
    studio: Studio, pairs: Sequence[str], cast: Mapping[str, CastVoice]
) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Return the engine and the voice that the user chose, by id of the character, and notes on voices that
    could not be checked. Raises BadInput and NotFound.
    """
    chosen: dict[str, tuple[str, str]] = {}
    notes: list[str] = []
    for pair in pairs:
        who, equals, name = pair.partition("=")
        if not equals or not name.strip():
            raise BadInput(f"“{pair}” names no voice", "for example @MARA=kokoro/af_heart")
        element = _find_character(studio, who.strip())
        own = cast[element.id].engine if element.id in cast else element.voice_engine
        engine, voice = split_voice_name(name, own or get_default_engine(studio))
        shot_spec.check_engine(engine, "make_speech")
        notes += _check_voice(engine, voice) if voice else []
        chosen[element.id] = (engine, voice)
    return chosen, notes


class VoicePreviewArgs(Args):
    id: str = arg(description="a character (@MARA, its id or name)")
    text: str = arg("", description="text to speak (default: the character's first line)", longest=500)
    language: str = arg("", description="language of the text, such as en or de (default: of the film)")


def _preview_voice(studio: Studio, args: VoicePreviewArgs) -> Outcome:
    """Speak a text as a character and play the sound. Nothing is added to the film."""
    element = _find_character(studio, args.id)
    film = load_film_lines(studio)
    own = (state.text for state in film.states if element.has_name_or_alias(state.character))
    text = args.text or next(own, PREVIEW_TEXT)
    default = get_default_engine(studio)
    voice = describe_element_voice(element, default)
    story = studio.take_snapshot().story
    spec = make_preview_spec(studio, story, voice, text, parse_language_code(args.language) or film.language)
    engine_registry.profile(spec.engine).check_settings(studio.settings)
    root = str(studio.require_project().paths.root)
    label = f"voice of {element.trigger}"
    batch = BatchRequest(label=label, project=root)
    request = JobRequest(
        spec=spec.model_dump(mode="json"), label=label, project=root, batch=batch.id, priority=10
    )
    client = studio.require_client()
    (job,) = client.submit_jobs([request], batches=[batch])
    done = wait_with_progress(studio, "voice", [job])[job]
    check_job_done(done)
    path = client.fetch_job(job).outputs.get("speech", "")
    if not path or not Path(path).is_file():
        raise Failed("the preview was deleted before it could be played", "run the command again")
    return Outcome(
        data={"id": element.id, "text": text, "engine": spec.engine, "path": path},
        message=f"{element.trigger}: “{text}”",
        plays=Path(path),
    )


COMMANDS = (
    Command(
        "voice.list",
        "List voices of characters",
        "list the voices that speak the characters' lines",
        _list_voices,
        VoiceListArgs,
        refuse_without_film,
        cli="voice list",
    ),
    Command(
        "voice.set",
        "Set voice of character",
        "set the engine, voice, pitch and pace that speak a character's lines",
        _set_voice,
        VoiceSetArgs,
        refuse_without_film,
        cli="voice set",
        positional=("id",),
    ),
    Command(
        "voice.cast",
        "Give characters voices",
        "give each character with lines a voice, as one undo step",
        _cast_voices,
        VoiceCastArgs,
        refuse_without_film,
        cli="voice cast",
        positional=("voices",),
    ),
    Command(
        "voice.preview",
        "Preview voice",
        "speak an example in the voice of a character, and play it",
        _preview_voice,
        VoicePreviewArgs,
        refuse_without_film,
        cli="voice preview",
        positional=("id",),
    ),
)
