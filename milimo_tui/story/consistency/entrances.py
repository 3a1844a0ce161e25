"""Checks of entrances and exits: a speaker must have entered, and a person who left must have come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from milimo_tui.story.consistency.as_told import Told, ToldScene
from milimo_tui.story.consistency.marks import Mark, MarkKind
from milimo_tui.story.reading.comings import LEAVES


def missing_entrances(scenes: Sequence[ToldScene], shown: dict[str, str]) -> Iterator[Mark]:
    """Yield a mark on the first line of each person who never entered, or who had left the scene.

    A person who was seen or named in an earlier scene is known. A scene whose action names nobody is skipped:
    some writers write this way, and it is no mistake.
    """
    known: set[str] = set()
    for scene in scenes:
        came = {name for moment in scene.moments for name in moment.named}
        gone: dict[str, int] = {}
        told: set[str] = set()
        for moment in scene.moments:
            for name in moment.named:
                gone.pop(name, None)
            gone |= dict.fromkeys(_leaving(moment, shown), moment.line)
            for name, line in moment.spoken():
                if name in told or name not in shown:
                    continue
                who = shown[name]
                mark = partial(Mark, kind=MarkKind.ENTRANCE, line=moment.line, who=who, words=line.text)
                if name in gone:
                    told.add(name)
                    yield mark(other=gone[name], sentence=f"{who} left the scene, and speaks here")
                elif came and name not in came and name not in known:
                    told.add(name)
                    yield mark(other=scene.line, sentence=f"{who} speaks here and never enters")
        known |= {*came, *scene.seen}


def _leaving(moment: Told, shown: dict[str, str]) -> Iterator[str]:
    """Yield the folded names of people who leave: the sentence about leaving begins with their name."""
    for sentence, names in moment.sentences:
        if LEAVES.search(sentence) is None:
            continue
        for name in names:
            if name in shown and sentence.casefold().startswith(shown[name].casefold()):
                yield name
