"""`make run`: defaults for every setting, checks before the start, and the processes."""
