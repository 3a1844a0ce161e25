"""Where things lie in a studio home and in a project: names only, no I/O.

One place for the layout of DESIGN's data section, so that no other module joins such paths.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

HOME_MARK = ".milimo-home"
SKELETONS = "skeletons"  # of a film: skeletons of people
SCRIPTS = "scripts"  # of a film: screenplays as they came in
DOCS = Path(__file__).parents[2] / "docs"  # lies beside the package where this is a checkout


@dataclass(frozen=True, slots=True)
class Home:
    """A studio home: projects, models and the job database."""

    root: Path

    @property
    def mark(self) -> Path:
        return self.root / HOME_MARK

    @property
    def current(self) -> Path:
        return self.root / "current"

    @property
    def studio_db(self) -> Path:
        return self.root / "studio.db"

    @property
    def cluster(self) -> Path:
        """What the home knows of its cluster: address, token, the nodes of this machine and their logs."""
        return self.root / "cluster"

    @property
    def node_files(self) -> Path:
        """Files of another home that nodes of this machine work with; may go once none runs."""
        return self.cluster / "files"

    @property
    def models(self) -> Path:
        return self.root / "models"

    @property
    def cache(self) -> Path:
        """What engines computed of the same words or pictures before; may be deleted at any time."""
        return self.root / "cache"

    @property
    def answers(self) -> Path:
        """What services of text answered before; may be deleted at any time."""
        return self.cache / "answers"

    @property
    def checks(self) -> Path:
        """What engines made of their reference cases, to hold the next against."""
        return self.root / "checks"

    @property
    def streamed(self) -> Path:
        """Weights in groups, as engines read them where main memory can't hold them; may be deleted between
        jobs.
        """
        return self.root / "streamed"

    @property
    def projects(self) -> Path:
        return self.root / "projects"

    @property
    def backups(self) -> Path:
        """Where backups lie, if the settings name no other folder."""
        return self.root / "backups"

    @property
    def arriving(self) -> Path:
        """What has come of films that other boxes send, and is not whole yet; a folder a film."""
        return self.root / "arriving"

    @property
    def templates(self) -> Path:
        """What films begin with, under names that a person gave."""
        return self.root / "templates"

    @property
    def lock(self) -> Path:
        return self.root / "supervisor.lock"

    @property
    def terminals(self) -> Path:
        """A lock file for each open studio: its number is its actor's."""
        return self.root / "terminals"

    @property
    def run(self) -> Path:
        """Sockets, where the system has no place for them that is this user's alone."""
        return self.root / "run"

    @property
    def log(self) -> Path:
        return self.root / "supervisor.log"

    @property
    def logs(self) -> Path:
        """One text file a job."""
        return self.root / "logs"

    @property
    def workspace(self) -> Path:
        """Workspaces of jobs that belong to no project."""
        return self.root / "workspace"

    @property
    def key(self) -> str:
        """12 hex digits of the real path: the socket's name (paths are limited to 107 bytes)."""
        return hashlib.sha256(str(self.root.resolve()).encode()).hexdigest()[:12]

    def project(self, slug: str) -> ProjectPaths:
        return ProjectPaths(self.projects / slug)


@dataclass(frozen=True, slots=True)
class ProjectPaths:
    """One film's folder."""

    root: Path

    @property
    def db(self) -> Path:
        return self.root / "project.db"

    @property
    def media(self) -> Path:
        return self.root / "media"

    @property
    def renders(self) -> Path:
        return self.root / "renders"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def workspace(self) -> Path:
        return self.root / "workspace"

    @property
    def skeletons(self) -> Path:
        """Skeletons of people, a file each."""
        return self.root / SKELETONS

    @property
    def met(self) -> Path:
        """States of the film that this box and another have seen, by their hashes: what they meet by."""
        return self.root / "met"

    def script_file(self, digest: str) -> Path:
        """Where a screenplay's file lies as it came in, by its SHA-256: an export goes back into it."""
        return self.root / SCRIPTS / f"{digest}.fdx"

    @property
    def binned(self) -> Path:
        """Lies in a film that is in the bin: when it was put there, and whether it was the current one."""
        return self.root / "binned"

    def media_file(self, digest: str, suffix: str) -> Path:
        """The managed place of a file by its SHA-256: `media/ab/abcdef….mov`."""
        return self.media / digest[:2] / f"{digest}{suffix}"

    def inside(self, path: str) -> Path:
        """The place of a managed file. A stranger's project may name anything: what would lie outside is
        looked for in `media`, where it is not.
        """
        parts = Path(path)
        if parts.is_absolute() or ".." in parts.parts:
            return self.media / parts.name
        return self.root / parts
