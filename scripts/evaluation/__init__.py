"""How well parents are understood: rows, figures, report, and what runs in Rasa's environment."""
