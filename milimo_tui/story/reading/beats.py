"""Splitting of a scene into beats: the things to show, in order, before their framing is decided.

A beat is a paragraph of action, an item of a montage, a speech (two speeches if they are dual dialogue) or a
text card. Transitions, sections, notes and other structure make no beats. A caption belongs to the beat over
which it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.joined_paragraphs import join_paragraphs
from milimo_tui.story.screenplay.cast import FilmCast
from milimo_tui.story.screenplay.extensions import marks_continuation
from milimo_tui.story.screenplay.list_items import split_list_items
from milimo_tui.story.screenplay.screenplay import (
    COMMENT_KINDS,
    SPEECH_KINDS,
    ScriptElement,
    ScriptElementKind,
    ScriptScene,
)
from milimo_tui.story.values.film import Line
from milimo_tui.story.values.text import collapse_text
from milimo_tui.story.values.vocabulary import (
    FramingReading,
    extract_caption,
    extract_montage_title,
    find_montage_text,
    is_montage_start,
    is_structure_line,
    parse_framing,
)

# The most letters of paragraphs that are joined into one sentence. A longer one is more than one picture.
_LONGEST_JOINED = 400
SONG = "Song"  # The speaker's name for a sung line (lyric) that has no cue.

_MONTAGE_HEADING = compile_lazily(r"\b(?:MONTAGE|SERIES OF SHOTS|QUICK CUTS)\b", re.IGNORECASE)
_COMES_BACK = compile_lazily(r"(?:BACK|RETURN) TO (?:THE )?(?:SCENE|PRESENT)\b", re.IGNORECASE)
_ENDS_MONTAGE = compile_lazily(r"(?:END|BACK TO|RETURN TO|RESUME)\b")
_ENDS_MONTAGE_HERE = compile_lazily(r"END (?:OF )?(?:THE )?(?:MONTAGE|SERIES)\b")
_RESUMES = compile_lazily(r"(?:BACK|RESUME|RETURN|CONTINUE)\b[A-Z' -]*$")
_INSERT = compile_lazily(r"INSERT\b\s*[-–—:.]+\s*\w")
_VIEW = compile_lazily(r"(?:(?:[\w.-]+ ){0,2}[\w.-]+['’]S )?P\.?O\.?V\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A single thing to show in a scene, before its framing is decided. `text` is the action as one line.
    `sides` has the lines of a speech, or of two simultaneous speeches.

    `written_framing` is the framing that the script asks for in the beat, or in a camera direction right
    before the beat.
    """

    line: int
    end_line: int
    text: str = ""
    sides: tuple[tuple[Line, ...], ...] = ()
    cue: str = ""  # The name in the cue as written, of the first side.
    speakers: tuple[str, ...] = ()
    continued: bool = False  # True if the cue says that the previous speech continues.
    direction: str = ""
    caption: str = ""
    card: bool = False
    montage: bool = False
    title: str = ""  # The title of the montage to which this item belongs.
    # True if the line BACK TO SCENE precedes the beat. False if that line only ends an insert or a montage.
    comes_back: bool = False
    # True if the paragraph begins with `!`. `INT. CAFE - DAY` is then action and no heading.
    forced: bool = False
    written_framing: FramingReading = field(default_factory=FramingReading)


