"""Prompts that a language model wrote for shots: which one is accepted for the models of an engine, and the
prompt guides of the engines. Pure functions over a story snapshot.

Such a prompt is a suggestion with the task `paragraph`. It is stored apart from the user's own prompt of the
shot, which is sent instead if there is one.
"""

from __future__ import annotations

from collections.abc import Iterator

from milimo_tui.engines.contract.guide import Guide
from milimo_tui.engines.registry import engine_registry
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.suggestion import PARAGRAPH, Suggestion, SuggestionState


def get_prompt_guide(family: str) -> Guide | None:
    """Return the prompt guide for the models of an engine, or None if there is none."""
    return engine_registry.profile(family).guide() if engine_registry.find_engine(family) else None


def get_family_title(family: str) -> str:
    """Return the display name of the models of an engine, such as `LTX-2`."""
    guide = get_prompt_guide(family)
    return guide.title if guide is not None else family


def choose_prompt_family(engine: str, *, still: bool = False) -> str:
    """Return the engine whose prompt guide applies to an engine: the engine itself, or else the first engine
    that has a guide. With `still`, the guide is for pictures and not for clips.
    """
    guide = get_prompt_guide(engine)
    if guide is not None and (guide.still or not still):
        return engine
    rows = (row.name for row in engine_registry.rows())
    return next(name for name in rows if (found := get_prompt_guide(name)) and found.still == still)


def list_written_prompts(story: Story, shot: str, family: str) -> Iterator[Suggestion]:
    """Yield the prompts that models wrote for a shot (an id) and a family, newest first. Declined prompts are
    left out.
    """
    for one in reversed(story.suggestions):
        is_prompt = one.shot == shot and one.task == PARAGRAPH and one.family == family
        if is_prompt and one.state is not SuggestionState.DECLINED:
            yield one


def find_accepted_prompt(story: Story, shot: str, family: str) -> Suggestion | None:
    """Return the newest accepted prompt that a model wrote for a shot (an id) and a family. None if there is
    none. The facts of the shot may have changed since.
    """
    written = list_written_prompts(story, shot, family)
    return next((one for one in written if one.state is SuggestionState.ACCEPTED), None)


def lacks_written_prompt(story: Story, shot: Shot, engine: str) -> bool:
    """Return True if no language model has written a prompt of a shot for the models of an engine, although
    the film has an accepted reading. Engines without a prompt guide, such as the animatic, need none.
    """
    return (
        shot.prompt is None
        and any(scene.breakdown for scene in story.live_scenes())
        and get_prompt_guide(engine) is not None
        and next(list_written_prompts(story, shot.id, engine), None) is None
    )


def find_unwritten_family(story: Story) -> str:
    """Return the film's engine if `script prompts` has not yet written prompts for its models and no take was
    made with it. Empty if prompts are not needed, or if the user has seen some already.
    """
    engine = story.project.engine
    if not any(scene.breakdown for scene in story.live_scenes()):
        return ""
    if any(take.engine == engine for take in story.takes):
        return ""
    if any(one.task == PARAGRAPH and one.family == engine for one in story.suggestions):
        return ""
    return engine if any(lacks_written_prompt(story, shot, engine) for shot in story.live_shots()) else ""
