"""Export a skeleton as glTF 2.0 (Khronos) with the library `pygltflib`.

Each bone is a node of a tree. A skin contains for each bone the matrix that transforms vertices into the
space of the bone. The limits of rotation are stored as extras, because glTF has no field for them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from milimo_tui import __version__
from milimo_tui.core.errors import BadInput
from milimo_tui.interchange.skeletons.bones import BONES, NUMBERS, Bone
from milimo_tui.interchange.skeletons.person_skeleton import Skeleton, compute_bone_positions
from milimo_tui.interchange.skeletons.stick_shape import build_stick_shape

SUFFIXES = (".glb", ".gltf")
_ALIGNED = 4  # The alignment of data in the buffer, in bytes.


def format_gltf(skeleton: Skeleton, tall: float, suffix: str) -> tuple[bytes, tuple[str, ...]]:
    """Return the bytes of the glTF file, and the names of bones that are left out because their joints are
    missing.

    `tall` is the person's height in metres; `suffix` selects the text or the binary form. Raises Refused for
    a skeleton without hips or shoulders, BadInput for another suffix.
    """
    if suffix not in SUFFIXES:
        raise BadInput(f"a skeleton can't be written as “{suffix}”", "use a .glb or .gltf file")
    at = compute_bone_positions(skeleton, tall)
    bones = [bone for bone in BONES if bone.name in at]
    left_out = tuple(bone.name for bone in BONES if bone.name not in at)
    return _GltfDocument(skeleton, bones, at).build_bytes(suffix), left_out


class _GltfDocument:
    """A glTF document that is being built, with its binary buffer."""

    def __init__(self, skeleton: Skeleton, bones: list[Bone], at: Any) -> None:
        import pygltflib

        self._lib = pygltflib
        self._rig, self._bones, self._at = skeleton, bones, at
        self._blob = bytearray()
        self._file = pygltflib.GLTF2(
            asset=pygltflib.Asset(version="2.0", generator=f"Milimo {__version__}"), scene=0
        )

    def build_bytes(self, suffix: str) -> bytes:
        """Return the bytes of the finished document as a glTF file. `suffix` selects the text or the binary
        form.
        """
        lib, file = self._lib, self._file
        numbers = {bone.name: number for number, bone in enumerate(self._bones)}
        file.nodes = [self._make_node(bone, numbers) for bone in self._bones]
        matrices = np.stack([self._make_inverse_bind_matrix(bone) for bone in self._bones])
        skin = lib.Skin(
            name=self._rig.name,
            joints=list(range(len(self._bones))),
            skeleton=0,
            inverseBindMatrices=self._add_accessor(matrices, lib.MAT4, lib.FLOAT),
        )
        file.skins = [skin]
        file.meshes = [self._make_mesh()]
        file.nodes.append(lib.Node(name=f"{self._rig.name} shape", mesh=0, skin=0))
        file.scenes = [lib.Scene(name=self._rig.name, nodes=[0, len(file.nodes) - 1])]
        file.buffers = [lib.Buffer(byteLength=len(self._blob))]
        file.set_binary_blob(bytes(self._blob))
        if suffix == ".gltf":
            file.convert_buffers(lib.BufferFormat.DATAURI)
            return str(file.gltf_to_json()).encode()
        return b"".join(file.save_to_bytes())

    def _make_node(self, bone: Bone, numbers: dict[str, int]) -> Any:
        begin = np.asarray(self._at[bone.parent] if bone.parent else (0.0, 0.0, 0.0))
        moved = np.asarray(self._at[bone.name]) - begin
        children = [numbers[one.name] for one in self._bones if one.parent == bone.name]
        limits = {axis: list(span) for axis, span in zip("xyz", bone.limits, strict=True)}
        extras = {"limits_degrees": limits, "sure": self._find_least_confidence(bone)}
        given = {"children": children} if children else {}
        return self._lib.Node(
            name=bone.name, translation=[float(one) for one in moved], extras=extras, **given
        )

    def _find_least_confidence(self, bone: Bone) -> float:
        """Return the lowest confidence (0 to 1) among the joints from which the position of a bone is
        computed.
        """
        return round(float(min(self._rig.list_joints()[NUMBERS[name]][2] for name in bone.at)), 3)

    def _make_inverse_bind_matrix(self, bone: Bone) -> NDArray[np.float32]:
        """Return the matrix that converts a position in the mesh to a position relative to a bone. It is in
        column-major order, as glTF requires.
        """
        matrix = np.identity(4, dtype=np.float32)
        matrix[3, :3] = -np.asarray(self._at[bone.name], dtype=np.float32)
        return matrix

    def _make_mesh(self) -> Any:
        lib = self._lib
        corners, faces, owners = build_stick_shape(self._bones, self._at)
        joints = np.zeros((len(owners), 4), dtype=np.uint8)
        joints[:, 0] = owners
        weights = np.zeros((len(owners), 4), dtype=np.float32)
        weights[:, 0] = 1.0
        attributes = lib.Attributes(
            POSITION=self._add_accessor(corners, lib.VEC3, lib.FLOAT, lib.ARRAY_BUFFER, bounded=True),
            JOINTS_0=self._add_accessor(joints, lib.VEC4, lib.UNSIGNED_BYTE, lib.ARRAY_BUFFER),
            WEIGHTS_0=self._add_accessor(weights, lib.VEC4, lib.FLOAT, lib.ARRAY_BUFFER),
        )
        indices = self._add_accessor(
            faces.reshape(-1), lib.SCALAR, lib.UNSIGNED_SHORT, lib.ELEMENT_ARRAY_BUFFER
        )
        primitive = lib.Primitive(attributes=attributes, indices=indices)
        return lib.Mesh(name=f"{self._rig.name} sticks", primitives=[primitive])

    def _add_accessor(
        self,
        rows: NDArray[Any],
        type: str,
        component: int,
        target: int | None = None,
        *,
        bounded: bool = False,
    ) -> int:
        """Append an array to the document's only buffer, and return the index of its accessor.

        `type`, `component` and `target` are glTF's constants. With `bounded`, the accessor states the minimum
        and maximum.
        """
        self._blob += b"\0" * (-len(self._blob) % _ALIGNED)
        data = rows.tobytes()
        view = self._lib.BufferView(buffer=0, byteOffset=len(self._blob), byteLength=len(data), target=target)
        self._blob += data
        self._file.bufferViews.append(view)
        bounds = (
            {"min": [float(one) for one in rows.min(axis=0)], "max": [float(one) for one in rows.max(axis=0)]}
            if bounded
            else {}
        )
        accessor = self._lib.Accessor(
            bufferView=len(self._file.bufferViews) - 1,
            componentType=component,
            count=len(rows),
            type=type,
            **bounds,
        )
        self._file.accessors.append(accessor)
        return len(self._file.accessors) - 1
