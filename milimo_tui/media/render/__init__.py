"""Rendering of a plan: a film in segments and its soundtrack, folders, stems, animations. Start with
`deliver`.
"""
