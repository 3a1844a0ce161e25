"""Pictures in memory: colour, planar YUV, alpha, filters, text, mattes. Start with `colour`."""
