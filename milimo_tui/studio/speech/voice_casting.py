"""Voices for all characters of a film: the voices of this machine, and a proposal for each character."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from milimo_tui.core.errors import MilimoError
from milimo_tui.engines.contract.profile import Voice
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.lines.dialogue_language import ENGLISH
from milimo_tui.story.values.film import Element
from milimo_tui.studio.speech.line_orders import KIND
from milimo_tui.studio.speech.line_states import FilmLines, describe_speaker, find_default_voice


@dataclass(frozen=True, slots=True)
class OfferedVoice:
    """A voice of this machine, such as `kokoro/af_heart`, with its display name. An engine that cannot list
    its voices is offered by its name alone.
    """

    name: str
    note: str


@dataclass(frozen=True, slots=True)
class CastVoice:
    """The voice of a character: the one that was set, or a proposal. `default` is the voice that is heard if
    none was set, and `lines` the number of the character's lines.
    """

    element: Element
    engine: str
    voice: str
    is_proposed: bool
    default: str
    lines: int

    @property
    def heard_name(self) -> str:
        """The voice that is heard now, as the user types it, such as `kokoro/af_heart`."""
        return format_voice_name(self.engine, self.element.voice or self.default)


def format_voice_name(engine: str, voice: str) -> str:
    """Return an engine and its voice as the user types them, such as `kokoro/af_heart`."""
    return f"{engine}/{voice}" if voice else engine


def split_voice_name(name: str, engine: str) -> tuple[str, str]:
    """Return the engine and the voice of a typed name: `kokoro/af_heart`, `kokoro`, or `af_heart` for a voice
    of the engine `engine`.
    """
    first, slash, voice = name.strip().partition("/")
    if slash:
        return first.strip(), voice.strip()
    return (first, "") if first in list_speech_engines() else (engine, first)


def list_speech_engines() -> tuple[str, ...]:
    """Return the names of the engines that speak lines."""
    return tuple(row.name for row in engine_registry.rows() if KIND in row.kinds)


def list_engine_voices(engine: str, language: str) -> list[Voice]:
    """Return the voices of an engine: first the variants of every voice, women and men (`+f3`, `+m2`) before
    others, then the voices of `language`. The call may run programs. Raises MilimoError if the engine is not
    usable on this machine.
    """
    base = language.partition("-")[0] or ENGLISH
    return sorted(
        engine_registry.profile(engine).voices(),
        key=lambda voice: (
            not voice.id.startswith("+"),
            not voice.id[2:].isdigit(),
            voice.id.partition("-")[0] != base,
        ),
    )


def list_offered_voices(language: str) -> tuple[OfferedVoice, ...]:
    """Return the voices of all engines. Each engine's list begins with the voices for `language`. The call
    may run programs.
    """
    offered: list[OfferedVoice] = []
    for engine in list_speech_engines():
        try:
            voices = list_engine_voices(engine, language)
        except MilimoError:  # The engine is not usable on this machine.
            continue
        offered += [OfferedVoice(format_voice_name(engine, voice.id), voice.name) for voice in voices]
        if not voices:
            offered.append(OfferedVoice(engine, engine_registry.row(engine).title))
    return tuple(offered)


def cast_characters(film: FilmLines) -> tuple[CastVoice, ...]:
    """Return a voice for each character with lines, in the order in which they first speak.

    A voice that was set stays. Any other character gets a voice that suits and that nobody else has.
    """
    found: dict[str, tuple[Element, str, int]] = {}
    for state in film.states:
        element = state.voice.element
        if element is not None:
            engine = element.voice_engine or state.voice.engine
            known = found.get(element.id)
            found[element.id] = (element, engine, (known[2] if known else 0) + 1)
    taken = {(engine, element.voice) for element, engine, _ in found.values() if element.voice}
    cast: list[CastVoice] = []
    for element, engine, lines in found.values():
        voice = element.voice or _propose_voice(element, engine, film.language, taken)
        taken.add((engine, voice))
        default = find_default_voice(engine, describe_speaker(element, element.name), film.language)
        cast.append(CastVoice(element, engine, voice, not element.voice and bool(voice), default, lines))
    return tuple(cast)


def _propose_voice(element: Element, engine: str, language: str, taken: Collection[tuple[str, str]]) -> str:
    person = describe_speaker(element, element.name)
    try:
        suiting = engine_registry.profile(engine).suit_voices(person, language)
    except MilimoError:
        return ""
    free = (voice for voice in suiting if (engine, voice) not in taken)
    return next(free, suiting[0] if suiting else "")
