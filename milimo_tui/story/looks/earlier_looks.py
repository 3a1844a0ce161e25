"""Looks in films of earlier versions, whose rules found looks in sentences that the present version leaves to
a reading. Such a look stays until a reading that the user accepts, or the user, replaces it. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace

from milimo_tui.story.breakdown.film_reading import load_current_breakdown
from milimo_tui.story.looks.look_draft import READ, LookDraft
from milimo_tui.story.values.film import Look, Scene, Story
from milimo_tui.story.values.shot_words import Era
from milimo_tui.story.values.text import collapse_text, fold, split_words


def join_plain_words(text: str) -> str:
    """Return the folded words of a text without punctuation, with a space before and after each word."""
    return f" {' '.join(split_words(fold(text)))} "


class EarlierLooks:
    """The looks of a film before a commit, and the paragraphs that the commit leaves unchanged.

    `before` is the film before the commit, or None, and `story` the film after it.
    """

    def __init__(self, before: Story | None, story: Story) -> None:
        self._scenes = {scene.id: scene for scene in story.live_scenes()}
        self._scenes_before = {scene.id: scene for scene in before.live_scenes()} if before else {}
        self._elements_before = {each.id for each in before.elements} if before else set()
        self._shots = {shot.id: shot for shot in story.live_shots()}
        self._shots_before = {shot.id: shot for shot in before.shots} if before else {}
        self._first_shots = _map_first_shots(story)
        self._first_shots_before = _map_first_shots(before) if before else {}
        self._read_people = {each.id for each in story.elements if each.breakdown}
        self._first_looks = _list_first_looks(before) if before else set()

    def was_read_before(self, look: Look) -> bool:
        """Return True if an earlier commit has read the words of a new look, and left them without a look.
        The takes of such a film don't show the look, so it is not added.
        """
        scene = self._scenes[self._shots[look.begins].scene]
        return look.element in self._elements_before and self._is_paragraph_unchanged(look, scene)

    def list_kept_looks(self, looks: Iterable[Look], found: Sequence[tuple[LookDraft, Look]]) -> list[Look]:
        """Return those of the film's found `looks` that stay although the present rules don't find them: no
        accepted reading is about them, and the paragraph in which they were found is unchanged. `found` are
        the looks that the script has now.
        """
        opened = {(look.element, look.era) for draft, look in found if draft.rule is READ and draft.opens}
        return [kept for look in looks if (kept := self._place_look(look, opened)) is not None]

    def _place_look(self, look: Look, opened: Set[tuple[str, Era]]) -> Look | None:
        """Return a look with the shot at which it begins now, or None if it does not stay. `opened` are the
        people and eras whose first look comes from an accepted reading.
        """
        shot = self._shots_before.get(look.begins)
        scene = self._scenes.get(shot.scene) if shot is not None else None
        if shot is None or scene is None or self._is_replaced(look, scene, opened):
            return None
        if not self._is_paragraph_unchanged(look, scene):
            return None
        if self._first_shots_before.get(scene.id) == look.begins:
            begins = self._first_shots.get(scene.id, "")
        elif look.begins in self._shots:
            begins = look.begins
        else:
            begins = self._find_shot_with_words(look, scene)
        return replace(look, begins=begins) if begins else None

    def _is_replaced(self, look: Look, scene: Scene, opened: Set[tuple[str, Era]]) -> bool:
        """Return True if an accepted reading is about a look."""
        is_first = look.id in self._first_looks
        if is_first and (look.element, look.era) in opened:
            return True
        is_read = load_current_breakdown(scene) is not None
        return is_read and (not is_first or look.element in self._read_people)

    def _is_paragraph_unchanged(self, look: Look, scene: Scene) -> bool:
        was = self._scenes_before.get(scene.id)
        if was is None:
            return False
        if (was.heading, was.text) == (scene.heading, scene.text):
            return True
        quote = join_plain_words(look.quote)
        present = set(_iterate_paragraphs(scene))
        return any(quote in each and each in present for each in _iterate_paragraphs(was))

    def _find_shot_with_words(self, look: Look, scene: Scene) -> str:
        quote = join_plain_words(look.quote)
        mine = (shot for shot in self._shots.values() if shot.scene == scene.id)
        return next((shot.id for shot in mine if quote in join_plain_words(shot.action)), "")


def _iterate_paragraphs(scene: Scene) -> Iterator[str]:
    yield join_plain_words(scene.get_script_value("heading"))
    for paragraph in scene.text.split("\n\n"):
        yield join_plain_words(collapse_text(paragraph))


def _map_first_shots(story: Story) -> Mapping[str, str]:
    """Return the id of the first shot of each scene."""
    out: dict[str, str] = {}
    for shot in story.live_shots():
        out.setdefault(shot.scene, shot.id)
    return out


def _list_first_looks(story: Story) -> set[str]:
    """Return the ids of the found looks that are the first look of their element in their era."""
    at = {shot.id: index for index, shot in enumerate(story.live_shots())}
    first: dict[tuple[str, Era], Look] = {}
    for look in sorted(story.looks, key=lambda look: (at.get(look.begins, len(at)), look.order)):
        if look.found:
            first.setdefault((look.element, look.era), look)
    return {look.id for look in first.values()}
