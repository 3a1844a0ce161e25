"""Mark the moments of a case: compare the shots and the prompts of a film with the facts of the case.

Each moment is marked in six columns by the shots that overlap its lines:

- cast: everybody who is visible, heard or speaking is a person of the film, with the right kind if the film
  has one, and nobody who is only spoken of is in a picture;
- looks: for each visible person, the prompt has at least `SHARE` of the content words of the age, the body
  and the clothes at these lines, in the person's look or in the action, and the look has no word of a look
  that is over. If a look changes in the lines of the moment, both looks are right;
- place and time: the prompt has at least half of the content words of the place, the time of day, and the
  shot is inside or outside as the script says, and not at another place of the script;
- speech: each speech of the moment is in the film exactly once, letter for letter, with the right speaker,
  and a prompt quotes it;
- frame: everybody visible is in the picture of one of the shots, and nobody who is only heard is in one;
- caption: no prompt has a broken sentence (`broken_sentences`).

Words are compared by their first `STEM` letters, without accents; numbers in words and in digits are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from broken_sentences import find_broken_sentences, has_finite_verb
from reading_gold import UNSEEN, VOICE, GoldCase, GoldMoment, GoldPerson

from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.measures import strip_speech
from milimo_tui.story.breakdown.people import Person
from milimo_tui.story.breakdown.stored_json import read_stored_json
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Element, ElementKind, Shot, Story
from milimo_tui.story.values.number_words import NUMBER_WORDS, parse_number_words
from milimo_tui.story.values.text import fold, fold_accents
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.meaning import collect_shot_meaning

ENGINE = "ltx2"
COLUMNS = ("cast", "looks", "place and time", "speech", "frame", "caption")
SHARE = 0.6  # Smallest share of the content words of a fact about a look.
PLACE_SHARE = 0.5
STEM = 4
MOST_UNKNOWN = 0.34  # Largest share of words of a stated look that the facts do not have.
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(rf"\b(?:{NUMBER_WORDS})\b", re.IGNORECASE)
_DECADES = {
    "twenties": "20", "thirties": "30", "forties": "40", "fifties": "50", "sixties": "60", "seventies": "70",
    "eighties": "80", "nineties": "90",
}  # fmt: skip
# Words that say nothing about a look or a place.
_SMALL = """
    a an the of in on at to by for from with and or but as is are was were be his her hers its their theirs he
    she it they them this that these those who whose which where than same other some one two both all only
    nothing now still seen then there not into over under up out off wear wears wearing dressed person people
    woman man women men about years year old somebody else der die das den dem des ein eine einen einem einer
    und oder mit von im am auf ist sind sein ihr ihre nur noch zu zum zur als wie ihn ihm sie er es le la les
    un une du de et ou avec au aux en dans sur est sont son sa ses qui que ne pas el los las una unos unas y o
    con del al su sus lo se il gli i uno e di della nel nella suo sua os um uma com do da dos no na seu rien
    autre nichts sonst nada otra otro niente altro mais"""
_SMALL_WORDS = frozenset(_SMALL.split())
_NEGATED = re.compile(
    r"\b(?:no|without|not|sin|ohne|sans|senza|sem|kein\w*|plus de|pas de|rien d['’]autre)\s+(?:an?\s+)?"
    r"[^\W_]+(?:\s(?:or|and)\s(?:no\s)?[^\W_]+)?|\b[^\W_]+ off\b",
    re.IGNORECASE,
)
_NAMES_AGE = re.compile(
    r"\b(?:years? (?:old|younger)|ans|años|anni|anos|jahre?|child|girl|boy)\b|\bmit acht\b", re.IGNORECASE
)
_OF_HAIR = re.compile(
    r"hair|beard|braid|bob\b|crew cut|shaven|bald|cheveux|barbe|haar|bart|zopf|zöpfe|pelo|trenza|barba|capell"
    r"|trecc|cabelo|tranç",
    re.IGNORECASE,
)
_TIMES = {
    "day": "day daylight daytime noon midday morning afternoon",
    "night": "night midnight",
    "dawn": "dawn sunrise daybreak",
    "dusk": "dusk sunset twilight nightfall evening",
    "evening": "evening dusk nightfall",
    "morning": "morning dawn sunrise",
    "sunrise": "sunrise dawn daybreak morning",
    "sunset": "sunset dusk twilight evening",
    "afternoon": "afternoon",
}
_AT_NIGHT = re.compile(r"\b(?:daylight|sunlight|sunshine|morning sun)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of one column of a moment. `why` says what is wrong; it is empty if the column is right."""

    case: str
    line: int
    column: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of right items of a number of items."""

    right: int = 0
    of: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.right + other.right, self.of + other.of)

    @property
    def percentage(self) -> float:
        """The share of right items in per cent; 100 without items."""
        return 100 * self.right / self.of if self.of else 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMarks:
    """The marks of a case. `precision` and `recall` have an entry for `looks` and for `cast`; `wrong` lists
    the statements that make the precision smaller.
    """

    case: GoldCase
    marks: tuple[Mark, ...]
    precision: dict[str, Count]
    recall: dict[str, Count]
    wrong: tuple[Mark, ...]

    def count_column(self, column: str) -> Count:
        """Return the number of moments that are right in a column."""
        mine = [mark for mark in self.marks if mark.column == column]
        return Count(sum(not mark.why for mark in mine), len(mine))

    def count_right_moments(self) -> Count:
        """Return the number of moments that are right in all columns."""
        lines = {mark.line for mark in self.marks}
        return Count(len(lines - {mark.line for mark in self.marks if mark.why}), len(lines))


def list_content_words(text: str) -> list[str]:
    """Return the beginnings of the content words of a text, without accents, numbers in digits."""
    plain = _NUMBER.sub(lambda found: str(parse_number_words(found[0])), fold(text).replace("’", "'"))
    out = []
    for word in _WORD.findall(plain):
        word = _DECADES.get(word, word)
        if word[:-1].isdigit():
            word = word.rstrip("s")
        if word not in _SMALL_WORDS and (len(word) > 2 or word.isdigit()):
            out.append(fold_accents(word)[:STEM])
    return out


def is_known(wanted: str, said: set[str], share: float) -> bool:
    """Return True if a set of words has a share of the content words of a fact."""
    words = set(list_content_words(_NEGATED.sub(" ", wanted)))
    return not words or len(words & said) >= share * len(words)


@dataclass(frozen=True, slots=True)
class MarkedShot:
    """A shot of the film with its facts, its prompt, and the content words of the prompt without speech."""

    shot: Shot
    number: str
    meaning: ShotMeaning
    prompt: str
    words: frozenset[str]


def collect_marked_shots(story: Story) -> list[MarkedShot]:
    """Return the shots of a film with their prompts. A shot that shows another shot's take has its prompt."""
    performances = FilmPerformances(story)
    out = []
    for shot in story.live_shots():
        maker = performances.find_take_maker(shot)
        prompt = shot_spec.get_prompt(story, maker, ENGINE).text
        words = frozenset(list_content_words(strip_speech(prompt)))
        meaning = collect_shot_meaning(story, shot)
        out.append(MarkedShot(shot, story.numbers[shot.id], meaning, prompt, words))
    return out


