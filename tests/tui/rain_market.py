"""A small real film for the screen tests: a home with the film Rain Market, whose takes are real files.

The film is written through the store, as an imported screenplay would be. Every value except the ids is
fixed.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from milimo_tui.core.ids import new_id
from milimo_tui.core.order_keys import create_spread_keys
from milimo_tui.core.paths import HOME_MARK, Home
from milimo_tui.core.settings import Settings
from milimo_tui.cut.edit import edits
from milimo_tui.cut.follow.assembly import assemble_shots
from milimo_tui.cut.values.cut import ClipSource, Cut, SourceKind, create_trackless_clip
from milimo_tui.cut.values.new_cuts import create_cut
from milimo_tui.media.encode.take_file import write_take
from milimo_tui.media.files.facts import digest
from milimo_tui.store.project.project_file import ProjectFile
from milimo_tui.story.values.film import Asset, AssetKind, Line, Project, Scene, Shot, Take
from milimo_tui.story.values.shot_words import Movement, Setting, Size
from milimo_tui.studio.session.home import ChosenHome
from milimo_tui.studio.session.studio import Studio

SCENES = (
    ("1", "EXT. MARKET STREET - NIGHT", Setting.EXTERIOR, "MARKET STREET"),
    ("2", "INT. NOODLE BAR - NIGHT", Setting.INTERIOR, "NOODLE BAR"),
    ("3", "INT. NOODLE BAR, KITCHEN - NIGHT", Setting.INTERIOR, "NOODLE BAR, KITCHEN"),
    ("4", "EXT. ROOFTOP - DAWN", Setting.EXTERIOR, "ROOFTOP"),
)
# Each row has the scene, size, movement, length in frames, characters, action and dialogue of a shot.
SHOTS = (
    (0, Size.EWS, Movement.CRANE_DOWN, 100, (), "Rain on tin roofs. Neon shivers in the puddles.", ""),
    (0, Size.MS, Movement.TRACK, 121, ("MARA",), "Mara walks against the crowd, collar up.", ""),
    (0, Size.CU, Movement.STATIC, 75, ("MARA",), "She turns to the glass.", "You are late."),
    (
        1,
        Size.WS,
        Movement.PAN_RIGHT,
        130,
        ("MARA", "JUN"),
        "Steam fills the bar. Jun sets down two bowls.",
        "",
    ),
    (1, Size.MCU, Movement.DOLLY_IN, 90, ("JUN",), "Jun does not look up.", "The rain kept you?"),
    (1, Size.ECU, Movement.STATIC, 50, (), "A coin on the counter, still spinning.", ""),
    (1, Size.CU, Movement.STATIC, 110, ("MARA",), "Her eyes stay on it.", "Someone followed me."),
    (2, Size.MS, Movement.STATIC, 97, ("JUN",), "Jun bolts the back door.", ""),
    (2, Size.CU, Movement.RACK, 60, ("JUN",), "A shadow under the door.", "Go. Now."),
    (3, Size.WS, Movement.STATIC, 140, ("MARA",), "Mara over the wet city.", ""),
    (3, Size.CU, Movement.DOLLY_OUT, 125, ("MARA",), "Dawn on her face.", "Then they know the way."),
)
TAKEN = (0, 1, 2, 3, 4, 6, 9)  # Indexes of the shots that have a picked take.


def make_studio(home: Path, *, takes: bool = True, actor: str = "terminal-a", mpv: str = "mpv") -> Studio:
    """Open a studio on the home and its film. Create both if they do not exist."""
    found = ChosenHome(Home(home), "a test's own")
    studio = Studio(found, Settings(images="blocks", mpv=mpv), actor=actor)
    if not found.home.mark.exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / HOME_MARK).write_text("test\n")
        found.home.projects.mkdir()
        paths = found.home.get_project_paths("rain-market")
        with ProjectFile.create(paths, Project(id=new_id("prj"), name="Rain Market", created=1.0)) as file:
            fill(file, takes=takes)
        studio.use_project(paths)
    return studio


def fill(file: ProjectFile, *, takes: bool) -> None:
    """Add scenes, shots and a cut to the film, and takes for most shots."""
    scenes = [
        Scene(id=new_id("scn"), order=key, number=number, heading=heading, setting=setting, location=place)
        for key, (number, heading, setting, place) in zip(
            create_spread_keys(len(SCENES)), SCENES, strict=True
        )
    ]
    shots = [
        Shot(
            id=new_id("shot"),
            scene=scenes[scene].id,
            order=key,
            size=size,
            movement=movement,
            frames=frames,
            characters=who,
            action=seen,
            dialogue=(Line(who[0], said),) if said else (),
            line=10 * index + 1,
        )
        for index, (key, (scene, size, movement, frames, who, seen, said)) in enumerate(
            zip(create_spread_keys(len(SHOTS)), SHOTS, strict=True)
        )
    ]
    cut = assemble_shots(
        create_cut("long", new_id=new_id), [(shot.id, shot.frames) for shot in shots], new_id
    )
    file.write_edit(
        "commit the screenplay", scope="project", actor="cli", before=[], after=[*scenes, *shots, cut]
    )
    if takes:
        for index in TAKEN:
            add_take(file, shots[index], seed=40 + index)


def add_take(file: ProjectFile, shot: Shot, *, seed: int, frames: int | None = None) -> Take:
    """Add a take with a real file to a shot. The first take of a shot is picked."""
    frames = frames or shot.frames
    work = file.paths.workspace / f"{seed}.mov"
    write_small_take(work, frames, seed)
    key = digest(work)
    place = file.paths.build_media_path(key, ".mov")
    place.parent.mkdir(parents=True, exist_ok=True)
    work.rename(place)
    asset = Asset(
        id=new_id("ast"),
        kind=AssetKind.VIDEO,
        path=str(place.relative_to(file.paths.root)),
        name=f"take {seed}",
        digest=key,
        bytes=place.stat().st_size,
        frames=frames,
        rate=Fraction(25),
        width=96,
        height=64,
        seconds=Fraction(frames, 25),
        sample_rate=48000,
        channels=2,
        created=1_700_000_000.0 + seed,
    )
    take = Take(
        id=new_id("take"), shot=shot.id, asset=asset.id, job=new_id("job"), engine="animatic", seed=seed,
        frames=frames, previs=True, rating=seed % 6,
    )  # fmt: skip
    file.facts.add_asset(asset)
    file.facts.add_take(take, asset)
    return take


def write_small_take(path: Path, frames: int, seed: int) -> None:
    """Write a clip of a moving gradient with a tone, 96 × 64 pixels at 25 frames a second. Every frame is
    different.
    """
    across = np.linspace(0, 255, 96)[None, :]
    down = np.linspace(0, 255, 64)[:, None]
    pictures = []
    for frame in range(frames):
        shift = (frame * 4 + seed * 30) % 256
        red = (across + shift) % 256 * np.ones_like(down)
        green = down * np.ones_like(across)
        blue = np.full((64, 96), (seed * 40) % 256)
        pictures.append(np.stack([red, green, blue], -1).astype(np.uint8))
    at = np.arange(frames * 1920) / 48000
    loud = 0.5 * (0.5 + 0.5 * np.sin(2 * np.pi * at * 1.5))
    tone = (loud * np.sin(2 * np.pi * (180 + 20 * seed) * at)).astype(np.float32)
    write_take(
        path,
        iter(pictures),
        width=96,
        height=64,
        rate=Fraction(25),
        frames=frames,
        sound=np.stack([tone, tone]),
    )


def add_sound(file: ProjectFile, cut: Cut, name: str = "rain.wav", seconds: int = 30) -> tuple[Asset, Cut]:
    """Add a linked sound file and a clip of it on track A2."""
    import wave

    path = file.paths.root / name
    at = np.arange(seconds * 8000) / 8000
    samples = (9000 * np.sin(2 * np.pi * 90 * at) * (0.6 + 0.4 * np.sin(at))).astype("<i2")
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(samples.tobytes())
    asset = Asset(
        id=new_id("ast"), kind=AssetKind.SOUND, path=str(path), name=name, managed=False,
        bytes=path.stat().st_size, seconds=Fraction(seconds), sample_rate=8000, channels=1,
        created=1_700_000_500.0,
    )  # fmt: skip
    file.facts.add_asset(asset)
    track = next(track for track in cut.tracks if track.name == "A2")
    clip = create_trackless_clip(ClipSource(SourceKind.ASSET, asset.id), min(seconds * 25, 700))
    after = edits.append_clip(cut, track.id, clip, new_id=new_id)
    file.write_edit("lay the rain", scope=cut.id, actor="cli", before=[cut], after=[after])
    return asset, after
