"""`shot unsure` lists facts that the script leaves open, with a guess for each. `shot answer` accepts or
corrects a guess.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.errors import NotFound
from milimo_tui.core.format import format_count
from milimo_tui.core.ids import new_id
from milimo_tui.story.commit.user_value_doubts import SCENE_FIELDS
from milimo_tui.story.shots.open_doubts import apply_doubt_answer, is_stranger_doubt
from milimo_tui.story.shots.own_fields import (
    accept_doubt,
    confirm_user_value,
    correct_cast,
    get_script_value,
    set_user_fields,
)
from milimo_tui.story.shots.reading_doubts import apply_same_answer
from milimo_tui.story.values.doubts import NOBODY, Doubt, DoubtKind
from milimo_tui.story.values.film import Shot, Story
from milimo_tui.story.values.text import fold
from milimo_tui.studio.commands.shot.fields import preview_shot_set, resolve_cast
from milimo_tui.studio.commands.shot.shot_rows import build_shot_row, find_scene_id, find_shot_state
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec


class ShotUnsureArgs(Args):
    scene: str = arg("", description="only this scene (its number or id)")


def build_doubt_rows(story: Story) -> list[dict[str, Any]]:
    """Return a row for each unsure value of the film, in film order.

    A row has the shot, the words in the script, the guess, the other possible values, the certainty (0 to 1)
    and the reason.
    """
    return [
        {
            "id": shot.id,
            "scene": shot.scene,
            "shot": story.numbers.get(shot.id, shot.id),
            "kind": doubt.kind.value,
            "words": doubt.words,
            "guess": doubt.guess,
            "others": list(doubt.others),
            "sure": doubt.sure,
            "reason": doubt.reason,
            "field": doubt.field,
            "text": shot.action or " ".join(line.text for line in shot.dialogue),
        }
        for shot in story.live_shots()
        for doubt in shot.doubts
    ]


def _list_doubts(studio: Studio, args: ShotUnsureArgs) -> Outcome:
    rows = build_doubt_rows(studio.take_snapshot().story)
    if args.scene:
        scene = find_scene_id(studio, args.scene)
        rows = [row for row in rows if row["scene"] == scene]
    message = "there are no guesses"
    if rows:
        message = (
            f"{format_count(len(rows), 'guess', 'guesses')}; milimo shot answer {rows[0]['shot']} accepts"
        )
    columns = ("shot", "kind", "words", "guess", "others", "sure", "reason")
    return Outcome(data=rows, columns=columns, message=message)


class ShotAnswerArgs(Args):
    id: str = arg(description="a shot (3B or its id)")
    words: str = arg(
        "", description="the words of the script that the guess is about (She); empty: the first guess"
    )
    guess: str = arg("", description="the guessed value, if several guesses are about these words")
    answer: str | None = arg(None, description="the answer: Mara, nobody, NIGHT, 6s … (default: the guess)")


def _answer_doubt(studio: Studio, args: ShotAnswerArgs) -> Outcome:
    """Accept the guess for an unsure value of a shot, or correct it. Raises NotFound, BadInput."""
    story = studio.take_snapshot().story
    shot = shot_spec.find_shot(story, args.id)
    number = story.numbers.get(shot.id, args.id)
    doubt = _find_doubt(shot, number, args.words, args.guess)
    if doubt.kind is DoubtKind.SAME:
        return _answer_about_same_person(studio, story, shot, doubt, args.answer or doubt.guess)
    before: list[Any]
    after: list[Any]
    if doubt.field:
        answer = args.answer or doubt.guess
        before, after = [shot], [_answer_about_user_value(studio, story, shot, doubt, answer)]
    elif is_stranger_doubt(doubt):
        people = _resolve_answered_people(studio, shot, doubt.guess if args.answer is None else args.answer)
        answer = people[0] if people else NOBODY
        before, after = apply_doubt_answer(story, shot, doubt, answer, new_id)
    elif doubt.kind is not DoubtKind.CAST:
        answer = args.answer or doubt.guess
        before, after = apply_doubt_answer(story, shot, doubt, answer, new_id)
    elif args.answer is None:
        before, after, answer = [shot], [accept_doubt(shot, doubt)], doubt.guess
    else:
        people = _resolve_answered_people(studio, shot, args.answer)
        before, after, answer = [shot], [correct_cast(shot, doubt, people)], ", ".join(people) or NOBODY
    label = f"“{doubt.words}” of {number} is {answer}"
    news = story_edits.edit_story(studio, label, before, after).news
    return Outcome(
        data=build_shot_row(find_shot_state(studio, shot.id)), message="; ".join(filter(None, (label, news)))
    )


def _answer_about_same_person(studio: Studio, story: Story, shot: Shot, doubt: Doubt, answer: str) -> Outcome:
    """Save the answer to the question if two characters are one person. Raises BadInput."""
    after = apply_same_answer(story, shot, doubt, answer)
    label = f"the same person, {doubt.words}: {answer}"
    story_edits.write_element_merge(studio, label, story, after)
    return Outcome(data=build_shot_row(find_shot_state(studio, shot.id)), message=label)


def _answer_about_user_value(studio: Studio, story: Story, shot: Shot, doubt: Doubt, answer: str) -> Shot:
    """Return the shot with the user's answer to the question whether a value of the user still applies. If
    the answer is the script's value, the shot follows the script again. Raises BadInput, NotFound.
    """
    if fold(answer) == fold(doubt.guess):
        return confirm_user_value(shot, doubt)
    scene = next(scene for scene in story.scenes if scene.id == shot.scene)
    is_of_scene = doubt.field in SCENE_FIELDS and not get_script_value(shot, doubt.field)
    if is_of_scene and fold(answer) == fold(scene.get_script_value(doubt.field)):
        answer = ""  # The shot has the value of its scene.
    if doubt.field == "characters":
        return set_user_fields(shot, characters=_resolve_answered_people(studio, shot, answer))
    return preview_shot_set(studio, shot.id, {doubt.field: answer})


def _resolve_answered_people(studio: Studio, shot: Shot, answer: str) -> tuple[str, ...]:
    return () if fold(answer) == NOBODY else resolve_cast(studio, shot, answer)


def _find_doubt(shot: Shot, number: str, words: str, guess: str) -> Doubt:
    """Return the first unsure value of a shot with the words `words` and the guess `guess`. An empty `words`
    or `guess` matches any. Raises NotFound.
    """
    if not shot.doubts:
        raise NotFound(f"{number} has no open questions", "milimo shot unsure lists all open questions")
    wanted = ((fold(one.words), fold(one.guess), one) for one in shot.doubts)
    fits = (one for by, to, one in wanted if fold(words) in ("", by) and fold(guess) in ("", to))
    found = next(fits, None)
    if found is None:
        unsure = ", ".join(f"“{one.words}” ({one.guess})" for one in shot.doubts)
        raise NotFound(f"{number} has no open question about “{words or guess}”", f"open questions: {unsure}")
    return found


UNSURE = (
    Command(
        "shot.unsure",
        "List unsure values",
        "list the questions that the script leaves open, with guesses",
        _list_doubts,
        ShotUnsureArgs,
        refuse_without_film,
        cli="shot unsure",
    ),
    Command(
        "shot.answer",
        "Answer unsure value",
        "accept a guess about a shot, or correct it",
        _answer_doubt,
        ShotAnswerArgs,
        refuse_without_film,
        cli="shot answer",
        positional=("id", "answer"),
    ),
)
