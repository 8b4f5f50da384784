"""The one way into the assistant."""
