#!/usr/bin/env python3
"""Writes stream_vectors.inc and the seeds of keys/corpus: a second implementation of
docs/stream-format.md, written from that page alone (needs Python's cryptography package; only who
changes the format runs it).

    services/platform/keys/testing/stream_vectors.py
"""
import pathlib
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = bytes(range(32))
TENANT, OBJECT = b"tsukuba", b"object-1"
HEADER = b"OBOROSTR" + struct.pack(">HHI", 1, 1, 1 << 20)


def aad(number, last):
    fields = [b"oboro-stream-1", TENANT, OBJECT, struct.pack(">Q", number), bytes([last])]
    return b"".join(struct.pack(">I", len(field)) + field for field in fields)


def encrypt(pieces):
    out = HEADER
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        nonce = bytes([0xA0 + number]) * 12
        out += struct.pack(">I", len(piece) | (last << 31)) + nonce
        out += AESGCM(KEY).encrypt(nonce, piece, aad(number, last))
    return out


CASES = [[b""], [b"oboro"], [b"first", b"second"], [b"a", b"b", b""]]

here = pathlib.Path(__file__).parent
lines = []
for case in CASES:
    pieces = ", ".join('"%s"' % piece.decode() for piece in case)
    lines.append('{{%s}, "%s"},\n' % (pieces, encrypt(case).hex()))
(here / "stream_vectors.inc").write_text("".join(lines))
for i, case in enumerate(CASES + [[b"x" * 300, b"y" * 5000]]):
    (here.parent / "corpus" / ("stream-%d" % i)).write_bytes(encrypt(case))
