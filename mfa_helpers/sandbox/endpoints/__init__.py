"""The addresses that a real tenant has, too."""
