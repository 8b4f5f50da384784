"""The pages on the public port: a form in, a use case, a page out."""
