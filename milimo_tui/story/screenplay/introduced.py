"""Find people that action introduces: “DELIA PRYCE (38)”, “BRUNO, a dog”, “Jun enters”."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.screenplay.first_names import is_first_name
from milimo_tui.story.screenplay.line_grammar import DATE, is_time_of_day, parse_item_heading
from milimo_tui.story.screenplay.people_words import (
    BABIES,
    CREATURES,
    GENERIC,
    KIN,
    NOUN_SYNONYMS,
    ORDERS,
    ROLES,
    TITLES,
    YOUNG,
)
from milimo_tui.story.screenplay.screenplay import Screenplay, ScriptElementKind
from milimo_tui.story.screenplay.silent_parts import find_silent_parts
from milimo_tui.story.values.number_words import NUMBER_WORDS, parse_number_words
from milimo_tui.story.values.text import QUOTED, collapse_text, fold, split_words

_WORD = compile_lazily(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_AGE = compile_lazily(
    r"\s*(?:\((?:[^()]*?)(?<!\d)(\d{1,3})['’]?(s?)\b[^()]*\)|,\s*(?:\w+[- ])?(\d{1,3})(s?)\b(?=[,.\s])"
    r"|:\s(\d{1,2})(s?)\b(?=,)"
    r"|(?:\s(?:of|at)\s(?:about\s|around\s|nearly\s|perhaps\s)?|\s?(?:--|[–—])\s?|\s-\s)(\d{1,2})(s?)\b(?=[,.]))"
)
_AGE_IN_WORDS = compile_lazily(
    r"\s*(?:,\s*|\(\s*|:\s|--\s|[–—]\s?|\b(?:of|at)\s)"
    r"(?:(?:about|around|nearly|almost|barely|early|late|mid|now)[- ])?"
    rf"({NUMBER_WORDS})(?=[,.)]|\s(?:and|or|years|but|with|in|at)\b|\s?[-–—])",
    re.IGNORECASE,
)
# Matches words such as “says” or “reads” right before a name. The name is then written on something and
# introduces nobody: “The badge says GORDON.”
_READS = compile_lazily(
    r"\b(?:says?|reads?|saying|reading|marked|labelled|labeled|stamped|spells) [“\"']?$", re.IGNORECASE
)
_LISTED = compile_lazily(r":\s(?:[A-Z][A-Z'’-]+[,.] )+$")
_IN_A_LIST = compile_lazily(r"\. (?:[A-Z][A-Z'’-]+\. ?){2,}")
_REVEALED = compile_lazily(r"(?:^|[.!?:]\s+)(?:(?:This|It|That) (?:is|will be|was) (the )?|Meet )?$")
_SET_IN = compile_lazily(
    r"\ban?\s+(?:[^\W\d_]+[ -]){0,3}?([^\W\d_]+)\b[^.!?()]*(?:\(|--\s*|[—–]\s*)"
    r"(?:(?:this|that|he|she|it) (?:is|will be)|we will know (?:him|her) as|call (?:him|her)) $",
    re.IGNORECASE,
)
_SOMEBODY = "|".join(sorted((*GENERIC, *CREATURES, *ROLES, *KIN), key=len, reverse=True))
_STRANGER = compile_lazily(
    r"(?:^|[.!?:]\s+)an?\s+((?:(?!(?:with|of|in|like|on|at|who|by|from)\b)[^\W\d_]+[ -]){0,3}?"
    rf"(?:{_SOMEBODY}))\b"
    rf"(?:[^.!?]*[.!?]\s+(?:({NUMBER_WORDS})\b(?=\s*[.,;(]))?)?",
    re.IGNORECASE,
)
# A description of an unnamed person before the name: “an enormous man in a checked suit: HERR DOBLER.”
_SOMEBODY_COMES = compile_lazily(
    rf"(?:^|[.!?,:;]\s+|\s)an?\s+(?:[^\W\d_]+[ -]){{0,3}}?(?:{_SOMEBODY})\b[^.!?:]*:\s*$", re.IGNORECASE
)
_REAL_NAME = compile_lazily(r"\s*(?:--|[—–])\s*((?:[^\W\d_]+\s){0,2}[^\W\d_]+)(?=\s*[,(])")
_CALLED = compile_lazily(
    r"\b(?:call(?:s|ed)? (?:him|her|them)|(?:known|known to \w+) (?:only |simply )?as|goes by|answers to"
    r"|nicknamed|named|(?:his|her|their) name is|(?:him|her|them)self)\s+[“\"']?((?:[^\W\d_]+ )?[^\W\d_]+)"
)
_APPOSITION = compile_lazily(r",\s*((?:an?|the|his|her|their)\s+)?([^,.;:!?]{1,60})")
_IS_NAMED = compile_lazily(
    r"\b(?:[Hh]e|[Ss]he|[Tt]his|[Ii]t)(?: is|['’]s) (?:called )?([A-ZÀ-Þ][A-ZÀ-Þ'’-]+)\b(?!,? \d)"
)
# A name is taken for the name of an unnamed person only if it follows within this number of characters: “a
# boy in a cap. He is GRAHAM.”
_REVEAL = 160
_NAME = compile_lazily(r"(?<![\w'’-])[A-ZÀ-Þ][a-zß-ÿ][\w'’-]*(?: [A-ZÀ-Þ][a-zß-ÿ][\w'’-]*){0,2}(?<!['’]s)")
# Number of characters searched before and after a name. The limit keeps the time linear for a paragraph full
# of names.
_NEAR = 120
_ENTERS = compile_lazily(
    r"(?:^|[.!?]\s+)([^\W\d_]+(?:-[^\W\d_]+)?) "
    r"(?:enters|arrives|appears|bursts in|walks in|comes in|steps in|runs in|rushes in)\b"
)
_KIN_BEFORE = compile_lazily(r"\b(?:his|her|their|the)\s+(?!an?\s|the\s)([^\W\d_]+)\s+$", re.IGNORECASE)
# A role or relative before a name: “the groom, PARESH”, “one sits there: the bride. MORVEN”, “Tom's sister,
# ANNA”.
_WHO_BEFORE = compile_lazily(
    r"(?:\b(?:his|her|their|the|an?|[^\W\d_]+['’]s)\s+(?:[a-z-]+\s+)?([a-z]+),|:\s+(?:the|his|her|their)\s+([a-z]+)\.)\s+$",
    re.IGNORECASE,
)
# A nickname in quotes inside a name: RENATA "REN" OSTROWSKI.
_NICKNAME = compile_lazily(
    r"\b([A-ZÀ-Þ][\w'’-]*) [\"“‘'(]([A-ZÀ-Þ][\w'’-]*(?: [A-ZÀ-Þ][\w'’-]*)?)[\"”’')] ([A-ZÀ-Þ][\w'’-]*)"
)
_SEASON = compile_lazily(
    r"(?:EARLY |LATE |MID-?)?(?:JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER"
    r"|DECEMBER|SPRING|SUMMER|AUTUMN|FALL|WINTER|CHRISTMAS|EASTER|\d{4})(?: \d{4})?"
)
_AGAIN = compile_lazily(r" AGAIN$")
_ITEM_MARK = compile_lazily(r"^(?:[-–—•·*]+\s*|(?:[A-Za-z]|\d{1,2})[.)]\s+)")
_SENTENCE_END = compile_lazily(r"[.!?]\s")
_LETTERED = compile_lazily(
    r"\b(?:says?|reads?|reading|saying|sign|label\w*|letter\w*|writ\w+|wrote|words?|inscri\w+|stone|plate|plaque|headline|painted"
    r"|card|screen|tag|badge|note|list|names?|poster|banner|stencil\w*|carved|scratched|spells?|typed|printed|caller|display|bulb|neon|board|envelope|crate)\b",
    re.IGNORECASE,
)
_ARTICLE = compile_lazily(
    r"(?<!\bbehind )(?<!\bbeside )(?<!\bwith )(?<!\bafter )(?<!\bbefore )(?<!\bto )(?<!\bfrom )(?<!\bby )"
    r"(?<!\bpast )(?<!\bat )(?<!\bnear )(?<!\babove )(?<!\bbelow )(?<!\bon )(?<!\bof )(?<!\bround )"
    r"(?<!\baround )(?<!\bopposite )"
    r"\b(?:his|her|their|its)\s+(?:[^\W\d_]+\s+)?$|\b(?:an?|the|two|three|four|five|some|several)\s+(?:[^\W\d_]+\s+)?$",
    re.IGNORECASE,
)
_PHRASE_END = compile_lazily(r"\b(?:of|in|on|at|with|from|by|for|to|who|whose|that|and)\b", re.IGNORECASE)
_THIRD_PERSON = compile_lazily(r"\s[a-z]+s\b")
_MOST_NAMES = 3
_BEFORE_NAMES = frozenset(["ON", "OF", "TO", "INTO", "WITH", "AND", "AT", "FROM", "BY", "IS"])
# First names that are more often places.
_PLACES = """alaska america asia austin berlin brooklyn carolina chelsea china cleveland dakota dallas denver
england florence florida france geneva georgia germany holland houston india ireland israel italy jamaica kent
kenya lincoln london madison mars memphis milan odessa orlando paris phoenix rome salem savannah sydney tokyo
troy utah vienna virginia"""
_PLACE_NAMES = frozenset(_PLACES.split())
_GROWN = 20
_TODDLING = 4
_NOUNS = "|".join(sorted((*GENERIC, *CREATURES, *ROLES), key=len, reverse=True))
_PLAIN = compile_lazily(
    rf"\ban? (?:(?!the |his |her |their |an? )[a-z-]+,? ){{0,3}}?(?P<noun>{_NOUNS})"
    r"(?![\w'’-])(?! (?-i:[A-ZÀ-Þ]{3}))"
    rf"(?: of (?:about |around |nearly )?(?P<age>\d{{1,2}}|{NUMBER_WORDS})\b)?",
    re.IGNORECASE,
)
# A noun in capitals that introduces a person without a name: “the BABY”.
_SHOUTED = compile_lazily(
    r"\b(?:the|his|her|their) (?:[a-z-]+ )?"
    rf"(?P<noun>{'|'.join(sorted(map(str.upper, (*YOUNG, *CREATURES))))})"
    r"(?![\w'’-])(?P<age>(?!))?"
)
# A figure made of one of these materials is a thing, not a person: a brass bird, a china dog.
_MADE_OF = compile_lazily(
    r"\b(?:brass|bronze|copper|iron|tin|gold|silver|metal|china|porcelain|clay|stone|marble|plaster|glass|crystal"
    r"|wooden|carved|cardboard|paper|papier-mâché|plastic|rubber|inflatable|toy|clockwork|mechanical|stuffed"
    r"|plush|knitted|chocolate|sugar|gingerbread|marzipan|painted|embroidered|tattooed|roast|cooked)\s"
    r"(?:[a-z-]+\s)?$",
    re.IGNORECASE,
)
# Matches a name in capitals right before a second description of the same person. In “a CHILD, a girl about
# six” the girl is the child, not another person.
_APPOSED = compile_lazily(rf"\b[A-ZÀ-Þ][A-ZÀ-Þ'’.-]+(?:,? \(?(?:\d{{1,3}}s?|{NUMBER_WORDS})\)?)?,\s+$")
# Matches a noun right before a second noun for the same person: in “an orderly, a kid of twenty” the kid is
# the orderly.
_SAME_ONE = compile_lazily(rf"\b(?:an?|the) (?:[a-z-]+ )?(?:{_NOUNS}),\s+$")
_BEFORE_NO_ONE = compile_lazily(
    r"\b(?:like|as|than|of|for|not|or|is|are|was|be)\s+$|[’']s\s+$", re.IGNORECASE
)
_NO_NAME_WORDS = """he she it they we you i nobody somebody someone everyone everybody one another nothing
something the a an this that who and then both neither snow rain wind light water smoke night dawn dusk
darkness silence music steam sun sunlight moonlight ink blood dust sand fog mist spray air heat cold fire
thunder lightning sound noise laughter applause"""
_DATE = compile_lazily(DATE, re.IGNORECASE)
_NO_NAMES = frozenset(_NO_NAME_WORDS.split())
_ABBREVIATED_TITLES = frozenset(
    ("st", "hon", "supt", "mme", "mlle", "fr", "sr", "sra", "dra", *TITLES, *ORDERS)
)


@dataclass(frozen=True, slots=True)
class IntroducedPerson:
    """A person whom action introduces: name, age (None if not given), and the description after the name
    (`about`).
    """

    name: str
    age: int | None = None
    about: str = ""
    alone: bool = False  # True if this person is added to the cast even without a cue.
    also: tuple[str, ...] = ()  # Other names that the text gives to the person, such as nicknames.


def find_introduced_people(screenplay: Screenplay) -> tuple[IntroducedPerson, ...]:
    """Return everybody whom action introduces, in order of introduction."""
    texts = [
        _strip_item_heading(collapse_text(element.text))
        for element in screenplay.elements
        if element.kind is ScriptElementKind.ACTION
    ]
    nicknames = {
        fold(f"{found[1]} {found[3]}"): found[2] for text in texts for found in _NICKNAME.finditer(text)
    }
    texts = [_NICKNAME.sub(r"\1 \3", text) for text in texts]
    common = {word for text in texts for word in _WORD.findall(text) if word.islower()}
    found: dict[str, IntroducedPerson] = {}
    for text in texts:
        for person in (
            *_add_other_names(text, list(_find_introductions_in_capitals(text, common))),
            *_find_entering_people(text, common),
        ):
            known = found.get(person.name)
            if known is None or (person.age is not None and known.age is None):
                found[person.name] = person
    named = {fold(word) for e in screenplay.elements if e.cue for word in split_words(e.cue.name)}
    for text in texts:
        for person in _find_introductions_in_words(text, named):
            known = found.get(person.name)
            if known is None or known.age is None:
                found[person.name] = person
    named |= {fold(word) for each in found.values() if each.alone for word in split_words(each.name)}
    for name, age, about in find_silent_parts(texts, named):
        found.setdefault(name, IntroducedPerson(name, age, about, True))
    for person in _find_unnamed_people(screenplay, texts, found):
        found[person.name] = person
    for name, person in found.items():
        if nickname := nicknames.get(fold(name)):
            found[name] = replace(person, also=(*person.also, nickname))
    return tuple(found.values())


def _find_introductions_in_words(text: str, cues: Collection[str]) -> Iterator[IntroducedPerson]:
    """Yield people with a cue whose name is not in capitals but is followed by an age: “Tully, nineteen,
    …”.
    """
    for match in _NAME.finditer(text):
        if not any(fold(word) in cues for word in split_words(match[0])):
            continue
        after = text[match.end() : match.end() + _NEAR]
        age = _AGE.match(after)
        worded = _AGE_IN_WORDS.match(after) if age is None else None
        if read := age or worded:
            apposition = _APPOSITION.match(after[read.end() :])
            years = int(age[1] or age[3] or age[5] or age[7]) if age else parse_number_words(read[1])
            yield IntroducedPerson(match[0].upper(), years, apposition[2] if apposition else "")


def _find_unnamed_people(
    screenplay: Screenplay, texts: Sequence[str], named: Mapping[str, IntroducedPerson]
) -> Iterator[IntroducedPerson]:
    """Yield people who never get a name: “a girl of eight”, later called “the girl”.

    The noun must identify the person: it is introduced only once, and no other name or cue fits it. `named`
    are the people with names.
    """
    whole = " ".join(texts)
    cues = {fold(word) for e in screenplay.elements if e.cue for word in split_words(e.cue.name)}
    alone = [each for each in named.values() if each.alone]
    taken = {fold(word) for each in alone for word in (*split_words(each.name), *split_words(each.about))}
    ages = [each.age for each in named.values() if each.age is not None]
    children, babies = any(age < _GROWN for age in ages), any(age < _TODDLING for age in ages)
    found: dict[str, list[re.Match[str]]] = {}
    for match in (*_PLAIN.finditer(whole), *_SHOUTED.finditer(whole)):
        made = fold(match["noun"]) in CREATURES and _MADE_OF.search(whole, match.start(), match.start("noun"))
        described = _APPOSED.search(whole, max(0, match.start() - _NEAR), match.start())
        described = described or _SAME_ONE.search(whole, max(0, match.start() - _NEAR), match.start())
        if not (made or described or _BEFORE_NO_ONE.search(whole, max(0, match.start() - 16), match.start())):
            found.setdefault(fold(match["noun"]), []).append(match)
    for noun, matches in found.items():
        # Small letters without an age introduce nobody: “a lion in wait”, “a giant triangle”.
        first = next((match for match in matches if match["noun"].isupper() or match["age"]), None)
        if (
            first is None
            or noun in cues
            or noun in taken
            or (noun in YOUNG and (babies if noun in BABIES else children))
        ):
            continue
        called = "|".join(map(re.escape, (noun, *NOUN_SYNONYMS.get(noun, ()))))
        again = len(re.findall(rf"\bthe (?:{called})\b", whole[first.end() :], re.IGNORECASE))
        if not again:
            continue
        named_so = _IS_NAMED.finditer(whole, first.end(), first.end() + _REVEAL)
        if revealed := next((each[1] for each in named_so if fold(each[1]) in cues), ""):
            # The name follows in a later sentence: “a boy in a cap. He is GRAHAM.”
            yield IntroducedPerson(revealed, None, first["noun"])
            continue
        years = first["age"]
        age = int(years) if years and years.isdigit() else parse_number_words(years) if years else None
        yield IntroducedPerson(first["noun"].upper(), age, first["noun"], True)


def _strip_item_heading(text: str) -> str:
    """Return the paragraph without a scene heading at its beginning, as items of a montage may have."""
    item = _ITEM_MARK.sub("", text)
    found = parse_item_heading(item)
    if found:
        return found[1]
    place, end, rest = item.partition(". ")
    parts = _AGAIN.sub("", place).split(", ")
    if (
        item != text
        and end
        and place.isupper()
        and len(parts) > 1
        and any(map(_is_time_or_season, parts[1:]))
    ):
        return rest  # Drop a place and time: “-- A LAUNDROMAT IN TOLEDO, DAY. Everything goes around.”
    return text


def _is_time_or_season(words: str) -> bool:
    return is_time_of_day(words) or _SEASON.fullmatch(words) is not None


def _add_other_names(text: str, people: Sequence[IntroducedPerson]) -> Iterator[IntroducedPerson]:
    """Yield the people of a paragraph, and add names such as nicknames (“known as …”) in the paragraph to the
    last person.
    """
    called = [name[1] for name in _CALLED.finditer(text) if name[1][0].isupper()] if people else []
    yield from people[:-1]
    for person in people[-1:]:
        yield replace(person, also=(*person.also, *called))


def _find_introductions_in_capitals(text: str, common: Collection[str]) -> Iterator[IntroducedPerson]:
    """Yield the people whose names in capitals a paragraph introduces. `common` are the words that the script
    has in small letters. A paragraph in capitals is a headline, a title or a loud moment.
    """
    if text.isupper():
        return
    text = QUOTED.sub(lambda quoted: " " * len(quoted[0]), text)
    for words in _iterate_capital_runs(text):
        run = _strip_verbs(words, common)
        start, end = run[0].start(), run[-1].end()
        name, before, after = text[start:end], text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
        if len(name) < 2 or is_time_of_day(name) or _READS.search(before):
            continue
        if _LISTED.search(before) or _IN_A_LIST.match(after):
            continue  # Skip names on a label or in a list: “MOSS, ELIZABETH.”, “BRUNO. KOWALSKI. PINTO.”
        real = _REAL_NAME.match(after)
        other_names = (real[1],) if real and all(word[0].isupper() for word in real[1].split()) else ()
        after = after[real.end() :] if real and other_names else after
        age = _AGE.match(after)
        worded = _AGE_IN_WORDS.match(after) if age is None else None
        read = age or worded
        rest = after[read.end() :] if read else after
        apposition = _APPOSITION.match(rest)
        about = apposition[2] if apposition else ""
        if _DATE.fullmatch(name) and not read and not _mentions_somebody(about):
            continue  # Skip a month that could be a name: “NOVEMBER. Cardboard voting booths”.
        kin = _KIN_BEFORE.search(before)
        if kin and name.endswith("S") and not _mentions_somebody(kin[1]) and not is_first_name(run[0][0]):
            continue  # Skip a verb in capitals after a thing: “The door BANGS.”
        before_it = _WHO_BEFORE.search(before) if kin is None else None
        noun = fold(before_it[1] or before_it[2]) if before_it else ""
        if noun in KIN or noun in ROLES or noun in GENERIC or noun in CREATURES:
            kin = before_it
        about = " ".join(
            filter(None, ((kin[1] or kin[2] if kin is before_it else kin[1]) if kin else "", about))
        )
        years = (
            int(age[1] or age[3] or age[5] or age[7])
            if age
            else parse_number_words(worded[1])
            if worded
            else None
        )
        article = _ARTICLE.search(before) is not None and not kin
        revealed = _REVEALED.search(before)
        if not read and after[:1] in (".", "!") and revealed and (not article or revealed[1]):
            stranger = next(
                _STRANGER.finditer(before),
                None,
            )
            if stranger:
                years = parse_number_words(stranger[2]) if stranger[2] else None
                yield IntroducedPerson(name, years, stranger[1], not _is_generic_noun(run))
                continue
        is_lettered = _LETTERED.search(_SENTENCE_END.split(before)[-1]) is not None
        is_name = _is_whole_name(run, common) and not (is_lettered or after.startswith("!"))
        first = is_name or _has_title(run)
        if (set_in := _SET_IN.search(before)) and _mentions_somebody(set_in[1]):
            yield IntroducedPerson(name, years, set_in[1], not _is_generic_noun(run), other_names)
            continue
        follows = after[:1] in (".", ",", "") and not is_lettered
        comes = follows and _SOMEBODY_COMES.search(before) is not None
        described = apposition is not None and bool(apposition[1]) and _mentions_somebody(apposition[2])
        named = _has_title(run) or (not article and (first or comes or described))
        # A first name after a colon introduces a visible person: “at the rail, in a naval cap: NILS”.
        if before.rstrip().endswith(":") and not (read or first or comes or _mentions_somebody(about)):
            continue  # Skip words that are written on a stone, a label or a screen.
        if read or named or kin or other_names:
            alone = (read is not None and not _is_plural_noun(run)) or (named and not _is_generic_noun(run))
            yield IntroducedPerson(name, years, about, alone, other_names)
        elif described:
            # “a CHILD, a girl about six” introduces a person only if the name has a cue, so `alone` stays
            # False.
            yield IntroducedPerson(name, None, about)


def _iterate_capital_runs(text: str) -> Iterator[Sequence[re.Match[str]]]:
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        follows = run and text[run[-1].end() : word.start()] in (" ", ". ")
        is_new_sentence = (
            run and text[run[-1].end() : word.start()] == ". " and not _may_abbreviate(run[-1][0])
        )
        upper = word[0].isupper() and (len(word[0]) > 1 or bool(follows))
        if run and (not upper or not follows or is_new_sentence):
            yield run
            run = []
        if upper:
            run.append(word)
    if run:
        yield run


def _may_abbreviate(word: str) -> bool:
    """Return True if a full stop after a word in capitals may mark an abbreviation before a name: MR. or J.,
    but not “The lights are ON. TYLER sits up.”
    """
    return len(word) == 1 or word.casefold() in _ABBREVIATED_TITLES


def _strip_verbs(run: Sequence[re.Match[str]], common: Collection[str]) -> Sequence[re.Match[str]]:
    """Return a first name in capitals without the words in capitals around it that are no surname: LUCY RUNS
    AWAY, CLOSE ON LUCY. `common` are words that the script also has in small letters.
    """
    last = max((at for at, word in enumerate(run) if word[0] in _BEFORE_NAMES), default=-1)
    if last + 1 < len(run) and is_first_name(run[last + 1][0]):
        run = run[last + 1 :]
    after = run[-1].string[run[-1].end() :]
    is_described = after.lstrip()[:1] in (",", "(")
    is_subject = is_described or _THIRD_PERSON.match(after) is not None  # As in “LUCY WILLS enters”.
    has_verbs = any(
        (word[0].casefold() in common and (word[0].endswith("S") or not is_described))
        or (word[0].endswith("S") and not is_subject)
        for word in run[1:]
    )
    return run[:1] if is_first_name(run[0][0]) and has_verbs else run


def _is_whole_name(run: Sequence[re.Match[str]], common: Collection[str]) -> bool:
    first = run[0][0]
    before = run[0].string[: run[0].start()].rstrip()
    is_counted = before[-1:].isdigit()  # As in “200 MILES”.
    return (
        is_first_name(first) and len(run) <= _MOST_NAMES and not (is_counted or fold(first) in _PLACE_NAMES)
    )


def _has_title(run: Sequence[re.Match[str]]) -> bool:
    """Return True if words in capitals are a title and a name, such as MR. TANG and NURSE CLARA."""
    title, *name = (word[0] for word in run)
    if not name or any(each.endswith(("'S", "’S")) for each in name):
        return False
    has_stop = run[0].string[run[0].end()] == "."
    if fold(title) in TITLES or (has_stop and fold(title) in _ABBREVIATED_TITLES):
        return True
    return (fold(title) in ROLES or fold(title) in KIN) and is_first_name(name[-1])


def _is_plural_noun(run: Sequence[re.Match[str]]) -> bool:
    last = fold(run[-1][0])
    return any(last.removesuffix("s") in table for table in (GENERIC, ROLES, KIN)) and last.endswith("s")


def _is_generic_noun(run: Sequence[re.Match[str]]) -> bool:
    return len(run) == 1 and (run[0][0].casefold() in ROLES or run[0][0].casefold() in GENERIC)


def _mentions_somebody(about: str) -> bool:
    nouns = [word.casefold() for word in _WORD.findall(_PHRASE_END.split(about)[0])[:5]]
    return any(word in CREATURES or word in GENERIC or word in ROLES for word in nouns)


def _find_entering_people(text: str, common: set[str]) -> Iterator[IntroducedPerson]:
    for match in _ENTERS.finditer(text):
        name = match[1]
        folded = name.casefold()
        if name[0].isupper() and not name.isupper() and folded not in common and folded not in _NO_NAMES:
            yield IntroducedPerson(name, None, "", True)