@dataclass(slots=True)
class _BeatReader:
    """Reader of the elements of one scene. It holds captions and directions until the beat to which they
    belong is read.
    """

    cast: FilmCast
    montage: bool
    is_separate: Callable[[Beat], bool]
    is_settled: Callable[[Beat], bool]
    title: str = ""  # The title of the current montage.
    out: list[Beat] = field(default_factory=list)
    direction: str = ""
    waiting: str = ""  # A caption that precedes the first picture of the scene.
    # True if an earlier montage may continue in this scene. It continues at a line such as BACK ON THE ROAD.
    resumes: bool = False
    away: bool = False  # True while an insert shows something outside the scene.
    comes_back: bool = False
    before_action: bool = False  # True if a paragraph of action follows the current element.
    forced: bool = False  # True if the current paragraph begins with `!`.
    # The previous paragraph, if it is action and nothing but blank lines follows it.
    last_paragraph: str = ""

    def add_beat(self, beat: Beat, reading: FramingReading | None = None) -> None:
        self.out.append(
            replace(
                beat,
                direction=self.direction,
                caption=" · ".join(filter(None, (self.waiting, beat.caption))),
                montage=self.montage,
                forced=self.forced,
                title=self.title if self.montage else "",
                comes_back=self.comes_back,
                written_framing=reading
                if reading is not None and not self.direction
                else parse_framing(f"{self.direction}\n{beat.text}".strip()),
            )
        )
        self.direction = self.waiting = self.last_paragraph = ""
        self.comes_back = False

    def join_to_last_beat(self, text: str, line: int, end_line: int) -> bool:
        """Add a paragraph to the previous beat if both are one sentence. Return True if it was added."""
        if not self.last_paragraph or self.direction or self.montage or self.forced:
            return False
        before = self.out[-1]
        if len(before.text) + len(text) > _LONGEST_JOINED:
            return False
        joined = join_paragraphs(before.text, self.last_paragraph, text)
        if (
            not joined
            or self.is_separate(before)
            or self.is_separate(Beat(line=line, end_line=end_line, text=text))
        ):
            return False
        framing = parse_framing(f"{before.direction}\n{joined}".strip())
        self.out[-1] = replace(before, text=joined, end_line=end_line, written_framing=framing)
        self.last_paragraph = text
        return True

    def read_settled_paragraph(self, elements: Sequence[ScriptElement]) -> bool:
        """Make a beat of elements that are one paragraph of action in the film, and whose shot must stay.
        Return True if there is such a shot.
        """
        text = collapse_text("\n".join(element.text for element in elements))
        line, end_line = elements[0].span.line, elements[-1].span.end_line
        beat = Beat(line=line, end_line=end_line, text=text)
        if not text or not self.is_settled(replace(beat, direction=self.direction)):
            return False
        self.forced = elements[0].forced
        self.add_beat(beat)
        self.last_paragraph = "" if self.montage or self.forced else text
        self.forced = False
        return True

    def apply_structure_line(self, text: str) -> None:
        self.last_paragraph = ""
        if _COMES_BACK.match(text):
            self.comes_back, self.away = not (self.away or self.montage), False
        if is_montage_start(text):
            self.montage, self.title = True, extract_montage_title(text)
        elif _ENDS_MONTAGE.match(text):
            self.montage = False

    def read_action_paragraph(self, element: ScriptElement) -> None:
        """Read a paragraph of action: remove its structure lines, make a beat of each list item, and one beat
        of the rest.
        """
        rows = list(enumerate(element.text.split("\n"), start=element.span.line))
        if self.resumes and _RESUMES.match(rows[0][1].strip()):
            self.montage, self.resumes = True, False
            rows.pop(0)
        while rows and is_structure_line(rows[0][1].strip()):
            self.apply_structure_line(rows.pop(0)[1].strip())
        text_start = find_montage_text(rows[0][1].strip()) if rows else 0
        if text_start:
            self.montage, self.title = True, extract_montage_title(rows[0][1].strip()[:text_start])
            rows[0] = (rows[0][0], rows[0][1].strip()[text_start:])
        self.forced = element.forced
        for first, last, text in split_list_items(rows, self.montage):
            self.read_paragraph_text(text, first, min(last, element.span.end_line))
        self.forced = False

    def read_paragraph_text(self, text: str, line: int, end_line: int) -> None:
        found = extract_caption(text)
        if found and found.card:
            self.add_beat(
                Beat(line=line, end_line=end_line, text=found.rest, caption=found.text, card=not found.rest)
            )
        elif found and found.rest:
            self.add_beat(Beat(line=line, end_line=end_line, text=found.rest, caption=found.text))
        elif found:
            self.overlay_caption(found.text)
        elif text and ((framing := parse_framing(text)).is_bare_direction or self.is_insert_heading(text)):
            self.away = self.away or _INSERT.match(text) is not None
            self.direction = f"{self.direction}\n{text}".strip()
        elif text and not self.join_to_last_beat(text, line, end_line):
            self.add_beat(Beat(line=line, end_line=end_line, text=text), framing)
            self.last_paragraph = "" if self.montage or self.forced else text

    def is_insert_heading(self, text: str) -> bool:
        """Return True if a line in capitals announces an insert or a point of view and names its subject or
        its owner: INSERT - A MAP, TOM'S POV. The next paragraph is then its picture.
        """
        is_announced = _INSERT.match(text) or _VIEW.match(text)
        return self.before_action and text.isupper() and is_announced is not None

    def overlay_caption(self, words: str) -> None:
        """Add a caption, which is a paragraph by itself, to the previous beat, or to the next beat if there
        is no previous one.
        """
        if self.out:
            before = self.out[-1]
            joined = " · ".join(filter(None, (before.caption, words)))
            self.out[-1] = replace(before, caption=joined)
        else:
            self.waiting = " · ".join(filter(None, (self.waiting, words)))

    def read_speech(self, cue: ScriptElement, parts: Sequence[ScriptElement], follows: bool) -> None:
        if cue.cue is None:
            return
        speakers = self.cast.list_speakers(cue.cue.name)
        extensions = [text for text in cue.cue.extensions if not marks_continuation(text)]
        lines = _join_speech_lines(" and ".join(speakers), ", ".join(extensions), parts)
        if not lines:
            return
        end = max([cue.span.end_line, *(part.span.end_line for part in parts)])
        if cue.cue.dual and follows and self.out and len(self.out[-1].sides) == 1:
            before = self.out[-1]
            self.out[-1] = replace(
                before,
                end_line=end,
                sides=(*before.sides, tuple(replace(line, at_once=True) for line in lines)),
                speakers=tuple(dict.fromkeys((*before.speakers, *speakers))),
            )
        else:
            goes_on = len(extensions) < len(cue.cue.extensions)
            self.add_beat(
                Beat(
                    line=cue.span.line,
                    end_line=end,
                    sides=(lines,),
                    cue=cue.cue.name,
                    speakers=speakers,
                    continued=goes_on,
                )
            )

    def read_song(self, elements: Sequence[ScriptElement]) -> None:
        lines = tuple(
            Line(SONG, collapse_text(element.text)) for element in elements if collapse_text(element.text)
        )
        if lines:
            first, last = elements[0].span.line, elements[-1].span.end_line
            self.add_beat(Beat(line=first, end_line=last, sides=(lines,)))


