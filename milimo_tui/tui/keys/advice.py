"""Advice as the studio gives it: for a command of the shell its key here, else `:` and its words.

Sentences are written once, with `milimo VERB …`; the shell shows them as they are. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from milimo_tui.studio.registry.grammar import WORDS
from milimo_tui.tui.keys.keymap import Keymap

_NAMED = re.compile(rf"\bmilimo ((?:{'|'.join(WORDS)}|run|help)\b(?: [a-z][a-z-]*)*)")
_GIVEN = re.compile(r" (?:--|[A-Z0-9“@{…])")  # an argument follows, and no prose
# Commands that a screen has an act of its own for.
_ACTS = {
    "app.doctor": "ui.doctor", "film.render": "ui.render", "job.cancel": "ui.cancel_job",
    "job.retry": "ui.retry", "storyboard.commit": "ui.commit",
}  # fmt: skip
_SCREENS = {"job.list": "jobs", "job.watch": "jobs", "model.list": "models", "review.list": "review"}


def in_keys(text: str, keymap: Keymap, contexts: Iterable[str]) -> str:
    """The sentence with keys, or what is typed after `:`, in the place of the shell's commands."""
    within = tuple(contexts)

    def said(found: re.Match[str]) -> str:
        words = found[1].split(" ")
        if words[0] == "help":
            told = ["?", *words[2:]] if words[1:2] == ["keys"] else ["?", *words[1:]]
            return " ".join(told)
        if words[0] == "run":
            return f":{' '.join(words[1:])}"
        for size in range(min(3, len(words)), 0, -1):
            chord = _chord(_id(words[:size]), text[found.end() :], keymap, within, size == len(words))
            if chord:
                return " ".join([chord, *words[size:]])
        return f":{found[1]}"

    return _NAMED.sub(said, text)


def _id(words: list[str]) -> str:
    """The command that such words would be: `cut take-up` is `cut.take_up`, `build` is `app.build`."""
    if len(words) == 1:
        return f"{WORDS[words[0]]}.{words[0]}"
    return f"{words[0]}.{'_'.join(words[1:])}".replace("-", "_")


def _chord(id: str, rest: str, keymap: Keymap, contexts: tuple[str, ...], is_last: bool) -> str:
    """The keys that do exactly this here; empty where arguments follow that no key gives."""
    if is_last and _GIVEN.match(rest):
        return ""
    if id in _SCREENS:
        return keymap.chord_of("ui.mode", contexts, _SCREENS[id])
    plain = [binding for binding in keymap.lookup(contexts) if binding.run == id and not binding.args]
    return keymap.chord_of(id, contexts) if plain else keymap.chord_of(_ACTS.get(id, ""), contexts)
