"""Store and export a person's skeleton: the joints that a model detected in a picture, with the user's
corrections.

Begin with `person_skeleton`. `skeleton_file` stores a skeleton, `bones` lists the bones with their limits,
and `gltf_file` exports glTF for other programs, with a visible shape from `stick_shape`.
"""
