"""Operations on existing takes: make again, retake a part, enlarge, add sound, finish, and delete."""
