"""Instructions with which a language model rewrites the prompt of a shot, and checks of its answer by the
prompt guide of the model family. Pure functions over a story snapshot.
"""

from __future__ import annotations

from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.composing import describe_speech, name_camera_subject
from milimo_tui.engines.prompting.framing_words import describe_movement, describe_size, describe_viewpoint
from milimo_tui.engines.prompting.person_words import describe_look
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.text_specs import ShotBrief
from milimo_tui.story.elements.sheet import describe_role_and_traits
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.meaning import collect_shot_meaning, list_additional_facts


def get_prompt_guide(family: str) -> Guide | None:
    """Return the prompt guide for the models of an engine, or None if there is none."""
    return engine_registry.profile(family).guide() if engine_registry.find_engine(family) else None


def choose_guide_family(story: Story, shot: Shot, *, still: bool = False) -> str:
    """Return the name of the engine whose prompt guide applies to a shot: the shot's engine, or else the
    first engine that has a guide.

    With `still`, choose an engine that makes the shot's board and not its takes.
    """
    engine = shot_spec.choose_engine(story, shot)
    guide = get_prompt_guide(engine)
    if guide is not None and (guide.still or not still):
        return engine
    rows = (row.name for row in engine_registry.rows())
    return next(name for name in rows if (found := get_prompt_guide(name)) and found.still == still)


def compose_current_prompt(story: Story, shot: Shot, family: str) -> str:
    """Return the present prompt of a shot, worded for a model family. The film's style is left out, because
    it is always added at the beginning of a prompt.
    """
    parts = shot_spec.get_prompt(story, shot, family).parts
    return " ".join(part.text for part in parts if part.role != "style" or part.source != "the film")


def describe_shot_meaning(story: Story, shot: Shot) -> str:
    """Describe a shot by facts from the screenplay and the user only, without the film's style.

    The text is stored with a requested suggestion. If the description has changed since then, the suggestion
    is outgrown: it may no longer fit the shot.
    """
    parts = shot_spec.compose_plain_prompt(story, shot).parts
    plain = " ".join(part.text for part in parts if part.role != "style")
    return "\n".join((plain, *list_additional_facts(story, shot)))


def make_shot_brief(story: Story, shot: Shot, family: str, seed: int) -> ShotBrief:
    """Return everything that a language model needs to word the prompt of a shot: its present prompt, its
    facts, and the rules of the guide.
    """
    guide = get_prompt_guide(family)
    assert guide is not None, f"{family} has no guide"
    return ShotBrief(
        shot=shot.id,
        number=story.numbers.get(shot.id, ""),
        text=compose_current_prompt(story, shot, family),
        facts="\n".join(
            (
                _list_required_facts(
                    collect_shot_meaning(story, shot),
                    float(shot.frames / story.project.rate),
                    still=guide.still,
                ),
                *(
                    f"- {one}, which acting shows and no word names"
                    for one in list_visible_natures(story, shot)
                ),
            )
        ),
        rules=guide.rules,
        still=guide.still,
        family=family,
        seed=seed,
        meant=describe_shot_meaning(story, shot),
    )


def list_visible_natures(story: Story, shot: Shot) -> list[str]:
    """Return the role and traits of each person in the frame who has a character sheet, one line each."""
    elements = (one for one in story.elements if any(map(one.has_name_or_alias, shot.characters)))
    return [f"{one.name}: {nature}" for one in elements if (nature := describe_role_and_traits(one))]


def get_family_limit(family: str) -> int:
    """Return the largest number of words of a prompt for a family; 0 if the family has no guide or no
    limit.
    """
    guide = get_prompt_guide(family) if family else None
    return guide.most if guide is not None else 0


def find_prompt_faults(story: Story, shot: Shot, text: str, family: str) -> tuple[str, ...]:
    """Return the faults that a prompt guide finds in a prompt: missing facts, and statements that contradict
    the shot. Return an empty tuple if the family has no guide.
    """
    guide = get_prompt_guide(family)
    return guide.faults(text, collect_shot_meaning(story, shot)) if guide is not None else ()


def _list_required_facts(meaning: ShotMeaning, seconds: float, *, still: bool) -> str:
    """Return the facts that a rewritten prompt must contain, one line each. `seconds` is the length of the
    shot; `still` leaves out facts that a single picture can't show.
    """
    seen = [f"{one.name}, {what}" if (what := describe_look(one)) else one.name for one in meaning.people]
    lines = [
        f"size: {describe_size(meaning)}",
        f"viewpoint: {describe_viewpoint(meaning)}",
        f"in the frame: {'; '.join(seen) or 'nobody'}",
        *(f"spoken: {one}" for one in (describe_speech(meaning.lines),) if one and not still),
    ]
    if not still:
        lines.insert(2, f"camera: {describe_movement(meaning, name_camera_subject(meaning))}")
        lines.append(f"the clip lasts {seconds:.1f} seconds")
    return "\n".join(f"- {row}" for row in lines)
