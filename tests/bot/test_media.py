"""What a file is, told by its bytes alone."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.media import ENDINGS, INLINE, examined, refused_by_name
from bot.message import Attachment, AttachmentKind, UnfitFileError
from tests.sample import OLE, PNG, REFUSED, SENT, WEBM, office

KIND = {"image": "photo", "audio": "voice", "video": "video"}


@pytest.mark.parametrize("mime", SENT)
def test_file_is_what_its_bytes_say_when_it_claims_something_else(mime: str) -> None:
    file = io.BytesIO(SENT[mime])
    found = examined(Attachment("photo", mime="text/html", name="看看.exe"), file)
    assert (found.kind, found.mime) == (KIND.get(mime.partition("/")[0], "file"), mime)
    assert found.name == f"看看.exe{ENDINGS[mime][0]}"


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("kind", ["photo", "voice", "file"])
def test_file_is_refused_when_it_is_nothing_that_people_send(what: str, kind: AttachmentKind) -> None:
    file = io.BytesIO(REFUSED[what])
    with pytest.raises(UnfitFileError, match="take a photo"):
        examined(Attachment(kind, mime="image/png", name="a.png"), file)


def test_document_is_not_unpacked_when_it_is_a_bomb() -> None:
    file = io.BytesIO(REFUSED["document that is a bomb"])
    tracemalloc.start()
    with pytest.raises(UnfitFileError):
        examined(Attachment("file"), file)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 5_000_000


def test_list_of_contents_is_not_read_when_it_is_long() -> None:
    file = io.BytesIO(office("word", {f"word/{'x' * 200}{n}.xml": b"" for n in range(20_000)}))
    tracemalloc.start()
    with pytest.raises(UnfitFileError):
        examined(Attachment("file"), file)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2_000_000


@pytest.mark.parametrize(("kind", "mime"), [("voice", "audio/webm"), ("video", "video/webm"), ("photo", "video/webm")])
def test_recording_is_sound_when_it_was_sent_as_a_voice(kind: AttachmentKind, mime: str) -> None:
    file = io.BytesIO(WEBM)
    assert examined(Attachment(kind), file).mime == mime


def test_picture_stays_a_file_when_it_was_sent_as_one() -> None:
    file = io.BytesIO(PNG)
    found = examined(Attachment("file", name="药单.PNG"), file)
    assert (found.kind, found.mime, found.name) == ("file", "image/png", "药单.PNG")


@pytest.mark.parametrize(("name", "mime"), [("表.doc", "application/msword"), ("表.WPS", "application/vnd.ms-works")])
def test_older_document_is_kept_when_its_name_says_which_it_is(name: str, mime: str) -> None:
    file = io.BytesIO(OLE)
    assert examined(Attachment("file", name=name), file).mime == mime
    assert mime not in INLINE


def test_photo_of_the_largest_camera_is_kept() -> None:
    file = io.BytesIO(SENT["image/jpeg"].replace(b"\x08\x00\x01\x00\x01", b"\x08\x23\x28\x2e\xe0"))
    assert examined(Attachment("photo"), file).kind == "photo"


@pytest.mark.parametrize(
    ("name", "mime", "refused"),
    [("x.apk", "application/vnd.android.package-archive", True), ("x.ZIP", "application/zip", True),
     ("x.svg", "image/svg+xml", True), ("x.exe", "", True), ("药单.pdf", "application/pdf", False),
     ("x", "", False), ("x.jpg", "image/jpeg", False)],
)  # fmt: skip
def test_file_need_not_be_fetched_when_its_own_name_refuses_it(name: str, mime: str, refused: bool) -> None:
    assert refused_by_name(Attachment("file", name=name, mime=mime)) is refused


@given(
    content=st.sampled_from([*SENT.values(), *REFUSED.values()]).filter(lambda whole: len(whole) < 10_000),
    cuts=st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=8)), max_size=4),
    length=st.integers(0, 10_000),
    kind=st.sampled_from(["photo", "voice", "video", "file"]),
)
def test_file_is_kept_or_refused_when_its_bytes_are_damaged(
    content: bytes, cuts: list[tuple[int, bytes]], length: int,
    kind: AttachmentKind,
) -> None:  # fmt: skip
    damaged = bytearray(content)
    for at, piece in cuts:
        start = at % (len(damaged) + 1)
        damaged[start : start + len(piece)] = piece
    file = io.BytesIO(bytes(damaged[:length]))
    try:
        found = examined(Attachment(kind, name="a.b"), file)
    except UnfitFileError:
        return
    assert found.mime in ENDINGS
