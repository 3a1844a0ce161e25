"""Choose the subject pictures of a shot. These are reference pictures of the people, objects and place of the
shot, which are sent to the model with the prompt. Each picture shows the look that applies at the shot. Pure
functions over a story snapshot.
"""

from __future__ import annotations

from pathlib import Path

from milimo_tui.engines.contract.meaning import MeantSubject
from milimo_tui.engines.contract.profile import Way
from milimo_tui.engines.prompting.person_words import describe_look
from milimo_tui.engines.prompting.script_marks import strip_script_marks
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.video_specs import MakeVideo, Subject, Subjects
from milimo_tui.story.looks.looks import describe_visible_look, find_look_at_shot
from milimo_tui.story.values.film import Element, ElementKind, Shot, Story
from milimo_tui.story.values.text import fold, has_phrase
from milimo_tui.studio.takes import conditioning
from milimo_tui.studio.takes.element_inputs import list_pictured_elements

ORDER = (ElementKind.CHARACTER, ElementKind.OBJECT)


def choose_subject_pictures(story: Story, shot: Shot, engine: str, root: Path | None = None) -> Subjects:
    """Return one picture for each element of a shot, up to the number of pictures that the engine accepts.

    People come first, then objects, each with the best match first. The place comes last. The place is not
    sent alone, because subject pictures are used to keep the appearance of a person or object the same.
    """
    row = engine_registry.find_engine(engine)
    if row is None or not row.subjects:
        return Subjects()
    by = Subjects.model_validate({"by": shot.subjects})
    if by.by == "off":
        return by
    assets = {asset.id: asset for asset in story.assets if not asset.binned}
    shown = [
        (element, next((assets[id] for id in element.references if id in assets), None))
        for element in list_pictured_elements(story, shot)
    ]
    subjects = [
        Subject(
            input=conditioning.get_conditioning_path(asset, root),
            name=element.name,
            words=_describe_subject(story, shot, element),
        )
        for kind in ORDER
        for element, asset in shown
        if asset is not None and element.kind is kind
    ]
    where = [
        Subject(
            input=conditioning.get_conditioning_path(asset, root),
            name=element.name,
            is_place=True,
            words=_describe_subject(story, shot, element),
        )
        for element, asset in shown
        if asset is not None and element.kind is ElementKind.LOCATION
    ]
    parts = (*subjects[: row.subjects - 1], *where[:1]) if subjects else ()
    return by.model_copy(update={"parts": parts})


def _describe_subject(story: Story, shot: Shot, element: Element) -> str:
    """Describe an element for the model without its name: `a woman of 38 in blue scrubs`.

    Return an empty text if there is no description, or if the description of an object or place contains its
    name.
    """
    words = describe_visible_look(element, find_look_at_shot(story, shot, element))
    if element.kind is ElementKind.CHARACTER:
        return describe_look(MeantSubject(name=element.name, visible=words, gender=element.gender))
    return (
        "" if has_phrase(fold(words), fold(element.name)) else strip_script_marks(words).strip().rstrip(".")
    )


def format_subjects(spec: MakeVideo, plan: Way | None) -> str:
    """Return the names of the subjects and whether their pictures are sent, for display: `Mara, lamp,
    Kitchen: sent`. Return an empty text if there are none. `plan` is the engine's plan.
    """
    if spec.subjects.by == "off":
        return "off: none are sent"
    names = ", ".join(one.name for one in spec.subjects.parts)
    if not names:
        return ""
    by_hand = " (set by the user)" if spec.subjects.by == "on" else ""
    return f"{names}: {'sent' if plan is not None and plan.subjects else 'not sent'}{by_hand}"
