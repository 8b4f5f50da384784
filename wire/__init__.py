"""What crosses a process boundary: envelopes, names, clock.

Standard library only; runs on Python 3.10.
"""
