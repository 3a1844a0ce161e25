"""The command `element voice`: set a recording of a character's voice, in which the character's lines are
spoken in every shot.
"""

from __future__ import annotations

from dataclasses import replace

from milimo_tui.core.errors import BadInput
from milimo_tui.core.host import parse_user_path
from milimo_tui.story.looks.looks import make_look_of_user
from milimo_tui.story.values.film import AssetKind, Element, ElementKind, Look
from milimo_tui.studio.commands.element.element_looks import find_look
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.media import imports
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio

# Minimum length of a recording in seconds. A shorter recording does not characterise a voice.
MIN_SAMPLE_SECONDS = 1


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
    path = parse_user_path(name).absolute()
    asset = imports.add_media(studio, path, link=False) if path.is_file() else find_asset(studio, name)
    if asset.kind is not AssetKind.SOUND:
        raise BadInput(f"{asset.name} is not a sound", "a voice is a recording of about five seconds")
    if asset.seconds is not None and asset.seconds < MIN_SAMPLE_SECONDS:
        raise BadInput(
            f"{asset.name} is too short: {float(asset.seconds):.1f} s",
            "use a recording of about five seconds",
        )
    return asset.id


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
