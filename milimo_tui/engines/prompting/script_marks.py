"""Remove script markup that must not reach a model: notes, emphasis, words in capitals."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.values.text import QUOTED

_NOTE = compile_lazily(r"\[\[.*?\]\]|/\*.*?\*/|\[[^\]]*\]", re.DOTALL)
_EMPHASIS = compile_lazily(r"\*{1,3}|(?<!\w)_+|_+(?!\w)")
_LOUD = compile_lazily(r"\b\w*[^\W\d_a-zà-öø-ÿ]{2,}\w*\b")
_WE = compile_lazily(
    r"^(?:we (?:see|hear|notice|find|follow|watch|reveal)|(?:close|angle|wide|tight|back) on"
    r"|(?-i:ON)|insert|reveal|(?:two|three)[- ]?shot"
    r"|(?:high|low|dutch|bird['’]s[- ]eye) angle(?: shot)?(?: o[nf])?"
    r"|p\.?o\.?v\.?|another angle|aerial(?: shot)?|overhead(?: shot)?)"
    r"\s*[:–—-]?\s+",
    re.IGNORECASE,
)
# Acronyms that can be read like a word. Those without a vowel (BBC, CCTV) need no list.
_ACRONYMS = """
USA UK LA FBI CIA UFO DNA ID OK II III EU UN UNO NATO NASA MRI ICU ATM SUV LED VIP IT AI IRA HQ ISS EMT IED
RNLI OTAN SAMU ONU RAI UNESCO UNICEF IBM MIT USB SUV EKG ECG RAF NSA MI5 MI6 ER IV IQ IEEE OBE MIA POW SOS
"""
_KEPT = frozenset(_ACRONYMS.split())
# Words without a vowel that are no acronyms: titles and sounds.
_NO_ACRONYM_WORDS = """
MR MRS MS DR ST JR SR SGT LT CPL PVT MT PFFT PSST TSK HMM SHH BRR GRR ZZZ SHHH HM
"""
_NO_ACRONYMS = frozenset(_NO_ACRONYM_WORDS.split())
_VOWEL = compile_lazily(r"[AEIOUYÀ-Þ]")
# A full stop after one of these words does not end a sentence.
_SENTENCE_START = compile_lazily(
    r"(?<![.…])(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)(?<!\bNo)(?<!\bvs)(?<!\bInt)(?<!\bExt)(?<!\b\w)"
    r"([.!?][\"”’)]*\s+[\"“(]*)([^\W\d_A-ZÀ-Þ])"
)
_AGED = compile_lazily(r"\s*\((?:aged? )?(\d{1,3})\)(,?)")
_WORD = compile_lazily(r"\w+")
_BLANKS = compile_lazily(r"\s+")
_BEFORE_STOP = compile_lazily(r"\s+([,.;:!?…])")


def strip_script_marks(text: str, names: Iterable[str] | None = None) -> str:
    """Return a text of the script as plain prose: no notes, no emphasis, words in capitals in normal case.

    If `names` is given, only words of these names remain capitalised: HER PALM becomes her palm.
    """
    plain = _NOTE.sub(" ", text)
    plain = plain.replace("[", " ").replace("]", " ").replace("#", "").replace("~", "")
    plain = _AGED.sub(r", \1 years old,", plain)
    plain = _EMPHASIS.sub("", plain).replace("*", "").replace("_", " ")
    if plain.count("(") != plain.count(")"):
        # A paragraph in brackets that was divided between two shots.
        plain = plain.strip().removeprefix("(").removesuffix(")")
    known = None if names is None else {word.casefold() for name in names for word in _WORD.findall(name)}
    plain = _LOUD.sub(lambda found: _normalize_capitals(found[0], known), plain)
    return _BEFORE_STOP.sub(r"\1", _BLANKS.sub(" ", plain)).strip()


def strip_camera_opening(text: str) -> str:
    """Return an action without an opening such as “we see” or “CLOSE ON”."""
    bare = text
    while (shorter := _WE.sub("", bare, count=1)) != bare:
        bare = shorter
    return bare[:1].upper() + bare[1:] if bare != text else text


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


def _is_acronym(word: str) -> bool:
    return word in _KEPT or (word not in _NO_ACRONYMS and len(word) < 6 and not _VOWEL.search(word))


def _normalize_capitals(word: str, known: Collection[str] | None) -> str:
    if _is_acronym(word) or any(map(str.isdigit, word)) or not word.isupper() or len(word) < 2:
        return word
    return word.capitalize() if known is None or word.casefold() in known else word.lower()
