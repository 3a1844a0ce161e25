"""A person's skeleton: the joints that a model saw in a picture with what a hand corrected (`rig`), kept as a
file (`rig_file`), its bones with their limits (`bones`), and as glTF for other programs (`gltf_file`, with a
shape to hang on it: `stick_shape`). Begin with `rig`.
"""