def split_into_beats(
    scene: ScriptScene,
    cast: FilmCast,
    is_separate: Callable[[Beat], bool] = lambda _: False,
    is_settled: Callable[[Beat], bool] = lambda _: False,
) -> tuple[Beat, ...]:
    """Return the scene's beats in order. Paragraphs that are one sentence make one beat, unless `is_separate`
    is True for one of them. A paragraph for which `is_settled` is True makes a beat, even if it is a line of
    the format, such as a transition or a camera direction.
    """
    headed = _MONTAGE_HEADING.search(scene.heading) is not None
    texts = [element.text.strip() for element in scene.elements]
    ends = any(_ENDS_MONTAGE_HERE.match(text) for text in texts)
    goes_on = (
        ends and not headed and not any(is_montage_start(row) for text in texts for row in text.split("\n"))
    )
    halts = goes_on and any(_RESUMES.match(text) for text in texts)
    reader = _BeatReader(cast, headed or (goes_on and not halts), is_separate, is_settled, resumes=halts)
    after_speech = False
    runs = list(_group_script_elements(scene.elements))
    for (head, parts), (following, _) in zip_longest(runs, runs[1:], fillvalue=(None, [])):
        if head is None:
            continue
        reader.before_action = following is not None and following.kind is ScriptElementKind.ACTION
        if head.kind is not ScriptElementKind.ACTION:
            reader.last_paragraph = ""
        if reader.read_settled_paragraph([head, *parts]):
            after_speech = False
            continue
        if head.kind is ScriptElementKind.CUE:
            reader.read_speech(head, parts, after_speech)
        elif head.kind is ScriptElementKind.LYRIC:
            reader.read_song([head, *parts])
        elif head.kind is ScriptElementKind.ACTION:
            reader.read_action_paragraph(head)
        elif (
            head.kind is ScriptElementKind.CENTRED
            and (text := collapse_text(head.text))
            and not is_structure_line(text.upper())
        ):
            reader.add_beat(Beat(line=head.span.line, end_line=head.span.end_line, caption=text, card=True))
        elif head.kind is ScriptElementKind.TRANSITION:
            reader.apply_structure_line(head.text)
        after_speech = head.kind is ScriptElementKind.CUE
    # A direction or caption at the end of a scene has no following action to belong to, so it becomes a beat.
    if reader.direction or reader.waiting:
        text, reader.direction = reader.direction, ""
        reader.add_beat(Beat(line=scene.span.line, end_line=scene.span.end_line, text=text, card=not text))
    return tuple(reader.out)


def _group_script_elements(
    elements: Sequence[ScriptElement],
) -> Iterator[tuple[ScriptElement, list[ScriptElement]]]:
    """Yield each element together with the following elements that belong to it: the speech of a cue, or the
    further lines of a lyric.
    """
    seen = [element for element in elements if element.kind not in COMMENT_KINDS]
    at = 0
    while at < len(seen):
        head, at = seen[at], at + 1
        under: frozenset[ScriptElementKind] = frozenset()
        if head.kind is ScriptElementKind.CUE:
            under = SPEECH_KINDS
        elif head.kind is ScriptElementKind.LYRIC:
            under = frozenset({ScriptElementKind.LYRIC})
        start = at
        while at < len(seen) and seen[at].kind in under:
            at += 1
        yield head, seen[start:at]


def _join_speech_lines(character: str, extension: str, parts: Sequence[ScriptElement]) -> tuple[Line, ...]:
    """Return a speech as lines. A parenthetical belongs to the words after it; a parenthetical at the end
    belongs to the words before it.
    """
    out: list[Line] = []
    parenthetical = ""
    for part in parts:
        text = collapse_text(part.text)
        if part.kind is ScriptElementKind.PARENTHETICAL:
            parenthetical = text if not parenthetical else f"{parenthetical}, {text}"
        elif out and not parenthetical:
            out[-1] = replace(out[-1], text=f"{out[-1].text} {text}".strip())
        else:
            out.append(Line(character, text, extension, parenthetical))
            parenthetical = ""
    if out and parenthetical:
        both = ", ".join(filter(None, (out[-1].parenthetical, parenthetical)))
        out[-1] = replace(out[-1], parenthetical=both)
    return tuple(line for line in out if line.text)