def mark_case(case: GoldCase, story: Story) -> CaseMarks:
    """Mark all moments of a case."""
    return _CaseMarker(case, story).mark_all()


class _CaseMarker:
    def __init__(self, case: GoldCase, story: Story) -> None:
        self.case, self.story = case, story
        self.shots = collect_marked_shots(story)
        self.script = case.script.read_text("utf-8").split("\n")
        self.characters = [
            each for each in story.elements if each.kind is ElementKind.CHARACTER and not each.dismissed
        ]
        self.marks: list[Mark] = []
        self.wrong: list[Mark] = []
        self.precision = {"looks": Count(), "cast": Count()}
        self.recall = {"looks": Count(), "cast": Count()}

    def mark_all(self) -> CaseMarks:
        """Mark each moment in each column."""
        for moment in self.case.moments:
            first, last = moment.lines
            shots = [each for each in self.shots if each.shot.line <= last and first <= each.shot.end_line]
            found = {
                "cast": self._find_cast_faults(moment, shots),
                "looks": self._find_look_faults(moment, shots),
                "place and time": self._find_place_faults(moment, shots),
                "speech": self._find_speech_faults(moment),
                "frame": self._find_frame_faults(moment, shots),
                "caption": self._find_caption_faults(shots),
            }
            for column, faults in found.items():
                self.marks.append(Mark(self.case.name, first, column, "; ".join(dict.fromkeys(faults))))
            self._count_cast(moment, shots)
            self._count_looks(moment, shots)
        return CaseMarks(
            case=self.case,
            marks=tuple(self.marks),
            precision=self.precision,
            recall=self.recall,
            wrong=tuple(self.wrong),
        )

    # -------------------------------------------------------------- people

    def find_gold_person(self, name: str) -> GoldPerson | None:
        """Return the person of the case that a name of the film means: by one of the names of its element, or
        else the only person one of whose names shares all words with it.
        """
        element = next((each for each in self.characters if each.has_name_or_alias(name)), None)
        called = [name]
        if element is not None:
            called += [element.name, *_list_other_names(element), *element.aliases]
        by_name = {fold(other): each for each in reversed(self.case.people) for other in each.names}
        by_name |= {fold(each.name): each for each in self.case.people}
        found = next((by_name[fold(each)] for each in called if fold(each) in by_name), None)
        if found is not None:
            return found
        words = set(list_content_words(name))
        similar = [
            person
            for person in self.case.people
            if any(words and _share_words(words, set(list_content_words(each))) for each in person.names)
        ]
        return similar[0] if len(similar) == 1 else None

    def _list_pictured(self, shots: Iterable[MarkedShot]) -> dict[str, GoldPerson | None]:
        """Return the people in the pictures of some shots, by the name of the film."""
        return {each.name: self.find_gold_person(each.name) for shot in shots for each in shot.meaning.people}

    def _list_known(self) -> set[str]:
        """Return the gold names of everybody whom the film knows."""
        names = [each.name for each in self.characters]
        names += [line.character for each in self.shots for line in each.shot.dialogue]
        names += [name for each in self.shots for name in each.shot.characters]
        return {person.name for name in names if (person := self.find_gold_person(name))}

    def _find_cast_faults(self, moment: GoldMoment, shots: Sequence[MarkedShot]) -> Iterator[str]:
        known = self._list_known()
        for name in dict.fromkeys((*moment.visible, *moment.heard, *filter(None, (moment.speaker,)))):
            person = self.case.find_person(name)
            if name not in known:
                yield f"{name} is not known"
            for element in self.characters:
                kind = _get_kind(element)
                if kind and kind != person.kind and self.find_gold_person(element.name) == person:
                    yield f"{name} is a {person.kind}, not a {kind}"
        for shot in shots:
            for shown, person_or_none in self._list_pictured([shot]).items():
                if person_or_none is not None and person_or_none.kind == UNSEEN:
                    yield f"{shown} is in the picture of {shot.number}"

    def _count_cast(self, moment: GoldMoment, shots: Sequence[MarkedShot]) -> None:
        """Count the people in the pictures who may be there, and the visible people who are there."""
        pictured = self._list_pictured(shots)
        for name, person in pictured.items():
            why = self._explain_wrong_person(moment, person)
            self.precision["cast"] += Count(not why, 1)
            if why:
                self.wrong.append(Mark(self.case.name, moment.lines[0], "cast", f"{name}: {why}"))
        shown = {person.name for person in pictured.values() if person is not None}
        self.recall["cast"] += Count(len(shown & set(moment.visible)), len(moment.visible))

    def _explain_wrong_person(self, moment: GoldMoment, person: GoldPerson | None) -> str:
        """Return the reason why a person may not be in the picture of a moment, or an empty text. Others of
        the scene may be there, unless a sentence of `must_not` begins with their name.
        """
        if person is None:
            return "no person of the script"
        if person.name in moment.visible:
            return ""
        if person.kind == UNSEEN:
            return "never seen"
        if person.kind == VOICE or person.name in moment.heard:
            return "only heard"
        starts = tuple(f"{fold(name)} in the " for name in person.names)
        if any(fold(each).removeprefix("the ").startswith(starts) for each in moment.must_not):
            return "not in this picture"
        place = self.case.find_scene(moment.lines[0]).place
        lines = {
            line
            for scene in self.case.scenes
            if scene.place == place
            for line in self.case.list_scene_lines(scene.heading_line)
        }
        in_scene = any(
            person.name in (*each.visible, each.speaker)
            for each in self.case.moments
            if each.lines[0] in lines
        )
        text = fold(" ".join(line for at, line in enumerate(self.script, 1) if at in lines))
        is_named = any(re.search(rf"\b{re.escape(fold(name))}", text) for name in person.names)
        return "" if in_scene or is_named else "not in this scene"

    # -------------------------------------------------------------- looks

    def list_looks_in_force(self, person: GoldPerson, moment: GoldMoment) -> tuple[dict[str, list[str]], str]:
        """Return the texts of each part of a look that are right in the lines of a moment, and the text of
        all looks that are over by then.
        """
        first, last = moment.lines
        parts: dict[str, list[str]] = {"age": [], "body": [], "wears": []}
        if last >= self._find_line_of_quote(person):
            parts = {"age": [person.age], "body": [person.body], "wears": [person.wears]}
        if last < self._find_line_of_age(person):
            parts["age"] = []
        over: list[str] = []
        for change in self.case.changes:
            if change.person != person.name or change.line > last:
                continue
            for part, text in (("body", change.body), ("wears", change.wears)):
                if not text:
                    continue
                is_removal = _NEGATED.match(text) is not None  # “no cherries at her ear” leaves the rest.
                if change.line < first and not is_removal:
                    ended = _list_ended_pieces(part, parts[part], text)
                    over += ended
                    parts[part] = [each for each in parts[part] if each not in ended]
                parts[part] = [*parts[part], text]
            if change.body and _NAMES_AGE.search(change.body):
                over += parts["age"] if change.line < first else []
                parts["age"] = []
        return {key: [text for text in texts if text] for key, texts in parts.items()}, ", ".join(over)

    def _find_line_of_quote(self, person: GoldPerson) -> int:
        """Return the line that says how a person looks; the person may be in the picture before."""
        lines = (at for at, line in enumerate(self.script, 1) if person.quote in line)
        return next(lines, person.first_line)

    def _find_line_of_age(self, person: GoldPerson) -> int:
        """Return the first line with the words of a person's age; 0 if the age is in other words than the
        script's.
        """
        wanted = set(list_content_words(person.age))
        lines = (at for at, line in enumerate(self.script, 1) if wanted <= set(list_content_words(line)))
        return next(lines, 0)

    def _find_look_faults(self, moment: GoldMoment, shots: Sequence[MarkedShot]) -> Iterator[str]:
        for name in moment.visible:
            person = self.case.find_person(name)
            mine = [(shot, each) for shot in shots for each in shot.meaning.people
                    if self.find_gold_person(each.name) == person]  # fmt: skip
            parts, over = self.list_looks_in_force(person, moment)
            said: set[str] = set()
            for shot, subject in mine:
                stated = list_content_words(subject.visible) + list_content_words(shot.shot.action)
                said |= set(stated) & shot.words
                if bad := self._list_words_over(subject.visible, parts, over):
                    yield f"{name} in {shot.number}: “{' '.join(bad)}” is over: {subject.visible}"
            for part, texts in parts.items():
                if texts and not any(is_known(text, said, SHARE) for text in texts):
                    stated_looks = list(dict.fromkeys(subject.visible for _, subject in mine))
                    yield f"{name}: {part} “{texts[-1]}” is missing: {stated_looks or 'not in the picture'}"

    def _list_words_over(self, stated: str, parts: dict[str, list[str]], over: str) -> list[str]:
        now = {word for texts in parts.values() for text in texts for word in list_content_words(
            _NEGATED.sub(" ", text))}  # fmt: skip
        # “The boiler suit” is still the faded blue one.
        gone = [piece for piece in over.split(",") if not _shares_garment(piece, parts["wears"])]
        past = set(list_content_words(_NEGATED.sub(" ", ",".join(gone)))) - now
        return [word for word in list_content_words(_NEGATED.sub(" ", stated)) if word in past]

    def _count_looks(self, moment: GoldMoment, shots: Sequence[MarkedShot]) -> None:
        """Count the looks that the film states for people in the picture and that are right, and the parts of
        the looks of visible people that are stated.
        """
        stated_looks: dict[str, list[str]] = {}
        for shot in shots:
            for subject in shot.meaning.people:
                if subject.visible:
                    stated_looks.setdefault(subject.name, []).append(subject.visible)
        for name, looks in stated_looks.items():
            person = self.find_gold_person(name)
            for look in dict.fromkeys(looks):
                why = self._explain_wrong_look(moment, person, look)
                self.precision["looks"] += Count(not why, 1)
                if why:
                    line = moment.lines[0]
                    self.wrong.append(Mark(self.case.name, line, "looks", f"{name}, “{look}”: {why}"))
        for name in moment.visible:
            person = self.case.find_person(name)
            said = {
                word
                for shown, looks in stated_looks.items()
                if self.find_gold_person(shown) == person
                for look in looks
                for word in list_content_words(look)
            }
            for texts in self.list_looks_in_force(person, moment)[0].values():
                if texts:
                    right = any(is_known(text, said, SHARE) for text in texts)
                    self.recall["looks"] += Count(right, 1)

    def _explain_wrong_look(self, moment: GoldMoment, person: GoldPerson | None, look: str) -> str:
        """Return the reason why a stated look is wrong, or an empty text."""
        if person is None:
            return "no person of the script"
        parts, over = self.list_looks_in_force(person, moment)
        if bad := self._list_words_over(look, parts, over):
            return f"“{' '.join(bad)}” is over"
        facts = [text for texts in parts.values() for text in texts]
        facts += [person.quote, *person.names]
        if moment.lines[1] < self._find_line_of_quote(person):
            facts += [person.age, person.body, person.wears]
        facts += [each.quote for each in self.case.changes if each.person == person.name]
        known = {word for text in facts for word in list_content_words(text)}
        words = list_content_words(look)
        unknown = [word for word in words if word not in known]
        if len(unknown) > MOST_UNKNOWN * len(words):
            return f"“{' '.join(unknown)}” is not of the look"
        is_gold = any(fold(text) in fold(look) for text in facts if has_finite_verb(text))
        return "it has a finite verb" if has_finite_verb(look) and not is_gold else ""

    # -------------------------------------------------------------- place and time

    def _find_place_faults(self, moment: GoldMoment, shots: Sequence[MarkedShot]) -> Iterator[str]:
        scene = self.case.find_scene(moment.lines[0])
        place = moment.place or scene.place
        if not shots:
            yield "no shot is of it"
        for shot in shots:
            said = set(shot.words)
            if not is_known(place, said, PLACE_SHARE):
                where = ", ".join(filter(None, (shot.meaning.place, shot.meaning.part)))
                yield f"{shot.number} is not “{place}”: {where}"
            shown = set(list_content_words(f"{shot.meaning.place} {shot.meaning.part}"))
            for other in dict.fromkeys(each.place for each in self.case.scenes):
                words = set(list_content_words(other)) - set(list_content_words(place))
                is_same = is_known(place, set(list_content_words(other)), PLACE_SHARE)
                if not is_same and words and words <= shown:
                    yield f"{shot.number} is at “{other}”: {shot.meaning.place}, {shot.meaning.part}"
            setting = shot.meaning.setting
            if scene.inside is not None and setting != ("INT" if scene.inside else "EXT"):
                yield f"{shot.number} is {setting or 'of no setting'}"
            yield from self._find_time_faults(scene.time, shot)

    def _find_time_faults(self, time: str, shot: MarkedShot) -> Iterator[str]:
        text = fold(strip_speech(shot.prompt))
        wanted = [word for name, words in _TIMES.items() if name in fold(time) for word in words.split()]
        if wanted and not any(re.search(rf"\b{word}\b", text) for word in wanted):
            yield f"{shot.number} is not at {time}: {shot.meaning.time_of_day}"
        if fold(time) == "night" and (found := _AT_NIGHT.search(text)):
            yield f"{shot.number} has {found[0]} at night"

    # -------------------------------------------------------------- speech, frame, caption

    def _find_speech_faults(self, moment: GoldMoment) -> Iterator[str]:
        first, last = moment.lines
        spoken = [(line, each) for each in self.shots for line in each.shot.dialogue]
        film = " ".join(_join_words(line.text) for line, _ in spoken)
        gold = " ".join(_join_words(each.text) for each in self.case.speeches)
        for speech in self.case.speeches:
            if not first <= speech.line <= last:
                continue
            text = _join_words(speech.text)
            if film.count(text) != gold.count(text):
                yield f"“{text}” is in the film {film.count(text)} times"
                continue
            pieces = [(line, shot) for line, shot in spoken
                      if (piece := _join_words(line.text)) in text or text in piece]  # fmt: skip
            speakers = {person.name if (person := self.find_gold_person(line.character)) else line.character
                        for line, shot in pieces
                        if shot.shot.line <= speech.line <= shot.shot.end_line}  # fmt: skip
            if speakers != {speech.speaker}:
                yield f"“{text}” is said by {', '.join(sorted(speakers)) or 'nobody'}"
            for line, shot in pieces:
                if _join_words(line.text) not in _join_words(shot.prompt):
                    yield f"{shot.number} does not quote “{line.text}”"

    def _find_frame_faults(self, moment: GoldMoment, shots: Sequence[MarkedShot]) -> Iterator[str]:
        shown = {person.name for person in self._list_pictured(shots).values() if person is not None}
        numbers = ", ".join(each.number for each in shots)
        for name in moment.visible:
            if name not in shown:
                yield f"{name} is not in {numbers}: {', '.join(sorted(shown)) or 'nobody'}"
        for name in moment.heard:
            if name in shown:
                yield f"{name} is in the picture"

    def _find_caption_faults(self, shots: Sequence[MarkedShot]) -> Iterator[str]:
        for shot in shots:
            looks = [each.visible for each in shot.meaning.people]
            for fault in find_broken_sentences(shot.prompt, looks, shot.shot.action):
                yield f"{shot.number}: {fault}"


