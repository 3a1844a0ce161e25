"""Commands for the prompts of all shots of a scene, suggested by a language model: enhance, list, accept,
decline.
"""

from __future__ import annotations

from typing import Any

from milimo_tui.core.format import format_count
from milimo_tui.story.values.film import Scene
from milimo_tui.studio.commands.shot.shot_rows import find_scene_id
from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.writing import scene_words
from milimo_tui.studio.writing.scene_words import ScenePromptRequest, ShotPromptState


class SceneEnhanceArgs(Args):
    id: str = arg(description="a scene (its number or id)")
    again: bool = arg(False, description="write prompts for shots that have a suggestion too")
    still: bool = arg(False, description="write prompts for pictures (boards) instead of clips")
    engine: str = arg("", description="engine: auto, local, ollama or openai (default: setting text_engine)")
    model: str = arg("", description="model of the engine (default: the selected one)")
    seed: int | None = arg(
        None, ge=0, le=2**32 - 1, description="seed; the same seed gives the same words (default: a new one)"
    )
    detach: bool = arg(False, description="queue the work and return at once")


class SceneSuggestionsArgs(Args):
    id: str = arg(description="a scene (its number or id)")


class SceneAcceptArgs(SceneSuggestionsArgs):
    force: bool = arg(False, description="also accept answers that do not fit their shots")


def _enhance_scene(studio: Studio, args: SceneEnhanceArgs) -> Outcome:
    scene = find_scene(studio, args.id)
    wanted = ScenePromptRequest(
        scene=scene,
        again=args.again,
        still=args.still,
        engine=args.engine,
        model=args.model,
        seed=args.seed,
    )
    request = scene_words.make_scene_prompt_job(studio, wanted)
    [job] = studio.require_client().submit_jobs([request])
    if args.detach:
        return Outcome(data={"job": job}, message=f"queued: {request.label}")
    ended = wait_with_progress(studio, request.label, [job])[job]
    check_job_done(ended)
    story = studio.take_snapshot().story
    shots = {one.shot for one in story.suggestions if one.job == job}
    words = [one for one in scene_words.list_scene_prompts(story, scene.id) if one.shot.id in shots]
    notes = [
        str(note) for attempt in studio.require_client().fetch_job(job).history for note in attempt.notes
    ]
    count = sum(one.has_open_suggestion for one in words)
    message = "; ".join((f"{format_count(count, 'suggestion')} for scene {scene.number}", *notes))
    return Outcome(
        data={"job": job, "shots": [build_shot_words_row(one) for one in words], "notes": notes},
        text="\n".join(_format_suggestion_lines(scene, words)),
        message=message,
    )


def find_scene(studio: Studio, name: str) -> Scene:
    """Find a scene in the film by id, number or heading. Raises NotFound, Ambiguous."""
    id = find_scene_id(studio, name)
    return next(scene for scene in studio.take_snapshot().story.scenes if scene.id == id)


def build_shot_words_row(one: ShotPromptState) -> dict[str, Any]:
    """Return the current prompt of a shot and its suggestion as data for `--json`."""
    return {
        "shot": one.shot.id,
        "number": one.number,
        "state": one.state or None,
        "now": one.now,
        "suggested": one.suggestion.text if one.suggestion else None,
        "suggestion": one.suggestion.id if one.suggestion else None,
        "model": one.suggestion.model if one.suggestion else None,
        "family": one.suggestion.family if one.suggestion else None,
        "faults": list(one.faults),
        "note": (one.suggestion.note if one.suggestion else "") or None,
    }


def _format_suggestion_lines(scene: Scene, words: list[ShotPromptState]) -> list[str]:
    """Format each shot's current prompt and the prompt that a language model suggested for it, with the
    faults of the suggestion.
    """
    out: list[str] = []
    for one in words:
        out += [f"{one.number}  {one.state or 'no suggestion'}", f"  now        {one.now}"]
        if one.state == "same":
            out.append("  the model wrote this prompt again")
        elif one.suggestion is not None and one.state:
            out.append(f"  suggested  {one.suggestion.text}")
            out += [f"  but        {fault}" for fault in (*one.faults, *filter(None, (one.suggestion.note,)))]
    if any(one.has_open_suggestion for one in words):
        out.append(
            f"milimo shot accept {next(one.number for one in words if one.has_open_suggestion)} accepts one, "
            f"milimo scene accept {scene.number} all, milimo scene decline {scene.number} declines all"
        )
    return out


def _show_scene_suggestions(studio: Studio, args: SceneSuggestionsArgs) -> Outcome:
    scene = find_scene(studio, args.id)
    words = list(scene_words.list_scene_prompts(studio.take_snapshot().story, scene.id))
    return Outcome(
        data=[build_shot_words_row(one) for one in words],
        text="\n".join(_format_suggestion_lines(scene, words)),
    )


def _accept_scene_suggestions(studio: Studio, args: SceneAcceptArgs) -> Outcome:
    scene = find_scene(studio, args.id)
    taken = scene_words.accept_scene_suggestions(studio, scene, force=args.force)
    left = sum(
        one.has_open_suggestion
        for one in scene_words.list_scene_prompts(studio.take_snapshot().story, scene.id)
    )
    messages = [
        f"{format_count(len(taken), 'shot')} of scene {scene.number} "
        f"{_choose_verb_form(len(taken))} the suggested words now"
    ]
    if faulty := sum(bool(one.faults) for one in taken):
        messages.append(f"{faulty} with faults")
    if left:
        messages.append(f"{left} outgrown {'stays' if left == 1 else 'stay'}")
    return Outcome(
        data={"scene": scene.id, "shots": [one.shot.id for one in taken], "outgrown": left},
        message=f"{', '.join(messages)}; {undo_scope.get_undo_hint(studio)} reverts it",
    )


def _choose_verb_form(count: int) -> str:
    return "says" if count == 1 else "say"


def _decline_scene_suggestions(studio: Studio, args: SceneSuggestionsArgs) -> Outcome:
    scene = find_scene(studio, args.id)
    declined = scene_words.decline_scene_suggestions(studio, scene)
    return Outcome(
        data={"scene": scene.id, "suggestions": [one.id for one in declined]},
        message=(
            f"{format_count(len(declined), 'suggestion')} declined; {undo_scope.get_undo_hint(studio)} "
            "brings them back"
        ),
    )


WORDS = (
    Command(
        "scene.enhance",
        "Suggest scene prompts",
        "have a language model suggest prompts for all shots of a scene",
        _enhance_scene,
        SceneEnhanceArgs,
        refuse_without_film,
        cli="scene enhance",
        positional=("id",),
    ),
    Command(
        "scene.suggestions",
        "List scene suggestions",
        "show the prompts of a scene's shots next to the suggested ones",
        _show_scene_suggestions,
        SceneSuggestionsArgs,
        refuse_without_film,
        cli="scene suggestions",
        positional=("id",),
    ),
    Command(
        "scene.accept",
        "Accept all suggestions",
        "accept all suggestions for the shots of a scene",
        _accept_scene_suggestions,
        SceneAcceptArgs,
        refuse_without_film,
        cli="scene accept",
        positional=("id",),
    ),
    Command(
        "scene.decline",
        "Decline all",
        "decline all suggestions for the shots of a scene",
        _decline_scene_suggestions,
        SceneSuggestionsArgs,
        refuse_without_film,
        cli="scene decline",
        positional=("id",),
    ),
)
