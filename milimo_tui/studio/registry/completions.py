"""List the words that can complete one argument of a command: its choices, or the names of matching items in
the film.

All functions are pure and work on a snapshot of the film. Paths are not completed here; callers that may read
the disk do this themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from milimo_tui.studio.registry.args import Argument
from milimo_tui.studio.registry.grammar import get_argument_shape

if TYPE_CHECKING:
    from milimo_tui.cut.values.cut import Cut
    from milimo_tui.studio.session.studio import FilmSnapshot

_KINDS = ("clip", "shot", "scene", "element", "track", "cut", "asset")
_FILES = re.compile(r"\b(file|path|folder|screenplay)\b|\.(zip|fountain|csv|otio|cube|db)\b")
_CALLED = {"of": "cut", "copy_of": "cut", "script": "file", "output": "file", "to_file": "file"}


@dataclass(frozen=True, slots=True)
class CompletionOffer:
    """A word that can complete an argument, and its description."""

    word: str
    note: str = ""


def infer_argument_kind(item: Argument) -> str:
    """Return the kind of item that an argument names, such as `clip`, `shot`, `track` or `file`; empty if
    there is none.

    The kind is the one that the argument declares. Otherwise it is inferred from the argument's name, or else
    from the first kind that its help text mentions.
    """
    if item.names:
        return item.names
    if item.name in _CALLED:
        return _CALLED[item.name]
    plain = item.name.rstrip("s")
    if plain in _KINDS:
        return plain
    if plain in ("file", "path", "folder") or _FILES.search(item.description.split(";")[0]):
        return "file"
    found = re.search(rf"\b(?:an?|these|the) ({'|'.join(_KINDS)})\b", item.description)
    found = found or re.match(rf"({'|'.join(_KINDS)})s\b", item.description)
    return found[1] if found else ""


def list_offers(item: Argument, film: FilmSnapshot | None) -> tuple[CompletionOffer, ...]:
    """Return the words that can complete an argument, in film order; empty if the argument accepts any
    word.
    """
    shape, choices = get_argument_shape(item)
    if shape == "flag":
        return (CompletionOffer("yes"), CompletionOffer("no"))
    if choices:
        return tuple(CompletionOffer(choice) for choice in choices)
    if infer_argument_kind(item) in ("sound_effect", "sound_preset"):
        return tuple(_list_sound_offers(infer_argument_kind(item)))
    if film is None:
        return ()
    return tuple(
        {
            offer.word: offer for offer in _list_offers_of_kind(infer_argument_kind(item), film) if offer.word
        }.values()
    )


def list_film_names(film: FilmSnapshot | None) -> tuple[str, ...]:
    """Return all names in the film: of shots, scenes, elements, clips, cuts, files."""
    if film is None:
        return ()
    return tuple(
        dict.fromkeys(
            offer.word for kind in _KINDS for offer in _list_offers_of_kind(kind, film) if offer.word
        )
    )


def _list_sound_offers(kind: str) -> Iterator[CompletionOffer]:
    """Yield the names of sound effects, or of their presets."""
    # Imported lazily, because completion must be fast.
    if kind == "sound_effect":
        from milimo_tui.cut.values.sound_effects import SOUND_EFFECTS

        yield from (CompletionOffer(effect.name, effect.title) for effect in SOUND_EFFECTS.values())
    else:
        from milimo_tui.cut.values.sound_presets import SOUND_PRESETS

        yield from (CompletionOffer(preset.name, preset.description) for preset in SOUND_PRESETS.values())


def _list_strip_offers(kind: str, cut: Cut) -> Iterator[CompletionOffer]:
    """Yield the names of the strips of the mixer: all, or only the buses."""
    from milimo_tui.cut.layout.strips import list_strips

    for strip in list_strips(cut):
        if kind != "bus" or strip.kind == "bus":
            yield CompletionOffer(strip.name, f"{strip.kind.value} {strip.role.value}".strip())


def _list_offers_of_kind(kind: str, film: FilmSnapshot) -> Iterator[CompletionOffer]:
    story, cut = film.story, film.cut
    if kind == "shot":
        for shot in story.live_shots():
            yield CompletionOffer(story.numbers.get(shot.id, ""), shot.action or shot.size.value)
    elif kind == "scene":
        yield from (CompletionOffer(scene.number, scene.heading) for scene in story.live_scenes())
    elif kind == "element":
        yield from (CompletionOffer(element.trigger, element.name) for element in story.elements)
    elif kind == "cut":
        yield from (CompletionOffer(each.name) for each in film.cuts)
    elif kind == "asset":
        yield from (CompletionOffer(asset.name or asset.id, asset.kind.value) for asset in story.assets)
    elif kind == "track" and cut is not None:
        yield from (CompletionOffer(track.name, track.kind.value) for track in cut.tracks)
    elif kind in ("strip", "bus") and cut is not None:
        yield from _list_strip_offers(kind, cut)
    elif kind == "clip_or_strip" and cut is not None:
        yield from _list_strip_offers(kind, cut)
        yield from _list_offers_of_kind("clip", film)
    elif kind == "clip" and cut is not None:
        for clip in cut.clips:
            yield CompletionOffer(
                story.numbers.get(clip.source.ref, "") or clip.label, clip.source.kind.value
            )
