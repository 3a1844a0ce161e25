"""Find the speakers of a story.

A speaker is found by a verb of speech next to a name, by a pronoun, or because two people speak alternately.
If none of these decides, the speaker stays empty, and the user fills in the cue.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from milimo_tui.story.scenario.languages import Language
from milimo_tui.story.scenario.prose import (
    ProseParagraph,
    ProseSpeech,
    find_speech,
    mask_abbreviation_stops,
    restore_abbreviation_stops,
    split_prose_sentences,
    strip_prose_asides,
)

BACK = 3  # Number of earlier paragraphs that are searched for the person whom a pronoun means.
SHE, HE = "she", "he"


@dataclass(slots=True)
class SpeakerFinder:
    """Finder of the speakers of one story. Paragraphs must be given to it in order."""

    language: Language
    people: Sequence[str]
    genders: dict[str, str] = field(default_factory=dict)
    # The speakers of the last consecutive paragraphs with speech. The list shows if two people speak
    # alternately.
    turns: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)  # The last paragraphs, without their speech.
    # Person → pattern that matches all forms of the person's name.
    _patterns: dict[str, re.Pattern[str]] = field(default_factory=dict)

    @classmethod
    def from_story_people(
        cls, paragraphs: Sequence[ProseParagraph], people: Sequence[str], language: Language
    ) -> SpeakerFinder:
        """Create a finder for a story whose people are known, and learn their genders from the paragraphs."""
        one = cls(language, people)
        for name in people:
            called = "|".join(re.escape(each) for each in one._list_name_forms(name))
            words = rf"(?<![\w'’-])(?:{called})(?![\w-])" if language.has_blanks else called
            one._patterns[name] = re.compile(words)
        one._learn_genders([paragraph.text for paragraph in paragraphs])
        return one

    def find_speaker(self, text: str, speech: ProseSpeech) -> str:
        """Return the name of the person who says `speech` in the paragraph `text`, or an empty string if it
        is unknown.
        """
        text = mask_abbreviation_stops(text)
        if attributed := self._match_inserted_attribution(speech.words):
            subject = attributed["who"]
            return self._find_first_person(subject) or self._resolve_pronoun_speaker(
                attributed[0], text[: speech.start]
            )
        if speech.dashed:
            return self._find_speaker_by_turns(text)
        after = text[speech.end :][:80]
        told_behind = re.match(rf"[^.!?。]*?{self.language.make_speech_pattern()}[^.!?。]*", after)
        before = self._strip_speech(text[: speech.start])
        if told_behind:
            if name := self._find_first_person(told_behind[0]):
                return name
            if name := self._resolve_pronoun_speaker(told_behind[0], before):
                return name
        clause = re.split(r"[.!?。]\s*", before)[-1]
        if name := self._find_last_person(clause) or self._find_first_person(
            re.split(r"[.!?。]", self._strip_speech(after))[0]
        ):
            return name
        # Otherwise the speaker is the person mentioned last: “Tam looked up. ‘No.’”
        return self._find_last_person(before) or self._find_speaker_by_turns(text)

    def record_paragraph(self, text: str, speakers: Sequence[str]) -> None:
        """Record a paragraph after it was read, with its speakers `speakers`. The speakers of the next
        paragraphs are found with its help.
        """
        self.paragraphs.append(strip_prose_asides(self._strip_speech(mask_abbreviation_stops(text))))
        del self.paragraphs[:-BACK]
        if speakers and speakers[-1]:
            self.turns.append(speakers[-1])
        else:
            self.turns.clear()

    def _find_speaker_by_turns(self, text: str) -> str:
        """Return the next speaker if two people speak alternately and the paragraph contains only speech,
        else an empty string.
        """
        if re.search(r"[^\W\d_]{2}", self._strip_speech(text)) and not text.lstrip().startswith(("—", "–")):
            return ""
        if len(self.turns) > 1 and self.turns[-1] != self.turns[-2]:
            return self.turns[-2]
        return ""

    def _resolve_pronoun_speaker(self, words: str, before: str) -> str:
        """Return the person whom “he” or “she” in `words` means, or an empty string.

        This is the last person of that gender mentioned in `before` or in the last paragraphs.
        """
        gender = self._find_gender_pronoun(words)
        if not gender:
            return ""
        for text in (strip_prose_asides(before), *reversed(self.paragraphs)):
            mentioned = self._list_people_mentioned(text)
            known = [name for name in mentioned if self.genders.get(name) == gender]
            if known:
                return known[-1]
            unknown = {name for name in mentioned if name not in self.genders}
            if len(unknown) == 1:
                return unknown.pop()
            if unknown:
                return ""
        return ""

    def _find_gender_pronoun(self, words: str) -> str:
        for gender, pattern in ((SHE, self.language.she), (HE, self.language.he)):
            if pattern and re.search(
                rf"(?<![\w])(?:{pattern})(?!\w)" if self.language.has_blanks else pattern,
                words,
                re.IGNORECASE,
            ):
                return gender
        return ""

    def _find_first_person(self, text: str) -> str:
        return next(iter(self._list_people_mentioned(text)), "")

    def _find_last_person(self, text: str) -> str:
        found = self._list_people_mentioned(text)
        subjects = [name for name in found if self._is_marked_subject(name, text)] if len(found) > 1 else []
        return (subjects or found or [""])[-1]

    def _is_marked_subject(self, name: str, text: str) -> bool:
        """Return True if a particle (は or が) marks the name as a subject in Japanese text."""
        return (
            not self.language.has_blanks and re.search(rf"{re.escape(name)}\w{{0,3}}[はが]", text) is not None
        )

    def _list_people_mentioned(self, text: str) -> list[str]:
        """Return the people named in a text, in order. A person mentioned twice is listed twice."""
        text = restore_abbreviation_stops(text)
        places: list[tuple[int, int, str]] = []
        for name, pattern in self._patterns.items():
            places += [(one.start(), one.end(), name) for one in pattern.finditer(text)]
        places.sort(key=lambda place: (place[0], -place[1]))
        out: list[str] = []
        until = -1
        for start, end, name in places:
            if start >= until:
                out.append(name)
                until = end
        return out

    def _list_name_forms(self, name: str) -> tuple[str, ...]:
        """Return the forms in which a text may use a name: the full name, its first word and its last word,
        without titles.
        """
        titles = self.language.titles
        words = [word for word in name.split() if word[:1].isupper()]
        words = [word for word in words if not titles or not re.fullmatch(titles, word)]
        return tuple(dict.fromkeys((name, *words[:1], *words[-1:]))) if " " in name else (name,)

    def _learn_genders(self, texts: Sequence[str]) -> None:
        """Learn the genders of people from words such as “sister” next to their names, and from pronouns
        after their names.
        """
        votes: dict[str, Counter[str]] = {name: Counter() for name in self.people}
        tables = ((SHE, self.language.female), (HE, self.language.male))
        whole = " ".join(texts)
        for name in self.people:
            for gender, words in tables:
                if not words:
                    continue
                one = self.language.match_whole_words(words)
                called = "|".join(re.escape(each) for each in self._list_name_forms(name))
                joined = r"(?:\s|,\s)" if self.language.has_blanks else "の"
                article = rf",\s(?:{self.language.articles})\s?" if self.language.has_blanks else "、"
                if re.search(rf"(?:^|\s)(?:{words})(?:$|\s)", name) or name in words.split("|"):
                    votes[name][gender] += 5
                votes[name][gender] += 3 * len(re.findall(rf"{one}{joined}(?:{called})\b", whole))
                votes[name][gender] += 3 * len(re.findall(rf"(?:{called}){article}{one}", whole))
        for text in texts:
            self._learn_pronouns(strip_prose_asides(self._strip_speech(mask_abbreviation_stops(text))), votes)
        for name, count in votes.items():
            best = count.most_common(2)
            if best and best[0][1] and (len(best) == 1 or best[0][1] > best[1][1]):
                self.genders[name] = best[0][0]

    def _learn_pronouns(self, text: str, votes: dict[str, Counter[str]]) -> None:
        """Count each sentence that begins with “he” or “she” as a vote for the gender of the person named
        before.

        A sentence counts only if exactly one person was named before it. `votes` maps each person to the
        counts.
        """
        seen: list[str] = []
        for sentence in split_prose_sentences(text):
            begins = re.split(r"[\s、は]", sentence.strip(), maxsplit=1)[0] if sentence.strip() else ""
            gender = self._find_gender_pronoun(begins)
            if gender and len(set(seen)) == 1:
                votes[seen[0]][gender] += 1
            seen += self._list_people_mentioned(sentence)

    def _match_inserted_attribution(self, words: str) -> re.Match[str] | None:
        """Return the match of an attribution inside spoken words, as in French: `Non, dit Marie, merci.`
        Return None if there is none.
        """
        if self.language.code != "fr":
            return None
        found = re.search(
            rf"\s*[,!?…]?\s*\b(?:{self.language.said})(?P<who>(?:-t)?-(?:ils?|elles?|je|nous)"
            rf"|\s+(?:{self.language.articles})?\s?[^,.!?…«»]{{1,40}})(?=[,.!?…]|\s*$)",
            mask_abbreviation_stops(words),
        )
        if found is None or not found.start():
            return None
        is_pronoun = "-" in found["who"][:3]
        return found if is_pronoun or self._list_people_mentioned(found["who"]) else None

    def strip_attribution(self, words: str) -> str:
        """Return spoken words without an attribution: `Non, dit-il, merci.` becomes `Non, merci.`"""
        found = self._match_inserted_attribution(words)
        if found is None:
            return words
        mark = re.match(r"\s*([!?…])", found[0])
        before, after = words[: found.start()].rstrip(" ,"), words[found.end() :]
        if mark:
            return f"{before} {mark[1]}{after.removeprefix('.').removeprefix(',')}".replace("  ", " ")
        return before + (after or ".")

    def split_dashed_speech(self, words: str) -> list[tuple[str, str]]:
        """Split the words after a dash into spoken words and actions.

        Each result is a pair of words and the person who acts; for spoken words the person is empty.
        """
        out: list[tuple[str, str]] = []
        for sentence in split_prose_sentences(words):
            found = self._list_people_mentioned(sentence)
            acts = found and re.match(
                rf"{re.escape(found[0].split()[0])}\b[^,.!?]*?\s(?:{self.language.acts})\b", sentence
            )
            actor = found[0] if acts else ""
            if out and not actor and not out[-1][1]:
                out[-1] = (f"{out[-1][0]} {sentence}", "")
            else:
                out.append((sentence, actor))
        return out

    def _strip_speech(self, text: str) -> str:
        for speech in reversed(find_speech(text)):
            text = text[: speech.start] + text[speech.end :]
        return text
