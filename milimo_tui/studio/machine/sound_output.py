"""The sound output that this machine can use, and instructions to set one up if there is none.

The output is one of three: a PulseAudio server named by PULSE_SERVER (also over SSH), a server on this
machine, or the machine's own devices. PipeWire acts as a PulseAudio server too (`pipewire-pulse`); its own
protocol shares memory and therefore does not work through SSH.

PULSE_SERVER is read as PulseAudio's client library reads it: `unix:/path`, `/path` or `tcp:host:port`, or
several of these separated by spaces.
"""

from __future__ import annotations

import ctypes
import getpass
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from milimo_tui.core import linux
from milimo_tui.studio.machine import scp_line

PULSE_LIBRARY = "libpulse.so.0"
PORT, DEFAULT_PORT = 24713, 4713
ANSWER_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class SoundOutput:
    """A sound output of this machine.

    - `kind` is "pulse" for a PulseAudio server, "devices" for the machine's own devices, or empty if there is
      no output.
    - `server` is the address of the PulseAudio server; if it is empty, the client library chooses one.
    - `reason` says why there is no output. It can name key actions, as hints do.
    """

    kind: str
    server: str = ""
    reason: str = ""


def find_sound_output(environ: Mapping[str, str]) -> SoundOutput:
    """Return the sound output that would be used. The function only checks environment variables and the
    names of files; it opens no device and no connection.
    """
    server = environ.get("PULSE_SERVER", "")
    if server:
        return SoundOutput("pulse", server)
    runtime = environ.get("PULSE_RUNTIME_PATH") or f"{environ.get('XDG_RUNTIME_DIR', '')}/pulse"
    if Path(runtime, "native").is_socket():
        return SoundOutput("pulse")
    if _has_sound_devices(environ):
        return SoundOutput("devices")
    if environ.get("SSH_CONNECTION"):
        return SoundOutput(
            "", reason="no sound over this connection: {home:ui.doctor} on Home explains how to get it"
        )
    return SoundOutput("", reason="no sound: this machine has no output device")


def _has_sound_devices(environ: Mapping[str, str]) -> bool:
    """Return True if ALSA, PipeWire or another system could have an output."""
    if not linux.has_proc():
        return True  # On other systems than Linux, the audio library finds the devices.
    home, runtime = environ.get("HOME", "/"), environ.get("XDG_RUNTIME_DIR", "/nowhere")
    named = ("PIPEWIRE_REMOTE", "ALSA_CONFIG_PATH", "ALSA_CARD", "JACK_DEFAULT_SERVER")
    files = ("/dev/snd", f"{home}/.asoundrc", "/etc/asound.conf", f"{runtime}/pipewire-0")
    return any(environ.get(name) for name in named) or any(Path(file).exists() for file in files)


def format_setup_line() -> str:
    """Return two commands that let the user hear sound from this machine over SSH. The first command connects
    from the user's machine, and the second runs on this machine.

    SSH forwards a port of this machine to the user's sound server (PulseAudio or PipeWire). The sound server
    treats the connection as local.
    """
    address = scp_line.find_ssh_address()
    ssh_command = f"ssh{f' -p {address.port}' if address.port != scp_line.SSH_PORT else ''}"
    forward = f"{ssh_command} -R {PORT}:$XDG_RUNTIME_DIR/pulse/native {getpass.getuser()}@{address.host}"
    return f"{forward}; then here: export PULSE_SERVER=tcp:localhost:{PORT}"


def is_remote_server(server: str) -> bool:
    """Return True if one of the servers in PULSE_SERVER is reached over a network."""
    return any(not name.rpartition("}")[2].startswith(("/", "unix:")) for name in server.split())


def load_pulse_library() -> ctypes.CDLL | None:
    """Load PulseAudio's client library; return None if it is missing."""
    try:
        return ctypes.CDLL(PULSE_LIBRARY)
    except OSError:
        return None


def is_server_listening(server: str, seconds: float = ANSWER_SECONDS) -> bool:
    """Return True if a server named in `server` accepts a connection within `seconds`. `server` is a value of
    PULSE_SERVER and may name several servers.
    """
    return any(_can_connect_to(one, seconds) for one in server.split())


def _can_connect_to(server: str, seconds: float) -> bool:
    # An entry may begin with the id of a machine in braces, as in {id}tcp:host.
    name = server.rpartition("}")[2]
    try:
        if name.startswith(("/", "unix:")):
            with socket.socket(socket.AF_UNIX) as there:
                there.settimeout(seconds)
                there.connect(name.removeprefix("unix:"))
            return True
        host, _, port = name.removeprefix("tcp6:").removeprefix("tcp4:").removeprefix("tcp:").rpartition(":")
        if not port.isdigit():
            host, port = f"{host}:{port}".lstrip(":"), str(DEFAULT_PORT)
        with socket.create_connection((host.strip("[]"), int(port)), seconds):
            return True
    except (OSError, ValueError):
        return False
