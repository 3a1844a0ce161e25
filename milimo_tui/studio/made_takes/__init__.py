"""What is done with takes that are there: made again, in part or larger, sounded, finished, cleaned away."""
