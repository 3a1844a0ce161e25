"""The paths of files and folders in a studio home and in a film's folder. This module does not access the
disk.

Such paths are built only in this module. The layout of the folders is described in the data section of
DESIGN.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

HOME_MARK = ".milimo-home"
# Name of the folder of a film in which skeletons are stored. A skeleton is a person's pose, as points found
# in a picture.
SKELETONS = "skeletons"
SCRIPTS = "scripts"  # Name of the folder of a film in which the imported screenplay files are stored.
# The documentation, which is next to the package in a source checkout.
DOCS = Path(__file__).parents[2] / "docs"


@dataclass(frozen=True, slots=True)
class Home:
    """The paths inside a studio home: films, models and the job database."""

    root: Path

    @property
    def mark(self) -> Path:
        """The file that marks a folder as a studio home."""
        return self.root / HOME_MARK

    @property
    def current(self) -> Path:
        """The JSON file that stores the current film and cut."""
        return self.root / "current"

    @property
    def studio_db(self) -> Path:
        """The database of jobs."""
        return self.root / "studio.db"

    @property
    def cluster(self) -> Path:
        """The folder of the home's cluster data: its address, token, nodes on this machine and their logs."""
        return self.root / "cluster"

    @property
    def node_files(self) -> Path:
        """The folder of files that nodes on this machine copied from another home to work with. The folder
        may be deleted while no node runs.
        """
        return self.cluster / "files"

    @property
    def models(self) -> Path:
        """The folder of model weights."""
        return self.root / "models"

    @property
    def cache(self) -> Path:
        """The folder of intermediate results that engines reuse for the same words or pictures. It may be
        deleted at any time.
        """
        return self.root / "cache"

    @property
    def cached_answers(self) -> Path:
        """The folder of cached answers from services for text. It may be deleted at any time."""
        return self.cache / "answers"

    @property
    def reference_results(self) -> Path:
        """The folder of results that engines made for fixed test cases. Later results are compared with
        them.
        """
        return self.root / "checks"

    @property
    def streamed(self) -> Path:
        """The folder of weights that are split into groups. Engines load a model group by group if main
        memory can't hold the complete model.

        The folder may be deleted while no job runs.
        """
        return self.root / "streamed"

    @property
    def projects(self) -> Path:
        """The folder of films, with one folder per film."""
        return self.root / "projects"

    @property
    def backups(self) -> Path:
        """The folder of backups, unless the settings name another folder."""
        return self.root / "backups"

    @property
    def incoming_films(self) -> Path:
        """The folder of films that another machine is sending and that are incomplete so far. Each film has
        its own folder.
        """
        return self.root / "arriving"

    @property
    def templates(self) -> Path:
        """The folder of film templates. The user gives each template its name."""
        return self.root / "templates"

    @property
    def lock(self) -> Path:
        """The file that the supervisor locks while it runs. The supervisor is the process that runs the queue
        of the home.
        """
        return self.root / "supervisor.lock"

    @property
    def terminals(self) -> Path:
        """The folder of lock files, one for each open studio. The number in a file's name distinguishes the
        edits of that studio from the edits of others.
        """
        return self.root / "terminals"

    @property
    def unsaved(self) -> Path:
        """The folder of recovery copies: text of screenplays that open studios have not saved yet. Backups
        leave it out.
        """
        return self.root / "unsaved"

    @property
    def run(self) -> Path:
        """The folder of sockets. It is used only if the system has no folder for sockets that is private to
        this user.
        """
        return self.root / "run"

    @property
    def log(self) -> Path:
        """The log file of the supervisor."""
        return self.root / "supervisor.log"

    @property
    def logs(self) -> Path:
        """The folder of job logs: one text file per job."""
        return self.root / "logs"

    @property
    def workspace(self) -> Path:
        """The folder of workspaces for jobs that belong to no film. A workspace is the folder of one running
        job.
        """
        return self.root / "workspace"

    @property
    def key(self) -> str:
        """A short name for the home's socket: 12 hexadecimal digits, computed from the real path of the home.

        The path itself is too long for a name, because the path of a socket is limited to 107 bytes.
        """
        return hashlib.sha256(os.fsencode(self.root.resolve())).hexdigest()[:12]

    def get_project_paths(self, slug: str) -> ProjectPaths:
        """Return the paths of the film whose folder is named `slug`."""
        return ProjectPaths(self.projects / slug)


@dataclass(frozen=True, slots=True)
class ProjectPaths:
    """The paths inside one film's folder."""

    root: Path

    @property
    def db(self) -> Path:
        """The film's database."""
        return self.root / "project.db"

    @property
    def media(self) -> Path:
        """The folder of managed media files."""
        return self.root / "media"

    @property
    def renders(self) -> Path:
        """The folder of rendered films."""
        return self.root / "renders"

    @property
    def cache(self) -> Path:
        """The folder of the film's cached files."""
        return self.root / "cache"

    @property
    def workspace(self) -> Path:
        """The folder of workspaces for the film's jobs. A workspace is the folder of one running job."""
        return self.root / "workspace"

    @property
    def skeletons(self) -> Path:
        """The folder of skeletons, one file per skeleton. A skeleton is a person's pose, as points found in a
        picture.
        """
        return self.root / SKELETONS

    @property
    def shared_states(self) -> Path:
        """The folder of states of the film that this machine and another machine both have. Each state is
        stored under its hash. The next sync only transfers the changes since such a state.
        """
        return self.root / "met"

    def build_script_path(self, digest: str) -> Path:
        """Return the path of an imported screenplay file, given the SHA-256 of its content. An export writes
        the changes into a copy of this file.
        """
        return self.root / SCRIPTS / f"{digest}.fdx"

    @property
    def bin_record(self) -> Path:
        """The file whose existence marks a film as deleted. It records when the film was put into the bin,
        and whether it was the current film.
        """
        return self.root / "binned"

    def build_media_path(self, digest: str, suffix: str) -> Path:
        """Return the path of a managed media file, given the SHA-256 of its content:
        `media/ab/abcdef….mov`.
        """
        return self.media / digest[:2] / f"{digest}{suffix}"

    def resolve_managed_path(self, path: str) -> Path:
        """Return the path of a managed file from the path stored in the film. The result is always inside the
        film's folder.

        A film from an unknown person may contain any path. A path outside the film's folder is replaced by a
        path in `media` at which no file exists.
        """
        parts = Path(path)
        if parts.is_absolute() or ".." in parts.parts:
            return self.media / parts.name
        return self.root / parts
