"""The carrier's door: texts that arrive, and what became of those that left."""
