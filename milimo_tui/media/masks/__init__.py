"""Masks drawn by the user: the actions (`acts`, `drawing`: values only), their pixels (`shapes`, `algebra`,
`drawn`) and their display over a picture (`overlay`).

May use pictures and their readers. Screens use the values; the viewer and workers use the pixels. Start with
`drawing`.
"""
