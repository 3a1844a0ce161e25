"""The Media screen: files of the film, the folder browser, the bin. Begin with `screen`.

May use `shot` (paths), `timeline` (registers) and the packages below them.
"""
