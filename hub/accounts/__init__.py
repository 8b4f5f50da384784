"""The hub's rules: use cases told in order, over `hub.store`. Nothing here knows HTTP."""
