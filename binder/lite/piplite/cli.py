"""What `%pip` in a cell becomes."""


async def get_transformed_code(argv: list[str]) -> str:
    """A line of Python that says why nothing is installed."""
    return 'print("Nothing can be installed here: the browser edition asks no other host. All that the course needs is there.")'
