"""Pictures in memory: colour, planar YUV, alpha, filters, letters, mattes. Begin with `colour`."""
