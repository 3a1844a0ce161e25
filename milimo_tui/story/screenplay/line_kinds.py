"""Classify the lines of a screenplay's body into elements.

`story.screenplay.line_grammar` defines what single lines can be. This module decides where each kind of line
may be, and how many lines belong to an element. It makes one pass and looks ahead one line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay import line_grammar
from milimo_tui.story.screenplay.lines import VisibleLine, make_line_span
from milimo_tui.story.screenplay.screenplay import Cue, ScriptElement, ScriptElementKind, Slug
from milimo_tui.story.values.text import fold

_BREAKS = frozenset(
    {
        ScriptElementKind.HEADING,
        ScriptElementKind.SECTION,
        ScriptElementKind.SYNOPSIS,
        ScriptElementKind.PAGE_BREAK,
        ScriptElementKind.TRANSITION,
        ScriptElementKind.CENTRED,
    }
)
_MAX_PARENTHETICAL_LINES = 4
_MAX_NAME_LINE = 60  # Maximum number of characters of a cue that is not in capitals.
_NAME_WORDS = 3  # Maximum number of words of a name that is a cue only because a direction follows.
_VOICE_OF = compile_lazily(r"['’]s voice$")
_MARKS = "!@~>#=."  # Characters that force the kind of a line.


def classify_lines(lines: Sequence[VisibleLine], speakers: Collection[str] = ()) -> list[ScriptElement]:
    """Return the elements of a body, without the title page, in order.

    `speakers` are folded names that are cues even if they are not in capitals.
    """
    return list(_LineClassifier(lines, speakers).iterate_elements())


def find_name_lines(lines: Sequence[VisibleLine]) -> Counter[str]:
    """Count the lines that would be cues if they were in capitals: “Pete” alone on a line above text. The
    keys are the names as typed.
    """
    solid = not any(line.blank for line in lines[:-1])
    names: Counter[str] = Counter()
    for before, line, after in zip((None, *lines), lines, lines[1:], strict=False):
        if (before is None or before.blank or solid) and not (line.blank or after.blank):
            text = line.text.strip()
            cue = _parse_mixed_case_cue(text) if len(text) <= _MAX_NAME_LINE else None
            names.update([cue.name] if cue else [])
    return names


def find_directed_names(lines: Sequence[VisibleLine]) -> set[str]:
    """Return the names of `find_name_lines` that are capitalised and have a line in brackets below them,
    followed by text, as only cues have.
    """
    found: set[str] = set()
    for line, direction, after in zip(lines, lines[1:], lines[2:], strict=False):
        text, below = line.text.strip(), direction.text.strip()
        if line.blank or after.blank or len(text) > _MAX_NAME_LINE:
            continue
        if (
            below.startswith("(")
            and below.endswith(")")
            and text.istitle()
            and len(text.split()) <= _NAME_WORDS
        ):
            cue = _parse_mixed_case_cue(text)
            found |= {cue.name} if cue else set()
    return found


def strip_voice_word(name: str) -> str:
    """Return a folded name without a possessive and “voice”: jayden of “jayden's voice”."""
    return _VOICE_OF.sub("", name)


def _parse_mixed_case_cue(text: str) -> Cue | None:
    """Parse a line as a cue whose name is not in capitals. Return None for other lines."""
    if text[0] in _MARKS or line_grammar.parse_heading(text) or line_grammar.parse_cue(text):
        return None
    cue = line_grammar.parse_cue(text, forced=True)
    if not cue:
        return None
    return cue if has_no_capitals(cue.name) or line_grammar.parse_cue(cue.name.upper()) else None


def has_no_capitals(name: str) -> bool:
    """Return True if a name is in a script without capitals, such as Arabic or Chinese. `parse_cue` knows
    such a name only if it is forced.
    """
    return name.upper() == name.lower() and any(map(str.isalpha, name))


@dataclass(frozen=True, slots=True)
class _Spacing:
    """Flags for texts without a blank line before headings or cues, as pasted plain text often is.

    Fountain requires the blank line. The requirement is dropped if the text has no blank line at all. It is
    also dropped for headings if most headings have no blank line before them, and likewise for cues.
    """

    tight_headings: bool
    tight_cues: bool


