"""What a language model is told of a shot that it words, and what its answer lacks by the makers' guide.

Pure over a story snapshot.
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
    """How the makers of what an engine runs want prompts worded; None where they say nothing."""
    return engine_registry.profile(family).guide() if engine_registry.find(family) else None


def family_of(story: Story, shot: Shot, *, still: bool = False) -> str:
    """Whose guide a shot is worded by: of what makes it, else of the first engine that has one.

    `still`: of what draws its board.
    """
    engine = shot_spec.engine_of(story, shot)
    guide = guide_of(engine)
    if guide is not None and (guide.still or not still):
        return engine
    rows = (row.name for row in engine_registry.rows())
    return next(name for name in rows if (found := guide_of(name)) and found.still == still)


def worded_now(story: Story, shot: Shot, family: str) -> str:
    """The prompt as a family is sent it now, without the film's style, which stays at its head."""
    parts = shot_spec.prompt_of(story, shot, family).parts
    return " ".join(part.text for part in parts if part.role != "style" or part.source != "the film")


def meant_of(story: Story, shot: Shot) -> str:
    """What the script and people say of a shot, in no model's words and without the film's style."""
    parts = shot_spec.plain_prompt(story, shot).parts
    plain = " ".join(part.text for part in parts if part.role != "style")
    return "\n".join((plain, *more_said(story, shot)))


def brief_of(story: Story, shot: Shot, family: str, seed: int) -> ShotBrief:
    """All that a model is told of a shot."""
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
    """What the sheets of those in the frame say of their part and nature, one each; none without a sheet."""
    seen = (one for one in story.elements if any(map(one.is_called, shot.characters)))
    return [f"{one.name}: {nature}" for one in seen if (nature := nature_of(one))]


def faults_of(story: Story, shot: Shot, text: str, family: str) -> tuple[str, ...]:
    """What a text lacks by the guide of a family, or says that the shot does not mean; empty: nothing."""
    guide = guide_of(family)
    return guide.faults(text, meaning_of(story, shot)) if guide is not None else ()


def _facts(meaning: ShotMeaning, seconds: float, *, still: bool) -> str:
    """What has to stay, a line each."""
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
