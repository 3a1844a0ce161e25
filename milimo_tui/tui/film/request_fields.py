"""The settings of a render as form fields: size, rate, quality, burn-ins, loudness. Pure functions.

The text is checked while it is typed, by the same code that checks the render request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import MilimoError
from milimo_tui.cut.delivery.requests import DeliveryRequest, build_delivery
from milimo_tui.tui.fields.choice_notes import BURNS, FILM_SIZES, LEVELS, RATES
from milimo_tui.tui.fields.form_field import FieldKind, FormField, make_choices
from milimo_tui.tui.fields.reading import format_refusal_error

ANY_RASTER = (1920, 1080)  # The raster assumed for checking a request; any raster would do.
FEW_DIGITS = 3  # Maximum number of digits of a quality; a number with more digits is a bit rate.
# The label, the help and the words to choose from, by setting.
_QUESTIONS: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "size": ("size", "1280x720, 720p or 50%; empty: the cut’s", FILM_SIZES),
    "rate": ("frames a second", "empty: the cut’s", RATES),
    "quality": ("quality, or a bit rate such as 8M", "empty: the preset’s own", {}),
    "burn": ("burn in", "several, separated by commas; empty: none", BURNS),
    "loudness": ("loudness", "or a number of LUFS; empty: as it is", LEVELS),
}


def make_request_field(name: str, request: DeliveryRequest) -> FormField:
    """Return the field that asks for the setting `name` of a render request."""

    def check(typed: str) -> str:
        try:
            build_delivery(replace(request, **parse_request_change(name, typed)), "", *ANY_RASTER)
        except MilimoError as error:
            return format_refusal_error(error)
        return ""

    label, help, words = _QUESTIONS[name]
    kind = FieldKind.WORDS if name == "burn" else FieldKind.CHOICE if words else FieldKind.TEXT
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
    return str(getattr(request, name))


def parse_request_change(name: str, typed: str) -> dict[str, Any]:
    """Convert the text typed for the setting `name` to attributes of a render request. Return their values by
    name.
    """
    if name == "quality":
        return parse_quality(typed)
    if name == "burn":
        return {"burn": tuple(typed.replace(",", " ").split())}
    return {name: typed.strip()}


def parse_quality(typed: str) -> dict[str, Any]:
    """Parse the setting for quality. A number of up to three digits is the encoder's quality, any other text
    is a bit rate.
    """
    words = typed.strip()
    small = words.isdigit() and len(words) <= FEW_DIGITS
    return {"quality": int(words) if small else None, "bitrate": "" if small else words}
