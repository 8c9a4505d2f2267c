"""What the tests of the source module share."""

import hashlib
import os
from pathlib import Path

import loss_references
import mpmath
import numpy as np
import pytest
from hypothesis import settings
from loss_references import Case, Reference, expected

settings.register_profile("lossfunctions", deadline=None, derandomize=True)
settings.load_profile("lossfunctions")


def _fingerprint(case: Case) -> str:
    """Everything that the reference values of a case depend on."""
    source = Path(loss_references.__file__).read_bytes()
    arguments = [argument.tobytes() for argument in case.arguments]
    return hashlib.sha256(b"".join([case.name.encode(), mpmath.__version__.encode(), source, *arguments])).hexdigest()


@pytest.fixture(scope="session")
def reference(pytestconfig: pytest.Config) -> Reference:
    """The reference values of a case, which take half a minute to compute: kept between runs."""
    folder = pytestconfig.cache.mkdir("references")

    def values(case: Case) -> np.ndarray:
        file = folder / f"{_fingerprint(case)}.npy"
        if not file.exists():
            fresh = file.with_suffix(f".{os.getpid()}.npy")
            np.save(fresh, expected(case))
            fresh.replace(file)
        kept: np.ndarray = np.load(file)
        return kept

    return values
