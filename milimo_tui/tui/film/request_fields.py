"""The settings of a render as form fields: size, rate, quality, burn-ins, loudness. Pure functions.

The text is checked while it is typed, by the same code that checks the render request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.delivery.caption_tracks import find_delivered_tracks
from milimo_tui.cut.delivery.requests import (
    ALL_CAPTIONS,
    DeliveryRequest,
    build_delivery,
    parse_caption_choice,
)
from milimo_tui.cut.values.cut import Cut
from milimo_tui.tui.fields.choice_notes import BURNS, FILM_SIZES, LEVELS, RATES
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.fields.reading import format_refusal_error

ANY_RASTER = (1920, 1080)  # The raster assumed for checking a request; any raster would do.
FEW_DIGITS = 3  # Maximum number of digits of a quality; a number with more digits is a bit rate.
# The text between two burn-ins: a comma, or a blank before the next kind. A name may have blanks.
_BURN_BREAK = re.compile(rf",|\s+(?=(?:{'|'.join(BURNS)})\b)")
# The label, the help and the words to choose from, by setting.
_QUESTIONS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "size": ("size", "1280x720, 720p or 50%; empty: the cut’s", FILM_SIZES),
    "rate": ("frames a second", "empty: the cut’s", RATES),
    "quality": ("quality, or a bit rate such as 8M", "empty: the preset’s own", {}),
    "burn": ("burn in", "several, separated by commas; empty: none", BURNS),
    "captions": (
        "captions for the subtitles",
        "languages or names, separated by commas; empty: the first",
        {ALL_CAPTIONS: "all captions that are not hidden"},
    ),
    "loudness": ("loudness", "or a number of LUFS; empty: as it is", LEVELS),
}


def make_request_field(name: str, request: DeliveryRequest, cut: Cut | None = None) -> FormField:
    """Return the field that asks for the setting `name` of a render request. The captions to choose from are
    those of the cut.
    """

    def check(typed: str) -> str:
        changed = replace(request, **parse_request_change(name, typed, request))
        try:
            build_delivery(changed, "", *ANY_RASTER)
            names = parse_caption_choice(changed).names
            if cut is not None:
                find_delivered_tracks(cut, names)
        except MilimoError as error:
            return format_refusal_error(error)
        return ""

    label, help, words = _QUESTIONS[name]
    words = {**words, **_list_caption_words(name, cut)} if cut is not None else words
    kind = FieldKind.WORDS if name in ("burn", "captions") else FieldKind.CHOICE if words else FieldKind.TEXT
    return FormField(
        key=name,
        label=label,
        kind=kind,
        text=format_request_value(name, request),
        choices=make_choices(words, words),
        is_free=True,
        help=help,
        check=check,
    )


def format_request_value(name: str, request: DeliveryRequest) -> str:
    """Return the value of the setting `name` as the user types it."""
    if name == "quality":
        return request.bitrate or ("" if request.quality is None else str(request.quality))
    if name == "burn":
        return ", ".join(request.burn)
    if name == "captions":
        return ", ".join(parse_caption_choice(replace(request, burn=())).subtitles)
    return str(getattr(request, name))


def _list_caption_words(name: str, cut: Cut) -> dict[str, str]:
    """Return the words that choose a caption track of the cut, with their explanations."""
    if name not in ("burn", "captions"):
        return {}
    words = {track.language or track.name: f"captions “{track.name}”" for track in cut.caption_tracks}
    return {f"captions={word}": note for word, note in words.items()} if name == "burn" else words


def parse_request_change(name: str, typed: str, request: DeliveryRequest) -> dict[str, Any]:
    """Convert the text typed for the setting `name` to attributes of the render request. Return their values
    by name.
    """
    if name == "captions":
        kind = request.subtitles.partition("=")[0]
        return {"subtitles": f"{kind or 'embedded'}={typed.strip()}" if typed.strip() else kind}
    if name == "quality":
        return parse_quality(typed)
    if name == "burn":
        return {"burn": tuple(filter(None, (word.strip(" ,") for word in _BURN_BREAK.split(typed))))}
    return {name: typed.strip()}


def parse_quality(typed: str) -> dict[str, Any]:
    """Parse the setting for quality. A number of up to three digits is the encoder's quality, any other text
    is a bit rate.
    """
    words = typed.strip()
    small = words.isdigit() and len(words) <= FEW_DIGITS
    return {"quality": int(words) if small else None, "bitrate": "" if small else words}
