"""Make the sample film that comes with the program, either as drawings or with an engine that runs a model.

If no weights are installed, tiny random weights are built, so that all steps work on any machine. The takes
then show only noise and are labelled as noise.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from milimo_tui.core.errors import NotFound
from milimo_tui.core.ids import make_slug
from milimo_tui.engines.catalog.model_store import ModelStore
from milimo_tui.engines.registry import engine_registry
from milimo_tui.engines.specs.weight_specs import MakeTiny
from milimo_tui.jobs.client.client import JobRequest
from milimo_tui.studio.machine.model_stack import require_stack
from milimo_tui.studio.queue.waiting import check_job_done, wait_with_progress
from milimo_tui.studio.script import screenplays, script_to_film
from milimo_tui.studio.script.script_source import ImportedScript
from milimo_tui.studio.session.studio import Studio
from milimo_tui.studio.takes import shot_spec
from milimo_tui.studio.weights import readiness

SAMPLE = "rain-market.fountain"
READING = "rain-market.reading.json"
# Width and height in pixels. Noise needs no larger raster, and this raster takes only minutes.
NOISE_SIZE = (192, 128)


def read_sample_script(scenes: int = 0) -> tuple[bytes, str]:
    """Return the text and the file name of the sample screenplay. `scenes` limits it to that number of
    scenes; 0 means all.
    """
    data = _find_example(SAMPLE).read_bytes()
    headed = [scene for scene in screenplays.parse_script(data).scenes if scene.heading]
    return (data[: headed[scenes].span.start] if 0 < scenes < len(headed) else data), SAMPLE


def find_sample_reading() -> Path:
    """Return the path of the file with the reading of the sample screenplay."""
    return _find_example(READING)


def _find_example(name: str) -> Path:
    return Path(str(resources.files("milimo_tui") / "examples" / name))


def create_sample_film(studio: Studio, engine: str = "", scenes: int = 0) -> script_to_film.FilmResult:
    """Make the sample film, or its first `scenes` scenes. A film made with a model gets a separate project,
    named after the engine.

    Raises NotFound for an engine that can't make takes, and Unavailable if its weights can't run on this
    machine.
    """
    data, name = read_sample_script(scenes)
    script, reading = ImportedScript(data, name), find_sample_reading().read_bytes()
    if not engine:
        return script_to_film.make_film_from_script(studio, script, reading=reading)
    shot_spec.check_engine(engine, "make_video")
    if engine_registry.row(engine).previs:
        return script_to_film.make_film_from_script(studio, script, engine=engine, reading=reading)
    noise = ensure_engine_weights(studio, engine)
    project = f"{screenplays.choose_film_title(screenplays.parse_script(data), name)} by {engine}"
    try:
        studio.find_project(make_slug(project))
    except NotFound:
        sides = {"width": NOISE_SIZE[0], "height": NOISE_SIZE[1]} if noise else {}
        screenplays.create_project(studio, project, engine=engine, **sides)
    return script_to_film.make_film_from_script(
        studio, script, project=make_slug(project), engine=engine, reading=reading
    )


def ensure_engine_weights(studio: Studio, engine: str) -> bool:
    """Make sure that an engine has weights that run on this machine. Return True if they are tiny weights.

    Tiny weights are built only if no weights are installed for the engine.
    """
    store = ModelStore(studio.home.models)
    tiny = engine_registry.profile(engine).describe().tiny
    if tiny and not store.has(engine):
        require_stack(f"the demo by {engine}")
        requests = [
            JobRequest(spec=MakeTiny(family=word).model_dump(mode="json"), label=f"tiny {word}")
            for word in tiny
        ]
        ids = studio.require_client().submit_jobs(requests)
        for job in wait_with_progress(
            studio, "tiny weights", ids, come_back=script_to_film.CONTINUE_HINT
        ).values():
            check_job_done(job)
    return readiness.require_runnable_weights(studio, engine).tiny
