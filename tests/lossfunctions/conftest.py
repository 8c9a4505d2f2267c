"""What the tests of the source module share."""

import hashlib
from pathlib import Path

import loss_references
import loss_samples
import mpmath
import numpy as np
import pytest
from hypothesis import settings
from loss_references import Case, expected

settings.register_profile("lossfunctions", deadline=None, derandomize=True)
settings.load_profile("lossfunctions")


def _fingerprint(case: Case) -> str:
    """Everything that the reference values of a case depend on."""
    sources = [Path(module.__file__).read_text() for module in (loss_references, loss_samples)]
    return hashlib.sha256("".join([case.name, mpmath.__version__, np.__version__, *sources]).encode()).hexdigest()


@pytest.fixture(scope="session")
def reference(tmp_path_factory, pytestconfig):
    """The reference values of a case, which take half a minute to compute: kept between runs."""
    folder = pytestconfig.cache.mkdir("references")

    def values(case: Case) -> np.ndarray:
        file = folder / f"{_fingerprint(case)}.npy"
        if not file.exists():
            fresh = tmp_path_factory.mktemp("reference") / file.name
            np.save(fresh, expected(case))
            fresh.replace(file)
        return np.load(file)

    return values
