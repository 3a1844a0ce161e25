"""Intake of pictures that a job made: as media, as the board of a shot, or as a reference of an element.

Runs in the supervisor. Each step can safely be repeated.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from milimo_tui.core.errors import Failed
from milimo_tui.core.ids import make_slug, new_id
from milimo_tui.engines.contract.engine import Output, Result
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.picture_specs import Inpaint, InpaintClip, MakePicture, Upscale
from milimo_tui.engines.specs.video_specs import MakeVideo
from milimo_tui.jobs.values.views import DetailedJob
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.elements.place_faces import FACES
from milimo_tui.story.values.film import Asset, AssetKind, ElementKind, SheetVerdict
from milimo_tui.studio.intake.media_store import move_into_media

BOX = "box"  # Actor in the edit history for edits that are made automatically, not by the user.
# Maximum number of characters that the name of a picture takes over from its prompt. The rest is cut off.
MAX_PROMPT_NAME = 48
MadeFrom = MakePicture | Inpaint | InpaintClip | Upscale | MakeVideo


def import_pictures(project: ProjectFile, job: DetailedJob, spec: MadeFrom, result: Result) -> dict[str, str]:
    """Import the pictures of a job into its film, and return the current path of each picture, by role.

    The first picture becomes the board of the job's shot, or the first reference of the element that it
    shows. If the job made a take from a still picture, the board stays unchanged. Raises Failed if an
    expected picture is missing.
    """
    outputs: dict[str, str] = {}
    first: Asset | None = None
    for output in result.outputs:
        if not is_picture_output(output):
            continue
        kind = AssetKind.VIDEO if isinstance(spec, InpaintClip) else AssetKind.PICTURE
        path, asset = move_into_media(project.paths, output, kind, make_picture_name(spec, output))
        outputs[output.role] = str(path)
        kept = project.facts.add_asset(asset)
        first = first or kept
    if isinstance(spec, MakeVideo):
        return outputs
    if first is None:
        raise Failed("the job made no picture", "read its log: milimo job log")
    if job.shot:
        project.facts.add_board(job.shot, first, job.id, previs=engine_registry.row(spec.engine).previs)
        outputs["board"] = str(project.paths.root / first.path)
    if isinstance(spec, MakePicture) and spec.element and spec.face:
        _set_place_face(project, spec.element, spec.face, first)
    elif isinstance(spec, MakePicture) and spec.element:
        _add_element_reference(project, spec.element, first)
    return outputs


def is_picture_output(output: Output) -> bool:
    """Return True for the roles `board`, `picture`, `picture-2`, …"""
    return output.role == "board" or output.role.partition("-")[0] == "picture"


def make_picture_name(spec: MadeFrom, output: Output) -> str:
    """Return the displayed name of a picture, made of the words of its prompt and its seed; empty to use the
    file's name.
    """
    words = make_slug(spec.prompt[:MAX_PROMPT_NAME], "") if spec.prompt else ""
    if output.role == "board" or not words:
        return ""  # With an empty name, the asset is named after its file.
    number = int(output.role.partition("-")[2] or 1)
    return f"{words}-{spec.seed + number - 1}{Path(output.path).suffix}"


def _set_place_face(project: ProjectFile, id: str, face: str, asset: Asset) -> None:
    """Set the picture as one face of a place (the view in one of six directions), as one edit.

    The previous picture stays in the film's media.
    """
    story = project.load_story()
    place = next((one for one in story.elements if one.id == id), None)
    if place is None or (face, asset.id) in place.faces:
        return
    faces = {**dict(place.faces), face: asset.id}
    shown = replace(place, faces=tuple((each, faces[each]) for each in FACES if each in faces))
    label = f"the {face} of {place.trigger}"
    project.write_edit(label, scope="project", actor=BOX, before=[place], after=[shown])


def _add_element_reference(project: ProjectFile, id: str, asset: Asset) -> None:
    """Insert the picture as the first reference of an element, as one edit. Older references stay after
    it.
    """
    story = project.load_story()
    element = next((one for one in story.elements if one.id == id), None)
    if element is None or asset.id in element.references:
        return
    # A character sheet shows the person several times, so it can't be the first frame of a take.
    if element.kind is ElementKind.CHARACTER:
        why = f"it was drawn to show {element.name}"
        project.facts.note_sheet(
            SheetVerdict(id=new_id("sheet"), asset=asset.id, reason=why, by="its template")
        )
    shown = replace(element, references=(asset.id, *element.references))
    label = f"a picture of {element.trigger}"
    project.write_edit(label, scope="project", actor=BOX, before=[element], after=[shown])
