"""The composition of one frame of a render plan: its layers are drawn, graded and composited. Start with
`frame`.
"""
