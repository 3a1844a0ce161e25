"""Read one file in an untrusted zip, up to the size that a screenplay can have."""

from __future__ import annotations

import struct
import zipfile
import zlib

from milimo_tui.core.errors import BadInput

MOST = 64_000_000  # The largest decompressed size in bytes of one file in the zip. A larger file is refused.
DAMAGED = (  # The exceptions that zipfile raises for a damaged zip.
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
_HINT = "save it again in the program it comes from, or export it as plain text"


def zip_part(packed: zipfile.ZipFile, name: str) -> bytes:
    """Return the decompressed bytes of the file `name` in a zip.

    Raises KeyError if the file does not exist. Raises BadInput if the file is larger than any script.
    BadInput is also raised for an unusual compression such as LZMA, which may need gigabytes of memory.
    """
    if packed.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadInput(f"{name} is packed by a method that no screenplay uses", _HINT)
    with packed.open(name) as stream:
        found = stream.read(MOST + 1)
    if len(found) > MOST:
        raise BadInput(f"{name} unpacks to more than {MOST // 1_000_000} MB, unlike any screenplay", _HINT)
    return found
