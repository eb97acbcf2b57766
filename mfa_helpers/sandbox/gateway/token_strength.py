"""Whether a token that somebody chose could be guessed."""

from __future__ import annotations

LEAST = 16  # characters
_LEAST_KINDS = 9
_KEYBOARD = "qwertyuiop asdfghjkl zxcvbnm"
_LONGEST_WORD = 12  # characters: what is repeated and longer isn't typed in a hurry


def is_weak(token: str) -> bool:
    """Whether `token` is short, or holds too few different characters that don't follow from those before.

    That finds what people type to get past a rule: repetitions, counting, rows of a keyboard. It can't find a quotation.
    """
    surprising = {token[at] for at in range(len(token)) if not _follows(token.lower(), at)}
    return len(token) < LEAST or len(surprising) < _LEAST_KINDS


def _follows(token: str, at: int) -> bool:
    pair = token[max(at - 1, 0) : at + 1]
    if len(pair) == 2 and (abs(ord(pair[0]) - ord(pair[1])) <= 1 or pair in _KEYBOARD or pair[::-1] in _KEYBOARD):
        return True  # aaa, abc, 321, qwe
    lengths = range(2, min(_LONGEST_WORD, (at + 1) // 2) + 1)
    return any(token[at + 1 - length : at + 1] == token[at + 1 - 2 * length : at + 1 - length] for length in lengths)
