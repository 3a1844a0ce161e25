"""One frame of a plan: layers drawn, laid one over the other, graded. Begin with `frame`."""
