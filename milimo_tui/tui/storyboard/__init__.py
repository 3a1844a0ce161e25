"""The storyboard and its related screens: the plan of a scene, prompt suggestions, unsure values, talk,
skeletons and the story elements. Begin with `storyboard`.

May import `shot` (the inspector of one shot), `shell` and the packages below them.
"""
