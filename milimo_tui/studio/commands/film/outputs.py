"""Parse the option `--also`, by which one render makes several output files. Each additional file is written
as a preset with its settings.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from milimo_tui.core.errors import BadInput
from milimo_tui.core.reasons import reason
from milimo_tui.cut.delivery.presets import find_preset
from milimo_tui.cut.delivery.requests import DeliveryRequest, parse_stem_division
from milimo_tui.studio.render.deliveries import RenderOrder

# Delivery settings that an output stores exactly as the user typed them. The other settings are converted,
# such as `quality` to a number.
TEXT_FIELDS = ("size", "rate", "bitrate", "subtitles", "loudness", "stems")
OUTPUT_FIELDS = (*TEXT_FIELDS, "quality", "burn", "output")


@dataclass(frozen=True, slots=True)
class RenderOutput:
    """An output file of a render: its delivery settings, and its path. The path is empty if the user gave
    none.
    """

    request: DeliveryRequest
    output: str = ""

    def format_words(self) -> str:
        """Format the output in the form that the option `--also` accepts: `prores size=50%
        output=film.mov`.
        """
        request = self.request
        given = {name: getattr(request, name) for name in TEXT_FIELDS}
        given |= {
            "quality": "" if request.quality is None else str(request.quality),
            "burn": ",".join(request.burn),
            "output": self.output,
        }
        words = (shlex.quote(f"{name}={value}") for name, value in given.items() if value)
        return " ".join([request.preset, *words])


def parse_outputs(texts: Sequence[str], base: DeliveryRequest) -> list[RenderOutput]:
    """Parse the additional outputs of a render. Each text in `texts` is a preset with its own settings.
    `base` has the settings that all outputs share.

    Raises BadInput with the word that can't be read, and NotFound for an unknown preset.
    """
    return [_parse_output(words, base) for words in texts]


def _parse_output(words: str, base: DeliveryRequest) -> RenderOutput:
    try:
        name, *fields = shlex.split(words)
    except ValueError as error:
        raise BadInput(f"“{words}” is not an output: {reason(error)}", "for example --also prores") from None
    find_preset(name)
    given: dict[str, str] = {}
    for word in fields:
        field, equals, value = word.partition("=")
        if not equals or field not in OUTPUT_FIELDS:
            raise BadInput(
                f"{name} has no option “{word}”", f"options: {', '.join(OUTPUT_FIELDS)}, written as size=720p"
            )
        given[field] = value
    quality = given.get("quality", "")
    if quality and not quality.isdigit():
        raise BadInput(f"“{quality}” is not a quality of {name}", "give a number: quality=20")
    request = DeliveryRequest(
        preset=name,
        size=given.get("size", ""),
        rate=given.get("rate", ""),
        quality=int(quality) if quality else None,
        bitrate=given.get("bitrate", ""),
        loudness=given.get("loudness", ""),
        subtitles=given.get("subtitles", ""),
        stems=parse_stem_division(given.get("stems", "")),
        burn=tuple(filter(None, given.get("burn", "").split(","))),
        smart_copy=base.smart_copy,
        damaged=base.damaged,
    )
    return RenderOutput(request, given.get("output", ""))


def require_distinct_targets(orders: Sequence[RenderOrder]) -> None:
    """Raise BadInput if two outputs would be written to the same file."""
    places = [order.target for order in orders]
    twice = next((place for place in places if places.count(place) > 1), None)
    if twice is not None:
        raise BadInput(
            f"two outputs would be written to {twice.name}", "name another file for one of them: output=…"
        )
