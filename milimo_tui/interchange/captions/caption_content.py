"""The content of a subtitle file as a value, and the limits of what is read."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from milimo_tui.core.errors import BadInput
from milimo_tui.core.language_tags import is_language_tag
from milimo_tui.cut.values.caption_text import clean_caption_text, clean_speaker_name, remove_style_tags
from milimo_tui.cut.values.captions import CaptionPlace, CutCaption
from milimo_tui.cut.words.caption_edits import LONGEST_TIME, MOST_CAPTIONS

LARGEST_FILE = 20_000_000  # bytes: 20,000 captions of 1,000 letters


@dataclass(frozen=True, slots=True)
class CaptionContent:
    """The content of a subtitle file.

    - `captions` have no ids and belong to no track.
    - `notes` are sentences on how the file was read.
    - `problems` are the places that could not be read, with the reasons.
    """

    captions: tuple[CutCaption, ...]
    language: str = ""
    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class CaptionCollector:
    """Collects the captions of a file. A caption without text or with impossible times is reported."""

    def __init__(self) -> None:
        self.captions: list[CutCaption] = []
        self.problems: list[str] = []
        self.notes: list[str] = []

    def add_caption(
        self,
        where: str,
        start: Fraction,
        end: Fraction,
        text: str,
        *,
        speaker: str = "",
        place: CaptionPlace = CaptionPlace.OF_TRACK,
        word_times: tuple[int, ...] = (),
    ) -> None:
        """Add a caption. `where` is its place in the file, such as "line 12"."""
        clean = clean_caption_text(text)
        if not remove_style_tags(clean).strip():
            self.problems.append(f"{where}: the caption has no text")
        elif start < 0 or end > LONGEST_TIME:
            self.problems.append(f"{where}: the time is outside 0 to 100 hours")
        elif end <= start:
            self.problems.append(f"{where}: the caption ends before it starts")
        elif len(self.captions) >= MOST_CAPTIONS:
            raise BadInput(
                f"the file has more than {MOST_CAPTIONS:,} captions",
                "split the file, or check that it has subtitles",
            )
        else:
            self.captions.append(
                CutCaption(
                    id="",
                    cut="",
                    track="",
                    start=start,
                    end=end,
                    text=clean,
                    speaker=clean_speaker_name(speaker),
                    place=place,
                    word_times=word_times,
                )
            )

    def build_content(self, language: str = "") -> CaptionContent:
        """Return the content in order of time. Captions without a readable place in the file are problems."""
        rows = tuple(sorted(self.captions, key=lambda each: (each.start, each.end)))
        if language and not is_language_tag(language):
            self.notes.append("the language of the file is unknown, so the captions have no language")
            language = ""
        return CaptionContent(rows, language, tuple(dict.fromkeys(self.notes)), tuple(self.problems))
