"""Captions that are visible at the same frame, as the text of a burn-in.

The drawing of a burn-in depends only on its text, so that the text includes the style. Captions in the
default style are plain text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from milimo_tui.cut.delivery.delivery import Caption, CaptionStyle
from milimo_tui.cut.values.caption_text import remove_style_tags
from milimo_tui.cut.values.captions import CaptionPlace

_MARK = "\x01"  # The first character of a text with a style. Captions have no control characters.


@dataclass(frozen=True, slots=True)
class BurnedCaptions:
    """The text of captions, and the style in which they are drawn. `spoken` is the number of the word that is
    being spoken, counted from 0 over the complete text. It is -1 for no word.
    """

    text: str
    place: CaptionPlace = CaptionPlace.BOTTOM
    size: float = 1.0
    colour: str = "#f5f4f0"
    boxed: bool = True
    highlight: str = ""
    spoken: int = -1


def format_burned_captions(
    captions: Sequence[Caption], style: CaptionStyle, place: CaptionPlace, frame: int
) -> str:
    """Return the text of the burn-in for captions that are visible at a frame."""
    lines: list[str] = []
    spoken, count = -1, 0
    for each in captions:
        words = remove_style_tags(each.text)
        if style.shows_speakers and each.speaker:
            lines.append(f"{each.speaker}: {words}")
            count += len(each.speaker.split())
        else:
            lines.append(words)
        begun = sum(each.start + word <= frame for word in each.words)
        if style.highlight and begun and len(each.words) == len(words.split()):
            spoken = count + begun - 1
        count += len(words.split())
    burned = BurnedCaptions(
        "\n".join(lines),
        place,
        style.size,
        style.colour,
        style.boxed,
        style.highlight if spoken >= 0 else "",
        spoken,
    )
    if burned == BurnedCaptions(burned.text):
        return burned.text
    return _MARK + json.dumps(asdict(burned), ensure_ascii=False)


def parse_burned_captions(text: str) -> BurnedCaptions:
    """Return the captions in the text of a burn-in."""
    if not text.startswith(_MARK):
        return BurnedCaptions(text)
    burned = BurnedCaptions(**json.loads(text[1:]))
    return replace(burned, place=CaptionPlace(burned.place))
