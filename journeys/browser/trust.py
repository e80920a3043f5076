"""Certificate authorities that the browser trusts beside the public ones: on Linux Chromium reads them from NSS.

Run as a script it adds authorities to a database, in a process of its own because NSS is set up once for all of one.
"""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Sequence
from ctypes import CDLL, POINTER, Structure, byref, c_char_p, c_int, c_ubyte, c_uint, c_ulong, c_void_p
from pathlib import Path
from typing import Final

LIBRARY: Final = "libnss3.so"
DATABASE: Final = Path(".pki", "nssdb")
"""Below the home folder."""
WITHIN_S: Final = 30.0
_TRUSTED_AUTHORITY: Final = 0x18
"""CERTDB_VALID_CA and CERTDB_TRUSTED_CA, as it stands in NSS's certt.h."""


class TrustError(Exception):
    """The browser cannot be made to trust an authority; the text says why."""


def home_that_trusts(authorities: Sequence[str], folder: Path) -> dict[str, str]:
    """The environment of a browser that trusts these (PEM files) as well; `folder` becomes its home.

    What the present home trusts is taken over. TrustError when it does not work.
    """
    database = folder / DATABASE
    before = Path.home() / DATABASE
    if before.is_dir():
        shutil.copytree(before, database)
    database.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-I", "-S", __file__, str(database), *authorities]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=WITHIN_S)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise TrustError(f"{', '.join(authorities)}: {said[-1] if said else f'exit code {done.returncode}'}")
    return {**os.environ, "HOME": str(folder)}


class _Item(Structure):
    """SECItem."""

    _fields_ = (("type", c_int), ("data", POINTER(c_ubyte)), ("len", c_uint))


class _Trust(Structure):
    """CERTCertTrust."""

    _fields_ = (("ssl", c_uint), ("mail", c_uint), ("signing", c_uint))


def _library() -> CDLL:
    try:
        nss = CDLL(LIBRARY)
    except OSError as error:
        raise TrustError(f"NSS is needed, from which Chromium on Linux takes them: {error}") from error
    for name in ("PK11_GetInternalKeySlot", "CERT_GetDefaultCertDB", "CERT_NewTempCertificate"):
        getattr(nss, name).restype = c_void_p
    nss.PK11_NeedUserInit.argtypes = (c_void_p,)
    nss.PK11_InitPin.argtypes = (c_void_p, c_char_p, c_char_p)
    nss.CERT_NewTempCertificate.argtypes = (c_void_p, POINTER(_Item), c_char_p, c_int, c_int)
    nss.PK11_ImportCert.argtypes = (c_void_p, c_void_p, c_ulong, c_char_p, c_int)
    nss.CERT_ChangeCertTrust.argtypes = (c_void_p, c_void_p, POINTER(_Trust))
    nss.CERT_DestroyCertificate.argtypes = nss.PK11_FreeSlot.argtypes = (c_void_p,)
    return nss


def add(database: Path, authorities: Sequence[Path]) -> None:
    """Trust these for TLS from now on; the database is made if there is none."""
    nss = _library()

    def demand(done: bool, what: str) -> None:
        if not done:
            raise TrustError(f"NSS: {what}: error {nss.PORT_GetError()}")

    demand(nss.NSS_InitReadWrite(f"sql:{database}".encode()) == 0, f"{database} cannot be opened")
    slot = nss.PK11_GetInternalKeySlot()
    if nss.PK11_NeedUserInit(slot):
        demand(nss.PK11_InitPin(slot, None, b"") == 0, "an empty password cannot be set")
    trust = _Trust(_TRUSTED_AUTHORITY, 0, 0)
    for path in authorities:
        der = ssl.PEM_cert_to_DER_cert(path.read_text())
        item = _Item(0, (c_ubyte * len(der)).from_buffer_copy(der), len(der))
        known = nss.CERT_GetDefaultCertDB()
        certificate = nss.CERT_NewTempCertificate(known, byref(item), None, 0, 1)
        demand(bool(certificate), f"{path} is no certificate")
        name = str(path).encode()
        demand(nss.PK11_ImportCert(slot, certificate, 0, name, 0) == 0, f"{path} cannot be kept")
        demand(nss.CERT_ChangeCertTrust(known, certificate, byref(trust)) == 0, f"{path} cannot be trusted")
        nss.CERT_DestroyCertificate(certificate)
    nss.PK11_FreeSlot(slot)
    demand(nss.NSS_Shutdown() == 0, f"{database} cannot be closed")


if __name__ == "__main__":
    try:
        add(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
    except (TrustError, OSError, ValueError) as error:
        sys.exit(str(error))
