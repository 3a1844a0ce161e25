"""Briefs for a language model that words a shot, and checks of its answer by the prompt guide of the family.

Pure functions over a story snapshot.
"""

from __future__ import annotations

from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.contract.meaning import ShotMeaning
from milimo_tui.engines.prompting.composing import speech, subject_of
from milimo_tui.engines.prompting.framing_words import movement_of, size_of, view_of
from milimo_tui.engines.prompting.person_words import described
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.text_specs import ShotBrief
from milimo_tui.story.elements.sheet import nature_of
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.meaning import meaning_of, more_said


def guide_of(family: str) -> Guide | None:
    """Return the prompt guide for the models of an engine, or None if there is none."""
    return engine_registry.profile(family).guide() if engine_registry.find(family) else None


def family_of(story: Story, shot: Shot, *, still: bool = False) -> str:
    """Return the engine whose prompt guide a shot is worded by: its own engine, or the first engine with a
    guide.

    `still`: for the engine that draws the shot's board.
    """
    engine = shot_spec.engine_of(story, shot)
    guide = guide_of(engine)
    if guide is not None and (guide.still or not still):
        return engine
    rows = (row.name for row in engine_registry.rows())
    return next(name for name in rows if (found := guide_of(name)) and found.still == still)


def worded_now(story: Story, shot: Shot, family: str) -> str:
    """Return the current prompt of a shot for a family, without the film's style, which stays at its
    beginning.
    """
    parts = shot_spec.prompt_of(story, shot, family).parts
    return " ".join(part.text for part in parts if part.role != "style" or part.source != "the film")


def meant_of(story: Story, shot: Shot) -> str:
    """Return the meaning of a shot from the script and the user, without words of a model and without the
    film's style.
    """
    parts = shot_spec.plain_prompt(story, shot).parts
    plain = " ".join(part.text for part in parts if part.role != "style")
    return "\n".join((plain, *more_said(story, shot)))


def brief_of(story: Story, shot: Shot, family: str, seed: int) -> ShotBrief:
    """Return the complete brief of a shot for a model."""
    guide = guide_of(family)
    assert guide is not None, f"{family} has no guide"
    return ShotBrief(
        shot=shot.id,
        number=story.numbers.get(shot.id, ""),
        text=worded_now(story, shot, family),
        facts="\n".join(
            (
                _facts(meaning_of(story, shot), float(shot.frames / story.project.rate), still=guide.still),
                *(f"- {one}, which acting shows and no word names" for one in natures_of(story, shot)),
            )
        ),
        rules=guide.rules,
        still=guide.still,
        family=family,
        seed=seed,
        meant=meant_of(story, shot),
    )


def natures_of(story: Story, shot: Shot) -> list[str]:
    """Return the role and nature of each person in the frame who has a sheet, one line each."""
    seen = (one for one in story.elements if any(map(one.is_called, shot.characters)))
    return [f"{one.name}: {nature}" for one in seen if (nature := nature_of(one))]


def faults_of(story: Story, shot: Shot, text: str, family: str) -> tuple[str, ...]:
    """Return the faults of a text by the guide of a family: missing facts, and claims that the shot does not
    make.
    """
    guide = guide_of(family)
    return guide.faults(text, meaning_of(story, shot)) if guide is not None else ()


def _facts(meaning: ShotMeaning, seconds: float, *, still: bool) -> str:
    """Return the facts that must stay in the prompt, one line each."""
    seen = [f"{one.name}, {what}" if (what := described(one)) else one.name for one in meaning.people]
    lines = [
        f"size: {size_of(meaning)}",
        f"viewpoint: {view_of(meaning)}",
        f"in the frame: {'; '.join(seen) or 'nobody'}",
        *(f"spoken: {one}" for one in (speech(meaning.lines),) if one and not still),
    ]
    if not still:
        lines.insert(2, f"camera: {movement_of(meaning, subject_of(meaning))}")
        lines.append(f"the clip lasts {seconds:.1f} seconds")
    return "\n".join(f"- {row}" for row in lines)
