"""Find sentences in a prompt that nobody would write: the remains of a clause used as a look, repeated words,
marks of the script, sentences without an end.

Quoted speech is not checked. `tests/bench/test_broken_sentences.py` tests the check on 60 good and 60 bad
prompts. The check knows a limited list of verbs, so it finds no broken sentence with a rarer verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from milimo_tui.story.values.text import QUOTED

# Forms of verbs that are finite in the descriptions of people: English, German, French, Spanish. Words that
# mean something else in another of these languages (“hat”, “son”) are left out.
_FINITE = (
    r"is|are|was|were|has|have|had|isn['’]t|aren['’]t|wasn['’]t|hasn['’]t"
    r"|wears|wear|wore|carries|holds|hangs|hang|sits|stands|looks|lies|reaches|shows|leans|enters|comes|goes"
    r"|ist|sind|trägt|tragen|sitzt|sitzen|steht|stehen|wartet|warten|liegt|klebt"
    r"|est|sont|était|porte|portent|tient|tiennent"
    r"|está|están|lleva|llevan|tiene|tienen|è|indossa|indossano|tem|veste|vestem"
)
# “Only her eyebrows show”: the plural form of a verb after a noun in the plural.
_PLURAL = r"(?<=s\s)(?:show|hang|stand|stick|lie|sit|cover|reach|touch|peek|fall|wear|carry|hold)"
_VERB = re.compile(rf"\b(?:{_FINITE}|{_PLURAL})\b", re.IGNORECASE)
# After one of these words, a finite verb belongs to a clause of its own.
_CONNECTOR = re.compile(
    r"\b(?:and|but|or|nor|then|while|as|who|whom|which|that|whose|where|when|because|if|so|until|before"
    r"|after|since|than|though|although|what|how|und|oder|aber|der|die|das|dessen|deren|wo|wie|während|als"
    r"|et|ou|mais|qui|que|dont|où|quand|comme|y|e|o|pero|cuyo|cuya|donde|cuando|che|ma|quem)\b|qu['’]"
    r"|[;:—–(]",
    re.IGNORECASE,
)
_SCRIPT_MARK = re.compile(
    r"\b(?:INT|EXT|INNEN|AUSSEN|EST)\s*[./:]|\b(?:Int|Ext|Innen|Aussen|Außen)\s*[:/]|\bI/E\b"
    r"|\((?:CONT['’]D|O\.?\s?S\.?|V\.?\s?O\.?|O\.?\s?C\.?|OFF|MORE)\)|\b[VO]\.[OSC]\."
    r"|\*\*|\*\w|\w\*|\b_\w|\w_\b|\[\[|\]\]|/\*|\*/|^\s*[#>@~]"
    r"|\b(?:CUT|DISSOLVE|FADE|SMASH CUT) (?:TO|IN|OUT)\b"
    r"|\b(?:INTERCUT|BACK TO SCENE|LOWER THIRD|SUPER:)",
    re.MULTILINE,
)
_WEARING = re.compile(r"\bwearing\b", re.IGNORECASE)
_NEW_PERSON = re.compile(
    r"[A-ZÀ-Þ]|\b(?:man|woman|boy|girl|person|people|child|children|men|women|other|others|one|both)\b"
)
_WEARING_NO_NOUN = re.compile(
    r"\b(?:wearing|dressed in|with)\s+(?:is|are|was|were|has|have|he|she|they|wears|wearing|and|of|an? in"
    r"|in (?:an?|the|his|her|their|only)\b)(?=\W)|\bwearing\s+(?:in|with|en|im|mit)\b",
    re.IGNORECASE,
)
_DOUBLED = re.compile(r"\b(\w+),?\s+\1\b", re.IGNORECASE)
_MAY_BE_DOUBLED = {
    "had",
    "that",
    "very",
    "ha",
    "her",
    "far",
    "by",
    "round",
    "on",
    "in",
    "so",
    "again",
    "nous",
    "vous",
}
_ARTICLES = re.compile(
    r"\b(?:a|an|the)\s+(?:a|an|the|with|and|of|is|are|his|her|their|its|un|une|ein|eine|el|le)\b(?![-’'])",
    re.IGNORECASE,
)
_WRONG_ARTICLE = re.compile(
    r"\ba\s+(?:hair|scrubs|trousers|jeans|shorts|pyjamas|clothes|glasses|boots)\b(?!\s\w+)"
)
_LOWER_START = re.compile(r"(?<![.…])[.!?][\"”’)\]]*\s+[\"“(]*([a-zß-ÿ]\w*)")
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Prof|Sgt|Lt|Capt|No|vs|ca|Int|Ext|z\. ?B|\w)\.\s*$")
# An article before a word that is no noun: the remains of a clause.
_ARTICLE_REMAINS = re.compile(
    r",\s+been\s+\w+|\b(?:a|an|the)\s+(?:been|being|not|no|never|at|in|on|by|from|only\s+an?|still|now|wearing|dressed|there"
    r"|this|that|it|he|she|they|en|im|mit|sans|con|sin|dans|auf)\b(?![-’'])",
    re.IGNORECASE,
)
# “A parrot with a parrot”: a noun as a part of itself.
_PART_OF_ITSELF = re.compile(r"\b(an?\s+[\w-]+)\s+with\s+\1\b", re.IGNORECASE)
# Words that can't be the last of a sentence.
_NO_END = re.compile(
    r"(?:^|[\s,])(?:and|or|but|nor|with|of|the|a|whose|wearing|than|as|into|because|(?<!a )while|if"
    r"|und|oder|mit|von|dem|ein|eine|einem|einer|et|ou|avec|de|du|des|une|con|para|por|y)\s*$",
    re.IGNORECASE,
)
_NO_BEFORE_COMMA = re.compile(
    r"\b(?:with|of|wearing|the|a|whose)\s*[,;]|\b(?:and|or)\s*,\s+(?:is|are|was|were|has|have)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r",\s*[,.;!?]|;\s*[,.;]|\(\s*\)|\s[,;](?=\s)|(?<!\.)\.\s*[,;]|(?<![.])\.\.(?![.])")
_ENDS = re.compile(r"(?<=[.!?…])[\"”’)\]]*\s+")
_ACRONYMS = (
    "ATM", "BBC", "CCTV", "CIA", "CNN", "DNA", "DVD", "FBI", "GPS", "HQ", "LED", "MRI", "NASA", "NATO", "NDR",
    "OTAN", "RNLI", "SAMU", "SUV", "TGV", "TV", "UFO", "UNO", "USA", "VHS", "VIP", "WHO",
)  # fmt: skip
# Acronyms that are words in small letters.
_ALSO_WORDS = {"WHO", "LED", "VIP", "UNO"}
# The beginning of a sentence that describes a look: “Oda, …” or “Oda is a woman …”.
_NAME = r"(?:(?:[A-ZÀ-Þ][\w’'.-]*|de|du|la|le|der|von|of|the|in|and)\s?)+"
# Sentences of a script begin with a pronoun: “They are wearing boots; hers are blue, his are red.”
_SUBJECT = rf"(?!(?:They|He|She|It|We|You|I)\b)(?:(?:The|An?|His|Her|Their)\s+(?:[a-z-]+\s+){{1,3}}?|{_NAME})"
_APPOSITION = re.compile(rf"^\s*({_NAME}),\s")
_PEOPLE = r"(?:man|men|woman|women|boys?|girls?|person|people|child|children|figures?)"
_LOOK = re.compile(
    rf"^\s*{_SUBJECT}(?:is|are)\s+(?:(?:(?:an?|the)\s+)?(?:[\w-]+\s+){{0,3}}?{_PEOPLE}\b"
    r"|(?:seen\s+)?wearing\b|dressed\b|seen\b)"
)
_NO_NAMES = {
    "outside", "inside", "behind", "nearby", "then", "now", "here", "there", "far", "above", "below", "first",
    "together", "beyond", "later", "meanwhile", "still", "so", "yes", "no",
}  # fmt: skip
_IN_VIEW = re.compile(r"\b(?:There one sees|In view (?:is|are)|Outside there (?:is|are)) (.*)")
_HOLDER = re.compile(r"\b(?:with|wearing|dressed in|in an?)\s", re.IGNORECASE)


def find_broken_sentences(prompt: str, looks: Sequence[str] = (), action: str = "") -> Iterator[str]:
    """Yield a description of each broken sentence of a prompt.

    `looks` are the looks of the people as the film has them; a part of a look with a finite verb may only be
    a sentence of its own. `action` is the text of the script, which may contain any sentence.
    """
    text = QUOTED.sub("“X.”", prompt)
    yield from _find_marks(text)
    yield from _find_doubled_words(text)
    for sentence in _ENDS.split(text):
        yield from _find_unfinished_clause(sentence)
        yield from _find_clause_in_look(sentence)
    yield from _find_lower_starts(text)
    yield from _find_lost_capitals(text)
    yield from _find_look_clauses(text, looks, action)


def has_finite_verb(phrase: str) -> bool:
    """Return True if a part of a description between commas has a finite verb that belongs to no clause of
    its own, so that the part is no noun phrase.
    """
    return any(_is_clause(part) for part in re.split(r"[,;]", phrase))


def _is_clause(part: str) -> bool:
    verb = _VERB.search(part)
    return verb is not None and not _CONNECTOR.search(part[: verb.start()])


def _find_marks(text: str) -> Iterator[str]:
    if found := _SCRIPT_MARK.search(text):
        yield f"the mark of the script “{found[0]}”"
    if text.count("(") != text.count(")"):
        yield "a bracket without its partner"


def _find_doubled_words(text: str) -> Iterator[str]:
    for found in _DOUBLED.finditer(text):
        # Names and the rhythm of “far, far away” are no faults.
        if found[1].casefold() not in _MAY_BE_DOUBLED and "," not in found[0] and not found[1].isdigit():
            yield f"“{found[0]}”"
    for pattern in (_ARTICLES, _WRONG_ARTICLE, _ARTICLE_REMAINS, _PART_OF_ITSELF, _WEARING_NO_NOUN):
        yield from (f"“{each[0]}”" for each in pattern.finditer(text))
    for sentence in _ENDS.split(text):
        places = [found.span() for found in _WEARING.finditer(sentence)]
        for (_, end), (start, _) in pairwise(places):
            if not _NEW_PERSON.search(sentence[end:start]):
                yield "“wearing” twice"


def _find_unfinished_clause(sentence: str) -> Iterator[str]:
    bare = sentence.rstrip().rstrip('.!?…"”’)]')
    if not sentence.strip():
        return
    if found := _NO_END.search(bare):
        yield f"a sentence ends with “{found[0].strip()}”"
    if not re.search(r"[.!?…:][\"”’)\]]*\s*$", sentence):
        yield f"no full stop after “{sentence.strip()[-20:]}”"
    if found := _NO_BEFORE_COMMA.search(sentence):
        yield f"“{found[0]}”"
    if found := _MARKS.search(sentence):
        yield f"“{found[0].strip()}” in “{sentence[max(0, found.start() - 12) : found.end() + 4].strip()}”"


def _find_lower_starts(text: str) -> Iterator[str]:
    if first := re.match(r"\s*([a-zß-ÿ]\w*)", text):
        yield f"it begins with “{first[1]}” in small letters"
    for found in _LOWER_START.finditer(text):
        if not _ABBREVIATED.search(text[: found.start() + 1]):
            yield f"a sentence begins with “{found[1]}” in small letters"


def _find_lost_capitals(text: str) -> Iterator[str]:
    for acronym in _ACRONYMS:
        forms = acronym.title() if acronym in _ALSO_WORDS else f"{acronym.title()}|{acronym.lower()}"
        at_start = r"(?<![.!?] )(?<!^)" if acronym in _ALSO_WORDS else ""
        if found := re.search(rf"{at_start}\b(?:{forms})\b", text):
            yield f"“{found[0]}” for {acronym}"


def _find_clause_in_look(sentence: str) -> Iterator[str]:
    """Yield finite verbs inside the description of a person: after “wearing” or “with” in a sentence that has
    another verb, or after a comma in a sentence that begins like a description.
    """
    if found := re.search(rf"\b(?:is|are|was|were)\s+(?:{_FINITE})\b", sentence):
        yield f"“{found[0]}”"
    if (view := _IN_VIEW.search(sentence)) and _is_clause(view[1]):
        yield f"a clause as a thing in view: “{view[1]}”"
    apposition = _APPOSITION.match(sentence)
    is_name = apposition is not None and apposition[1].split()[0].casefold() not in _NO_NAMES
    is_name = is_name and apposition is not None and not apposition[1].split()[0].endswith("ly")
    look = _LOOK.match(sentence)
    if not (is_name or look):
        return
    for holder in _HOLDER.finditer(sentence):
        part = re.split(r"[,;.]", sentence[holder.end() :])[0]
        if _is_clause(part) and not _CONNECTOR.search(sentence[: holder.start()].rsplit(",", 1)[-1]):
            yield f"a verb in the look “{sentence[holder.start() : holder.end()]}{part}”"
            return
    if look:
        rest = sentence[look.end() :]
        for part in rest.split(",")[1:]:
            if _is_clause(part):
                yield f"a verb in the look “{part.strip()}”"
                return


def _find_look_clauses(text: str, looks: Sequence[str], action: str) -> Iterator[str]:
    """Yield parts of looks with a finite verb that the prompt uses inside another sentence."""
    lower, written = text.casefold(), action.casefold()
    for part in dict.fromkeys(part.strip() for look in looks for part in re.split(r"[,;]", look)):
        if not _is_clause(part) or part.casefold() in written:
            continue
        for found in re.finditer(re.escape(part.casefold()), lower):
            before = lower[: found.start()].rstrip()
            if _VERB.match(part) and re.search(r"(?:^|[.!?”])\s*[^.!?,;]{1,40}$", before):
                continue  # “Ada stands as he does.”
            if re.search(r"(?:^|[.!?”])\s*(?:\S+(?: \S+){0,2}['’]s|his|her|their|its)$", before):
                continue  # “Ada’s hair is white.”
            if before and before[-1] not in ".!?:;—–”" and not re.search(r"\b(?:and|while|but)$", before):
                yield f"a clause as a look: “{part}”"
                break
