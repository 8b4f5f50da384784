"""The mobile network: numbers, phones, what a text weighs, and how a handset behaves."""
