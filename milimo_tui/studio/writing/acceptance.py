"""Decide if the prompt that a language model wrote for a shot can be accepted. A prompt that does not agree
with the facts of its shot is accepted only if the user insists.

For the prompts of the parts of a long shot, only gross errors are searched for: an answer about something
else, a much too long answer, a refusal of the model, words to the user (“Sure! Here is your prompt:”), and a
changed speech.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from milimo_tui.core.errors import Refused
from milimo_tui.core.late_patterns import compile_lazily
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.measures import list_content_stems, strip_speech
from milimo_tui.engines.prompting.model_talk import find_model_talk
from milimo_tui.engines.prompting.paragraph_check import MOST_WORDS
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.suggestion import CONTINUE, Suggestion
from milimo_tui.story.values.text import QUOTED, fold, split_words
from milimo_tui.studio.takes.meaning import collect_shot_meaning
from milimo_tui.studio.writing import briefs, predicted_lengths

# An answer with more words than this multiple of the limit is not a prompt.
_TOO_LONG = 2
_OTHER_QUOTED = compile_lazily(r"«[^»]*»|»[^«]*«|„[^“”]*[“”]|「[^」]*」|『[^』]*』")
_UNSPOKEN = compile_lazily(r"[\s\"“”„‟«»‹›「」『』'‘’‚‛`´.,…]")
_DASHES = compile_lazily(r"[-‐‑–—]+")
_PRONOUNS = frozenset(("he", "she", "they", "it", "him", "her", "them", "his", "their", "its"))


def require_acceptable(story: Story, shot: Shot, suggestion: Suggestion, *, force: bool = False) -> None:
    """Check that the words of a suggestion can be a prompt of the shot. Raises Refused with the reasons,
    unless the user insists with `force`.
    """
    reasons = () if force else find_refusal_reasons(story, shot, suggestion)
    if reasons:
        number = story.numbers.get(shot.id, shot.id)
        raise Refused(
            f"the answer for {number} is not accepted: {'; '.join(reasons)}",
            f"milimo shot enhance {number} asks again; milimo shot accept {number} --force accepts it anyway",
        )


def find_refusal_reasons(story: Story, shot: Shot, suggestion: Suggestion) -> tuple[str, ...]:
    """Return the reasons why the words of a suggestion cannot be a prompt of the shot. Empty if they can, and
    for a suggested length.
    """
    if suggestion.task == predicted_lengths.TASK:
        return ()
    if suggestion.task != CONTINUE:
        return briefs.find_prompt_faults(
            story, shot, suggestion.text, suggestion.family or briefs.choose_guide_family(story, shot)
        )
    texts = suggestion.parts[1:]
    family = suggestion.family or briefs.choose_guide_family(story, shot)
    lines = [line.text for line in shot.dialogue]
    reasons = [reason for text in texts for reason in _find_text_reasons(text, lines)]
    if not _names_subject(" ".join(texts), collect_shot_meaning(story, shot)):
        reasons.append("it names no person, place or thing of the shot")
    reasons += _find_changed_speeches(story, shot, suggestion, family)
    return tuple(dict.fromkeys(reasons))


def _find_text_reasons(text: str, lines: Sequence[str]) -> Iterator[str]:
    count = len(text.split())
    if not count:
        yield "it is empty"
        return
    bare = strip_speech(_OTHER_QUOTED.sub(" ", text))
    for line in lines:
        bare = bare.replace(line, " ")
    yield from find_model_talk(bare)
    if count > _TOO_LONG * MOST_WORDS:
        yield f"it has {count} words, more than {_TOO_LONG} times the limit of {MOST_WORDS}"


def _find_changed_speeches(story: Story, shot: Shot, suggestion: Suggestion, family: str) -> Iterator[str]:
    """Yield a reason for each speech that the answer changes or leaves out. Only speeches that the composed
    prompt contains are compared: a prompt of a still has no speech, and the user can leave out a part.
    """
    if not shot.dialogue:
        return
    composed = _strip_unspoken(briefs.compose_current_prompt(story, replace(shot, prompt=None), family))
    # An empty first part stands for the present prompt of the shot.
    answer = " ".join(part or suggestion.original for part in suggestion.parts)
    # A speech can be interrupted by words about its speaker: “It is late,” says Mara. “We leave.”
    quoted = " ".join((*QUOTED.findall(answer), *_OTHER_QUOTED.findall(answer)))
    heard = [_strip_unspoken(answer), _strip_unspoken(quoted)]
    for line in shot.dialogue:
        words = _strip_unspoken(line.text)
        if words and words in composed and not any(words in text for text in heard):
            yield f"{line.character} does not say “{line.text}” in it"


def _strip_unspoken(text: str) -> str:
    """Return a text without white space, quotation marks, commas and full stops, to compare spoken words. A
    comma can replace the full stop at the end of a quotation.
    """
    return _UNSPOKEN.sub("", _DASHES.sub("-", unicodedata.normalize("NFC", text)))


def _names_subject(text: str, meaning: ShotMeaning) -> bool:
    """Return True if a text names a person, the place or a thing of a shot, or says something of its
    action.
    """
    names = [one.name for one in (*meaning.people, *meaning.things)]
    names += [line.name for line in meaning.lines if not line.heard]
    known = list_content_stems(" ".join((*names, meaning.focus, meaning.place, meaning.part, meaning.action)))
    # A part of a long shot continues the text before it, so it may name its subjects by pronouns.
    words = split_words(fold(text))
    return not known or not words or bool(known & list_content_stems(text) or _PRONOUNS.intersection(words))
