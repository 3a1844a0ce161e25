"""The screenplay's screen: editor, outline, the parser beside it. Begin with `screen`.
May use `timeline` (gone to), `storyboard` (a shot's words) and what is below.
"""
