"""The Media screen: files of the film, the folder browser, the bin. Begin with `screen`.
May use `storyboard` (paths), `timeline` (registers) and what is below.
"""
