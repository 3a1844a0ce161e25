"""Captions of a cut that are made from the script."""

from __future__ import annotations

from fractions import Fraction

from milimo_tui.core.time import frames_to_seconds
from milimo_tui.cut.values.caption_text import wrap_caption_text
from milimo_tui.cut.values.captions import CutCaption
from milimo_tui.cut.values.cut import Cut
from milimo_tui.story.values.film import Story
from milimo_tui.studio.render.deliveries import list_script_captions

DEFAULT_TRACK = "Captions"  # the name of a caption track for which the user gives no name


def make_script_captions(story: Story, cut: Cut) -> tuple[CutCaption, ...]:
    """Return captions for the dialogue of the shots in a cut. They have no ids."""
    return tuple(
        make_new_caption(
            frames_to_seconds(each.start, cut.rate),
            frames_to_seconds(each.end, cut.rate),
            wrap_caption_text(each.text),
            speaker=each.speaker,
        )
        for each in list_script_captions(story, cut)
    )


def make_new_caption(
    start: Fraction, end: Fraction, text: str, *, speaker: str = "", word_times: tuple[int, ...] = ()
) -> CutCaption:
    """Return a caption without an id, as an argument for the edits that add captions."""
    return CutCaption(
        id="", cut="", track="", start=start, end=end, text=text, speaker=speaker, word_times=word_times
    )