class _LineClassifier:
    """A classifier that reads the lines of one body from top to bottom. `_at` is the index of the next line
    to read.
    """

    def __init__(self, lines: Sequence[VisibleLine], speakers: Collection[str]) -> None:
        self._lines = lines
        self._texts = [line.text.strip() for line in lines]
        self._headings = [line_grammar.parse_heading(text) if text else None for text in self._texts]
        if not any(self._headings):
            self._read_sections_as_headings()
        self._cues = [
            line_grammar.parse_cue(text) if text and not heading and text[0] not in _MARKS else None
            for text, heading in zip(self._texts, self._headings, strict=True)
        ]
        if speakers:
            self._cues = [
                cue or self._parse_known_speaker(text, speakers)
                for text, cue in zip(self._texts, self._cues, strict=True)
            ]
        self._at = 0
        # The kind of the previous element. None after a blank line.
        self._last: ScriptElementKind | None = None
        self._spacing = self._detect_spacing()

    def _read_sections_as_headings(self) -> None:
        """Read sections as scene headings: `### INT. CAFE - DAY`. Texts in Markdown mark headings in this
        way. Only for a text that has no other scene headings.
        """
        for at, text in enumerate(self._texts):
            inner = text.lstrip("#").strip() if text.startswith("#") else ""
            if inner and (heading := line_grammar.parse_heading(inner)):
                self._headings[at], self._texts[at] = heading, inner

    @staticmethod
    def _parse_known_speaker(text: str, speakers: Collection[str]) -> Cue | None:
        cue = _parse_mixed_case_cue(text) if 0 < len(text) <= _MAX_NAME_LINE else None
        if cue is None:
            return None
        name = fold(cue.name)
        return cue if name in speakers or strip_voice_word(name) in speakers else None

    def _detect_spacing(self) -> _Spacing:
        speakers = [cue if self._is_followed_by_text(index) else None for index, cue in enumerate(self._cues)]
        solid = not any(line.blank for line in self._lines[:-1])
        tight_cues = self._lacks_blank_lines(speakers) or (solid and any(self._headings))
        return _Spacing(self._lacks_blank_lines(self._headings) or tight_cues or solid, tight_cues)

    def _is_followed_by_text(self, index: int) -> bool:
        """Return True if the line after `index` has text. A cue must be followed by text."""
        return index + 1 < len(self._lines) and not self._lines[index + 1].blank

    def _lacks_blank_lines(self, found: Sequence[object]) -> bool:
        places = [index for index, value in enumerate(found) if value]
        close = sum(1 for index in places if index and not self._lines[index - 1].blank)
        return close >= 2 and close * 2 > len(places)

    def iterate_elements(self) -> Iterator[ScriptElement]:
        while self._at < len(self._lines):
            if self._lines[self._at].blank:
                self._last = None
                self._at += 1
                continue
            for element in self._read_next_elements():
                self._last = element.kind
                yield element

    @property
    def _begins_paragraph(self) -> bool:
        """True if a paragraph begins at the current line: after a blank line, or after an element that always
        has one line.
        """
        return self._last is None or self._last in _BREAKS

    def _read_next_elements(self) -> Iterator[ScriptElement]:
        """Yield the element that begins at the current line. After a cue, yield the elements of its speech
        too.
        """
        first, text = self._at, self._texts[self._at]
        mark = text[0]
        if mark == "!":
            yield self._read_action_element()
        elif (forced := self._read_marked_element(text, mark)) is not None:
            self._at += 1
            yield forced
            if forced.kind is ScriptElementKind.CUE:
                yield from self._read_speech_elements()
        elif (heading := self._get_heading(first)) is not None:
            self._at += 1
            yield self._make_element(
                ScriptElementKind.HEADING, heading[0], first, slug=heading[1], forced=mark == "."
            )
        elif self._is_transition_at(first):
            self._at += 1
            plain = line_grammar.strip_line_emphasis(text)
            yield self._make_element(ScriptElementKind.TRANSITION, plain, first)
        elif self._is_cue_at(first):
            self._at += 1
            cue = self._cues[first]
            yield self._make_element(ScriptElementKind.CUE, cue.name if cue else text, first, cue=cue)
            yield from self._read_speech_elements()
        else:
            yield self._read_action_element()

    def _read_marked_element(self, text: str, mark: str) -> ScriptElement | None:
        """Return the element that begins with a Fountain mark, such as `@` or `>`, which identifies it at any
        position. Return None for other lines.
        """
        at = self._at
        if mark == "=":
            if len(text) >= 3 and not text.strip("="):
                return self._make_element(ScriptElementKind.PAGE_BREAK, "", at)
            return (
                None
                if text.startswith("==")
                else self._make_element(ScriptElementKind.SYNOPSIS, text[1:].strip(), at)
            )
        if mark == "#":
            depth = len(text) - len(text.lstrip("#"))
            return self._make_element(ScriptElementKind.SECTION, text[depth:].strip(), at, depth=depth)
        if mark == "~":
            return self._make_element(ScriptElementKind.LYRIC, text[1:].strip(), at)
        if mark == ">":
            if text.endswith("<") and len(text) > 1:
                return self._make_element(ScriptElementKind.CENTRED, text[1:-1].strip(), at)
            return self._make_element(ScriptElementKind.TRANSITION, text[1:].strip(), at, forced=True)
        if mark == "@" and (cue := line_grammar.parse_cue(text[1:].strip(), forced=True)):
            return self._make_element(ScriptElementKind.CUE, cue.name, at, cue=cue, forced=True)
        return None

    def _get_heading(self, index: int) -> tuple[str, Slug] | None:
        if not self._begins_paragraph and not self._spacing.tight_headings:
            return None
        plain = line_grammar.strip_line_emphasis(self._texts[index])
        return self._headings[index] or (
            line_grammar.parse_forced_heading(plain) if self._begins_paragraph else None
        )

    def _is_transition_at(self, index: int) -> bool:
        # A heading may follow a transition without a blank line.
        alone = self._begins_paragraph and (
            not self._is_followed_by_text(index) or self._headings[index + 1] is not None
        )
        tight = self._spacing.tight_cues or self._spacing.tight_headings
        return (alone or tight) and line_grammar.is_transition_line(self._texts[index])

    def _is_cue_at(self, index: int) -> bool:
        if self._cues[index] is None or not self._is_followed_by_text(index):
            return False
        return self._spacing.tight_cues or (
            self._begins_paragraph and self._last is not ScriptElementKind.HEADING
        )

    def _read_speech_elements(self) -> Iterator[ScriptElement]:
        """Yield parentheticals, lyrics and dialogue up to the blank line that ends the speech."""
        run: list[int] = []
        while self._at < len(self._lines) and not self._ends_speech_at(self._at):
            text = self._texts[self._at]
            size = self._count_parenthetical_lines(self._at)
            if size or text.startswith("~"):
                yield from self._make_dialogue_element(run)
                run = []
                last = self._at + max(size, 1) - 1
                if size:
                    rows = map(line_grammar.strip_line_emphasis, self._texts[self._at : last + 1])
                    inner = " ".join(rows)[1:-1].strip()
                    yield self._make_element(ScriptElementKind.PARENTHETICAL, inner, self._at, last)
                else:
                    yield self._make_element(ScriptElementKind.LYRIC, text[1:].strip(), self._at)
                self._at = last + 1
            else:
                run.append(self._at)
                self._at += 1
        yield from self._make_dialogue_element(run)

    def _ends_speech_at(self, index: int) -> bool:
        line, text = self._lines[index], self._texts[index]
        if line.blank:
            return not line.holds
        if text[0] in "@!>" or (text.startswith("===") and not text.strip("=")):
            return True
        if self._spacing.tight_headings and self._headings[index]:
            return True
        return self._spacing.tight_cues and (self._is_cue_at(index) or line_grammar.is_transition_line(text))

    def _count_parenthetical_lines(self, index: int) -> int:
        """Return the number of lines of a parenthetical that begins at `index`, or 0 if none begins there."""
        first = line_grammar.strip_line_emphasis(self._texts[index])
        if not first.startswith("("):
            return 0
        if first.endswith(")"):
            return 1
        for size in range(2, _MAX_PARENTHETICAL_LINES + 1):
            at = index + size - 1
            if at >= len(self._lines) or self._lines[at].blank:
                return 0
            if self._texts[at].endswith(")"):
                return size
        return 0

    def _make_dialogue_element(self, run: Sequence[int]) -> Iterator[ScriptElement]:
        while run and self._lines[run[-1]].blank:
            run = run[:-1]
        if run:
            text = "\n".join(self._texts[index] for index in run)
            yield self._make_element(ScriptElementKind.DIALOGUE, text, run[0], run[-1])

    def _read_action_element(self) -> ScriptElement:
        """Read a paragraph of action, up to a blank line or another element. A leading `!` is removed."""
        first = self._at
        texts: list[str] = []
        while self._at < len(self._lines) and not self._lines[self._at].blank:
            if self._at > first and self._interrupts_action(self._at):
                break
            line = self._lines[self._at].text
            mark = len(line) - len(line.lstrip())
            texts.append(line[:mark] + line[mark + 1 :] if line[mark] == "!" else line)
            self._at += 1
            self._last = ScriptElementKind.ACTION
        forced = self._texts[first].startswith("!")
        return self._make_element(
            ScriptElementKind.ACTION, "\n".join(texts), first, self._at - 1, forced=forced
        )

    def _interrupts_action(self, index: int) -> bool:
        text = self._texts[index]
        if text[0] in "~>#" or (text[0] == "=" and (text[:2] != "==" or not text.strip("="))):
            return True
        if text[0] == "@" and line_grammar.parse_cue(text[1:].strip(), forced=True):
            return True
        return self._get_heading(index) is not None or self._is_cue_at(index) or self._is_transition_at(index)

    def _make_element(
        self,
        kind: ScriptElementKind,
        text: str,
        first: int,
        last: int | None = None,
        *,
        forced: bool = False,
        depth: int = 0,
        slug: Slug | None = None,
        cue: Cue | None = None,
    ) -> ScriptElement:
        span = make_line_span(self._lines[first], self._lines[first if last is None else last])
        return ScriptElement(kind=kind, text=text, span=span, forced=forced, depth=depth, slug=slug, cue=cue)
