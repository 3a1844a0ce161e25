"""Commands on the faces of a place. The faces are six pictures of the place, seen from its middle. The
commands draw all faces as a set, and set or remove the picture of a single face.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from milimo_tui.core.errors import BadInput
from milimo_tui.core.format import format_count
from milimo_tui.core.host import parse_user_path
from milimo_tui.core.ids import new_id
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.picture_specs import MakePicture
from milimo_tui.engines.specs.spec_values import Input, JobOutput
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.story.elements.place_faces import FACES, check_face, compose_face_prompt
from milimo_tui.story.elements.triggers import expand_triggers
from milimo_tui.story.values.film import AssetKind, Element, ElementKind
from milimo_tui.studio.commands.element.lookup import find_element
from milimo_tui.studio.commands.media.asset import find_asset
from milimo_tui.studio.media import imports
from milimo_tui.studio.pictures import picture_jobs, picture_spec
from milimo_tui.studio.registry.args import Args, arg
from milimo_tui.studio.registry.registry import Command, Outcome, refuse_without_film
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.weights import readiness

FACE_COLUMNS = ("face", "picture", "shows")
# Maximum number of neighbouring faces that are sent as reference pictures when a face is drawn. Further
# neighbours are left out.
MAX_NEIGHBOUR_REFERENCES = 3


class FaceListArgs(Args):
    id: str = arg(description="a place (id, trigger or name)")


def _list_faces(studio: Studio, args: FaceListArgs) -> Outcome:
    return _report_faces(studio, _find_place(studio, args.id))


class FaceDrawArgs(Args):
    id: str = arg(description="a place (id, trigger or name)")
    only: str = arg("", description="faces, separated by commas: left, up (default: the missing ones)")
    again: bool = arg(False, description="draw all six again")
    words: str = arg("", description="words instead of the place's description")
    side: int | None = arg(None, ge=16, le=4096, description="side length in pixels (default: 1024)")
    seed: int | None = arg(
        None, ge=0, le=2**32 - 1, description="seed of all faces (default: seed of the place)"
    )
    steps: int | None = arg(
        None, ge=1, le=1000, description="denoising steps (default: what the model's authors recommend)"
    )
    model: str = arg("", description="id of weights (default: the selected ones)")
    dry_run: bool = arg(False, description="only show what would be sent")
    detach: bool = arg(False, description="queue the work and return at once")


def _draw_faces(studio: Studio, args: FaceDrawArgs) -> Outcome:
    """Queue one job for each face of a place. The neighbouring faces are references for a face, so that the
    pictures fit together. A reference is an existing picture, or the output of a job that runs before.
    """
    place = _find_place(studio, args.id)
    wanted = _choose_faces_to_draw(place, args)
    described = expand_triggers(
        (args.words or place.description).strip(), studio.take_snapshot().story.elements
    )
    if not described:
        raise BadInput(
            f"{place.name} has no description",
            f"milimo element set {place.trigger} --description “…”, or describe it here with --words",
        )
    requests = _build_face_requests(studio, place, described, wanted, args)
    if args.dry_run:
        specs = [dict(request.spec) for request in requests]
        return Outcome(data={"specs": specs}, text="\n".join(str(spec["prompt"]) for spec in specs))
    picture_spec.check_picture_weights(
        studio, readiness.require_runnable_weights(studio, picture_spec.PICTURE_ENGINE, args.model), ()
    )
    label = f"{format_count(len(wanted), 'face')} of {place.trigger}"
    return picture_jobs.run_picture_jobs(studio, requests, detach=args.detach, message=label)


def _choose_faces_to_draw(place: Element, args: FaceDrawArgs) -> list[str]:
    if args.only:
        named = {check_face(name) for name in args.only.split(",") if name.strip()}
        return [face for face in FACES if face in named]
    there = set() if args.again else dict(place.faces).keys()
    wanted = [face for face in FACES if face not in there]
    if not wanted:
        raise BadInput(f"{place.trigger} already has all its faces", "--again draws them again")
    return wanted


def _build_face_requests(
    studio: Studio, place: Element, described: str, wanted: list[str], args: FaceDrawArgs
) -> list[JobRequest]:
    """Build the jobs for the `wanted` faces in order. A job may use the output of an earlier job as a
    reference.
    """
    assets = {asset.id: asset for asset in studio.take_snapshot().story.assets}
    there: dict[str, Input] = {
        face: str(picture_spec.find_picture(studio, id).path)
        for face, id in place.faces
        if id in assets and not assets[id].binned and face not in wanted
    }
    own = [str(one.path) for one in picture_spec.collect_references(studio, (), [place])]
    seed = args.seed if args.seed is not None else place.seed
    seed = shot_spec.draw_random_seed() if seed is None else seed
    most = engine_registry.profile(picture_spec.PICTURE_ENGINE).row.references
    side = args.side or picture_spec.SIDE
    out = []
    for face in wanted:
        meets = [there[each] for each in FACES[face][1] if each in there][:MAX_NEIGHBOUR_REFERENCES]
        spec = MakePicture(
            engine=picture_spec.PICTURE_ENGINE,
            prompt=compose_face_prompt(place, described, face),
            width=side,
            height=side,
            seed=seed,
            steps=args.steps,
            model=args.model,
            references=(*meets, *own)[:most],
            element=place.id,
            face=face,
        )
        id = new_id("job")
        out.append(picture_jobs.make_picture_job_request(studio, spec, f"{place.trigger} {face}", id=id))
        there[face] = JobOutput(job=id, output="picture")
    return out


class FaceSetArgs(Args):
    id: str = arg(description="a place (id, trigger or name)")
    face: str = arg(description=", ".join(FACES))
    file: str = arg("", description="a picture: a file, or an asset's id or name; empty: remove it")


def _set_face_picture(studio: Studio, args: FaceSetArgs) -> Outcome:
    place, face = _find_place(studio, args.id), check_face(args.face)
    faces = dict(place.faces)
    if args.file:
        path = parse_user_path(args.file).absolute()
        asset = (
            imports.add_media(studio, path, link=False) if path.is_file() else find_asset(studio, args.file)
        )
        if asset.kind is not AssetKind.PICTURE:
            raise BadInput(f"{asset.name} is not a picture", "a face must be a still picture")
        faces[face] = asset.id
    else:
        faces.pop(face, None)
    ordered = tuple((each, faces[each]) for each in FACES if each in faces)
    changed = replace(place, faces=ordered)
    if ordered != place.faces:
        label = f"the {face} of {place.trigger}"
        studio.require_project().write_edit(
            label, scope="project", actor=studio.actor, before=[place], after=[changed]
        )
    return _report_faces(studio, changed)


def _find_place(studio: Studio, name: str) -> Element:
    element = find_element(studio, name)
    if element.kind is not ElementKind.LOCATION:
        raise BadInput(f"{element.name} is not a place", "only places have faces")
    return element


def _report_faces(studio: Studio, place: Element) -> Outcome:
    names = {asset.id: asset.name for asset in studio.take_snapshot().story.assets}
    faces = dict(place.faces)
    rows: list[dict[str, Any]] = [
        {
            "face": face,
            "picture": names.get(faces.get(face, ""), ""),
            "asset": faces.get(face),
            "shows": shows,
        }
        for face, (shows, _) in FACES.items()
    ]
    return Outcome(data=rows, columns=FACE_COLUMNS, message=f"{place.trigger} has {len(faces)} of 6 faces")


FACE = (
    Command(
        "element.face.list",
        "List faces of a place",
        "list the six faces of a place and their pictures",
        _list_faces,
        FaceListArgs,
        refuse_without_film,
        cli="element face list",
        positional=("id",),
    ),
    Command(
        "element.face.draw",
        "Draw faces",
        "draw the faces of a place as one set",
        _draw_faces,
        FaceDrawArgs,
        refuse_without_film,
        cli="element face draw",
        positional=("id",),
    ),
    Command(
        "element.face.set",
        "Set face",
        "set a picture as a face of a place, or remove it",
        _set_face_picture,
        FaceSetArgs,
        refuse_without_film,
        cli="element face set",
        positional=("id", "face", "file"),
    ),
)
