"""The API on the internal port: JSON in, a use case, JSON or a problem document out."""
