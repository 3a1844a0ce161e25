"""Remove script markup that must not reach a model: notes, emphasis, words in capitals."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import partial

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.reading.act_words import BASES
from milimo_tui.story.screenplay.people_words import ORDERS, TITLES
from milimo_tui.story.values.text import QUOTED

_NOTE = compile_lazily(r"\[\[.*?\]\]|/\*.*?\*/|\[[^\]]*\]", re.DOTALL)
_EMPHASIS = compile_lazily(r"\*{1,3}|(?<!\w)_+|_+(?!\w)")
_LOUD = compile_lazily(r"\b\w*[^\W\d_a-zà-öø-ÿ]{2,}\w*\b")
_CAPITALIZED = r"(?-i:[A-ZÀ-Þ][\w.]*(?:[ -][A-ZÀ-Þ][\w.]*)*)"
_WE = compile_lazily(
    r"^(?:fade in(?: on)?|we (?:see|hear|notice|find|follow|watch|reveal)|(?:close|angle|wide|tight|back) on"
    rf"|p\.?o\.?v\.?(?: of)?\s*[-–—:]?\s*{_CAPITALIZED}(?=\s*[:–—-])"
    rf"|{_CAPITALIZED}['’]s (?:p\.?o\.?v\.?|point[- ]of[- ]view)(?=\s*[:–—-])"
    r"|(?-i:ON)|insert|reveal|establishing(?: shot)?(?: of)?|(?:two|three)[- ]?shot"
    r"|(?:high|low|dutch|bird['’]s[- ]eye) angle(?: shot)?(?: o[nf])?"
    r"|p\.?o\.?v\.?|(?:new|another) angle|aerial(?: shot)?|overhead(?: shot)?"
    r"|(?:smash|slam|hard|push|close|zoom)(?:ing)? in on"
    r"|we(?:['’]re| are)(?: (?:now|still|back))?"
    r"|(?:we )?(?:pan|tilt|dolly|crane|zoom)(?:s|n?ing)?"
    r" (?:(?:across|along|over|past|in|down|up)(?: (?:to|on))?|to reveal)"
    r"|(?:we )?pull(?:s|ing)? (?:back|out)(?: from [^.,;:]{1,40}?)? to reveal"
    r"|(?:we|(?:the )?camera)(?: (?:slowly|quickly|gently|then|now))*"
    r" (?:pan|tilt|dolly|crane|zoom|track|push|pull|move|drift|glide|hold|linger|settle|cut|switch|swing"
    r"|open)"
    r"(?:s|es)?(?: (?:slowly|quickly|gently|back|in|out|up|down|left|right|over|around|across|along))*"
    r" (?:on|onto|to reveal|to|towards?|past|across|along|over))"
    r"\s*[:–—-]?\s+",
    re.IGNORECASE,
)
# Matches a thing and a clause about somebody: “his mouse and he clicks” after “the camera moves to”.
_NEXT_CLAUSE = compile_lazily(r"^([^.;:]{1,60}?),? and (he|she|it|they)\b", re.IGNORECASE)
# A verb without an ending after “we see”: “We see a man walk to the door.”
_BARE_VERB = compile_lazily(
    rf"(?<!\bto)(?<!\ba)(?<!\bthe)(?<!\bhis)(?<!\bher)(?<!['’]s) (?!back\b)(?:{'|'.join(BASES)})"
    r"(?=[.,;]|$| (?:to|into|onto|from|at|by|past|across|the|a|an|his|her|their|up|down|over|out|off|away|in"
    r"|on)\b)"
)
# Acronyms with a vowel. Those without one (BBC, CCTV) need no list.
_ACRONYMS = """
UK FBI CIA UFO DNA NATO NASA MRI ICU ATM SUV HQ ISS EMT IED RNLI OTAN ONU UNESCO UNICEF IBM USB EKG ECG
RAF NSA MI5 MI6 POW LAPD NYPD OPEC UEFA FIFA NBA ESPN CEO CFO AWOL USSR EPA TSA ATF BAFTA IMF CNN RCMP EEG
HIV URL CPU GPU NYC
"""
# Acronyms that are words or names in another case: “La Boutique”, “Uno”, “Mit”.
_AMBIGUOUS = """
LA ID OK EU UN UNO LED VIP IT AI ER IV IQ MIA AIDS US USA PA MIT RAI UPS IRA SWAT ABC OBE SOS DEA SAMU IRS OS
"""
# Words without a vowel that are no acronyms: titles and sounds.
_NO_ACRONYM_WORDS = """
MR MRS MS DR ST JR SR SGT LT CPL PVT MT PFFT PSST TSK HMM SHH BRR GRR ZZZ SHHH HM BLVD RD FT PKWY HWY LN
SQ NR PL
"""
_NO_ACRONYMS = frozenset(_NO_ACRONYM_WORDS.split())
_CERTAIN = frozenset(_ACRONYMS.split()) | {"TV"}
_AMBIGUOUS_WORDS = frozenset(_AMBIGUOUS.split())
_ROMAN = compile_lazily(r"(?=[XVI]{2})X{0,3}(?:IX|IV|V?I{0,3})")
_TITLE = compile_lazily("|".join((*TITLES, *ORDERS, "sr", "sra", "mme", "mlle")), re.IGNORECASE)
_NAME_FOLLOWS = compile_lazily(r"\.? [A-ZÀ-Þ]")
_AFTER_GERMAN_ARTICLE = compile_lazily(
    r"\b(?:der|die|das|den|dem|ein|eine[mnrs]?|(?:k|m|d|s)eine?[mnrs]?|ihre?[mnrs]?) "
    r"(?:(?-i:[a-zäöüß]+) )?(?:(?-i:[A-ZÄÖÜ][a-zäöüß]+) )?$",
    re.IGNORECASE,
)
# Other words in capitals right before a word, and right after a word up to a comma or a bracket.
_RUN_BEFORE = compile_lazily(r"\b(?:[A-ZÀ-Þ][A-ZÀ-Þ'’.]*[ -])+$")
_RUN_AFTER = compile_lazily(r"(?:[ -][A-ZÀ-Þ][A-ZÀ-Þ'’.]+)*\s*[,(]")
_TITLE_CASE = compile_lazily(r"\b[A-Z][a-z]{1,5}\b")
_VOWEL = compile_lazily(r"[AEIOUYÀ-Þ]")
# A full stop after one of these words does not end a sentence.
_SENTENCE_START = compile_lazily(
    r"(?<![.…])(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bNo)(?<!\bvs)(?<!\bInt)(?<!\bExt)(?<!\b\w)"
    r"([.!?][\"”’)]*\s+[\"“(]*)([^\W\d_A-ZÀ-Þ])"
)
_AGED = compile_lazily(r"\s*\((?:aged? )?(\d{1,3})\)(,?)")
_WORD = compile_lazily(r"\w+")
_QUOTATION = compile_lazily(r"(“[^”]*”|(?<!\w)\"[^\"]*\")")
_WRITTEN = compile_lazily(
    r"\b(?:say|read|mark|label|letter|spell|title|print|stamp)(?:s|ing|ed|led|ling)?:? (?:[A-Z]{2,} )*$"
)
# A name that describes somebody: “Man in a cap”. Its words are no proper names.
_DESCRIBED = compile_lazily(r" (?:in|on|at|with|without|of|from|behind) ", re.IGNORECASE)
_LOUD_ARTICLE = compile_lazily(r"(?<=[a-z,] )A(?= [a-z])")
_LOUD_POSSESSIVE = compile_lazily(r"(?<=[a-zà-ÿ])(['’])S\b")
_DANGLING = compile_lazily(r",(?=\s*[.;:!?])")
_BLANKS = compile_lazily(r"\s+")
_BEFORE_STOP = compile_lazily(r"\s+([,.;:!?…])")


def strip_script_marks(text: str, names: Iterable[str] | None = None) -> str:
    """Return a text of the script as plain prose: no notes, no emphasis, words in capitals in normal case.

    If `names` is given, only words of these names remain capitalised: HER PALM becomes her palm. Quoted words
    and acronyms keep their capitals.
    """
    plain = _NOTE.sub(" ", text)
    plain = plain.replace("[", " ").replace("]", " ").replace("#", "").replace("~", "")
    plain = _AGED.sub(r", \1 years old,", plain)
    plain = _EMPHASIS.sub("", plain).replace("*", "").replace("_", " ")
    if plain.count("(") != plain.count(")"):
        # A paragraph in brackets that was divided between two shots.
        plain = plain.strip().removeprefix("(").removesuffix(")")
    known = None
    if names is not None:
        proper = (name for name in names if not _DESCRIBED.search(name))
        known = {word.casefold() for name in proper for word in _WORD.findall(name)}
    plain = "".join(
        piece if at % 2 else _LOUD.sub(partial(_normalize_capitals, known), piece)
        for at, piece in enumerate(_QUOTATION.split(plain))
    )
    plain = _DANGLING.sub("", _LOUD_POSSESSIVE.sub(r"\1s", _LOUD_ARTICLE.sub("a", plain)))
    return _BEFORE_STOP.sub(r"\1", _BLANKS.sub(" ", plain)).strip()


def strip_camera_opening(text: str) -> str:
    """Return an action without an opening such as “we see” or “CLOSE ON”. An opening on which the verb of the
    rest depends stays.
    """
    bare = text
    while (shorter := _WE.sub("", bare, count=1)) != bare:
        if bare[:3].lower() == "we " and _BARE_VERB.search(shorter):
            break
        bare = shorter
    if bare == text:
        return text
    bare = _NEXT_CLAUSE.sub(lambda found: f"{found[1]}. {found[2].capitalize()}", bare, count=1)
    return bare[:1].upper() + bare[1:]


def make_sentence(text: str) -> str:
    """Return a text as a sentence: single spaces, a capital at the beginning, a full stop at the end."""
    text = _BLANKS.sub(" ", text).strip().strip("–—- ")
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in '.!?…”"' else f"{text.rstrip(',;:')}."


def capitalize_sentences(text: str) -> str:
    """Return a text in which each sentence begins with a capital. Text in quotation marks stays unchanged."""
    quoted = [found.span() for found in QUOTED.finditer(text)]

    def capitalize(found: re.Match[str]) -> str:
        is_quoted = any(start <= found.start() and found.end() <= end for start, end in quoted)
        return found[0] if is_quoted else found[1] + found[2].upper()

    return _SENTENCE_START.sub(capitalize, text)


def is_acronym(word: str) -> bool:
    """Return True if a word in capitals is an acronym or a roman numeral: BBC, NATO, XIV."""
    if word in _CERTAIN | _AMBIGUOUS_WORDS or _ROMAN.fullmatch(word):
        return True
    return word.isupper() and word not in _NO_ACRONYMS and 1 < len(word) < 6 and not _VOWEL.search(word)


def restore_acronyms(text: str) -> str:
    """Return a text in which acronyms in title case have their capitals again: “Bbc Newsroom” becomes “BBC
    Newsroom”. Quoted words stay unchanged.
    """
    return "".join(
        piece if at % 2 else _TITLE_CASE.sub(_restore_capitals, piece)
        for at, piece in enumerate(_QUOTATION.split(text))
    )


def _restore_capitals(found: re.Match[str]) -> str:
    word = found[0].upper()
    is_certain = word in _CERTAIN or (len(word) > 2 and word not in _AMBIGUOUS_WORDS and is_acronym(word))
    return word if is_certain and not _ROMAN.fullmatch(word) else found[0]


def _normalize_capitals(known: Collection[str] | None, found: re.Match[str]) -> str:
    word = found[0]
    if any(map(str.isdigit, word)) or not word.isupper() or len(word) < 2:
        return word
    if _WRITTEN.search(found.string[: found.start()]):
        return word  # A sign or a badge shows this word in capitals.
    if is_acronym(word) and not (word in _AMBIGUOUS_WORDS and _is_shouted(found)):
        return word
    is_name = known is None or word.casefold() in known or _is_part_of_name(found, known)
    return word.capitalize() if is_name else word.lower()


def _is_part_of_name(found: re.Match[str], known: Collection[str]) -> bool:
    """Return True if a word in capitals is a title before a name (MR. TANG), a name or noun after a
    German article (die ZWILLINGE, der Kater MOHR), or follows a known name in capitals that a description
    follows (LAURA SUITES-HART,).
    """
    text = found.string
    before, after = text[: found.start()], text[found.end() :]
    if _TITLE.fullmatch(found[0]) and _NAME_FOLLOWS.match(after):
        return True
    if _AFTER_GERMAN_ARTICLE.search(before):
        return True
    run, rest = _RUN_BEFORE.search(before), _RUN_AFTER.match(after)
    words = _WORD.findall(run[0]) if run else []
    return rest is not None and any(word.casefold() in known for word in words)


def _is_shouted(found: re.Match[str]) -> bool:
    """Return True if the word before or after a word in capitals is in capitals too: “IT EXPLODES”."""
    before = _WORD.findall(found.string[: found.start()])[-1:]
    after = _WORD.findall(found.string[found.end() :])[:1]
    return any(word.isupper() and len(word) > 1 and not is_acronym(word) for word in (*before, *after))
