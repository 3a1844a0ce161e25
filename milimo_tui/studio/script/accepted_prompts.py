"""The prompts of a reading in the film: each is given to the shot whose facts it was written for. Pure
functions over a story.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from milimo_tui.core.errors import BadInput, Refused
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import new_id
from milimo_tui.story.commit.accepted_reading import ReadingChoice
from milimo_tui.story.commit.reading_prompts import ProposedPrompt, list_proposed_prompts
from milimo_tui.story.shots.performances import FilmPerformances
from milimo_tui.story.values.film import Scene, Shot, Story
from milimo_tui.story.values.script_reading import ScriptReading
from milimo_tui.story.values.suggestion import Suggestion, SuggestionState
from milimo_tui.story.values.text import fold
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.takes.written_prompts import choose_prompt_family, find_accepted_prompt


def accept_reading_prompts(story: Story, reading: ScriptReading, choice: ReadingChoice) -> Story:
    """Return the film with the chosen prompts of a reading. `story` is the film after the reading was
    accepted.

    A prompt that agrees with the facts is accepted. A prompt with faults stays a suggestion, so that the user
    can see it. A shot with a prompt by the user gets none. Raises BadInput if the prompts can't be parsed.
    """
    found = [
        (shot, prompt)
        for shot, scene, prompt in match_reading_prompts(story, list_proposed_prompts(reading))
        if shot.prompt is None and choice.includes_prompt(prompt.number, scene.number)
    ]
    accepted = {(shot.id, prompt.family) for shot, prompt in found if not prompt.faults}
    earlier = [
        replace(one, state=SuggestionState.DECLINED)
        if one.state is SuggestionState.ACCEPTED and (one.shot, one.family) in accepted
        else one
        for one in story.suggestions
    ]
    known = {(one.shot, one.job, one.family, one.text) for one in story.suggestions}
    added = [
        make_prompt_suggestion(reading, shot, prompt)
        for shot, prompt in found
        if not prompt.faults or (shot.id, reading.job, prompt.family, prompt.text) not in known
    ]
    return replace(story, suggestions=(*earlier, *added))


def explain_unfit_prompts(story: Story, reading: ScriptReading, choice: ReadingChoice) -> tuple[str, ...]:
    """Return a sentence for the chosen prompts that no shot can use (`_list_unfit_prompts`). `story` is the
    film after the commit. Raises Refused if nothing else was chosen and no prompt can be used.
    """
    unfit = _list_unfit_prompts(story, reading, choice)
    if not unfit:
        return ()
    numbers = ", ".join(one.number for one in unfit)
    chosen = choice.prompts or ()
    if not choice.scenes and not choice.people and len(unfit) >= len(chosen):
        scenes = " and ".join(dict.fromkeys(f"scene {one.scene}" for one in unfit))
        faults = "; ".join(fault for one in unfit for fault in one.faults)
        if faults:
            raise Refused(
                f"the prompt of {numbers} does not agree with the facts: {faults}",
                f"milimo shot enhance {unfit[0].number} asks for another",
            )
        raise Refused(
            f"the prompt of {numbers} describes facts of the reading that the film does not have",
            f"accept the people and {scenes} first",
        )
    return (f"prompts left out, because they describe facts that are not in the film: {numbers}",)


def _list_unfit_prompts(story: Story, reading: ScriptReading, choice: ReadingChoice) -> list[ProposedPrompt]:
    """Return the chosen prompts of a reading that are not the prompt of any shot. They describe facts of the
    reading that the film does not have, or do not agree with the facts, or the user wrote another prompt.
    `story` is the film after the chosen items were accepted.

    Raises BadInput for a number that no prompt of the reading has.
    """
    proposed = list_proposed_prompts(reading)
    chosen = {fold(number): number for number in sorted(choice.prompts or ())}
    for folded, number in chosen.items():
        if not any(fold(one.number) == folded for one in proposed):
            raise BadInput(
                f"the reading has no prompt for {number}",
                "milimo script accept --dry-run lists its prompts",
            )
    used = {
        (one.family, one.meant, one.text)
        for one in story.suggestions
        if one.state is SuggestionState.ACCEPTED
    }
    return [
        one
        for one in proposed
        if fold(one.number) in chosen and (one.family, one.meant, one.text) not in used
    ]


def has_open_prompts(story: Story, reading: ScriptReading) -> bool:
    """Return True if a reading has a prompt that the user could accept now and has not accepted."""
    found = match_reading_prompts(story, list_proposed_prompts(reading))
    return any(shot.prompt is None and not prompt.faults for shot, _, prompt in found)


def match_reading_prompts(
    story: Story, prompts: tuple[ProposedPrompt, ...]
) -> Iterator[tuple[Shot, Scene, ProposedPrompt]]:
    """Yield the shots of a film whose facts are those for which a prompt was written, with that prompt. Of
    several prompts, the one with the shot's number comes first. A shot that has this prompt already is left
    out.
    """
    by_meaning: dict[tuple[str, str], list[ProposedPrompt]] = {}
    for prompt in prompts:
        if prompt.text:
            by_meaning.setdefault((prompt.family, prompt.meant), []).append(prompt)
    if not by_meaning:
        return
    numbers = shot_spec.number_story(story).numbers
    scenes = {scene.id: scene for scene in story.scenes}
    performances = FilmPerformances(story)
    for shot in story.live_shots():
        if performances.find_take_maker(shot).id != shot.id:
            continue
        family = choose_prompt_family(shot_spec.choose_engine(story, shot))
        meant = shot_spec.describe_shot_meaning(story, performances.prepare_for_take(shot))
        found = by_meaning.get((family, meant), [])
        if not found:
            continue
        prompt = next((one for one in found if one.number == numbers.get(shot.id)), found[0])
        known = find_accepted_prompt(story, shot.id, family)
        if known is None or (known.text, known.meant) != (prompt.text, meant):
            yield shot, scenes[shot.scene], prompt


def make_prompt_suggestion(reading: ScriptReading, shot: Shot, prompt: ProposedPrompt) -> Suggestion:
    """Return a prompt of a reading as a suggestion for a shot: accepted, or open if it has faults."""
    return Suggestion(
        id=new_id("suggestion"),
        shot=shot.id,
        job=reading.job,
        text=prompt.text,
        meant=prompt.meant,
        family=prompt.family,
        engine=reading.engine,
        model=reading.reader,
        state=SuggestionState.OPEN if prompt.faults else SuggestionState.ACCEPTED,
        created=HOST.now(),
    )
