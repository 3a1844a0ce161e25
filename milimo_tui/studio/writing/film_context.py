"""The text about the film that a language model gets with a question, up to a maximum length. The most
important parts come first. Pure functions over a story snapshot.

Parts that do not fit are listed for the user.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from milimo_tui.core.format import format_count
from milimo_tui.story.elements.sheet import list_relations, list_sheet_lines
from milimo_tui.story.values.film import Element, ElementKind, Scene, Story
from milimo_tui.story.values.text import fold, has_phrase

# Characters in a token: the average of most models for European languages. Estimates from it are shown with
# “about”.
LETTERS_A_TOKEN = 4
MAX_EARLIER_ANSWERS = 5  # The number of newest earlier answers that are included with their questions.


@dataclass(frozen=True, slots=True)
class FilmContext:
    """The text about the film that a language model gets with a question. It also has phrases that name the
    parts left out because the text would be too long.
    """

    text: str
    left_out: tuple[str, ...] = ()

    @property
    def token_estimate(self) -> int:
        """The estimated number of tokens of the text."""
        return estimate_tokens(len(self.text))


def estimate_tokens(letters: int) -> int:
    """Return the estimated number of tokens for a number of letters."""
    return -(-letters // LETTERS_A_TOKEN)


@dataclass(slots=True)
class _ContextBudget:
    """A list of texts whose total length is limited. It collects the parts of the text about the film. `left`
    is the number of characters that still fit.
    """

    left: int
    lines: list[str] = field(default_factory=list)

    def add_if_fits(self, text: str) -> bool:
        """Add a complete text if it fits, and return True; otherwise add nothing."""
        if len(text) + 1 > self.left:
            return False
        self.left -= len(text) + 1
        self.lines.append(text)
        return True


def build_film_context(
    story: Story,
    question: str,
    letters: int,
    about: Element | None = None,
    before: Sequence[tuple[str, str]] = (),
    *,
    voiced: bool = False,
) -> FilmContext:
    """Return the text about the film for a question, of at most `letters` characters.

    Parts are added in this order as long as they fit: a line about the film, the element `about`, earlier
    questions and answers (`before`, the newest first), the other elements, scenes, shots. Scenes that the
    question names, or in which the element appears, are preferred. A scene is either included completely or
    listed as left out.

    With `voiced`, include only facts that the character `about` can know: its own scenes and its relations,
    but no shots.
    """
    budget, left_out = _ContextBudget(letters), list[str]()
    budget.add_if_fits(_describe_film_line(story))
    if about is not None:
        for line in _list_element_lines(story, about):
            budget.add_if_fits(line)
    talked = before[-MAX_EARLIER_ANSWERS:]
    kept = [
        each
        for each in reversed(talked)
        if budget.add_if_fits(f"Asked before: {each[0]}\nAnswered: {each[1]}")
    ]
    if len(kept) < len(before):
        left_out.append(f"{format_count(len(before) - len(kept), 'earlier answer')}")
    others = [each for each in story.elements if each is not about and not each.dismissed]
    if voiced and about is not None:
        others = [other for other, _ in list_relations(story.elements, about)]
    untold = [
        each.name for each in others if not budget.add_if_fits("; ".join(_list_element_lines(story, each)))
    ]
    if untold:
        left_out.append(f"elements: {', '.join(untold)}")
    scenes = _rank_scenes(story, question, about)
    if voiced and about is not None:
        scenes = [scene for scene in scenes if _mentions_element(scene, about)]
    shots = 0 if voiced else budget.left // 4
    # Reserve a quarter of the remaining characters for the shots, which are added after the scenes.
    budget.left -= shots
    scene_texts = {
        scene.id: text for scene in scenes if budget.add_if_fits(text := _format_scene_text(scene))
    }
    if missing := [
        scene.number for scene in story.live_scenes() if scene in scenes and scene.id not in scene_texts
    ]:
        left_out.append(f"scenes {', '.join(missing)}")
    budget.left += shots
    rest = [line for line in (() if voiced else _list_shot_lines(story)) if not budget.add_if_fits(line)]
    if rest:
        left_out.append(format_count(len(rest), "shot"))
    order = {scene.id: at for at, scene in enumerate(story.live_scenes())}
    texts = [scene_texts[id] for id in sorted(scene_texts, key=order.__getitem__)]
    head = [line for line in budget.lines if line not in set(scene_texts.values())]
    return FilmContext("\n".join((*head, *texts)), tuple(left_out))


def _describe_film_line(story: Story) -> str:
    project = story.project
    words = (project.name, project.status.value, ", ".join(project.tags), project.style, project.description)
    counts = (
        f"{format_count(len(story.live_scenes()), 'scene')}, {format_count(len(story.live_shots()), 'shot')}"
    )
    return "Film: " + "; ".join(filter(None, (*words, counts)))


def _list_element_lines(story: Story, element: Element) -> list[str]:
    """Describe an element in lines of text: its name and appearance, and for a character also the lines of
    its sheet.
    """
    looks = [look for look in story.looks if look.element == element.id]
    appearances = ", ".join(filter(None, (look.text or look.wardrobe for look in looks)))
    head = f"{element.kind.value} {element.name}"
    text = "; ".join(filter(None, (element.description, appearances)))
    lines = [f"{head}: {text}" if text else head]
    if element.kind is ElementKind.CHARACTER:
        lines += [f"{name}: {words}" for name, words in list_sheet_lines(story.elements, element)]
    return lines


def _rank_scenes(story: Story, question: str, about: Element | None) -> list[Scene]:
    """Return the scenes in order of importance for a question: scenes named by number, scenes with an element
    in question, then the others.
    """
    folded_question = fold(question)
    names = [about] if about is not None else []
    names += [
        each for each in story.elements if has_phrase(folded_question, fold(each.name)) and each not in names
    ]
    words = [fold(name) for each in names for name in (each.name, *each.aliases)]

    def rank_scene(scene: Scene) -> int:
        if has_phrase(folded_question, f"scene {fold(scene.number)}"):
            return 0
        text = fold(f"{scene.heading} {scene.text}")
        return 1 if any(has_phrase(text, word) for word in words) else 2

    return sorted(story.live_scenes(), key=rank_scene)


def _mentions_element(scene: Scene, element: Element) -> bool:
    text = fold(f"{scene.heading} {scene.text}")
    return any(has_phrase(text, fold(name)) for name in (element.name, *element.aliases))


def _format_scene_text(scene: Scene) -> str:
    return f"Scene {scene.number}: {scene.heading}\n{scene.text.strip()}"


def _list_shot_lines(story: Story) -> Iterator[str]:
    """Yield a line of text for each shot: its number, size, action (or else dialogue), and whether it has a
    take.
    """
    for shot in story.live_shots():
        seen = " ".join((shot.action or "; ".join(line.text for line in shot.dialogue)).split())
        state = "has a take" if shot.take else "no take yet"
        framed = f"{shot.size.value} {shot.function.value}"
        yield f"Shot {story.numbers.get(shot.id, '')}: {framed}; {seen}; {state}"
