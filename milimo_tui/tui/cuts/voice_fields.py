"""The fields of the form that gives each character a voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from milimo_tui.core.format import format_count
from milimo_tui.tui.fields.form_field import FieldChoice, FieldKind, FormField

if TYPE_CHECKING:
    from milimo_tui.studio.speech.line_states import FilmLines
    from milimo_tui.studio.speech.voice_casting import CastVoice


def make_voice_fields(film: FilmLines) -> tuple[FormField, ...]:
    """Return a field for each character with lines. Its text is the voice that is heard now, set or default.
    The key is the id of the character. The call may run programs, so run it in a thread.
    """
    from milimo_tui.studio.speech.voice_casting import (
        cast_characters,
        list_offered_voices,
        list_speech_engines,
    )

    offered = list_offered_voices(film.language)
    engines, known = list_speech_engines(), {voice.name for voice in offered}
    choices = tuple(FieldChoice(voice.name, voice.note) for voice in offered)

    def check(typed: str) -> str:
        engine = typed.partition("/")[0].strip()
        if typed in known or engine in engines:
            return ""
        return f"there is no voice “{typed}”; a voice is ENGINE/VOICE, such as {offered[0].name}"

    return tuple(
        FormField(
            key=each.element.id,
            label=each.element.name,
            kind=FieldKind.CHOICE,
            text=each.heard_name,
            choices=choices,
            is_free=True,
            help=format_count(each.lines, "line"),
            source="" if each.element.voice else _describe_default(each),
            check=check,
        )
        for each in cast_characters(film)
    )


def _describe_default(cast: CastVoice) -> str:
    """Return a note for a character without a voice. It names a free voice if another character has the
    default voice.
    """
    return f"default ({cast.voice} is free)" if cast.voice not in ("", cast.default) else "default"
