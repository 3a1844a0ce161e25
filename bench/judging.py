"""Judge shots against the marks of their script, with rules that are independent of the program.

Terms: a moment is a marked stretch of the script. Each moment lists the people who must be seen (`seen`) and
who may be seen (`may`). The text of a shot is its speech or, without speech, its action. A shot covers a
moment if this text contains at least half of the moment, or if at least half of the text is inside the
moment. If the text is not found in the shot's lines of the script, all these lines count as its text. A line
counts where it begins. Moments that are not sure allow the people they show, and require nothing. A shot that
covers only unmarked lines or unsure moments is not judged.

- Cast of a shot: nobody is in the frame except people in `seen` or `may` of a covered moment. The shot shows
  everybody in `seen` of one covered moment, or each covered moment is shown by some other shot (a reaction, a
  cutaway).
- Cast of a moment: at least one shot that covers the moment has everybody in `seen` in its frame, and nobody
  who may not be there.
- Look, for each person in the frame with a marked look: the prompt has more than half of the facts of the
  look. The words of a fact must be close to each other, in any order and form, with numbers as figures or
  words. The part of the prompt about the person reaches from the person's name to the next name. This part
  has no fact that the marks exclude, unless the shot's own lines or the name of its place have that fact
  (room 12).
- Heard, for each speech: the speaker is right, and the speech is heard in the marked manner. If the speaker
  is visible, at least one shot of the speech has the speaker in its frame; other shots may have the words
  from off screen.
- Off screen, for each speech whose speaker is not in the frame or must not be seen speaking: the prompt says
  so next to the speech (heard, voice, phone …), and nobody is in the frame who may not be there.
- Place, for each shot: it has all words of the place and its part, and the time of day, of a covered moment.
- Reaction (a count): the prompt does not say that the words are only heard, so that a model would let the
  listener speak them.
- Reason (a count): framings for which the program gives no reason.

A name in the frame stands for the person with that name or alias (`also`), or else for the only person one of
whose names contains all its words. Nobody is in the frame twice. An extra also counts as in the frame if the
prompt mentions the extra. An insert shows the moment of an insert even if only a hand is visible. Speech in
quotation marks does not count for looks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from marks import Look, Marks, Moment

SHARE = 0.5  # Share of a look's facts that must be exceeded in the prompt.
NEAR = 8  # largest number of other words between the words of a fact
_SPEECH = re.compile(r"[“\"][^”\"]*[”\"]")
_WORD = re.compile(r"[^\W_]+")
_SMALL = {"a", "an", "the", "his", "her", "their", "its", "s"}
_BEFORE_A_PLACE = {"in", "on", "at"}  # After these words CROWD is a place: “IN THE CROWD”.
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_NUMBERS = {word: number for number, word in enumerate([*_ONES, *_TEENS, "nineteen"], 1)}
_NUMBERS |= {word: 10 * tens for tens, word in enumerate(_TENS, 2)}
_TWO_WORDS = re.compile(rf"({'|'.join(_TENS)})-({'|'.join(_ONES)})")
_ABSENT = re.compile(
    r"\b(?:heard|off[- ]?(?:screen|camera)|out of (?:frame|sight|shot|view)|unseen|voice-?over|narrat\w+"
    r"|voice (?:of|from)|(?<=['\u2019]s )voice"
    r"|(?:over|through|from|by|down) (?:the |a )?"
    r"(?:(?:tele)?phone|receiver|radio|line|(?:loud)?speakers?|intercom|tannoy))\b",
    re.IGNORECASE,
)
_TIMES = {
    "day": {"day", "noon", "midday", "daytime"},
    "night": {"night", "midnight"},
    "dawn": {"dawn", "sunrise", "daybreak"},
    "dusk": {"dusk", "sunset", "twilight", "nightfall"},
}


@dataclass(frozen=True, slots=True)
class ShotSpeech:
    """A speech in a shot. `heard` is the manner in which it is heard, in the terms of the marks. It is empty
    if the program does not say.
    """

    speaker: str
    text: str
    heard: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadShot:
    """A shot as the program made it. `line` and `end_line` are lines of the script, counted from 1, both
    included.
    """

    number: str
    line: int
    end_line: int
    action: str
    spoken: tuple[ShotSpeech, ...]
    frame: tuple[str, ...]
    insert: bool
    location: str
    time: str
    prompt: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement by one measure. `where` names the shot, or the line of a moment. `who` is the program's
    name for the person whose look is judged.
    """

    measure: str
    right: bool
    where: str = ""
    why: str = ""
    who: str = ""


