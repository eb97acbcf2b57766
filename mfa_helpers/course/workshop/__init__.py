"""What an instructor prepares before a workshop: slides, wheels, and papers."""
