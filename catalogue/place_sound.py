"""Place names by ear: two names share a key when a pinyin keyboard, or an ear used to the dialect, may mix them up."""

from __future__ import annotations

from catalogue.sound import syllables

# One private character a syllable, so that a name as heard has as many characters as the name as written
# and both can be looked up with the same index.
_FIRST_KEY = 0xE000
_keys: dict[str, str] = {}


def heard(text: str) -> str:
    """`text` with every Chinese character replaced by a key of its sound; as long as `text`."""
    return "".join([_sounds[char] for char in text])


class _Sounds(dict[str, str]):
    """What every character becomes, worked out when it is first met."""

    def __missing__(self, char: str) -> str:
        return self.setdefault(char, _key(char))


_sounds = _Sounds()


def _key(char: str) -> str:
    if not "\u4e00" <= char <= "\u9fff":
        return char
    return _keys.setdefault(_merged(syllables(char)[0]), chr(_FIRST_KEY + len(_keys)))


def _merged(syllable: str) -> str:
    # an/ang and l/n are one sound for many speakers of the region; zh/z, in/ing are merged in `syllables`.
    if syllable.endswith("ang"):
        syllable = syllable[:-1]
    return "l" + syllable[1:] if syllable.startswith("n") else syllable
