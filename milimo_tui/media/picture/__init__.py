"""Processing of pictures in memory: colour conversion, planar YUV, alpha, filters, text and mattes. Start
with `colour`.
"""