def split_folded_words(text: str) -> list[str]:
    """Return the words of a text in lower case, with number words replaced by figures."""
    plain = _TWO_WORDS.sub(lambda two: str(_NUMBERS[two[1]] + _NUMBERS[two[2]]), text.casefold())
    return [str(_NUMBERS.get(found[0], found[0])) for found in _WORD.finditer(plain)]


def has_phrase(words: Sequence[str], phrase: Sequence[str]) -> bool:
    """Return True if the words contain the phrase as consecutive words."""
    wide = len(phrase)
    return any(list(words[at : at + wide]) == list(phrase) for at in range(len(words) - wide + 1))


def has_nearby(words: Sequence[str], fact: str) -> bool:
    """Return True if all words of a fact are close to each other in `words`. Articles and word endings are
    ignored.
    """
    wanted = {_stem_word(word) for word in split_folded_words(fact) if word not in _SMALL}
    stems, wide = [_stem_word(word) for word in words], len(wanted) + NEAR
    return any(wanted <= set(stems[at : at + wide]) for at in range(max(1, len(stems) - wide + 1)))


def _stem_word(word: str) -> str:
    return re.sub(r"(?<=\w{3})(?:ing|ed|es|s|e)$", "", word)


def find_words_span(text: str, words: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the start and end of `words` in the range `start` to `end` of a text, ignoring punctuation
    between the words.

    If the words are not found, the result reaches from their first three words to their last three words.
    Return None if these are not found either.
    """
    found = [re.escape(word[0]) for word in _WORD.finditer(words)]
    for head, tail in ((found, []), (found[:3], found[-3:])):
        pattern = r"[\W_]+".join(head) + (r"(?:.*?)" + r"[\W_]+".join(tail) if tail else "")
        whole = rf"(?<!\w){pattern}(?!\w)"  # Only whole words match: “Yes.” is not found inside “eyes”.
        match = re.compile(whole, re.IGNORECASE | re.DOTALL).search(text, start, end) if found else None
        if match:
            return match.span()
    return None


class ShotJudge:
    """A judge of one script's shots, which compares them with the script's marks."""

    def __init__(self, marks: Marks, shots: Sequence[ReadShot]) -> None:
        self.marks, self.shots = marks, shots
        lines = [0, *(found.end() for found in re.finditer("\n", marks.text)), len(marks.text)]
        self._stretch = {
            shot: (lines[shot.line - 1], lines[min(shot.end_line, len(lines) - 1)]) for shot in shots
        }
        self._own = {shot: self._find_shot_span(shot) for shot in shots}
        self._covered = {shot: self._find_covered_moments(self._own[shot]) for shot in shots}
        self._in = {shot: self._list_people_in_frame(shot) for shot in shots}
        self._said = {shot: split_folded_words(_SPEECH.sub(" ", shot.prompt)) for shot in shots}

    def judge_all(self) -> Iterator[Verdict]:
        """Yield all verdicts: first those of each shot, then those of the moments."""
        for shot in self.shots:
            sure = [moment for moment in self._covered[shot] if moment.sure]
            if sure:
                yield self._judge_cast(shot, sure)
                yield from self._judge_looks(shot, sure)
                yield self._judge_place(shot, sure)
            yield from self._judge_off_screen(shot)
            yield self._judge_reaction(shot)
            yield Verdict("reason", bool(shot.reason), shot.number, "no reason for its framing")
        for moment in self.marks.moments:
            if moment.sure:
                yield self._judge_moment(moment)
                if moment.speaker:
                    yield self._judge_speech(moment)

    # -------------------------------------------------------------- aligning

    def _find_shot_span(self, shot: ReadShot) -> tuple[int, int]:
        stretch = self._stretch[shot]
        if not shot.spoken:
            return find_words_span(self.marks.text, shot.action, *stretch) or stretch
        found = [find_words_span(self.marks.text, spoken.text, *stretch) for spoken in shot.spoken]
        spans = [span for span in found if span]
        return (min(first for first, _ in spans), max(last for _, last in spans)) if spans else stretch

    def _find_covered_moments(self, span: tuple[int, int]) -> list[Moment]:
        start, end = span
        return [
            moment
            for moment in self.marks.moments
            if 2 * (min(end, moment.end) - max(start, moment.start))
            >= min(end - start, moment.end - moment.start)
        ]

    def _match_speeches(self, shot: ReadShot) -> Iterator[tuple[ShotSpeech, Moment]]:
        """Yield each speech of a shot with the moment that it belongs to. Moments that are not sure are
        skipped.
        """
        for spoken in shot.spoken:
            span = find_words_span(self.marks.text, spoken.text, *self._stretch[shot])
            moments = [
                moment for moment in self._find_covered_moments(span or self._stretch[shot]) if moment.speaker
            ]
            named = [moment for moment in moments if moment.speaker == self.identify_person(spoken.speaker)]
            yield from ((spoken, moment) for moment in (named or moments)[:1] if moment.sure)

    # -------------------------------------------------------------- people

    @cached_property
    def _by_words(self) -> Mapping[str, list[set[str]]]:
        return {
            who: [set(split_folded_words(name)) for name in names] for who, names in self.marks.called.items()
        }

    def identify_person(self, name: str) -> str:
        """Return the person of the marks that a name stands for, or an empty string if there is none or more
        than one.
        """
        words = set(split_folded_words(name))
        same = [who for who, names in self._by_words.items() if words in names]
        part = [who for who, names in self._by_words.items() if any(words <= each for each in names)]
        return same[0] if same else part[0] if len(part) == 1 else ""

    def _list_people_in_frame(self, shot: ReadShot) -> dict[str, str]:
        """Return the people in the frame. The keys are the marks' names, the values are the program's names.

        The key is the program's name in brackets for a person that the marks do not know, and for a person
        who is in the frame already.
        """
        out: dict[str, str] = {}
        for name in shot.frame:
            who = self.identify_person(name)
            out[who if who and who not in out else f"[{name}]"] = name
        return out

    def _shows_moment(self, shot: ReadShot, moment: Moment) -> bool:
        missing = moment.seen - self._in[shot].keys()
        told = {who for who in missing & self.marks.extras if self._prompt_mentions(shot, who)}
        return missing == told or (moment.focus.startswith("insert: ") and shot.insert)

    def _prompt_mentions(self, shot: ReadShot, extra: str) -> bool:
        words = {word.removesuffix("s") for word in self._said[shot]}
        names = self.marks.called[extra]
        return any({word.removesuffix("s") for word in split_folded_words(name)} <= words for name in names)

    def _list_strangers(self, shot: ReadShot, moments: Iterable[Moment]) -> list[str]:
        allowed = {who for moment in moments for who in moment.seen | moment.may}
        return sorted(self._in[shot].keys() - allowed)

    # -------------------------------------------------------------- judging

    def _judge_cast(self, shot: ReadShot, sure: Sequence[Moment]) -> Verdict:
        strange = self._list_strangers(shot, self._covered[shot])
        if strange:
            return Verdict("cast", False, shot.number, f"{_format_names(strange)} must not be in the frame")
        asking = [moment for moment in sure if moment.seen]
        shown = not asking or any(self._shows_moment(shot, moment) for moment in asking)
        elsewhere = all(
            any(self._shows_moment(other, moment) for other in self._list_shots_covering(moment))
            for moment in asking
        )
        wanted = " or ".join(dict.fromkeys(_format_names(moment.seen) for moment in asking))
        return Verdict(
            "cast",
            shown or elsewhere,
            shot.number,
            f"shows {_format_names(self._in[shot])}, has to show {wanted}",
        )

    def _list_shots_covering(self, moment: Moment) -> list[ReadShot]:
        return [shot for shot in self.shots if moment in self._covered[shot]]

    def _judge_moment(self, moment: Moment) -> Verdict:
        mine = self._list_shots_covering(moment)
        right = any(
            self._shows_moment(shot, moment) and not self._list_strangers(shot, self._covered[shot])
            for shot in mine
        )
        frames = "; ".join(f"{shot.number} shows {_format_names(self._in[shot])}" for shot in mine)
        why = f"has to show {_format_names(moment.seen)}: {frames or 'no shot is of it'}"
        return Verdict("moments", right, f"line {moment.line}", why)

    def _judge_looks(self, shot: ReadShot, sure: Sequence[Moment]) -> Iterator[Verdict]:
        for who in self._in[shot]:
            looks = [moment.looks[who] for moment in sure if who in moment.looks]
            if looks:
                wrong = [self._find_look_fault(shot, who, look) for look in looks]
                name = self._in[shot][who]
                yield Verdict("look", "" in wrong, shot.number, f"{who}: {wrong[-1]}", name)

    def _find_look_fault(self, shot: ReadShot, who: str, look: Look) -> str:
        """Return a description of the first error in how the prompt describes a person's look, or an empty
        string.
        """
        unsaid = [fact for fact in look.says if not has_nearby(self._said[shot], fact)]
        own = split_folded_words(self.marks.text[slice(*self._own[shot])])
        about, place = (
            split_folded_words(self._extract_words_about(shot, who)),
            split_folded_words(shot.location),
        )
        denied = [
            fact
            for fact in look.denies
            if has_phrase(about, split_folded_words(fact))
            and not has_phrase(own + place, split_folded_words(fact))
        ]
        if denied:
            return f"must not be {_format_names(denied)} here"
        too_few = unsaid and len(unsaid) >= (1 - SHARE) * len(look.says)
        return f"not said: {_format_names(unsaid)}" if too_few else ""

    def _extract_words_about(self, shot: ReadShot, who: str) -> str:
        """Return the words of the prompt that follow each mention of a person, up to the next name. Return
        the complete prompt if it does not name the person.
        """
        prompt = _SPEECH.sub(" ", shot.prompt)
        names = {name.casefold(): each for each, all_of in self.marks.called.items() for name in all_of}
        names |= {name.casefold(): each for each, name in self._in[shot].items()}
        any_name = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
        parts = re.split(rf"\b({any_name})\b", prompt, flags=re.IGNORECASE)
        mine = [
            text for name, text in zip(parts[1::2], parts[2::2], strict=True) if names[name.casefold()] == who
        ]
        return " | ".join(mine) or prompt

    def _judge_speech(self, moment: Moment) -> Verdict:
        said = [
            (shot, spoken)
            for shot in self.shots
            for spoken, own in self._match_speeches(shot)
            if own is moment
        ]
        where = f"line {moment.line}"
        if not said:
            return Verdict("heard", False, where, f"no shot has what {moment.speaker} says")
        seen = moment.heard == "seen"
        for shot, spoken in said:
            if self.identify_person(spoken.speaker) != moment.speaker:
                return Verdict("heard", False, where, f"{shot.number}: {spoken.speaker} for {moment.speaker}")
            wanted = "off screen" if seen and moment.speaker not in self._in[shot] else moment.heard
            heard = spoken.heard or (
                "off screen" if says_speaker_absent(shot.prompt, spoken.text) else "seen"
            )
            if heard != wanted:
                why = f"{shot.number}: {moment.speaker} is heard {wanted!r}, not {heard!r}"
                return Verdict("heard", False, where, why)
        right = not seen or any(moment.speaker in self._in[shot] for shot, _ in said)
        return Verdict("heard", right, where, f"{moment.speaker} is never seen saying it")

    def _judge_off_screen(self, shot: ReadShot) -> Iterator[Verdict]:
        for spoken, moment in self._match_speeches(shot):
            in_frame = moment.speaker in self._in[shot]
            if moment.heard == "on a screen" or (moment.heard == "seen" and in_frame):
                continue
            strange = in_frame and moment.speaker not in moment.seen | moment.may
            told = says_speaker_absent(shot.prompt, spoken.text)
            why = f"{moment.speaker} ({moment.heard}) "
            why += "is in the frame" if strange else "says it as if in the frame"
            yield Verdict("off screen", told and not strange, shot.number, why)

    def _judge_reaction(self, shot: ReadShot) -> Verdict:
        wrong = [
            spoken.speaker
            for spoken in shot.spoken
            if shot.frame
            and spoken.speaker not in shot.frame
            and not says_speaker_absent(shot.prompt, spoken.text)
        ]
        return Verdict(
            "reaction",
            not wrong,
            shot.number,
            f"{_format_names(shot.frame)} gets the words of {_format_names(wrong)}",
        )

    def _judge_place(self, shot: ReadShot, sure: Sequence[Moment]) -> Verdict:
        location, time = set(split_folded_words(shot.location)), set(split_folded_words(shot.time))
        right = any(
            set(split_folded_words(f"{moment.place.name} {moment.place.part}")) - _SMALL - _BEFORE_A_PLACE
            <= location
            and _TIMES.get(moment.place.time, {moment.place.time}) & time
            for moment in sure
        )
        wanted = " or ".join(dict.fromkeys(str(moment.place) for moment in sure))
        return Verdict("place", right, shot.number, f"{wanted}; not {shot.location}, {shot.time}")


def says_speaker_absent(prompt: str, words: str) -> bool:
    """Return True if the sentence around a speech in the prompt says that the speaker is not in the picture.

    Also return True if the prompt does not contain the speech.
    """
    span = find_words_span(prompt, words, 0, len(prompt))
    if span is None:
        return True
    # The quotation in the prompt may be longer than the searched words.
    quotes = (quote.span() for quote in re.finditer(r"“[^”]*”", prompt))
    span = next((quote for quote in quotes if quote[0] <= span[0] < quote[1]), span)
    before = re.split(r"[.!?”]\s", prompt[: span[0]])[-1]
    after = re.split(r"[.!?“]", prompt[span[1] :].lstrip('.!?,”"'))[0]
    return _ABSENT.search(f"{before} | {after}") is not None


def _format_names(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "nobody"
