"""The command `element voice`: set a recording of a character's voice, in which the character's lines are
spoken in every shot.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from milimo_tui.core.errors import BadInput
from milimo_tui.media.files.facts import MediaFileFacts
from milimo_tui.story.looks.looks import make_look_of_user
from milimo_tui.story.values.film import Element, ElementKind, Look
from milimo_tui.studio.commands.element.element_looks import find_look
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.media.given_sounds import find_given_sound, require_audible_sound
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio

# Minimum length of a recording in seconds. A shorter recording does not characterise a voice.
MIN_SAMPLE_SECONDS = 1
MAX_SAMPLE_SECONDS = 60  # Only this part of a recording is checked.


class VoiceSampleArgs(Args):
    id: str = arg(description="a character (id, trigger or name)")
    file: str = arg(
        "", description="a recording: a file, or an asset's id or name; empty: show the present one"
    )
    look: str = arg("", description="only for this look: its position in the list, name or id")
    off: bool = arg(False, description="remove the recording")


def _set_voice_sample(studio: Studio, args: VoiceSampleArgs) -> Outcome:
    """Show, set or remove the recording of a character's voice. Raises BadInput if the element is not a
    character or the file has no sound.
    """
    element = find_element(studio, args.id)
    if element.kind is not ElementKind.CHARACTER:
        raise BadInput(f"{element.trigger} is not a character, so it can't speak", "name a character")
    value: Element | Look = find_look(studio, args.id, args.look)[1] if args.look else element
    names = {asset.id: asset.name for asset in studio.take_snapshot().story.assets}
    if not args.file and not args.off:
        text = f"speaks as {names.get(value.sample, value.sample)}" if value.sample else "has no recording"
        return _report_voice_sample(element, value.sample, text)
    sample = "" if args.off else _find_voice_sample(studio, args.file)
    if sample != value.sample:
        own = value
        if isinstance(value, Look):
            own = make_look_of_user(studio.take_snapshot().story, element, value)
        studio.require_project().write_edit(
            f"voice of {element.trigger}",
            scope="project",
            actor=studio.actor,
            before=[value],
            after=[replace(own, sample=sample)],
        )
    names = {asset.id: asset.name for asset in studio.take_snapshot().story.assets}
    text = f"speaks as {names[sample]} in every shot" if sample else "has no recording any more"
    return _report_voice_sample(element, sample, text)


def _report_voice_sample(element: Element, sample: str, message: str) -> Outcome:
    data = {"id": element.id, "sample": sample or None}
    return Outcome(data=data, message=f"{element.trigger} {message}")


def _find_voice_sample(studio: Studio, name: str) -> str:
    return find_given_sound(studio, name, check_voice_sample).id


def check_voice_sample(path: Path, facts: MediaFileFacts) -> None:
    """Raise BadInput for a recording that can't be the voice of a character: too short, or silent."""
    if facts.seconds is not None and facts.seconds < MIN_SAMPLE_SECONDS:
        raise BadInput(
            f"{path.name} is too short: {float(facts.seconds):.1f} s",
            "use a recording of about five seconds",
        )
    require_audible_sound(path, MAX_SAMPLE_SECONDS)


VOICE = Command(
    "element.voice",
    "Set voice",
    "set a recording as the voice of a character",
    _set_voice_sample,
    VoiceSampleArgs,
    refuse_without_film,
    cli="element voice",
    positional=("id", "file"),
)
