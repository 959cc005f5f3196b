#!/usr/bin/env python3
"""Verifies a sealed report without the service that sealed it.

    pip install jwcrypto
    verify-seal.py report.json report.docx seal.json keys.json [previous-seal.json]

The files are what the service answered to GET /api/v1/reports/sealed/{id}, …/{id}.docx, …/{id}/seal and
/api/v1/reports/sealing-keys; the last one is the seal with the number before it. Keep the keys from a day when you trusted
whoever gave them to you: keys that come with a forgery prove nothing.
"""

import hashlib
import json
import sys

from jwcrypto import jwk, jws


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def verified(token: str, keys: jwk.JWKSet) -> dict:
    """What was signed, if the key that the header names signed it."""
    signature = jws.JWS()
    signature.deserialize(token)
    header = json.loads(signature.objects["protected"])
    if header.get("alg") != "EdDSA" or header.get("typ") != "danvan-sealed-report+json":
        sys.exit(f"no seal of a report: {header}")
    key = keys.get_key(header["kid"])
    if key is None:
        sys.exit(f"no key is called {header['kid']}")
    signature.verify(key, alg="EdDSA")
    return json.loads(signature.payload)


def main() -> None:
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    report, document, seal, keys = (read(path) for path in sys.argv[1:5])
    keys = jwk.JWKSet.from_json(keys.decode())
    said = verified(json.loads(seal)["jws"], keys)
    for name, data in (("json", report), ("docx", document)):
        if said[name]["sha256"] != sha256(data):
            sys.exit(f"the {name} is not what was sealed")
    if len(sys.argv) == 6:
        before = json.loads(read(sys.argv[5]))["jws"]
        verified(before, keys)
        if said["previous"] != sha256(before.encode()):
            sys.exit("the seal before it is another one")
    print(f"report {said['number']} of {said['organization']}, {said['from']} to {said['to']}, sealed at {said['sealed_at']}: verified")


if __name__ == "__main__":
    main()
