"""The render plan of a cut: the pictures of every frame and the sound of every sample.

Begin with `plan`, then read `video`.
"""
