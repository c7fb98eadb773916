"""Templates that one test has compiled, no other compiles again: most of a small test of the web went into that."""

from __future__ import annotations

from io import BytesIO

from jinja2.bccache import Bucket, BytecodeCache


class Kept(BytecodeCache):
    """In this process's memory, by the template's name and file; jinja itself sees when its text has changed."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.load_bytecode(BytesIO(self._compiled[bucket.key]))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


COMPILED = Kept()
