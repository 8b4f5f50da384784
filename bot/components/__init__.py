"""What the language pipeline is made of: Rasa graph components and the parts they stand on."""
