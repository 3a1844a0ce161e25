"""A person as a skeleton: the joints that a model saw in a picture with what a hand corrected
(`person_skeleton`), kept as a file (`skeleton_file`), its bones with their limits (`bones`), and as glTF for
other programs (`gltf_file`, with a shape to hang on it: `stick_shape`). Begin with `person_skeleton`.
"""
