"""The language of a film's dialogue, so that a voice of that language speaks it: the film's setting, or the
language that is detected.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from threading import Lock

from milimo_tui.core.errors import BadInput
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.story.values.film import Story

ENGLISH = "en"
# Ranges of characters that only one language here uses, in the order of their precedence.
_ALPHABETS = (
    ("ja", compile_lazily(r"[\u3040-\u30ff]")),
    ("ko", compile_lazily(r"[\uac00-\ud7a3]")),
    ("zh", compile_lazily(r"[\u4e00-\u9fff]")),
    ("uk", compile_lazily(r"[іїєґ]")),
    ("ru", compile_lazily(r"[\u0430-\u044f]")),
    ("el", compile_lazily(r"[\u03b1-\u03c9]")),
    ("he", compile_lazily(r"[\u05d0-\u05ea]")),
    ("ar", compile_lazily(r"[\u0620-\u064a]")),
    ("hi", compile_lazily(r"[\u0900-\u097f]")),
    ("th", compile_lazily(r"[\u0e00-\u0e7f]")),
)
# Frequent short words of languages with Latin letters.
_WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the you and to of it is that what in for on me we he she they this was with not don't i'm my",
        "de": "der die das und ist nicht ich du sie wir ihr ein eine mit auf was wer wo dass mir dich doch",
        "fr": "le la les et est pas je tu vous nous un une des dans que qui ce c'est avec mais où ça ne du",
        "es": "el la los las y es no que de un una por con para qué yo tú usted está pero como lo se mi",
        "it": "il lo gli e è non che di un una per con io tu lei noi sono ma come questo cosa mi ti ci",
        "pt": "o a os as e é não que de um uma por com para eu você ele ela está mas como isso meu do da",
        "nl": "de het een en is niet ik je jij wij dat wat van met op voor maar ook naar zijn mijn",
        "sv": "och är inte jag du det en ett att som på för med men vi han hon vad den mig",
        "pl": "i nie jest to się w na z że co ja ty on ona jak ale mnie ten tak do",
        "cs": "a je to se na že co já ty on ona jak ale mě ten ano v s do jsem",
        "tr": "ve bir bu ne ben sen o da de mi için çok ama var yok değil",
        "fi": "ja on ei se että minä sinä hän mutta mitä niin tämä ole en kun",
    }.items()
}
# The smallest share of words that must be frequent words of a language.
_LEAST = 0.08
_CODE = compile_lazily(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")


def parse_language_code(text: str) -> str:
    """Return the code of a language in lower case, such as `de` or `pt-br`. Raises BadInput."""
    code = text.strip().lower().replace("_", "-")
    if code and not _CODE.fullmatch(code):
        raise BadInput(f"“{text}” is not the code of a language", "write en, de, fr, pt-br …")
    return code


class _DetectedLanguage:
    """The detected language of the last story. Each shot of a film needs it, and detecting it is slow."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.story: Story | None = None
        self.code = ENGLISH


_DETECTED = _DetectedLanguage()


def find_dialogue_language(story: Story) -> str:
    """Return the code of the language of the dialogue: the film's setting, or the detected language."""
    if story.project.language:
        return story.project.language
    with _DETECTED.lock:
        if _DETECTED.story is not story:
            lines = (line.text for shot in story.live_shots() for line in shot.dialogue)
            _DETECTED.story, _DETECTED.code = story, detect_dialogue_language(lines)
        return _DETECTED.code


def detect_dialogue_language(texts: Iterable[str]) -> str:
    """Return the code of the language that the texts are mostly written in; `en` if it is unknown."""
    text = " ".join(texts).casefold().replace("’", "'")
    letters = sum(map(str.isalpha, text))
    for code, alphabet in _ALPHABETS:
        found = len(alphabet.findall(text))
        if found and (found > letters / 3 or (code in ("ja", "uk") and found > letters / 20)):
            return code
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", text)
    if not words:
        return ENGLISH
    shares = {code: sum(word in known for word in words) / len(words) for code, known in _WORDS.items()}
    best = max(shares, key=lambda code: shares[code])
    return best if shares[best] >= _LEAST else ENGLISH
