"""The messaging database. Functions here take an open transaction and never commit."""
