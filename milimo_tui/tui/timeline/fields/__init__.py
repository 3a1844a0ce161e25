"""The facts and settings that the inspector lists for a clip, their formatting, and the changes that new
values make. All modules are pure.

The package may import `values`. Start reading at `fields`.
"""
