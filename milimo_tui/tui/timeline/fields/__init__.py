"""The inspector's lines as values: facts, settings, how one is read and what a change asks for. Pure.
May use `values`. Begin with `fields`.
"""