def _list_ended_pieces(part: str, texts: Sequence[str], change: str) -> list[str]:
    """Return the texts of a look that a change ends. A change of the body that gives no other age ends only
    what it is about: cherries over an ear leave the freckles.
    """
    if part != "body" or _NAMES_AGE.search(change):
        return list(texts)
    words = set(list_content_words(change))
    is_of_hair = _OF_HAIR.search(change) is not None
    return [
        text
        for text in texts
        if words & set(list_content_words(text)) or (is_of_hair and _OF_HAIR.search(text))
    ]


def _shares_garment(piece: str, worn: Sequence[str]) -> bool:
    """Return True if a part of earlier clothes has a word of the present clothes."""
    words = set(list_content_words(piece))
    return any(words & set(list_content_words(_NEGATED.sub(" ", text))) for text in worn)


def _list_other_names(element: Element) -> tuple[str, ...]:
    person = _load_person(element)
    return (person.name, *person.other_names) if person is not None else ()


def _get_kind(element: Element) -> str:
    """Return the kind of a person, or an empty text if no reading says it."""
    person = _load_person(element)
    return person.kind.value if person is not None else ""


def _load_person(element: Element) -> Person | None:
    return read_stored_json(Person, element.breakdown)


def _share_words(words: set[str], others: set[str]) -> bool:
    return bool(others) and (words <= others or others <= words)


def _join_words(text: str) -> str:
    return " ".join(text.replace("’", "'").replace("“", '"').replace("”", '"').split())
