"""`scene delete` and `scene restore`: scenes that the user removes from the film and brings back."""

from __future__ import annotations

from milimo_tui.core.errors import NotFound
from milimo_tui.core.format import format_count
from milimo_tui.story.shots.own_fields import is_deleted_by_user, mark_as_deleted, unmark_deleted
from milimo_tui.story.values.film import Scene, Shot, Story
from milimo_tui.studio.commands.shot.shot_rows import find_scene_id
from milimo_tui.studio.project import undo_scope
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.script import story_edits
from milimo_tui.studio.session.names import find_by_name
from milimo_tui.studio.session.studio import Studio


class SceneDeletionArgs(Args):
    id: str = arg(description="a scene (its number or id)")


def _delete_scene(studio: Studio, args: SceneDeletionArgs) -> Outcome:
    """Remove a scene and its shots from the film. The shots keep their takes.

    A commit of the screenplay does not restore the scene; only `scene restore` does.
    """
    story = studio.take_snapshot().story
    scene = _get_scene_by_id(story, find_scene_id(studio, args.id))
    mine = [shot for shot in story.live_shots() if shot.scene == scene.id]
    deleted = [mark_as_deleted(scene), *map(mark_as_deleted, mine)]
    news = story_edits.edit_story(studio, f"delete scene {scene.number}", [scene, *mine], deleted).news
    what = "is omitted" if story.project.numbers_locked else "is out of the film"
    back = undo_scope.get_undo_hint(studio)
    message = f"scene {scene.number} {what} with {format_count(len(mine), 'shot')}; {back} brings it back"
    return Outcome(data={"id": scene.id}, message="; ".join(filter(None, (message, news))))


def _restore_scene(studio: Studio, args: SceneDeletionArgs) -> Outcome:
    """Bring back a deleted or omitted scene with its shots. Raises NotFound, Ambiguous."""
    story = studio.take_snapshot().story
    scene = find_by_name(
        args.id,
        "scenes",
        (one for one in story.scenes if is_deleted_by_user(one) or one.omitted),
        lambda each: (each.id, f"({each.number} {each.heading})"),
        lambda each: each.id == args.id,
        lambda each: each.number.upper() == args.id.upper(),
        lambda each: each.heading.casefold() == args.id.casefold(),
    )
    if scene is None:
        raise NotFound(f"no scene “{args.id}” was deleted or omitted", "milimo scene list lists the scenes")
    shots = [shot for shot in story.shots if shot.scene == scene.id and _is_parked_with_scene(scene, shot)]
    back = [unmark_deleted(scene), *map(unmark_deleted, shots)]
    news = story_edits.edit_story(studio, f"bring back scene {scene.number}", [scene, *shots], back).news
    number = _get_scene_by_id(studio.take_snapshot().story, scene.id).number
    message = f"scene {number} is back with {format_count(len(shots), 'shot')}"
    return Outcome(data={"id": scene.id}, message="; ".join(filter(None, (message, news))))


def _is_parked_with_scene(scene: Scene, shot: Shot) -> bool:
    """Return True if a shot was removed together with its scene, either by the user or because the text was
    removed.
    """
    return shot.parked and is_deleted_by_user(shot) is is_deleted_by_user(scene)


def _get_scene_by_id(story: Story, id: str) -> Scene:
    return next(scene for scene in story.scenes if scene.id == id)


DELETE_SCENE = Command(
    "scene.delete",
    "Delete scene",
    "remove a scene and its shots from the film",
    _delete_scene,
    SceneDeletionArgs,
    refuse_without_film,
    cli="scene delete",
    positional=("id",),
)
RESTORE_SCENE = Command(
    "scene.restore",
    "Restore scene",
    "restore a scene that was deleted or omitted",
    _restore_scene,
    SceneDeletionArgs,
    refuse_without_film,
    cli="scene restore",
    positional=("id",),
)
