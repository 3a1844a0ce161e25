"""Intake of sounds that a job made: music, effects and ambience become takes of sound of the film.

Runs in the supervisor. Each step can safely be repeated.
"""

from __future__ import annotations

import json

from milimo_tui.core.errors import Failed
from milimo_tui.core.host import HOST
from milimo_tui.core.ids import new_id
from milimo_tui.engines.contract.engine import Result
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.music_specs import MakeSound
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import AssetKind
from milimo_tui.story.values.picked_takes import PIECE
from milimo_tui.story.values.sound_take import SoundTake, SoundTakeRole
from milimo_tui.studio.intake.media_store import move_into_media
from milimo_tui.studio.media import provenance

NOISE = "noise of tiny weights"
BY_RULES = "room tone by rules"
# The word for each kind of placeholder in lists.
PLACEHOLDER_MARKS = {NOISE: "noise", BY_RULES: "by rules"}


def import_sounds(project: ProjectFile, job: DetailedJob, spec: MakeSound, result: Result) -> dict[str, str]:
    """Import the sounds of a job into its film as takes of sound, and return their new paths by role. Raises
    Failed if the job made no sound.
    """
    outputs = [output for output in result.outputs if output.role.startswith("sound")]
    if not outputs:
        raise Failed("the job made no sound", "read its log: milimo job log")
    scenes = {scene.id: scene.number for scene in project.load_story().scenes}
    owner = f"scene-{scenes.get(spec.scene, '')}" if spec.scene else "film"
    places: dict[str, str] = {}
    for number, output in enumerate(outputs, 1):
        suffix = f"-{number}" if number > 1 else ""
        path, asset = move_into_media(
            project.paths, output, AssetKind.SOUND, f"{spec.role}-{owner}{suffix}.wav"
        )
        tiny = provenance.is_made_by_tiny_weights(result, output.digest)
        drawn = engine_registry.row(spec.engine).previs
        take = SoundTake(
            id=new_id("sound"),
            asset=asset.id,
            job=f"{job.id}{PIECE}{number}" if number > 1 else job.id,
            engine=spec.engine,
            role=SoundTakeRole(spec.role),
            frames=spec.frames,
            scene=spec.scene,
            seed=int(output.facts.get("seed", spec.seed)),
            prompt=spec.prompt,
            spec=json.dumps(spec.model_dump(mode="json"), sort_keys=True),
            signature=spec.meant,
            placeholder=NOISE if tiny else BY_RULES if drawn else "",
            created=HOST.now(),
        )
        project.facts.add_sound_take(take, asset)
        places[output.role] = str(path)
    return places
