"""Rendering of a plan: films in segments with their soundtrack, folders of pictures, stems, and animations.
Start with `deliver`.
"""
