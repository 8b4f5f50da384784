"""The internal door: texts that another service wants sent, and metrics."""
