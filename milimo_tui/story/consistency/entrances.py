"""Entrances and exits: who speaks was brought in, and who left came back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from milimo_tui.story.consistency.as_told import Told, ToldScene
from milimo_tui.story.consistency.marks import Mark, MarkKind
from milimo_tui.story.reading.comings import LEAVES


def missing_entrances(scenes: Sequence[ToldScene], shown: dict[str, str]) -> Iterator[Mark]:
    """Marks on the first line of somebody whom nothing brought in so far, or who had left the scene.

    Whoever was seen or named in an earlier scene is known, and a scene whose action names nobody brings in
    nobody: that is how some people write, and no slip.
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
    """Who goes by the words of an action: the one whose name begins the sentence that says so."""
    for sentence, names in moment.sentences:
        if LEAVES.search(sentence) is None:
            continue
        for name in names:
            if name in shown and sentence.casefold().startswith(shown[name].casefold()):
                yield name
